#include "sequence/beam_search.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "catch.h"
#include "core/random.h"

using namespace seqlab;

namespace {

constexpr int kBegin = 0;
constexpr int kEnd = 1;
constexpr int kWords = 4;
constexpr int kPositions = 3;

/// A decoder whose probabilities and weights depend on the sentence and on every token before.
struct Oracle {
  /// Of the tokens before, as one number.
  static double extend(double history, int token) { return history * kWords + token + 1; }
  static std::vector<double> numbers(double sentence, double history, int count, const char* what) {
    Random random(static_cast<std::uint64_t>(sentence * 1e6 + history), what);
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(random.uniform());
    return values;
  }
  static std::vector<double> logits(double sentence, double history) {
    auto values = numbers(sentence, history, kWords, "logits");
    for (double& v : values) v *= 3;
    return values;
  }
  static std::vector<double> weights(double sentence, double history) {
    auto values = numbers(sentence, history, kPositions, "weights");
    double sum = 0;
    for (const double v : values) sum += v;
    for (double& v : values) v /= sum;
    return values;
  }

  static DecoderOutput step(Tape& tape, std::span<const int> previous, DecoderState& state) {
    std::vector<double> histories, all_logits, all_weights;
    const int beam = state.beam();
    for (std::size_t r = 0; r < previous.size(); ++r) {
      const auto row = static_cast<std::int64_t>(r);
      const double sentence = state.sentences[0].value().at(row / beam, 0);
      CHECK(state.hypotheses[1].value().at(row, 0) == sentence);
      const double before = state.hypotheses[0].value().at(row, 0);
      const double history = state.step == 0 ? before : extend(before, previous[r]);
      histories.push_back(history);
      const auto l = logits(sentence, history);
      const auto w = weights(sentence, history);
      all_logits.insert(all_logits.end(), l.begin(), l.end());
      all_weights.insert(all_weights.end(), w.begin(), w.end());
    }
    const auto rows = static_cast<std::int64_t>(previous.size());
    state.hypotheses[0] = tape.constant({rows, 1}, histories);
    return {tape.constant({rows, kWords}, all_logits), tape.constant({rows, kPositions}, all_weights)};
  }

  /// Every text of a sentence with its score.
  struct Enumeration {
    double sentence;
    int limit;
    BeamOptions options;
    std::vector<Hypothesis> texts;

    void from(const Hypothesis& prefix, double history) {
      const auto l = logits(sentence, history);
      double sum = 0;
      for (const double v : l) sum += std::exp(v);
      const auto w = weights(sentence, history);
      for (int token = 0; token < kWords; ++token) {
        Hypothesis next = prefix;
        next.log_probability += l[static_cast<std::size_t>(token)] - std::log(sum);
        next.weights.emplace_back(w.begin(), w.end());
        next.ended = token == kEnd;
        if (!next.ended) next.ids.push_back(token);
        if (next.ended || static_cast<int>(next.ids.size()) == limit) {
          next.score = score(next);
          texts.push_back(next);
        } else {
          from(next, extend(history, token));
        }
      }
    }
    [[nodiscard]] double score(const Hypothesis& text) const {
      const double tokens = static_cast<double>(text.ids.size()) + (text.ended ? 1 : 0);
      double result = text.log_probability / std::pow((5 + tokens) / 6, options.length_penalty);
      for (std::size_t s = 0; s < kPositions; ++s) {
        double seen = 0;
        for (const auto& step : text.weights) seen += static_cast<double>(step[s]);
        result += options.coverage_penalty * std::log(std::min(1.0, std::max(1e-4, seen)));
      }
      return result;
    }
  };

  static std::vector<Hypothesis> every_text(double sentence, int limit, const BeamOptions& options) {
    Enumeration all{sentence, limit, options, {}};
    all.from({}, 0);
    std::ranges::sort(all.texts, std::ranges::greater(), &Hypothesis::score);
    return all.texts;
  }

  static std::vector<std::vector<Hypothesis>> search(const std::vector<double>& sentences, const std::vector<int>& limits,
                                                     const BeamOptions& options) {
    Tape tape(Precision::f64, false);
    DecodingTapes tapes(Precision::f64);
    const auto batch = static_cast<std::int64_t>(sentences.size());
    const Var own = tape.constant({batch, 1}, sentences);
    DecoderState start{{tape.zeros({batch, 1}), own}, {own}, std::vector<int>(sentences.size(), kPositions)};
    return beam_search(tapes, start, step, {kBegin, kEnd, limits}, options);
  }
};

}  // namespace

TEST_CASE("a beam that holds every beginning finds what an exhaustive search finds", "[sequence][beam_search]") {
  for (const double alpha : {0.0, 0.6, 1.0}) {
    for (const double beta : {0.0, 0.4}) {
      BeamOptions options;
      options.beam = 300;
      options.best = 12;
      options.length_penalty = alpha;
      options.coverage_penalty = beta;
      options.early_finish = false;
      options.keep_weights = true;
      const std::vector<double> sentences{1, 2, 3};
      const std::vector<int> limits{4, 2, 3};
      const auto found = Oracle::search(sentences, limits, options);
      for (std::size_t b = 0; b < 3; ++b) {
        const auto all = Oracle::every_text(sentences[b], limits[b], options);
        REQUIRE(found[b].size() == 12);
        for (std::size_t i = 0; i < 12; ++i) {
          INFO("sentence " << b << ", text " << i << ", alpha " << alpha << ", beta " << beta);
          CHECK(found[b][i].score == Approx(all[i].score));
          CHECK(found[b][i].ids == all[i].ids);
          CHECK(found[b][i].ended == all[i].ended);
          CHECK(found[b][i].log_probability == Approx(all[i].log_probability));
          CHECK(found[b][i].weights == all[i].weights);
        }
      }
    }
  }
}

TEST_CASE("a small beam gives texts of the language, sentence by sentence as in the batch", "[sequence][beam_search]") {
  for (const bool early : {true, false}) {
    BeamOptions options;
    options.beam = 3;
    options.best = 3;
    options.early_finish = early;
    const std::vector<double> sentences{1, 2, 3, 4, 5, 6, 7};
    const std::vector<int> limits{4, 6, 1, 0, 3, 5, 2};
    const auto together = Oracle::search(sentences, limits, options);
    for (std::size_t b = 0; b < sentences.size(); ++b) {
      const auto alone = Oracle::search({sentences[b]}, {limits[b]}, options);
      REQUIRE(alone[0].size() == together[b].size());
      std::map<std::vector<int>, double> known;
      for (const Hypothesis& text : Oracle::every_text(sentences[b], std::max(1, limits[b]), options)) {
        known[text.ids] = text.score;
      }
      for (std::size_t i = 0; i < alone[0].size(); ++i) {
        CHECK(alone[0][i].ids == together[b][i].ids);
        CHECK(alone[0][i].score == together[b][i].score);
        CHECK(alone[0][i].weights.empty());
        if (limits[b] == 0) {
          CHECK(alone[0][i].ids.empty());
          continue;
        }
        CHECK(known.at(alone[0][i].ids) == Approx(alone[0][i].score));
        if (i > 0) CHECK(alone[0][i].score <= alone[0][i - 1].score);
      }
    }
  }
}

TEST_CASE("a beam of one is greedy decoding with its probability", "[sequence][beam_search]") {
  Tape tape(Precision::f64, false);
  DecodingTapes tapes(Precision::f64);
  const std::vector<double> sentences{1, 2, 3, 4, 5};
  const std::vector<int> limits{7, 7, 7, 7, 3};
  const Var own = tape.constant({5, 1}, sentences);
  DecoderState start{{tape.zeros({5, 1}), own}, {own}, std::vector<int>(5, kPositions)};
  const auto said = greedy(tapes, start, Oracle::step, {kBegin, kEnd, limits});
  BeamOptions options;
  options.beam = 1;
  options.length_penalty = 0;
  const auto found = Oracle::search(sentences, limits, options);
  for (std::size_t b = 0; b < 5; ++b) {
    CHECK(found[b][0].ids == said[b].ids);
    CHECK(found[b][0].log_probability < 0);
    CHECK(found[b][0].score == Approx(found[b][0].log_probability));
  }
}

TEST_CASE("numbers that are not finite end a search without a text", "[sequence][beam_search]") {
  Tape tape(Precision::f64, false);
  DecodingTapes tapes(Precision::f64);
  const std::vector<int> limits{5, 5};
  BeamOptions options;
  const auto found = beam_search(
      tapes, {{tape.zeros({2, 1})}, {}, {1, 1}},
      [](Tape& own, std::span<const int> previous, DecoderState&) {
        return DecoderOutput{own.constant({static_cast<std::int64_t>(previous.size()), kWords}, NAN), {}};
      },
      {kBegin, kEnd, limits}, options);
  for (const auto& texts : found) CHECK((texts.size() == 1 && texts[0].ids.empty()));
}
