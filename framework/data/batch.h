#pragma once

// What a model is given: ids or vectors with their lengths, time-major, padded with 0 to the longest row of the batch.

#include <span>
#include <vector>

namespace seqlab {

/// Token ids [T, B] (time-major: id of step t of row b at t * batch + b) and the true length of each row.
struct IdSequences {
  int steps = 0;             // T, the longest length (padding may make it longer in tests)
  int batch = 0;             // B
  std::vector<int> ids;      // [T, B]; what stands behind a row's length is padding and must not matter
  std::vector<int> lengths;  // [B]

  [[nodiscard]] int at(int step, int row) const { return ids[static_cast<std::size_t>(step) * batch + row]; }
};

/// Lays rows out time-major; the padding id is 0. Rows may have length 0.
IdSequences pack_sequences(std::span<const std::vector<int>> rows);

/// What cross entropy takes for targets: the ids, and -1 behind each length.
std::vector<int> targets_of(const IdSequences& sequences);

/// Vectors of numbers [T, B, F], time-major, and the true length of each row.
struct VectorSequences {
  int steps = 0;               // T
  int batch = 0;               // B
  int width = 0;               // F
  std::vector<double> values;  // [T, B, F]; what stands behind a row's length is padding and must not matter
  std::vector<int> lengths;    // [B]
};

/// Lays rows out time-major; a row is its steps one after the other, [length, width] numbers. The padding is 0.
VectorSequences pack_vectors(std::span<const std::span<const float>> rows, int width);

/// What is read step by step: tokens or vectors, whatever the data of the run are.
struct InputSequences {
  IdSequences ids;          // used where vectors.width is 0
  VectorSequences vectors;  // else

  [[nodiscard]] bool are_tokens() const { return vectors.width == 0; }
  [[nodiscard]] int steps() const { return are_tokens() ? ids.steps : vectors.steps; }
  [[nodiscard]] int batch() const { return are_tokens() ? ids.batch : vectors.batch; }
  [[nodiscard]] const std::vector<int>& lengths() const { return are_tokens() ? ids.lengths : vectors.lengths; }
};

/// One batch of the task `translate`.
struct TranslateBatch {
  IdSequences source;      // [S, B], no marks
  IdSequences target_in;   // [T, B], <s> w1 ... wn : what the decoder reads
  IdSequences target_out;  // [T, B], w1 ... wn </s> : what it should say; lengths n + 1
  std::vector<int> rows;   // [B], which example of the split each row is
};

/// One batch of the task `classify`.
struct ClassifyBatch {
  InputSequences inputs;
  std::vector<int> classes;  // [B], from 0
  std::vector<int> rows;     // [B], which example of the split each row is
};

/// One batch of the task `tag`.
struct TagBatch {
  InputSequences inputs;
  IdSequences tags;       // [T, B], from 0; -1 where a step is not judged
  std::vector<int> rows;  // [B], which example of the split each row is
};

/// One batch of the task `forecast`.
struct ForecastBatch {
  VectorSequences inputs;
  std::vector<double> targets;  // [B, horizon]
  std::vector<int> rows;        // [B], which example of the split each row is
};

/// One window of the task `language_model`: each row goes on where it ended in the window before.
struct LanguageBatch {
  IdSequences in;   // [T, B], the token before each of `out`
  IdSequences out;  // [T, B], what is to be foretold
};

}  // namespace seqlab
