#include "sequence/decoding.h"

#include <numeric>

#include "core/error.h"
#include "kernels/rows.h"
#include "kernels/top.h"

namespace seqlab {
namespace {

/// Entries `rows` of the outermost dimension of `from`, in memory of `tape`.
Var gathered(Var from, std::span<const int> rows, Tape& tape) {
  const Tensor value = from.value();
  const Shape& s = value.shape;
  expect(s.size() >= 2 && s[0] > 0, "what is selected has rows");
  const auto inner = static_cast<int>(s.rows() / s[0]);
  const auto count = static_cast<std::int64_t>(rows.size());
  const Shape shape = s.size() == 4   ? Shape{count, s[1], s[2], s[3]}
                      : s.size() == 3 ? Shape{count, s[1], s[2]}
                                      : Shape{count, s[1]};
  const Var to = tape.result(shape, false, {"selected rows"});
  if (inner == 1) {
    gather_rows(value, rows, to.value(), false);
    return to;
  }
  std::vector<int> all;
  all.reserve(rows.size() * static_cast<std::size_t>(inner));
  for (const int row : rows) {
    for (int i = 0; i < inner; ++i) all.push_back(row * inner + i);
  }
  gather_rows(value, all, to.value(), false);
  return to;
}

}  // namespace

void DecodingTapes::restart() {
  for (Tape& tape : turns_) tape.clear();
  kept_.clear();
}

Tape& DecodingTapes::turn() {
  turn_ = 1 - turn_;
  turns_[turn_].clear();
  return turns_[turn_];
}

DecoderState select(const DecoderState& state, DecodingTapes& tapes, std::span<const int> rows,
                    std::span<const int> sentences) {
  Tape& tape = tapes.turn();
  DecoderState selected;
  selected.step = state.step;
  for (const Var& part : state.hypotheses) selected.hypotheses.push_back(gathered(part, rows, tape));
  for (const Var& part : state.sentences) {
    const Var kept = sentences.empty() ? part : gathered(part, sentences, tapes.kept());
    selected.sentences.push_back(tape.hold(kept.value(), false, {"what a sentence's hypotheses share"}));
  }
  if (sentences.empty()) selected.lengths = state.lengths;
  for (const int sentence : sentences) selected.lengths.push_back(state.lengths[static_cast<std::size_t>(sentence)]);
  return selected;
}

bool worth_dropping(std::size_t live, std::size_t all) { return live < all && (all <= 4 || live * 8 <= all * 7); }

std::vector<Hypothesis> greedy(DecodingTapes& tapes, const DecoderState& start, const DecoderStep& step,
                               const DecodingBounds& bounds, bool keep_weights) {
  const std::size_t batch = bounds.limits.size();
  std::vector<Hypothesis> results(batch);
  std::vector<int> sentences;  // of the rows of the state
  std::vector<char> done(batch, 0);
  for (std::size_t b = 0; b < batch; ++b) {
    done[b] = bounds.limits[b] <= 0 ? 1 : 0;
    if (done[b] == 0) sentences.push_back(static_cast<int>(b));
  }
  if (sentences.empty()) return results;
  expect(start.rows() == static_cast<int>(batch), "a state has a row for each sentence");
  tapes.restart();
  DecoderState state =
      select(start, tapes, sentences, sentences.size() < batch ? std::span<const int>(sentences) : std::span<const int>());
  std::vector<int> previous(sentences.size(), bounds.begin);
  std::vector<int> all(batch);
  std::iota(all.begin(), all.end(), 0);
  std::vector<TopEntry> best;
  std::size_t live = sentences.size();
  while (true) {
    const DecoderOutput output = step(tapes.current(), previous, state);
    ++state.step;
    top_columns(output.logits.value(), 1, best);
    for (std::size_t r = 0; r < sentences.size(); ++r) {
      const auto b = static_cast<std::size_t>(sentences[r]);
      if (done[b] != 0) continue;
      Hypothesis& said = results[b];
      if (keep_weights && output.weights.exists()) {
        auto& row = said.weights.emplace_back();
        const Tensor& weights = output.weights.value();
        for (int s = 0; s < state.lengths[r]; ++s) {
          row.push_back(static_cast<float>(weights.at(static_cast<std::int64_t>(r), s)));
        }
      }
      const int token = best[r].column;
      said.ended = token == bounds.end || token < 0;
      previous[r] = said.ended ? bounds.end : token;
      if (!said.ended) said.ids.push_back(token);
      if (said.ended || static_cast<int>(said.ids.size()) >= bounds.limits[b]) {
        done[b] = 1;
        --live;
      }
    }
    if (live == 0) return results;
    if (!worth_dropping(live, sentences.size())) {
      state = select(state, tapes, std::span(all).first(sentences.size()), {});
      continue;
    }
    std::vector<int> rows;
    for (std::size_t r = 0; r < sentences.size(); ++r) {
      if (done[static_cast<std::size_t>(sentences[r])] == 0) rows.push_back(static_cast<int>(r));
    }
    state = select(state, tapes, rows, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      sentences[i] = sentences[row];
      previous[i] = previous[row];
    }
    sentences.resize(rows.size());
    previous.resize(rows.size());
  }
}

}  // namespace seqlab
