#pragma once

// Arrays of numbers in files: NumPy's .npy (versions 1 and 2, little-endian) and the idx format of MNIST (big-endian), each
// also as .gz.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace seqlab {

struct ArrayFile {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // row by row

  [[nodiscard]] std::int64_t size(std::size_t dimension) const { return shape.at(dimension); }
};

/// UserError naming the file and a remedy for what is no such file, a type that is not a plain number, Fortran order, more
/// or fewer bytes than the shape says. Integers beyond 2^24 are refused: a float does not hold them.
ArrayFile read_npy(const std::filesystem::path& file);
ArrayFile read_idx(const std::filesystem::path& file);

}  // namespace seqlab
