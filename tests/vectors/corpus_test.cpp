#include "vectors/corpus.h"

#include <sys/resource.h>

#include <fstream>

#include "catch.h"
#include "core/error.h"
#include "core/random.h"
#include "data/scratch_folder.h"
#include "vectors/corpus_file.h"

using namespace seqlab;

namespace {

using Sentences = std::vector<std::vector<int>>;

Sentences random_sentences(int count) {
  Random random(5, "sentences");
  Sentences sentences;
  for (int i = 0; i < count; ++i) {
    auto& sentence = sentences.emplace_back();
    for (int n = 1 + random.below(40); n > 0; --n) sentence.push_back(random.below(100));
  }
  return sentences;
}

Sentences read(const Corpus& corpus, int parts) {
  Sentences all;
  for (int part = 0; part < parts; ++part) {
    CorpusReader reader(corpus, part, parts);
    std::span<const int> sentence;
    while (reader.next(sentence)) all.emplace_back(sentence.begin(), sentence.end());
  }
  return all;
}

Corpus corpus_of(const Sentences& sentences, std::int64_t memory) {
  Corpus corpus(100, memory);
  for (const auto& sentence : sentences) {
    for (const int id : sentence) corpus.add(id);
    corpus.end_sentence();
  }
  corpus.finish();
  return corpus;
}

/// So far, of this process.
std::int64_t most_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace

TEST_CASE("a corpus gives its sentences back, in memory and from a file, in any number of parts", "[vectors][corpus]") {
  const Sentences sentences = random_sentences(20'000);
  for (const std::int64_t memory : {std::int64_t{1} << 30, std::int64_t{10'000}}) {
    const Corpus corpus = corpus_of(sentences, memory);
    CHECK(corpus.in_memory() == (memory > 1'000'000));
    std::int64_t tokens = 0;
    for (const auto& sentence : sentences) tokens += static_cast<std::int64_t>(sentence.size());
    CHECK(corpus.tokens() == tokens);
    for (const int parts : {1, 2, 3, 7}) CHECK(read(corpus, parts) == sentences);
  }
}

TEST_CASE("an empty corpus has no sentences, an endless one is cut", "[vectors][corpus]") {
  CHECK(read(corpus_of({{}, {}}, 1000), 3).empty());
  Corpus corpus(2);
  for (int i = 0; i < 25'000; ++i) corpus.add(1);
  corpus.finish();
  const auto sentences = read(corpus, 2);
  REQUIRE(sentences.size() == 3);
  CHECK(sentences[0].size() == Corpus::kLongestSentence);
  CHECK(sentences[2].size() == 5'000);
  CHECK(corpus.counts()[1] == 25'000);
}

TEST_CASE("a file becomes a corpus of its frequent words", "[vectors][corpus]") {
  const ScratchFolder folder;
  const auto file = folder.write("a.txt", "the cat saw the dog\nThe dog ran\n\nrare the\n");
  const TextCorpus text = read_corpus(file, {.lower_case = true, .minimum_count = 2});
  CHECK(text.words == 10);
  CHECK(text.different == 6);
  const Vocabulary& vocabulary = text.vocabulary;
  REQUIRE(vocabulary.size() == Vocabulary::kSpecial + 2);
  CHECK(vocabulary.token(4) == "the");
  CHECK(vocabulary.count(4) == 4);
  CHECK(read(text.corpus, 1) == Sentences{{4, 4, 5}, {4, 5}, {4}});
  const TextCorpus limited = read_corpus(file, {.lower_case = true, .minimum_count = 1, .limit = 1});
  CHECK(read(limited.corpus, 1) == Sentences{{4, 4}, {4}, {4}});
}

TEST_CASE("a corpus larger than its memory is read all the same", "[vectors][corpus]") {
  const ScratchFolder folder;
  std::string lines;
  for (int i = 0; i < 50'000; ++i) lines += "w" + std::to_string(i % 50) + (i % 9 == 8 ? "\n" : " ");
  const auto file = folder.write("big.txt", lines);
  const TextCorpus whole = read_corpus(file, {.minimum_count = 1});
  const TextCorpus small = read_corpus(file, {.minimum_count = 1, .memory_limit = 40'000});
  CHECK(whole.corpus.in_memory());
  CHECK_FALSE(small.corpus.in_memory());
  CHECK(read(small.corpus, 4) == read(whole.corpus, 1));
}

TEST_CASE("a line of 100 MB is a corpus, read in little memory", "[vectors][corpus]") {
  constexpr std::int64_t kBytes = 100'000'000;
  constexpr std::int64_t kMemory = 4'000'000;  // for ids; as much again for words
  const ScratchFolder folder;
  const auto file = folder.write("line.txt", "");
  std::int64_t words = 0;
  {
    std::ofstream out(file, std::ios::binary);
    std::string piece;
    for (int i = 0; i < 10'000; ++i) piece += "word" + std::to_string(i % 1'000) + ' ';
    for (std::int64_t bytes = 0; bytes < kBytes; bytes += static_cast<std::int64_t>(piece.size()), words += 10'000)
      out << piece;
  }
  const std::int64_t before = most_resident_bytes();
  const TextCorpus text = read_corpus(file, {.memory_limit = kMemory});
  CHECK(most_resident_bytes() - before < 5 * kMemory);
  CHECK(text.words == words);
  CHECK(text.corpus.tokens() == words);
  CHECK(text.vocabulary.size() == Vocabulary::kSpecial + 1'000);
  CHECK_FALSE(text.corpus.in_memory());
  CorpusReader reader(text.corpus, 0, 1);
  std::span<const int> sentence;
  REQUIRE(reader.next(sentence));
  CHECK(sentence.size() == Corpus::kLongestSentence);
}

TEST_CASE("what is no corpus is refused with a remedy", "[vectors][corpus]") {
  const ScratchFolder folder;
  CHECK_THROWS_WITH(read_corpus(folder.write("empty.txt", ""), {}), ContainsSubstring("empty.txt: has no words"));
  CHECK_THROWS_WITH(read_corpus(folder.write("blank.txt", "\n \n\t\n"), {}), ContainsSubstring("has no words"));
  CHECK_THROWS_WITH(read_corpus(folder.write("one.txt", "word"), {}),
                    ContainsSubstring("none of its 1 different words occurs 5 times; set minimum_count lower"));
  CHECK(read_corpus(folder.write("one.txt", "word"), {.minimum_count = 1}).corpus.tokens() == 1);
}

TEST_CASE("a million rare words are counted and left out; without room for them the limit is named", "[vectors][corpus]") {
  const ScratchFolder folder;
  std::string text;
  text.reserve(20'000'000);
  for (int i = 0; i < 1'100'000; ++i) text += std::to_string(i) + (i % 20 == 19 ? " common\n" : " ");
  const auto file = folder.write("rare.txt", text);
  const TextCorpus read = read_corpus(file, {});
  CHECK(read.different == 1'100'001);
  CHECK(read.vocabulary.size() == Vocabulary::kSpecial + 1);
  CHECK(read.corpus.tokens() == 55'000);
  CHECK_THROWS_WITH(read_corpus(file, {.memory_limit = 1 << 20}), ContainsSubstring("do not fit the memory limit of 1 MB"));
}
