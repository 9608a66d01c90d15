#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "core/error.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/rouge.h"

using namespace seqlab;

namespace {

/// The cases that tests/golden/metrics_golden.py made.
nlohmann::json golden_cases(const std::string& metric) {
  std::ifstream input(std::filesystem::path(SEQLAB_TESTS_FOLDER) / "golden" / "metrics.json");
  REQUIRE(input.good());
  nlohmann::json chosen = nlohmann::json::array();
  for (const auto& golden : nlohmann::json::parse(input)) {
    if (golden["metric"] == metric) chosen.push_back(golden);
  }
  REQUIRE(chosen.size() >= 4);
  return chosen;
}

BleuTokens tokens_of(const nlohmann::json& golden) { return bleu_tokens_named(golden["tokens"].get<std::string>()); }

}  // namespace

TEST_CASE("each tokenisation of BLEU cuts as the golden values do", "[metrics][bleu_tokens]") {
  for (const auto& golden : golden_cases("tokens")) {
    CAPTURE(golden["tokens"].get<std::string>(), golden["text"].get<std::string>());
    CHECK(bleu_tokens(golden["text"].get<std::string>(), tokens_of(golden)) ==
          golden["cut"].get<std::vector<std::string>>());
  }
}

TEST_CASE("BLEU agrees with the golden values under each tokenisation", "[metrics][bleu]") {
  for (const auto& golden : golden_cases("bleu")) {
    CAPTURE(golden["tokens"].get<std::string>());
    const std::vector<std::string> hypotheses = golden["hypotheses"];
    const std::vector<std::string> references = golden["references"];
    CHECK(std::abs(corpus_bleu(hypotheses, references, tokens_of(golden)) - golden["score"].get<double>()) < 1e-6);
  }
}

TEST_CASE("chrF agrees with the golden values", "[metrics][chrf]") {
  for (const auto& golden : golden_cases("chrf")) {
    const std::vector<std::string> hypotheses = golden["hypotheses"];
    const std::vector<std::string> references = golden["references"];
    CAPTURE(hypotheses, references);
    ChrfStatistics statistics;
    for (std::size_t i = 0; i < hypotheses.size(); ++i) statistics += chrf_statistics(hypotheses[i], references[i]);
    const double score = chrf_score(statistics, golden["beta"].get<double>());
    CHECK(std::abs(score - golden["score"].get<double>()) < 1e-6);
    if (golden.contains("published")) CHECK(std::abs(score - golden["published"].get<double>()) < 1e-4);
    if (golden["beta"] == 2) CHECK(corpus_chrf(hypotheses, references) == Approx(score));
  }
  const std::vector<std::string> none;
  CHECK(corpus_chrf(none, none) == 0);
  CHECK_THROWS_AS(corpus_chrf(std::vector<std::string>{"a"}, none), InternalError);
}

TEST_CASE("ROUGE-L agrees with the golden values", "[metrics][rouge]") {
  double sum = 0;
  std::vector<std::string> hypotheses, references;
  for (const auto& golden : golden_cases("rouge")) {
    CAPTURE(golden["hypothesis"].get<std::string>(), golden["tokens"].get<std::string>());
    const double score =
        sentence_rouge_l(golden["hypothesis"].get<std::string>(), golden["reference"].get<std::string>(), tokens_of(golden));
    CHECK(std::abs(score - golden["score"].get<double>()) < 1e-9);
    if (golden["tokens"] != "13a") continue;
    hypotheses.push_back(golden["hypothesis"]);
    references.push_back(golden["reference"]);
    sum += score;
  }
  CHECK(corpus_rouge_l(hypotheses, references, BleuTokens::mteval13a) ==
        Approx(sum / static_cast<double>(hypotheses.size())));
}

TEST_CASE("a misspelt tokenisation gets the nearest name", "[metrics][bleu_tokens]") {
  for (const std::string& name : bleu_token_names()) CHECK_NOTHROW(bleu_tokens_named(name));
  try {
    bleu_tokens_named("13b");
    FAIL("13b is none");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find("13a") != std::string::npos);
  }
}
