#include "data/array_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "core/error.h"
#include "data/whole_file.h"

namespace seqlab {
namespace {

constexpr double kLargestWhole = 16777216;  // 2^24

template <class Number>
void append(std::string_view bytes, bool swap, const std::string& file, std::vector<float>& values) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Number)) {
    char raw[sizeof(Number)];
    std::memcpy(raw, bytes.data() + i, sizeof(Number));
    if (swap) std::reverse(std::begin(raw), std::end(raw));
    Number number;
    std::memcpy(&number, raw, sizeof(Number));
    const auto value = static_cast<double>(number);
    if (std::is_integral_v<Number> && std::abs(value) > kLargestWhole) {
      throw UserError(fmt::format("{}: the number {} is too large to be held exactly; store it as a float", file, number));
    }
    if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) {
      throw UserError(fmt::format("{}: the number {} is too large for 32 bits (3.4e38); correct it", file, value));
    }
    values.push_back(static_cast<float>(value));
  }
}

std::size_t elements_of(const std::vector<std::int64_t>& shape, const std::string& file) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 1) throw UserError(fmt::format("{}: the array is empty; a dimension of its shape is {}", file, size));
    if (count > (std::size_t{1} << 40) / static_cast<std::size_t>(size)) {
      throw UserError(fmt::format("{}: its shape claims more than 2^40 numbers; the file is damaged", file));
    }
    count *= static_cast<std::size_t>(size);
  }
  return count;
}

void check_size(std::size_t found, std::size_t wanted, const std::string& file) {
  if (found == wanted) return;
  throw UserError(fmt::format("{}: {} bytes of numbers where its shape says {}; the file is damaged: make or copy it again",
                              file, found, wanted));
}

/// The text behind 'key': in the heading of an .npy file, up to the comma or bracket that ends it.
std::string_view value_of(std::string_view heading, std::string_view key, const std::string& file) {
  const auto at = heading.find(key);
  const auto colon = at == std::string_view::npos ? at : heading.find(':', at);
  if (colon == std::string_view::npos)
    throw UserError(fmt::format("{}: its heading has no {}; save it with numpy.save", file, key));
  std::string_view rest = heading.substr(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto end = rest.starts_with('(') ? rest.find(')') : rest.find_first_of(",}");
  return rest.substr(0, end);
}

/// The sizes in "(60, 5, 2": what value_of() finds.
std::vector<std::int64_t> shape_of(std::string_view text, const std::string& file) {
  const auto damaged = [&] {
    return UserError(fmt::format("{}: its shape '{})' is none; the file is damaged: save it again", file, text));
  };
  if (!text.starts_with('(')) throw damaged();
  std::vector<std::int64_t> shape;
  std::string_view rest = text.substr(1);
  const auto skip = [&](std::string_view what) { rest.remove_prefix(std::min(rest.find_first_not_of(what), rest.size())); };
  for (skip(" "); !rest.empty(); skip(", ")) {
    std::int64_t size = 0;
    const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
    if (code == std::errc::result_out_of_range)
      throw UserError(fmt::format("{}: a dimension of its shape is too large", file));
    if (code != std::errc() || size < 0) throw damaged();
    shape.push_back(size);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.starts_with('L')) rest.remove_prefix(1);  // of Python 2
    skip(" ");
    if (!rest.empty() && rest.front() != ',') throw damaged();
  }
  return shape;
}

}  // namespace

ArrayFile read_npy(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string bytes = read_whole_file(path);
  const bool magic = bytes.size() >= 12 && bytes.starts_with("\x93NUMPY") && (bytes[6] == 1 || bytes[6] == 2);
  if (!magic) throw UserError(fmt::format("{}: is no .npy file of version 1 or 2; save it with numpy.save", file));
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t start = bytes[6] == 1 ? 10 : 12;
  const std::size_t length = byte(8) + 256 * byte(9) + (start == 12 ? 65536 * (byte(10) + 256 * byte(11)) : 0);
  if (bytes.size() < start + length) throw UserError(fmt::format("{}: cut off in its heading; make or copy it again", file));
  const std::string_view heading = std::string_view(bytes).substr(start, length);
  if (value_of(heading, "'fortran_order'", file).starts_with("True")) {
    throw UserError(fmt::format("{}: columns first (Fortran order); save numpy.ascontiguousarray of it", file));
  }
  ArrayFile array;
  array.shape = shape_of(value_of(heading, "'shape'", file), file);
  const std::string_view data = std::string_view(bytes).substr(start + length);
  const std::size_t count = elements_of(array.shape, file);
  std::string_view type = value_of(heading, "'descr'", file);
  if (type.size() >= 2) type = type.substr(1, type.size() - 2);
  const auto take = [&](auto number) {
    check_size(data.size(), count * sizeof(number), file);
    array.values.reserve(count);
    append<decltype(number)>(data, false, file, array.values);
  };
  if (type == "<f4")
    take(float{});
  else if (type == "<f8")
    take(double{});
  else if (type == "|u1")
    take(std::uint8_t{});
  else if (type == "|i1")
    take(std::int8_t{});
  else if (type == "<i2")
    take(std::int16_t{});
  else if (type == "<i4")
    take(std::int32_t{});
  else if (type == "<i8")
    take(std::int64_t{});
  else
    throw UserError(
        fmt::format("{}: its numbers have the type '{}'; known: f4, f8, u1, i1, i2, i4, i8 (little-endian), so "
                    "save array.astype('float32')",
                    file, type));
  return array;
}

ArrayFile read_idx(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string bytes = read_whole_file(path);
  const auto byte = [&](std::size_t i) { return static_cast<std::int64_t>(static_cast<unsigned char>(bytes[i])); };
  if (bytes.size() < 8 || bytes[0] != 0 || bytes[1] != 0 || bytes[3] < 1 || bytes[3] > 4) {
    throw UserError(fmt::format("{}: is no idx file of one to four dimensions (the format of MNIST)", file));
  }
  ArrayFile array;
  const auto dimensions = static_cast<std::size_t>(bytes[3]);
  const std::size_t start = 4 + 4 * dimensions;
  if (bytes.size() < start) throw UserError(fmt::format("{}: cut off in its heading; make or copy it again", file));
  for (std::size_t i = 4; i < start; i += 4) {
    array.shape.push_back(((byte(i) * 256 + byte(i + 1)) * 256 + byte(i + 2)) * 256 + byte(i + 3));
  }
  const std::string_view data = std::string_view(bytes).substr(start);
  const std::size_t count = elements_of(array.shape, file);
  const auto take = [&](auto number) {
    check_size(data.size(), count * sizeof(number), file);
    array.values.reserve(count);
    append<decltype(number)>(data, true, file, array.values);
  };
  switch (byte(2)) {
    case 0x08: take(std::uint8_t{}); break;
    case 0x09: take(std::int8_t{}); break;
    case 0x0B: take(std::int16_t{}); break;
    case 0x0C: take(std::int32_t{}); break;
    case 0x0D: take(float{}); break;
    case 0x0E: take(double{}); break;
    default: throw UserError(fmt::format("{}: unknown type of numbers {:#04x}; the file is damaged", file, byte(2)));
  }
  return array;
}

}  // namespace seqlab
