#pragma once

// The decoder of an encoder-decoder model: cells above each other, attention after or before their step, its output fed back
// or not; without attention the encoder's last output.

#include <string>

#include "nn/linear.h"
#include "sequence/attention.h"
#include "sequence/decoding.h"
#include "sequence/layers.h"

namespace seqlab {

/// Where a decoder looks at its memory.
enum class Wiring {
  input_feeding,  // after the cells' step, with their new output; what comes of it is fed to the next step (Luong et al.,
                  // 2015)
  after,          // the same, fed to nobody: all steps of a training batch ask at once
  before,         // with the output of the step before; the answer is read by the cells (Bahdanau et al., 2015)
};

struct RecurrentDecoderOptions {
  int units = 128;
  int layers = 1;
  Wiring wiring = Wiring::input_feeding;
  double dropout = 0;     // of the attentional outputs, and between layers
  bool residual = false;  // as LayerOptions has it
};

class RecurrentDecoder {
 public:
  /// What was read.
  struct Memory {
    AttentionMemory attended;  // where there is attention
    Var fixed;                 // else what all steps see, [B, fixed]; no Var where that is nothing
  };
  /// Between two steps of R = B * K hypotheses, those of a sentence next to each other.
  struct State {
    LayerStates layers;    // [R, units] each
    AttentionState asked;  // where there is attention
    Var fed;               // [R, units]: the last attentional output, where it is fed back
  };
  struct Said {
    Var output;   // [R, units]: the attentional output tanh(W [context; h])
    Var weights;  // [R, S] where there is attention
  };

  RecurrentDecoder() = default;
  /// Reads `words` columns a step. `fixed`: columns of Memory::fixed, 0 for none; not with attention. Parameters are named
  /// "NAME.layer1.forward. ...", "NAME.combine. ..."; those of the attention are its own.
  RecurrentDecoder(ParameterSet& parameters, const std::string& name, int words, int fixed,
                   const RecurrentDecoderOptions& options, const Layers::MakeCell& make, Attention attention);

  /// The state before the first step; `layers` as the bridge makes them (Layers::initial for zeros).
  [[nodiscard]] State start(const Memory& memory, LayerStates layers) const;
  /// One step on the previous words [R, words].
  [[nodiscard]] Said step(Var words, const Memory& memory, State& state) const;
  /// All steps of a batch whose words [T, B, words] are known: outputs [T, B, units]. Row b is lengths[b] steps long; what
  /// is said behind that is not to be used.
  [[nodiscard]] Var outputs(Var words, std::span<const int> lengths, const Memory& memory, State state) const;

  /// What greedy and beam search keep between two steps, for sources of these lengths, and a step of theirs.
  [[nodiscard]] DecoderState pack(const Memory& memory, const State& state, std::vector<int> lengths) const;
  Said step(Var words, DecoderState& packed) const;

  [[nodiscard]] const Attention& attention() const { return attention_; }
  [[nodiscard]] const Layers& layers() const { return layers_; }

 private:
  [[nodiscard]] std::vector<Var> hypotheses(const Memory& memory, const State& state) const;
  /// What is read beside the words: `context` where attention comes first.
  [[nodiscard]] Var beside(const Memory& memory, const State& state, Var context) const;
  /// The context of queries [R, units], and their weights.
  [[nodiscard]] Attended ask(Var query, const Memory& memory, State& state) const;
  [[nodiscard]] Var combined(Var context, Var h) const;
  template <class Project>
  Said advance(const Memory& memory, State& state, Project&& project) const;
  [[nodiscard]] bool feeds() const { return attention_.exists() && options_.wiring == Wiring::input_feeding; }
  [[nodiscard]] bool asks_first() const { return attention_.exists() && options_.wiring == Wiring::before; }

  RecurrentDecoderOptions options_;
  int fixed_ = 0;
  Attention attention_;
  Layers layers_;
  Linear combine_;
};

}  // namespace seqlab
