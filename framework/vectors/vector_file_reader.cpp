#include "vectors/vector_file_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "data/text.h"

namespace seqlab {
namespace {

static_assert(std::endian::native == std::endian::little, "word2vec's binary files are read as they lie in memory");

constexpr std::size_t kLongestLine = std::size_t{1} << 22;
constexpr std::int64_t kMostDimensions = 65536;
constexpr std::size_t kLongestWord = std::size_t{1} << 16;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

/// Cuts the last field off.
std::string_view take_last(std::string_view& line) {
  std::size_t first = line.size();
  while (first > 0 && !is_blank(line[first - 1])) --first;
  const std::string_view field = line.substr(first);
  line = trimmed(line.substr(0, first));
  return field;
}

std::int64_t count_fields(std::string_view line) {
  std::int64_t fields = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_blank(line[i]) && (i == 0 || is_blank(line[i - 1]))) ++fields;
  }
  return fields;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// Whether these bytes are no text: floats have control characters among theirs, or are no UTF-8.
bool looks_binary(std::string_view bytes) {
  const bool control = std::ranges::any_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x09 || (byte > 0x0D && byte < 0x20);
  });
  if (control) return true;
  const auto bad = invalid_utf8(bytes);
  return bad && *bad + 4 < bytes.size();  // the last character may be cut
}

}  // namespace

VectorFileReader::VectorFileReader(const std::filesystem::path& file) : input_(file), buffer_(1 << 20, '\0') { recognise(); }

std::string VectorFileReader::place() const {
  if (head_.format == VectorFormat::word2vec_binary) return fmt::format("{}: word {}", input_.path().string(), read_ + 1);
  return fmt::format("{}:{}", input_.path().string(), line_);
}

void VectorFileReader::fail(const std::string& what) const { throw UserError(fmt::format("{}: {}", place(), what)); }

bool VectorFileReader::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t count = input_.read(std::span(buffer_).subspan(end_));
  end_ += count;
  ended_ = end_ < buffer_.size();
  return count > 0;
}

std::optional<std::string_view> VectorFileReader::peek_line() {
  std::size_t searched = 0;
  for (;;) {
    const auto feed = rest().find('\n', searched);
    if (feed != std::string_view::npos) return rest().substr(0, feed);
    searched = rest().size();
    if (searched > kLongestLine) {
      fail(fmt::format("a line of more than {} bytes: this is no file of word vectors", kLongestLine));
    }
    if (!fill()) break;
  }
  if (rest().empty()) return std::nullopt;
  return rest();
}

void VectorFileReader::recognise() {
  const auto first = peek_line();
  if (!first || trimmed(*first).empty()) {
    fail("no vectors: the file must have a word and its numbers a line, or be in word2vec's binary format");
  }
  if (first->starts_with("\xEF\xBB\xBF")) {
    drop(3);
    return recognise();
  }
  std::string_view head = trimmed(*first);
  const std::size_t length = first->size() + 1;
  const std::int64_t fields = count_fields(head);
  head_.dimension = fields - 1;
  if (fields == 2) {
    const auto dimension = whole_number(take_last(head));
    const auto words = whole_number(head);
    if (dimension && words) {
      // Two whole numbers: the head of word2vec's formats, or GloVe's vectors of one dimension.
      while (rest().size() < length + 4096 && fill()) {
      }
      const std::string_view after = rest().substr(std::min(length, rest().size()));
      const bool binary = looks_binary(after.substr(0, 4096));
      const std::int64_t second = count_fields(trimmed(after.substr(0, after.find('\n'))));
      if (binary || after.empty() || second != 2 || *dimension == 1) {
        head_ = {binary ? VectorFormat::word2vec_binary : VectorFormat::word2vec, *words, *dimension};
        if (!after.empty() || *words == 0) drop(std::min(length, rest().size()));
        ++line_;
      }
    }
  }
  if (head_.dimension < 1 || head_.dimension > kMostDimensions || head_.words == 0) {
    line_ = 1;
    fail(fmt::format("{} words of {} dimensions cannot be; a vector has 1 to {} numbers after its word",
                     head_.words < 0 ? "some" : std::to_string(head_.words), head_.dimension, kMostDimensions));
  }
  vector_.resize(static_cast<std::size_t>(head_.dimension));
}

std::string_view VectorFileReader::accept(std::string_view word) {
  if (word.empty()) fail("no word before the numbers");
  if (word.size() > kLongestWord) fail(fmt::format("a word of more than {} bytes: the file is damaged", kLongestWord));
  if (word.find('\0') != std::string_view::npos) fail("a NUL byte in a word: the file is damaged");
  if (const auto bad = invalid_utf8(word)) {
    fail(
        fmt::format("invalid UTF-8 in a word (byte 0x{:02X}); remove the word or convert the file, for example with iconv "
                    "-f WINDOWS-1252 -t UTF-8",
                    static_cast<unsigned char>(word[*bad])));
  }
  if (std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    normalised_ = to_nfc(word);
    // Where both forms of a word are in the file, the second keeps its own.
    if (seen_.find(normalised_) < 0) word = normalised_;
  }
  if (seen_.find(word) >= 0) fail(fmt::format("the word '{}' is there already; remove one of the two", word));
  seen_.count(word);
  return word;
}

bool VectorFileReader::next_line(std::string_view& word) {
  auto line = peek_line();
  while (line && trimmed(*line).empty()) {  // blank lines, most often at the end
    drop(std::min(line->size() + 1, rest().size()));
    ++line_;
    line = peek_line();
  }
  if (!line) return false;
  std::string_view left = trimmed(*line);
  for (std::size_t i = vector_.size(); i-- > 0;) {
    const std::string_view field = take_last(left);
    if (field.empty() || left.empty()) {
      fail(fmt::format("{} numbers instead of {}", std::max<std::int64_t>(0, count_fields(trimmed(*line)) - 1),
                       head_.dimension));
    }
    const std::string_view digits = field.front() == '+' ? field.substr(1) : field;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), vector_[i]);
    if (error == std::errc::result_out_of_range && digits.find("e-") != std::string_view::npos) {
      vector_[i] = 0;  // smaller than a float can be
    } else if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(vector_[i])) {
      fail(fmt::format("'{}' is not a finite number", field.substr(0, 40)));
    }
  }
  if (head_.format == VectorFormat::glove && read_ > 0 && left.find(' ') != std::string_view::npos) {
    const std::string_view last = left.substr(left.rfind(' ') + 1);
    float number = 0;
    if (std::from_chars(last.data(), last.data() + last.size(), number).ptr == last.data() + last.size()) {
      fail(fmt::format("{} numbers instead of {}", count_fields(trimmed(*line)) - 1, head_.dimension));
    }
  }
  while (!left.empty() && is_blank(left.front())) left.remove_prefix(1);
  word = accept(left);
  drop(std::min(line->size() + 1, rest().size()));
  return true;
}

bool VectorFileReader::next_binary(std::string_view& word) {
  if (read_ == head_.words) {
    while (rest().find_first_not_of("\r\n ") == std::string_view::npos) {
      drop(rest().size());
      if (!fill()) return false;
    }
    fail(fmt::format("more bytes than {} words of {} numbers have; the first line is wrong or the file damaged", head_.words,
                     head_.dimension));
  }
  const auto cut_short = [&] {
    fail(fmt::format("the file ends here, but its first line says {} words; copy or fetch it again", head_.words));
  };
  const std::size_t bytes = vector_.size() * sizeof(float);
  while (rest().empty() || rest().front() == '\n') {
    if (!rest().empty()) {
      drop(1);
    } else if (!fill()) {
      cut_short();
    }
  }
  std::size_t length = rest().find(' ');
  while (length == std::string_view::npos) {
    if (rest().size() > kLongestWord) (void)accept(rest());
    if (!fill()) cut_short();
    length = rest().find(' ');
  }
  while (rest().size() < length + 1 + bytes) {
    if (!fill()) cut_short();
  }
  word = accept(rest().substr(0, length));
  std::memcpy(vector_.data(), rest().data() + length + 1, bytes);
  if (std::ranges::any_of(vector_, [](float x) { return !std::isfinite(x); })) {
    fail(fmt::format("'{}' has a number that is not finite", word));
  }
  drop(length + 1 + bytes);
  return true;
}

bool VectorFileReader::next(std::string_view& word, std::span<const float>& vector) {
  const bool binary = head_.format == VectorFormat::word2vec_binary;
  if (!(binary ? next_binary(word) : next_line(word))) {
    if (head_.words >= 0 && read_ != head_.words) {
      throw UserError(fmt::format("{}: has {} words, but its first line says {}; correct that line, or fetch the file again",
                                  input_.path().string(), read_, head_.words));
    }
    return false;
  }
  ++read_;
  ++line_;
  vector = vector_;
  return true;
}

}  // namespace seqlab
