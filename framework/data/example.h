#pragma once

// What a reader of labelled sequences hands over, before anything is learnt from the training data (vocabulary, classes,
// scale).

#include <cstddef>
#include <string>
#include <vector>

namespace seqlab {

/// A sequence as it stands in the files: text, or vectors of numbers one step after the other; and its label.
struct RawExample {
  std::string text;              // as read; of vectors: their name
  std::vector<float> values;     // [T, F]; NaN where nothing was measured
  std::vector<float> constants;  // beside vectors: what holds for the whole sequence; NaN where unknown
  std::string label;
  std::string group;  // of sequences that belong together, such as those of one person; "" where the data say none
  std::string split;  // "train", "valid", "test" where the data say so
  std::string place;  // "FILE:LINE", for messages
};

using RawExamples = std::vector<RawExample>;

struct RawSplits {
  RawExamples train;
  RawExamples valid;
  RawExamples test;
  int width = 0;  // numbers in a vector; 0: the sequences are text
};

}  // namespace seqlab
