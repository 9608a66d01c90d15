#include "experiment/translate_evaluation.h"

#include <cmath>

#include "autodiff/attend.h"
#include "autodiff/cross_entropy.h"
#include "catch.h"

using namespace seqlab;

namespace {

/// Says the source backwards; its logits give each right token probability e / (e + V - 1).
class Backwards final : public TranslateModel {
 public:
  explicit Backwards(int words, bool endless = false) : words_(words), endless_(endless) {}
  BatchLoss loss(Tape& tape, const TranslateBatch& batch) override {
    largest_batch = std::max(largest_batch, batch.source.batch);
    const IdSequences& out = batch.target_out;
    std::vector<double> logits(static_cast<std::size_t>(out.steps * out.batch * words_), 0.0);
    std::vector<int> targets(static_cast<std::size_t>(out.steps * out.batch), -1);
    for (int t = 0; t < out.steps; ++t) {
      for (int b = 0; b < out.batch; ++b) {
        if (t >= out.lengths[static_cast<std::size_t>(b)]) continue;
        const auto row = static_cast<std::size_t>(t * out.batch + b);
        targets[row] = out.at(t, b);
        logits[row * static_cast<std::size_t>(words_) + static_cast<std::size_t>(targets[row])] = 1.0;
      }
    }
    const auto entropy = cross_entropy(tape.constant({out.steps, out.batch, words_}, logits), targets, 1.0);
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }
  /// A row of the state is its source.
  DecoderState encode(Tape& tape, const IdSequences& source) override {
    std::vector<double> ids;
    for (int b = 0; b < source.batch; ++b) {
      for (int t = 0; t < source.steps; ++t) ids.push_back(source.at(t, b));
    }
    return {{tape.constant({source.batch, source.steps}, ids)}, {}, source.lengths};
  }
  DecoderOutput decode(Tape& tape, std::span<const int> previous, DecoderState& state) override {
    std::vector<double> logits(previous.size() * static_cast<std::size_t>(words_), 0.0);
    for (std::size_t r = 0; r < previous.size(); ++r) {
      const int place = state.lengths[r] - 1 - state.step;
      int next = place < 0 ? Vocabulary::kEnd : static_cast<int>(state.hypotheses[0].value().at(static_cast<int>(r), place));
      if (endless_) next = Vocabulary::kSpecial;
      logits[r * static_cast<std::size_t>(words_) + static_cast<std::size_t>(next)] = 1.0;
    }
    steps = std::max(steps, state.step + 1);
    return {tape.constant({static_cast<std::int64_t>(previous.size()), words_}, logits), {}};
  }
  int steps = 0;
  int largest_batch = 0;

 private:
  int words_;
  bool endless_;
};

/// Pairs over the letters a to e; `reference` is what the target says.
TranslateData letters(const std::vector<std::pair<std::string, std::string>>& texts) {
  TranslateData data;
  const auto tokens = [](const std::string& text) {
    std::vector<std::string> all;
    for (const char c : text) all.emplace_back(1, c);
    return all;
  };
  const Vocabulary vocabulary = Vocabulary::build(std::vector<std::vector<std::string>>{tokens("abcde")}, 1, 0);
  data.source_vocabulary = vocabulary;
  data.target_vocabulary = vocabulary;
  for (const auto& [source, target] : texts) {
    data.test.push_back({source, target, vocabulary.encode(tokens(source)), vocabulary.encode(tokens(target))});
  }
  return data;
}

}  // namespace

TEST_CASE("an evaluation keeps the split's order and gives every metric", "[experiment][translate_evaluation]") {
  const TranslateData data = letters({{"abcde", "edcba"}, {"a", "a"}, {"abc", "abc"}, {"bb", "bb"}});
  Backwards model(data.target_vocabulary.size());
  Tape tape(Precision::f64, false);
  const auto result = evaluate_translation(model, tape, data, {data.test}, TranslateOptions());
  REQUIRE(result.examples.size() == 4);
  const std::vector<std::string> predictions{"edcba", "a", "cba", "bb"};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(result.examples[i].source == data.test[i].source);
    CHECK(result.examples[i].reference == data.test[i].target);
    CHECK(result.examples[i].prediction == predictions[i]);
    CHECK(result.examples[i].score == (i == 2 ? 0 : 1));
  }
  const double others = data.target_vocabulary.size() - 1;
  const double loss = std::log(std::exp(1.0) + others) - 1;
  CHECK(result.values.at("loss") == Approx(loss));
  CHECK(result.values.at("perplexity") == Approx(std::exp(loss)));
  CHECK(result.values.at("token_accuracy") == 1);
  CHECK(result.values.at("exact") == Approx(0.75));
  CHECK(result.values.at("bleu") > 50);
  CHECK(result.values.at("bleu") < 100);
  CHECK(result.values.at("bleu_to_10") == result.values.at("bleu"));
  CHECK(result.values.at("chrf") > result.values.at("bleu") / 2);
  for (const auto& metric : metrics_of_task("translate")) {
    const bool apart = metric.name.starts_with("bleu_") || metric.help.starts_with("trees");
    CHECK(result.values.contains(metric.name) == (!apart || metric.name == "bleu_to_10"));
  }
}

TEST_CASE("an evaluation in many batches is one evaluation", "[experiment][translate_evaluation]") {
  std::vector<std::pair<std::string, std::string>> texts;
  for (int i = 0; i < 450; ++i) {
    const std::string text(static_cast<std::size_t>(1 + i % 7), static_cast<char>('a' + i % 5));
    texts.emplace_back(text, i % 3 == 0 ? text + "a" : text);
  }
  const TranslateData data = letters(texts);
  Backwards model(data.target_vocabulary.size());
  Tape tape(Precision::f64, false);
  const auto result = evaluate_translation(model, tape, data, {data.test}, TranslateOptions());
  CHECK(model.largest_batch < 450);
  CHECK(result.values.at("exact") == Approx(300.0 / 450));
  for (std::size_t i = 0; i < 450; ++i) REQUIRE(result.examples[i].prediction == texts[i].first);
}

TEST_CASE("a model that never ends is cut, and a split without pairs has no loss", "[experiment][translate_evaluation]") {
  TranslateData data = letters({{"abc", "cba"}});
  Backwards endless(data.target_vocabulary.size(), true);
  Tape tape(Precision::f64, false);
  const auto result = evaluate_translation(endless, tape, data, {data.test}, TranslateOptions());
  CHECK(result.values.at("exact") == 0);
  CHECK(result.examples[0].prediction.size() == 16);
  data.test.clear();
  const auto none = evaluate_translation(endless, tape, data, {data.test}, TranslateOptions());
  CHECK(none.values.at("loss") == 0);
  CHECK(none.examples.empty());
}
