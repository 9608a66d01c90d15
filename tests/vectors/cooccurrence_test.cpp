#include "vectors/cooccurrence.h"

#include <cmath>

#include "catch.h"
#include "core/random.h"
#include "data/text.h"
#include "data/vocabulary.h"
#include "vectors/association.h"
#include "vectors/word_window.h"

using namespace seqlab;

namespace {

struct Text {
  explicit Text(const std::vector<std::string>& lines) {
    std::vector<std::vector<std::string>> words;
    for (const auto& line : lines) words.push_back(tokenise(line, Tokens::whitespace));
    vocabulary = Vocabulary::build(words, 1, 0);
    for (const auto& sentence : words) sentences.push_back(vocabulary.encode(sentence));
  }
  [[nodiscard]] Corpus corpus() const { return {sentences, vocabulary.size()}; }
  [[nodiscard]] int id(const char* word) const { return vocabulary.id(word); }
  Vocabulary vocabulary;
  std::vector<std::vector<int>> sentences;
};

Corpus random_corpus(std::int64_t tokens) {
  Random random(2, "text");
  Corpus corpus(300);
  for (std::int64_t i = 0; i < tokens; ++i) {
    corpus.add(static_cast<int>(300 * std::pow(random.uniform(), 3)));
    if (random.below(15) == 0) corpus.end_sentence();
  }
  corpus.finish();
  return corpus;
}

/// Counted pair by pair.
std::vector<double> counted_plainly(const Corpus& corpus, const CooccurrenceOptions& options) {
  const auto v = static_cast<std::size_t>(corpus.vocabulary());
  std::vector<double> counts(v * v, 0.0);
  CorpusReader reader(corpus, 0, 1);
  std::span<const int> s;
  while (reader.next(s)) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      for (std::size_t j = 0; j < s.size(); ++j) {
        const auto distance = static_cast<int>(j) - static_cast<int>(i);
        if (distance == 0 || std::abs(distance) > options.window || !(distance < 0 ? options.left : options.right)) continue;
        counts[static_cast<std::size_t>(s[i]) * v + static_cast<std::size_t>(s[j])] +=
            options.harmonic ? 1.0 / std::abs(distance) : 1.0;
      }
    }
  }
  return counts;
}

void check_equal(const SparseMatrix& matrix, const std::vector<double>& expected) {
  const auto v = static_cast<std::size_t>(matrix.width);
  REQUIRE(matrix.rows() * matrix.width == static_cast<std::int64_t>(expected.size()));
  std::int64_t cells = 0;
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    cells += expected[i] != 0 ? 1 : 0;
    const double found = static_cast<double>(matrix.at(static_cast<std::int64_t>(i / v), static_cast<std::int64_t>(i % v)));
    worst = std::max(worst, std::abs(found - expected[i]) / std::max(1.0, expected[i]));
  }
  CHECK(worst < 1e-6);
  CHECK(matrix.cells() == cells);
}

}  // namespace

TEST_CASE("the textbook's corpus, window 1 around", "[vectors][cooccurrence]") {
  const Text text({"I like deep learning .", "I like NLP .", "I enjoy flying ."});
  const SparseMatrix counts = count_cooccurrences(text.corpus(), {.window = 1}, 1, 1 << 30);
  const std::vector<const char*> words{"I", "like", "enjoy", "deep", "learning", "NLP", "flying", "."};
  const std::vector<std::vector<float>> expected{
      {0, 2, 1, 0, 0, 0, 0, 0}, {2, 0, 0, 1, 0, 1, 0, 0}, {1, 0, 0, 0, 0, 0, 1, 0}, {0, 1, 0, 0, 1, 0, 0, 0},
      {0, 0, 0, 1, 0, 0, 0, 1}, {0, 1, 0, 0, 0, 0, 0, 1}, {0, 0, 1, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 1, 1, 1, 0}};
  for (std::size_t r = 0; r < words.size(); ++r) {
    for (std::size_t c = 0; c < words.size(); ++c) {
      INFO(words[r] << " " << words[c]);
      CHECK(counts.at(text.id(words[r]), text.id(words[c])) == expected[r][c]);
    }
  }
}

TEST_CASE("the textbook's pairs of skip-gram, window 2", "[vectors][window]") {
  const Text text({"the quick brown fox jumps over the lazy dog"});
  const auto pairs_of = [&](std::size_t middle) {
    std::vector<int> around;
    words_around(text.sentences[0], middle, 2, around);
    std::vector<std::string> words;
    for (const int id : around) words.push_back(text.vocabulary.token(id));
    return words;
  };
  using Words = std::vector<std::string>;
  CHECK(pairs_of(0) == Words{"quick", "brown"});
  CHECK(pairs_of(1) == Words{"the", "brown", "fox"});
  CHECK(pairs_of(2) == Words{"the", "quick", "fox", "jumps"});
  CHECK(pairs_of(3) == Words{"quick", "brown", "jumps", "over"});
  CHECK(pairs_of(8) == Words{"the", "lazy"});
}

TEST_CASE("every direction and weight agrees with plain counting, on any number of threads", "[vectors][cooccurrence]") {
  const Corpus corpus = random_corpus(20'000);
  for (const CooccurrenceOptions& options :
       {CooccurrenceOptions{3, true, true, false}, CooccurrenceOptions{7, true, false, true},
        CooccurrenceOptions{1, false, true, false}, CooccurrenceOptions{30, true, true, true}}) {
    const auto expected = counted_plainly(corpus, options);
    const SparseMatrix one = count_cooccurrences(corpus, options, 1, 1 << 30);
    check_equal(one, expected);
    const SparseMatrix three = count_cooccurrences(corpus, options, 3, 1 << 30);
    CHECK(three.values == one.values);
    CHECK(three.columns == one.columns);
  }
}

TEST_CASE("a corpus beyond the memory limit is counted in stretches", "[vectors][cooccurrence]") {
  const Corpus corpus = random_corpus(150'000);
  const CooccurrenceOptions options{4, true, true, true};
  check_equal(count_cooccurrences(corpus, options, 2, 200'000), counted_plainly(corpus, options));
}

TEST_CASE("a corpus without words has no counts", "[vectors][cooccurrence]") {
  const SparseMatrix counts = count_cooccurrences(Corpus(std::vector<std::vector<int>>{{3}, {}}, 5), {}, 2, 1 << 30);
  CHECK(counts.rows() == 5);
  CHECK(counts.cells() == 0);
}

TEST_CASE("counts become logarithms and mutual information", "[vectors][association]") {
  // [[4, 0], [1, 5]]: P(0,0) = .4, P(row 0) = .4, P(column 0) = .5
  const SparseMatrix counts{2, {0, 1, 3}, {0, 0, 1}, {4, 1, 5}};
  SparseMatrix log = counts;
  weigh_cooccurrences(log, "log", 1, 1);
  CHECK(log.at(1, 1) == Approx(std::log(6.0)));
  SparseMatrix pmi = counts;
  weigh_cooccurrences(pmi, "pmi", 2, 1);
  CHECK(pmi.at(0, 0) == Approx(std::log(0.4 / (0.4 * 0.5)) - std::log(2.0)).margin(1e-6));
  CHECK(pmi.at(1, 0) == Approx(std::log(0.1 / (0.6 * 0.5)) - std::log(2.0)));
  CHECK(pmi.cells() == 3);
  SparseMatrix ppmi = counts;
  weigh_cooccurrences(ppmi, "ppmi", 1, 0.5);
  const double share = std::sqrt(5.0) / (std::sqrt(5.0) + std::sqrt(5.0));
  CHECK(ppmi.at(0, 0) == Approx(std::log(0.4 / (0.4 * share))));
  CHECK(ppmi.cells() == 2);
  CHECK(ppmi.at(1, 0) == 0);
  CHECK(ppmi.at(1, 1) == Approx(std::log(0.5 / (0.6 * share))));
}
