#include "sequence/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "kernels/top.h"

namespace seqlab {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();
constexpr double kLeastCoverage = 1e-4;

/// A token of some beginning; the tokens before it are found by going back.
struct Said {
  int before = -1;  // in the list of all tokens of the sentence; -1: it is the first
  int token = 0;
  std::vector<float> weights;  // where they are needed
};

struct Beginning {
  double log_probability = kImpossible;  // kImpossible: a place that is not filled
  int said = -1;                         // its last token
  int row = 0;                           // of the state whose logits are looked at
  int token = 0;
};

double length_norm(const BeamOptions& options, int tokens) { return std::pow((5.0 + tokens) / 6.0, options.length_penalty); }

/// One row's part of what a step says: the most probable tokens, and what their scores are to be lessened by.
struct Choice {
  std::span<const TopEntry> top;
  double log_sum;
};

/// The search of one sentence.
class Sentence {
 public:
  Sentence(const BeamOptions& options, const DecodingBounds& bounds, int limit, int positions, int row)
      : options_(options), end_(bounds.end), limit_(limit), positions_(static_cast<std::size_t>(positions)) {
    live_ = {{0.0, -1, row, bounds.begin}};
    if (limit <= 0) {
      finish(live_[0], false, {});
      done_ = true;
    }
  }

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] std::span<const Beginning> live() const { return live_; }
  /// The row in which a beginning stands now.
  void place(std::size_t beginning, int row) { live_[beginning].row = row; }

  /// One step: what follows each beginning. `choice` and `looked` are asked for a row.
  template <class ChoiceOf, class WeightsOf>
  void advance(ChoiceOf&& choice, WeightsOf&& looked) {
    ++tokens_;
    candidates_.clear();
    for (const Beginning& beginning : live_) {
      if (beginning.log_probability == kImpossible) continue;
      const Choice own = choice(beginning.row);
      for (const TopEntry& entry : own.top) {
        if (entry.column < 0) continue;
        candidates_.push_back(
            {beginning.log_probability + entry.value - own.log_sum, beginning.said, beginning.row, entry.column});
      }
    }
    // A row's tokens come in order, so that a stable sort leaves ties to the smaller row and token.
    std::ranges::stable_sort(candidates_,
                             [](const auto& a, const auto& b) { return a.log_probability > b.log_probability; });
    live_.clear();
    for (std::size_t i = 0; i < candidates_.size() && live_.size() < static_cast<std::size_t>(options_.beam); ++i) {
      Beginning& next = candidates_[i];
      if (next.token == end_) {
        if (i < static_cast<std::size_t>(options_.beam)) finish(next, true, looked(next.row));
        continue;
      }
      said_.push_back({next.said, next.token, looked(next.row)});
      next.said = static_cast<int>(said_.size()) - 1;
      live_.push_back(next);
    }
    if (tokens_ >= limit_) {
      for (const Beginning& cut : live_) finish(cut, false, {});
      live_.clear();
    }
    done_ = live_.empty() || enough();
    wait();
  }

  /// Nothing is said, but each sentence has its K rows.
  void wait() {
    const Beginning empty{kImpossible, -1, live_.empty() ? 0 : live_[0].row, end_};
    live_.resize(static_cast<std::size_t>(options_.beam), empty);
  }

  /// The best texts; at least one.
  std::vector<Hypothesis> take() {
    if (finished_.empty()) finished_.emplace_back();  // every number was NaN
    finished_.resize(std::min(finished_.size(), static_cast<std::size_t>(options_.best)));
    return std::move(finished_);
  }

 private:
  void finish(const Beginning& beginning, bool ended, std::vector<float> weights) {
    Hypothesis text;
    text.ended = ended;
    text.log_probability = beginning.log_probability;
    if (ended && !weights.empty()) text.weights.push_back(std::move(weights));
    for (int i = beginning.said; i >= 0; i = said_[static_cast<std::size_t>(i)].before) {
      const Said& said = said_[static_cast<std::size_t>(i)];
      text.ids.push_back(said.token);
      if (!said.weights.empty()) text.weights.push_back(said.weights);
    }
    std::ranges::reverse(text.ids);
    std::ranges::reverse(text.weights);
    const int tokens = static_cast<int>(text.ids.size()) + (ended ? 1 : 0);
    text.score = text.log_probability / length_norm(options_, tokens) + coverage(text.weights);
    if (!options_.keep_weights) text.weights.clear();
    const auto place = std::ranges::upper_bound(finished_, text.score, std::ranges::greater(), &Hypothesis::score);
    finished_.insert(place, std::move(text));
  }

  [[nodiscard]] double coverage(const std::vector<std::vector<float>>& weights) const {
    if (options_.coverage_penalty == 0 || weights.empty()) return 0;
    double total = 0;
    for (std::size_t s = 0; s < positions_; ++s) {
      double sum = 0;
      for (const auto& step : weights) sum += static_cast<double>(step[s]);
      total += std::log(std::clamp(sum, kLeastCoverage, 1.0));
    }
    return options_.coverage_penalty * total;
  }

  /// Whether no beginning is of interest any more.
  [[nodiscard]] bool enough() const {
    if (options_.early_finish && finished_.size() >= static_cast<std::size_t>(options_.beam)) return true;
    if (finished_.size() < static_cast<std::size_t>(options_.best)) return false;
    // A beginning only loses probability, and gains most by being as long as it may be: limit tokens and the end mark.
    const double hope = live_[0].log_probability / length_norm(options_, limit_ + 1);
    return finished_[static_cast<std::size_t>(options_.best) - 1].score >= hope;
  }

  const BeamOptions& options_;
  int end_;
  int limit_;
  std::size_t positions_;
  int tokens_ = 0;
  bool done_ = false;
  std::vector<Said> said_;
  std::vector<Beginning> live_;  // best first
  std::vector<Beginning> candidates_;
  std::vector<Hypothesis> finished_;  // best first
};

/// Where the beginnings of the next step stand in the last one, sentence by sentence.
struct Selection {
  std::vector<int> rows;
  std::vector<int> sentences;  // kept ones, as places in the last state
  std::vector<int> previous;   // tokens
};

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(DecodingTapes& tapes, const DecoderState& start, const DecoderStep& step,
                                                 const DecodingBounds& bounds, const BeamOptions& options) {
  expect(options.beam >= 1 && options.best >= 1 && options.best <= options.beam, "1 <= best <= beam");
  const std::size_t batch = bounds.limits.size();
  expect(batch == 0 || start.rows() == static_cast<int>(batch), "a state has a row for each sentence");
  std::vector<Sentence> searches;
  searches.reserve(batch);
  std::vector<std::size_t> open;  // sentences of the state
  for (std::size_t b = 0; b < batch; ++b) {
    searches.emplace_back(options, bounds, bounds.limits[b], start.lengths[b], static_cast<int>(b));
    open.push_back(b);
  }
  tapes.restart();
  const bool looking = options.keep_weights || options.coverage_penalty > 0;
  DecoderState state = start;
  std::vector<TopEntry> top;
  std::vector<double> sums;
  while (true) {
    Selection selection;
    std::vector<std::size_t> going;
    const auto live =
        static_cast<std::size_t>(std::ranges::count_if(open, [&](std::size_t b) { return !searches[b].done(); }));
    if (live == 0) break;
    const bool drops = worth_dropping(live, open.size());
    for (std::size_t i = 0; i < open.size(); ++i) {
      Sentence& search = searches[open[i]];
      if (drops && search.done()) continue;
      going.push_back(open[i]);
      selection.sentences.push_back(static_cast<int>(i));
      for (std::size_t k = 0; k < search.live().size(); ++k) {
        const Beginning& beginning = search.live()[k];
        selection.rows.push_back(beginning.row);
        selection.previous.push_back(beginning.token);
        search.place(k, static_cast<int>(selection.rows.size()) - 1);
      }
    }
    open = std::move(going);
    state = select(state, tapes, selection.rows, drops ? std::span<const int>(selection.sentences) : std::span<const int>());
    const DecoderOutput output = step(tapes.current(), selection.previous, state);
    ++state.step;

    const Tensor& logits = output.logits.value();
    const int count = static_cast<int>(std::min<std::int64_t>(options.beam + 1, logits.columns()));
    top_columns(logits, count, top);
    log_sum_exp(logits, sums);
    const auto choice = [&](int row) {
      const auto r = static_cast<std::size_t>(row);
      const auto per_row = static_cast<std::size_t>(count);
      return Choice{std::span(top).subspan(r * per_row, per_row), sums[r]};
    };
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (searches[open[i]].done()) {
        searches[open[i]].wait();
        continue;
      }
      searches[open[i]].advance(choice, [&](int row) {
        std::vector<float> weights;
        if (!looking || !output.weights.exists()) return weights;
        const Tensor& all = output.weights.value();
        for (int s = 0; s < state.lengths[i]; ++s) weights.push_back(static_cast<float>(all.at(row, s)));
        return weights;
      });
    }
  }
  std::vector<std::vector<Hypothesis>> results;
  for (Sentence& search : searches) results.push_back(search.take());
  return results;
}

}  // namespace seqlab
