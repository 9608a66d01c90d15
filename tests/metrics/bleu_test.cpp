#include "metrics/bleu.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

/// The cases that tests/golden/bleu_golden.py made.
nlohmann::json golden_cases() {
#ifdef SEQLAB_TESTS_FOLDER
  const std::filesystem::path tests = SEQLAB_TESTS_FOLDER;
#else
  const auto tests = std::filesystem::path(__FILE__).parent_path().parent_path();
#endif
  std::ifstream input(tests / "golden" / "bleu.json");
  REQUIRE(input.good());
  return nlohmann::json::parse(input);
}

BleuTokens tokens_of(const nlohmann::json& golden) {
  return chosen_bleu_tokens("auto", tokens_named(golden["tokens"].get<std::string>()));
}

double score_of(const nlohmann::json& golden) {
  const std::string kind = golden["kind"];
  if (kind == "statistics") {
    BleuStatistics statistics;
    statistics.matches = golden["matches"];
    statistics.totals = golden["totals"];
    statistics.hypothesis_length = golden["hypothesis_length"];
    statistics.reference_length = golden["reference_length"];
    return bleu_score(statistics, false);
  }
  const std::vector<std::string> hypotheses = golden["hypotheses"];
  const std::vector<std::string> references = golden["references"];
  const BleuTokens tokens = tokens_of(golden);
  return kind == "sentence" ? sentence_bleu(hypotheses[0], references[0], tokens)
                            : corpus_bleu(hypotheses, references, tokens);
}

}  // namespace

TEST_CASE("BLEU agrees with the golden values") {
  const auto cases = golden_cases();
  REQUIRE(cases.size() >= 12);
  for (const auto& golden : cases) {
    CAPTURE(golden["name"].get<std::string>());
    const double score = score_of(golden);
    CHECK(std::abs(score - golden["score"].get<double>()) < 1e-6);
    if (golden.contains("published")) {
      CHECK(std::abs(score - golden["published"].get<double>()) < golden["tolerance"].get<double>());
    }
  }
}

TEST_CASE("n-gram counts agree with the golden values") {
  for (const auto& golden : golden_cases()) {
    if (golden["kind"] == "statistics") continue;
    CAPTURE(golden["name"].get<std::string>());
    BleuStatistics statistics;
    for (std::size_t i = 0; i < golden["hypotheses"].size(); ++i) {
      statistics += bleu_statistics(golden["hypotheses"][i].get<std::string>(), golden["references"][i].get<std::string>(),
                                    tokens_of(golden));
    }
    CHECK(statistics.matches == golden["matches"].get<std::array<std::int64_t, 4>>());
    CHECK(statistics.totals == golden["totals"].get<std::array<std::int64_t, 4>>());
  }
}

TEST_CASE("an empty corpus scores 0, and every hypothesis needs its reference") {
  using Texts = std::vector<std::string>;
  CHECK(corpus_bleu(Texts{}, Texts{}, BleuTokens::plain) == 0.0);
  CHECK_THROWS_AS(corpus_bleu(Texts{"a"}, Texts{}, BleuTokens::plain), InternalError);
}

TEST_CASE("BLEU does not fall when a matching word is put in place of a wrong one") {
  const std::string reference = "one two three four five six seven eight";
  const double worse = sentence_bleu("one x three four five six seven eight", reference, BleuTokens::plain);
  const double better = sentence_bleu("one two three four five six seven eight", reference, BleuTokens::plain);
  CHECK(worse < better);
  CHECK(better == Approx(100.0));
}
