#pragma once

// Subwords (Sennrich et al., 2016; Kudo, 2018): pieces of words, learnt from text by sentencepiece, so that no word is
// unknown.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

class Subwords {
 public:
  /// Learns at most `size` pieces from normalised lines. `kind` is "bpe" or "unigram". The same lines give the same pieces.
  /// UserError where the lines do not allow so few pieces (there are more characters) or, for bpe, so many.
  static Subwords learn(std::span<const std::string> lines, int size, const std::string& kind);
  /// From model(). EnvironmentError where it is damaged.
  static Subwords from_model(std::string model);

  /// The pieces of a normalised line; the first of a word begins with U+2581.
  [[nodiscard]] std::vector<std::string> cut(std::string_view line) const;
  /// Pieces made text again.
  [[nodiscard]] static std::string join(std::span<const std::string> pieces);
  /// All that is needed to cut the same way elsewhere: sentencepiece's own serialised model.
  [[nodiscard]] const std::string& model() const { return model_; }

 private:
  struct Processor;
  explicit Subwords(std::string model);
  std::string model_;
  std::shared_ptr<const Processor> processor_;
};

}  // namespace seqlab
