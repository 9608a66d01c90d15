// Damaged files of vectors, texts, similarity pairs and analogy questions: whatever is in them, the loaders read them or
// say what is wrong; nothing else may happen. Meant for a build with sanitizers:
//   cmake --preset sanitize && cmake --build --preset sanitize --target fuzz_word_files
//   build/sanitize/fuzz_word_files SECONDS [SEED]

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "metrics/word_analogy.h"
#include "metrics/word_similarity.h"
#include "vectors/corpus_file.h"
#include "vectors/vector_file.h"

namespace {
using namespace seqlab;

std::string floats(std::initializer_list<float> numbers) {
  std::string bytes;
  for (const float number : numbers) bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  return bytes;
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> all{
      "the 0.1 -0.2 3e-5\nphở 1 2 3\n. . . 4 5 6\n",
      "3 2\nthe 0.1 -0.2\nof 1 2 \nand +3 4\n",
      "5 1\nthe 0.5\n",
      "3 2\nthe " + floats({1, 2}) + "\nof " + floats({3, -4}) + "\nand " + floats({5e30F, 6}) + "\n",
      "2 3\nalpha " + floats({1, 2, 3}) + "beta " + floats({4, 5, 6}),
      "word1,word2,score\nking,queen,9.5\n\"a,b\",c,1\n",
      ": family\nking queen man woman\n: other\na b c d\n",
      "the cat saw the dog\nthe dog ran \u00A0 away\n\nViệt Nam\r\n"};
  return all;
}

const std::vector<std::string>& pieces() {
  static const std::vector<std::string> all{"\n",
                                            " ",
                                            "\t",
                                            "\r\n",
                                            std::string(1, '\0'),
                                            "\xFF",
                                            "\xC3",
                                            "\xEF\xBB\xBF",
                                            "nan",
                                            "inf",
                                            "1e999",
                                            "-0",
                                            "99999999999999999999",
                                            "65537 65537\n",
                                            "0 0\n",
                                            "-1 -1\n",
                                            ":",
                                            ",",
                                            "\"",
                                            "\u0301",
                                            std::string(70000, 'x'),
                                            std::string(5000, ' '),
                                            floats({std::numeric_limits<float>::quiet_NaN()})};
  return all;
}

std::string damaged(Random& random) {
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(random.below(static_cast<int>(from.size())))];
  };
  std::string text = pick(seeds());
  for (int change = random.below(6); change > 0; --change) {
    const auto place = static_cast<std::size_t>(random.below(static_cast<int>(text.size()) + 1));
    switch (random.below(6)) {
      case 0: text.insert(place, pick(pieces())); break;
      case 1: text.resize(place); break;
      case 2: text.insert(place, text.substr(0, place)); break;
      case 3: text.erase(place, static_cast<std::size_t>(random.below(20))); break;
      case 4: text += pick(seeds()); break;
      default:
        if (place < text.size()) text[place] = static_cast<char>(random.below(256));
    }
    if (text.size() > 200'000) text.resize(200'000);
  }
  return text;
}

const std::map<std::string, std::function<void(const std::filesystem::path&)>>& loaders() {
  static const std::map<std::string, std::function<void(const std::filesystem::path&)>> all{
      {"vectors", [](const auto& file) { (void)read_vectors(file); }},
      {"text",
       [](const auto& file) { (void)read_corpus(file, {.lower_case = true, .minimum_count = 1, .memory_limit = 4000}); }},
      {"pairs", [](const auto& file) { (void)read_word_pairs(file); }},
      {"questions", [](const auto& file) { (void)read_analogies(file); }}};
  return all;
}

}  // namespace

int main(int count, char** words) {
  const double seconds = count > 1 ? std::atof(words[1]) : 10;
  Random random(count > 2 ? static_cast<std::uint64_t>(std::atoll(words[2])) : 1, "fuzz");
  const auto folder = std::filesystem::temp_directory_path() / ("seqlab-fuzz-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, std::pair<long, long>> outcomes;  // read, refused
  while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds) {
    const std::string content = damaged(random);
    const auto file = folder / (random.below(20) == 0 ? "file.gz" : "file.txt");
    std::ofstream(file, std::ios::binary) << content;
    for (const auto& [name, load] : loaders()) {
      try {
        load(file);
        ++outcomes[name].first;
      } catch (const UserError&) {
        ++outcomes[name].second;
      } catch (const std::exception& error) {
        std::printf("%s: %s\nthe file is kept: %s\n", name.c_str(), error.what(), file.c_str());
        return 1;
      }
    }
  }
  std::filesystem::remove_all(folder);
  for (const auto& [name, outcome] : outcomes)
    std::printf("%-9s %ld read, %ld refused\n", name.c_str(), outcome.first, outcome.second);
  return 0;
}
