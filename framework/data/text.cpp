#include "data/text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

#include "core/error.h"
#include "core/suggest.h"
#include "data/characters.h"
#include "data/words.h"

namespace seqlab {
namespace {

struct CodePoint {
  std::int32_t value;
  std::size_t bytes;  // 0: invalid
};

CodePoint first_code_point(std::string_view text) {
  utf8proc_int32_t value = -1;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0 || value < 0) return {-1, 0};
  return {value, static_cast<std::size_t>(bytes)};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string trim(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = 0;
  for_each_code_point(text, [&](std::int32_t code_point, std::string_view bytes) {
    if (is_white_space(code_point)) return;
    const auto offset = static_cast<std::size_t>(bytes.data() - text.data());
    begin = std::min(begin, offset);
    end = offset + bytes.size();
  });
  return begin < end ? std::string(text.substr(begin, end - begin)) : std::string();
}

}  // namespace

Tokens tokens_named(std::string_view name) {
  if (name == "character") return Tokens::character;
  if (name == "whitespace") return Tokens::whitespace;
  if (name == "word") return Tokens::word;
  if (name == "subword") return Tokens::subword;
  throw UserError(fmt::format("unknown tokens '{}'; {}", name, suggestion(name, token_names())));
}

const std::vector<std::string>& token_names() {
  static const std::vector<std::string> names{"character", "whitespace", "word", "subword"};
  return names;
}

std::string_view token_separator(Tokens tokens) { return tokens == Tokens::character ? "" : " "; }

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    if (static_cast<unsigned char>(text[offset]) < 0x80) {
      ++offset;
      continue;
    }
    const std::size_t bytes = first_code_point(text.substr(offset)).bytes;
    if (bytes == 0) return offset;
    offset += bytes;
  }
  return std::nullopt;
}

void check_line(std::string_view line, const std::string& file, std::int64_t line_number) {
  if (const auto nul = line.find('\0'); nul != std::string_view::npos) {
    throw UserError(
        fmt::format("{}:{}: NUL byte at byte {} of the line: this is not plain UTF-8 text; if the file is UTF-16, convert "
                    "it, for example with iconv -f UTF-16 -t UTF-8, else name the text file itself",
                    file, line_number, nul + 1));
  }
  if (const auto bad = invalid_utf8(line)) {
    throw UserError(
        fmt::format("{}:{}: invalid UTF-8 at byte {} of the line (0x{:02X}); repair the line or convert the file, for "
                    "example with iconv -f WINDOWS-1252 -t UTF-8",
                    file, line_number, *bad + 1, static_cast<unsigned char>(line[*bad])));
  }
}

bool is_white_space(std::int32_t code_point) {
  return (code_point >= 0x09 && code_point <= 0x0D) || (code_point >= 0x1C && code_point <= 0x20) || code_point == 0x85 ||
         code_point == 0xA0 || code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200A) ||
         code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
         code_point == 0x3000;
}

void for_each_code_point(std::string_view text, const std::function<void(std::int32_t, std::string_view)>& visit) {
  for (std::size_t offset = 0; offset < text.size();) {
    const auto [value, bytes] = first_code_point(text.substr(offset));
    expect(bytes > 0, "text is valid UTF-8");
    visit(value, text.substr(offset, bytes));
    offset += bytes;
  }
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  std::vector<utf8proc_int32_t> buffer(2 * text.size() + 16);
  const auto decompose = [&] {
    return utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                              static_cast<utf8proc_ssize_t>(text.size()), buffer.data(),
                              static_cast<utf8proc_ssize_t>(buffer.size()), kForm);
  };
  auto length = decompose();
  if (length > static_cast<utf8proc_ssize_t>(buffer.size())) {
    buffer.resize(static_cast<std::size_t>(length));
    length = decompose();
  }
  expect(length >= 0, "text is valid UTF-8");
  length = utf8proc_normalize_utf32(buffer.data(), length, kForm);
  expect(length >= 0, "text can be composed");
  std::string composed;
  composed.reserve(text.size());
  for (utf8proc_ssize_t i = 0; i < length; ++i) append_code_point(composed, buffer[static_cast<std::size_t>(i)]);
  return composed;
}

std::string to_lower(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for_each_code_point(to_nfc(text), [&](std::int32_t code_point, std::string_view) {
    append_code_point(lower, utf8proc_tolower(code_point));
  });
  return to_nfc(lower);
}

std::string normalise(std::string_view text, Tokens tokens, bool lower_case) {
  const std::string form = lower_case ? to_lower(text) : to_nfc(text);
  if (tokens == Tokens::character) return trim(form);
  std::string joined;
  for (const auto& piece : tokenise(tokens == Tokens::word ? without_breaks(form) : form, Tokens::whitespace)) {
    if (!joined.empty()) joined += ' ';
    joined += piece;
  }
  return joined;
}

std::vector<std::string> tokenise(std::string_view text, Tokens tokens) {
  expect(tokens != Tokens::subword, "subwords are cut by who learnt them");
  if (tokens == Tokens::word) return cut_words(text);
  std::vector<std::string> cut;
  bool inside = false;
  for_each_code_point(text, [&](std::int32_t code_point, std::string_view bytes) {
    if (tokens == Tokens::character) {
      cut.emplace_back(bytes);
    } else if (is_white_space(code_point)) {
      inside = false;
    } else {
      if (!inside) cut.emplace_back();
      inside = true;
      cut.back() += bytes;
    }
  });
  return cut;
}

}  // namespace seqlab
