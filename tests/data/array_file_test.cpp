#include "data/array_file.h"

#include <cmath>

#include <cstring>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

/// An .npy file of version 1 with this heading and data.
std::string npy(std::string heading, const std::string& data) {
  heading.resize(118, ' ');
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(118) + std::string(1, '\0') + heading + data;
}

template <class Number>
std::string bytes(const std::vector<Number>& numbers) {
  std::string text(numbers.size() * sizeof(Number), '\0');
  std::memcpy(text.data(), numbers.data(), text.size());
  return text;
}

}  // namespace

TEST_CASE("an array of NumPy has its shape and numbers, whatever their type", "[data][array_file]") {
  const ScratchFolder folder;
  const auto read = [&](const std::string& type, const std::string& data) {
    return read_npy(
        folder.write("a.npy", npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2, 1, 2), }", data)));
  };
  const std::vector<float> wanted{1, -2, 3, 4};
  CHECK(read("<f4", bytes<float>({1, -2, 3, 4})).values == wanted);
  CHECK(read("<f8", bytes<double>({1, -2, 3, 4})).values == wanted);
  CHECK(read("<i8", bytes<std::int64_t>({1, -2, 3, 4})).values == wanted);
  CHECK(read("|i1", bytes<std::int8_t>({1, -2, 3, 4})).values == wanted);
  CHECK(read("<f4", bytes<float>({1, -2, 3, 4})).shape == std::vector<std::int64_t>{2, 1, 2});
  CHECK_THROWS_WITH(read("<f4", bytes<float>({1, 2, 3})), ContainsSubstring("12 bytes of numbers where its shape says 16"));
  CHECK_THROWS_WITH(read(">f4", bytes<float>({1, 2, 3, 4})), ContainsSubstring("type '>f4'"));
  CHECK_THROWS_WITH(read("<i8", bytes<std::int64_t>({1, 2, 3, 1 << 30})), ContainsSubstring("too large"));
  CHECK_THROWS_WITH(read_npy(folder.write("b.npy", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "abcd"))),
                    ContainsSubstring("Fortran"));
  CHECK_THROWS_WITH(read_npy(folder.write("c.npy", "text")), ContainsSubstring("is no .npy file"));
  CHECK_THROWS_WITH(read_npy(folder.write("d.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", ""))),
                    ContainsSubstring("the array is empty"));
  CHECK_THROWS_WITH(read("<f8", bytes<double>({1, 2, 3, 1e300})), ContainsSubstring("1e+300 is too large for 32 bits"));
  CHECK(std::isinf(read("<f8", bytes<double>({1, 2, 3, INFINITY})).values[3]));  // who uses it says so
  const auto with_shape = [&](const std::string& shape) {
    return read_npy(folder.write(
        "e.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", bytes<float>({1, 2}))));
  };
  CHECK(with_shape("(2,)").shape == std::vector<std::int64_t>{2});
  CHECK(with_shape("(1, 2)").shape == std::vector<std::int64_t>{1, 2});
  CHECK(with_shape("( 1L, 2L )").shape == std::vector<std::int64_t>{1, 2});  // as Python 2 wrote it
  for (const char* shape : {"(1, -2)", "foo", "2", "(1; 2)"}) {
    INFO(shape);
    CHECK_THROWS_WITH(with_shape(shape), ContainsSubstring("is none; the file is damaged"));
  }
}

TEST_CASE("an idx file has its shape and numbers", "[data][array_file]") {
  const ScratchFolder folder;
  const std::string heading("\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x02", 12);
  const ArrayFile array = read_idx(folder.write("a.idx", heading + "\x01\x02\x03\xFF"));
  CHECK(array.shape == std::vector<std::int64_t>{2, 2});
  CHECK(array.values == std::vector<float>{1, 2, 3, 255});
  const std::string words("\x00\x00\x0B\x01\x00\x00\x00\x01", 8);
  CHECK(read_idx(folder.write("b.idx", words + "\x01\x02")).values == std::vector<float>{258});
  CHECK_THROWS_WITH(read_idx(folder.write("c.idx", heading + "\x01")), ContainsSubstring("1 bytes of numbers"));
  CHECK_THROWS_WITH(read_idx(folder.write("d.idx", "text and more")), ContainsSubstring("is no idx file"));
}
