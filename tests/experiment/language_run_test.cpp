#include "experiment/language_run.h"

#include <cmath>

#include "catch.h"
#include "metrics/metric.h"

using namespace seqlab;

namespace {

/// Gives every token the same score but the one it foretells, the next id, which gets ln 3 more.
class Counting final : public NextTokenModel {
 public:
  explicit Counting(int words) : words_(words) {}
  BatchLoss loss(Tape&, const LanguageBatch&, CarriedState&) override { return {}; }
  Var predict(Tape& tape, const IdSequences& in, CarriedState&) override {
    std::vector<double> scores(in.ids.size() * static_cast<std::size_t>(words_), 0.0);
    for (std::size_t i = 0; i < in.ids.size(); ++i) {
      scores[i * static_cast<std::size_t>(words_) + static_cast<std::size_t>((in.ids[i] + 1) % words_)] = std::log(3.0);
    }
    return tape.constant({in.steps, in.batch, words_}, scores);
  }

 private:
  int words_;
};

}  // namespace

TEST_CASE("a language model is judged on each token once, by every metric", "[experiment][language_run]") {
  LanguageData data;
  const std::vector<std::vector<std::string>> words{{"a"}, {"b"}, {"c"}, {"d"}};
  data.vocabulary = Vocabulary::build(words, 1, 0);
  data.token_separator = " ";
  for (int i = 0; i < 33; ++i) data.test.push_back(4 + i % 4);  // a b c d a b ...: the next id but after d
  Counting model(data.vocabulary.size());
  Tape tape(Precision::f64, false);
  const Evaluation result = evaluate_language(model, tape, data, data.test, 3);
  CHECK(result.values.size() == metrics_of_task("language_model").size());
  for (const auto& metric : metrics_of_task("language_model")) CHECK(result.values.contains(metric.name));
  // After </s> (id 3) comes a (id 4), which is right too; each d is followed by a, 8 times, and is wrong.
  const double loss = std::log(10.0) - 25.0 / 33 * std::log(3.0);
  CHECK(result.values.at("loss") == Approx(loss));
  CHECK(result.values.at("perplexity") == Approx(std::exp(loss)));
  CHECK(result.values.at("bits") == Approx(loss / std::log(2.0)));
  CHECK(result.values.at("token_accuracy") == Approx(25.0 / 33));
  std::string text;
  for (const ExampleScore& example : result.examples) text += example.reference + " ";
  CHECK(text.substr(0, 12) == "a b c d a b ");
  CHECK(text.size() == 2 * 33);
}
