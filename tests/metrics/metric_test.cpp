#include "metrics/metric.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("the metrics of translation and their directions") {
  std::vector<std::string> names;
  for (const auto& metric : metrics_of_task("translate")) {
    names.push_back(metric.name);
    CHECK_FALSE(metric.help.empty());
  }
  CHECK(names == std::vector<std::string>{"loss", "perplexity", "token_accuracy", "exact", "bleu", "bleu_to_10",
                                          "bleu_to_20", "bleu_to_30", "bleu_over_30", "chrf", "rouge_l", "bracket_f1",
                                          "balanced", "well_formed", "repairs"});
  CHECK(find_metric("translate", "train/loss").direction == Direction::minimum);
  CHECK(find_metric("translate", "valid/perplexity").direction == Direction::minimum);
  CHECK(find_metric("translate", "test/exact").direction == Direction::maximum);
  CHECK(find_metric("translate", "bleu").direction == Direction::maximum);
  CHECK(find_metric("translate", "valid/token_accuracy").name == "token_accuracy");
}

TEST_CASE("an unknown task, split or metric gets a suggestion") {
  CHECK_THROWS_AS(metrics_of_task("translat"), UserError);
  CHECK_THROWS_WITH(metrics_of_task("translat"), ContainsSubstring("did you mean 'translate'"));
  CHECK_THROWS_WITH(find_metric("translate", "vaild/bleu"), ContainsSubstring("did you mean 'valid'"));
  CHECK_THROWS_WITH(find_metric("translate", "valid/blue"), ContainsSubstring("did you mean 'bleu'"));
  CHECK_THROWS_WITH(find_metric("translate", "valid/"), ContainsSubstring("known: loss"));
  CHECK_THROWS_WITH(find_metric("translate", ""), ContainsSubstring("known: loss"));
  CHECK_THROWS_AS(find_metric("translate", "valid/test/bleu"), UserError);
}
