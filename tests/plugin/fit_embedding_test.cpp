#include "plugin/fit_embedding.h"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"
#include "plugin/count_cache.h"
#include "plugin/vector_cache.h"

using namespace seqlab;

namespace {

Registry& installed() {
  static Registry registry;
  if (registry.records().empty()) registry.scan(plugin_folders());
  return registry;
}

Vocabulary words(std::vector<std::string> all) {
  return Vocabulary::build(std::vector<std::vector<std::string>>{std::move(all)}, 1, 0);
}

EmbeddingTable fit(const char* name, OptionValues values, const Vocabulary& vocabulary,
                   const std::vector<std::vector<int>>& sentences = {}) {
  const Component& component = installed().get(Kind::embedding, name);
  return fit_table(component, component.options->complete(values), vocabulary, sentences, 1, "table");
}

std::vector<float> row(const EmbeddingTable& table, int id) {
  const auto first = table.values.begin() + static_cast<std::ptrdiff_t>(id) * table.dimension;
  return {first, first + table.dimension};
}

/// A cache folder of the test's own.
class OwnCache {
 public:
  OwnCache() {
    if (const char* before = std::getenv("XDG_CACHE_HOME")) before_ = before;
    setenv("XDG_CACHE_HOME", folder_.path().c_str(), 1);
  }
  OwnCache(const OwnCache&) = delete;
  OwnCache& operator=(const OwnCache&) = delete;
  ~OwnCache() {
    if (before_.empty()) {
      unsetenv("XDG_CACHE_HOME");
    } else {
      setenv("XDG_CACHE_HOME", before_.c_str(), 1);
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  ScratchFolder folder_;
  std::string before_;
};

}  // namespace

TEST_CASE("pretrained vectors: exact words, lower case, missing ones as stated", "[plugin][embeddings]") {
  const ScratchFolder folder;
  const auto file = folder.write("v.txt", "the 1 2\ncat 3 4\nCat 5 6\n<unk> 7 8\n");
  const Vocabulary vocabulary = words({"the", "The", "cat", "Cat", "dog"});
  const EmbeddingTable table = fit("pretrained", {{"file", file.string()}, {"missing", std::string("zero")}}, vocabulary);
  REQUIRE(table.dimension == 2);
  const auto vector = [&](const char* word) { return row(table, vocabulary.id(word)); };
  CHECK(vector("the") == std::vector<float>{1, 2});
  CHECK(vector("The") == std::vector<float>{1, 2});
  CHECK(vector("cat") == std::vector<float>{3, 4});
  CHECK(vector("Cat") == std::vector<float>{5, 6});
  CHECK(vector("dog") == std::vector<float>{0, 0});
  CHECK(row(table, Vocabulary::kUnknown) == std::vector<float>{7, 8});
  CHECK(row(table, Vocabulary::kPad) == std::vector<float>{0, 0});
  const EmbeddingTable cased =
      fit("pretrained", {{"file", file.string()}, {"missing", std::string("mean")}, {"lower_case", false}}, vocabulary);
  CHECK(row(cased, vocabulary.id("The")) == std::vector<float>{4, 5});
  CHECK_THROWS_WITH(fit("pretrained", {{"file", (folder.path() / "no.txt").string()}}, vocabulary),
                    ContainsSubstring("no such file"));
}

TEST_CASE("an embedding learns from a corpus of its own, and the model's words are found in it", "[plugin][embeddings]") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 40; ++i) text += "the king rules\nthe queen rules\n";
  const auto file = folder.write("text.txt", text);
  const Vocabulary vocabulary = words({"King", "queen", "dog"});
  const OptionValues options{{"corpus", file.string()}, {"dimension", std::int64_t{8}}, {"missing", std::string("zero")}};
  for (const char* name : {"word2vec", "glove", "cooccurrence"}) {
    INFO(name);
    const EmbeddingTable table = fit(name, options, vocabulary);
    REQUIRE(table.dimension == 8);
    CHECK(row(table, vocabulary.id("King")) != std::vector<float>(8, 0.0F));
    CHECK(row(table, vocabulary.id("dog")) == std::vector<float>(8, 0.0F));
    CHECK(row(table, Vocabulary::kPad) == std::vector<float>(8, 0.0F));
    CHECK(fit(name, options, vocabulary).values == table.values);
  }
}

TEST_CASE("GloVe and the co-occurrences give the same bits on any number of threads", "[plugin][embeddings]") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "w" + std::to_string(i * i % 97) + (i % 11 == 0 ? "\n" : " ");
  TextFit fit;
  fit.corpus = folder.write("text.txt", text);
  for (const char* name : {"glove", "cooccurrence"}) {
    INFO(name);
    const Component& component = installed().get(Kind::embedding, name);
    const OptionValues values =
        component.options->complete({{"dimension", std::int64_t{10}}, {"minimum_count", std::int64_t{1}}});
    fit.threads = 1;
    const auto one = fit_text(component, values, fit).vectors.values;
    fit.threads = 3;
    CHECK(fit_text(component, values, fit).vectors.values == one);
  }
}

TEST_CASE("every loss of word2vec tells the two halves of a language apart", "[plugin][embeddings]") {
  const ScratchFolder folder;
  std::string text;
  Random random(3, "text");
  for (int i = 0; i < 1500; ++i) {
    const int half = i % 2;
    for (int w = 0; w < 8; ++w) text += std::to_string(half) + "." + std::to_string(random.below(5)) + " ";
    text += "\n";
  }
  TextFit fit;
  fit.corpus = folder.write("text.txt", text);
  const Component& component = installed().get(Kind::embedding, "word2vec");
  for (const char* architecture : {"skip_gram", "cbow"}) {
    for (const char* loss : {"negative", "hierarchical", "softmax"}) {
      INFO(architecture << " " << loss);
      const OptionValues values = component.options->complete({{"architecture", std::string(architecture)},
                                                               {"loss", std::string(loss)},
                                                               {"dimension", std::int64_t{8}},
                                                               {"subsampling", 0.0},
                                                               {"epochs", std::int64_t{15}},
                                                               {"rate", 0.1},
                                                               {"negatives", std::int64_t{1}}});
      const WordVectors vectors = fit_text(component, values, fit).vectors;
      REQUIRE(vectors.size() == 10);
      double same = 0;
      double other = 0;
      for (int a = 0; a < 10; ++a) {
        for (int b = 0; b < a; ++b) {
          double dot = 0;
          double aa = 0;
          double bb = 0;
          for (std::size_t c = 0; c < 8; ++c) {
            const double x = static_cast<double>(vectors.vector(a)[c]);
            const double y = static_cast<double>(vectors.vector(b)[c]);
            dot += x * y;
            aa += x * x;
            bb += y * y;
          }
          const bool alike = vectors.words[static_cast<std::size_t>(a)][0] == vectors.words[static_cast<std::size_t>(b)][0];
          (alike ? same : other) += dot / std::sqrt(aa * bb) / (alike ? 20 : 25);
        }
      }
      CHECK(same > other + 0.3);
    }
  }
}

TEST_CASE("vectors that took time are kept, and made anew where the file is damaged", "[plugin][embeddings]") {
  const OwnCache cache;
  int made = 0;
  const auto make = [&](double seconds) {
    return [&made, seconds] {
      ++made;
      const auto start = std::chrono::steady_clock::now();
      while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds) {
      }
      return WordVectors{{"a", "phở "}, 2, {1, 2, 3, 4}};
    };
  };
  (void)cached_vectors("quick", make(0));
  (void)cached_vectors("quick", make(0));
  CHECK(made == 2);
  (void)cached_vectors("slow", make(1.05));
  const WordVectors kept = cached_vectors("slow", make(0));
  CHECK(made == 3);
  CHECK(kept.words == std::vector<std::string>{"a", "phở "});
  CHECK(kept.values == std::vector<float>{1, 2, 3, 4});
  const auto file = cache.path() / "seqlab" / "vectors" / "slow.safetensors";
  REQUIRE(std::filesystem::exists(file));
  std::filesystem::resize_file(file, 40);
  CHECK(cached_vectors("slow", make(0)).values.size() == 4);
  CHECK(made == 4);
}

TEST_CASE("counts that took time are shared by embeddings of the same corpus and windows", "[plugin][embeddings]") {
  const OwnCache cache;
  int made = 0;
  const auto count = [&](double seconds) {
    return [&made, seconds] {
      ++made;
      std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
      return SparseMatrix{3, {0, 2, 2, 3}, {0, 2, 1}, {1.5F, 2, 0.25F}};
    };
  };
  const CooccurrenceOptions around{.window = 4};
  (void)cached_cooccurrences("", 3, around, count(0));  // a corpus without a name
  (void)cached_cooccurrences("", 3, around, count(0));
  CHECK(made == 2);
  (void)cached_cooccurrences("novels", 3, around, count(3.05));
  const SparseMatrix kept = cached_cooccurrences("novels", 3, around, count(0));
  CHECK(made == 3);
  CHECK(kept.width == 3);
  CHECK(kept.starts == std::vector<std::int64_t>{0, 2, 2, 3});
  CHECK(kept.columns == std::vector<int>{0, 2, 1});
  CHECK(kept.values == std::vector<float>{1.5F, 2, 0.25F});
  (void)cached_cooccurrences("novels", 3, {.window = 5}, count(0));
  (void)cached_cooccurrences("news", 3, around, count(0));
  CHECK(made == 5);
  (void)cached_cooccurrences("novels", 4, around, count(0));  // of another vocabulary: not to be trusted
  CHECK(made == 6);
}

TEST_CASE("whoever watches a fit can end it", "[plugin][embeddings]") {
  const OwnCache cache;
  struct Enough {};
  const Vocabulary vocabulary = words({"the", "cat", "saw", "a", "dog"});
  const std::vector<std::vector<int>> sentences{{4, 5, 6, 7, 8}, {8, 6, 5}};
  for (const std::string name : {"word2vec", "glove", "cooccurrence"}) {
    INFO(name);
    const Component& component = installed().get(Kind::embedding, name);
    const OptionValues options = component.options->complete({{"dimension", std::int64_t{4}}});
    std::vector<std::string> phases;
    {
      const FitWatch watch([&](const FitStep& step) {
        phases.push_back(step.phase);
        throw Enough{};
      });
      CHECK_THROWS_AS(fit_table(component, options, vocabulary, sentences, 1, "table"), Enough);
    }
    CHECK(phases.size() == 1);
    CHECK_NOTHROW(fit_table(component, options, vocabulary, sentences, 1, "table"));
    CHECK(phases.size() == 1);
  }
}
