#pragma once

// Turning a decoder's probabilities into text, token by token. A model reads its sources once and gives the state before the
// first step; from then on it knows one step alone: which hypotheses live on, in which order, and when a sentence is done is
// decided here.

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "autodiff/tape.h"

namespace seqlab {

/// What stands between two steps of a decoder over B sentences with K hypotheses each; those of a sentence stand next to
/// each other, R = B * K rows. The model fills it for K = 1.
struct DecoderState {
  std::vector<Var> hypotheses;  // [R, ...] each: what every step changes
  std::vector<Var> sentences;   // [B, ...] each: what stays, and what the hypotheses of a sentence share
  std::vector<int> lengths;     // [B], of the sources
  int step = 0;                 // tokens said so far, the same for all

  [[nodiscard]] int rows() const { return hypotheses.empty() ? 0 : static_cast<int>(hypotheses[0].shape()[0]); }
  /// K.
  [[nodiscard]] int beam() const { return lengths.empty() ? 0 : rows() / static_cast<int>(lengths.size()); }
};

struct DecoderOutput {
  Var logits;   // [R, V]: what the next token's probabilities are the softmax of
  Var weights;  // [R, S]: how much each hypothesis looked at each position of its source; no Var where the model does not
};

/// One step: the tokens before [R] and the state, which becomes that after the step. All Vars are of `tape`.
using DecoderStep = std::function<DecoderOutput(Tape& tape, std::span<const int> previous, DecoderState& state)>;

/// The memory of a decoding. Two tapes take turns, so that it does not grow with the length of the text; reuse it from batch
/// to batch.
class DecodingTapes {
 public:
  explicit DecodingTapes(Precision precision)
      : turns_{Tape(precision, false), Tape(precision, false)}, kept_(precision, false) {}
  void restart();
  Tape& current() { return turns_[turn_]; }
  Tape& turn();                   // the other one, empty
  Tape& kept() { return kept_; }  // lasts until restart()

 private:
  std::array<Tape, 2> turns_;
  Tape kept_;
  std::size_t turn_ = 0;
};

/// The hypotheses `rows` of a state, in this order, on the other of the two tapes. `sentences`: those that are kept; empty:
/// all of them.
DecoderState select(const DecoderState& state, DecodingTapes& tapes, std::span<const int> rows,
                    std::span<const int> sentences);

/// Whether so many of `all` sentences are done that it pays to go on without them.
bool worth_dropping(std::size_t live, std::size_t all);

/// The marks around a text, and the most tokens that each sentence of the batch may have without them.
struct DecodingBounds {
  int begin;
  int end;
  std::span<const int> limits;  // [B]
};

/// A text that a decoder has said.
struct Hypothesis {
  std::vector<int> ids;        // without marks
  bool ended = false;          // by the end mark, not by the limit
  double log_probability = 0;  // of the ids and the end mark (nats); greedy() leaves it 0
  double score = 0;            // what it is ranked by; greedy() leaves it 0
  /// Where asked for and the model looks: for each id, and for the end mark, its weights over the source's positions.
  std::vector<std::vector<float>> weights;
};

/// The most probable token at each step until `end` or the limit; ties go to the smaller id. `start` may live on any tape
/// but those of `tapes`.
std::vector<Hypothesis> greedy(DecodingTapes& tapes, const DecoderState& start, const DecoderStep& step,
                               const DecodingBounds& bounds, bool keep_weights = false);

}  // namespace seqlab
