#include "data/word_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.h"
#include "data/text.h"

namespace seqlab {
namespace {

enum Class : unsigned char { plain, blank, line_feed, upper, other };

/// What a byte is, so that the words of ASCII text are found and judged in one pass.
constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> classes{};
  for (int byte = 0; byte < 256; ++byte) {
    unsigned char kind = plain;
    if ((byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x20)) kind = blank;
    if (byte == '\n') kind = line_feed;
    if (byte >= 'A' && byte <= 'Z') kind = upper;
    if (byte == 0 || byte >= 0x80) kind = other;
    classes[static_cast<std::size_t>(byte)] = kind;
  }
  return classes;
}
constexpr auto kClasses = make_classes();

}  // namespace

WordReader::WordReader(const std::filesystem::path& file, bool lower_case)
    : input_(file), lower_case_(lower_case), buffer_(1 << 20, '\0') {
  refill();
  if (std::string_view(buffer_.data(), end_).starts_with("\xEF\xBB\xBF")) begin_ = 3;
}

std::string WordReader::place() const { return fmt::format("{}:{}", input_.path().string(), line_); }

/// Keeps what is not used up and reads more behind it. False at the end of the file.
bool WordReader::refill() {
  if (ended_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t count = input_.read(std::span(buffer_).subspan(end_));
  end_ += count;
  ended_ = end_ < buffer_.size();
  return count > 0;
}

WordReader::Token WordReader::next() {
  for (;;) {
    if (!pieces_.empty()) {
      mended_ = std::move(pieces_.front());
      pieces_.pop_front();
      word_ = mended_;
      return Token::word;
    }
    const Token token = scan();
    if (token != Token::word || !word_.empty()) return token;
  }
}

/// The next stretch of bytes between ASCII blanks. Its words may stand in `pieces_` instead of `word_`, which is empty then.
WordReader::Token WordReader::scan() {
  const auto kind = [&](std::size_t index) { return kClasses[static_cast<unsigned char>(buffer_[index])]; };
  for (;;) {
    while (begin_ < end_ && kind(begin_) == blank) ++begin_;
    if (begin_ < end_) break;
    if (!refill()) return Token::end;
  }
  if (kind(begin_) == line_feed) {
    ++begin_;
    ++line_;
    return Token::line_end;
  }
  std::size_t length = 0;
  unsigned seen = 0;
  for (;;) {
    while (begin_ + length < end_) {
      const unsigned char c = kind(begin_ + length);
      if (c == blank || c == line_feed) break;
      seen |= 1U << c;
      ++length;
    }
    if (length > kLongestWord) {
      throw UserError(
          fmt::format("{}: a word of more than {} bytes; words must stand between blanks", place(), kLongestWord));
    }
    if (begin_ + length < end_ || !refill()) break;
  }
  const std::string_view bytes(buffer_.data() + begin_, length);
  begin_ += length;
  word_ = {};
  if ((seen & (1U << other)) == 0 && (!lower_case_ || (seen & (1U << upper)) == 0)) {
    word_ = bytes;
  } else {
    cut(bytes);
  }
  return Token::word;
}

void WordReader::cut(std::string_view bytes) {
  check_line(bytes, input_.path().string(), line_);
  auto words = tokenise(lower_case_ ? to_lower(bytes) : to_nfc(bytes), Tokens::whitespace);
  pieces_.assign(std::make_move_iterator(words.begin()), std::make_move_iterator(words.end()));
}

}  // namespace seqlab
