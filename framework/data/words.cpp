#include "data/words.h"

#include <cstdint>

#include "data/characters.h"
#include "data/text.h"

namespace seqlab {
namespace {

using CodePoints = std::vector<std::int32_t>;

bool is_apostrophe(std::int32_t c) { return c == '\'' || c == 0x2019; }
bool is_ascii_digit(std::int32_t c) { return c >= '0' && c <= '9'; }

bool belongs_to_word(std::int32_t c) {
  const CharacterKind kind = kind_of(c);
  const bool joiner = c == 0x200C || c == 0x200D || c == '_';
  return (kind == CharacterKind::letter || kind == CharacterKind::mark || kind == CharacterKind::number || joiner) &&
         !is_ideographic(c);
}

/// How many code points the HTML break at `at` has; 0: none stands there.
std::size_t break_length(const CodePoints& text, std::size_t at) {
  const auto is = [&](std::size_t i, char lower) {
    return i < text.size() && (text[i] == lower || text[i] == lower - 'a' + 'A');
  };
  if (text[at] != '<' || !is(at + 1, 'b') || !is(at + 2, 'r')) return 0;
  std::size_t i = at + 3;
  while (i < text.size() && text[i] == ' ') ++i;
  if (i < text.size() && text[i] == '/') ++i;
  return i < text.size() && text[i] == '>' ? i + 1 - at : 0;
}

/// Whether text[i] holds the word together though it is punctuation.
bool is_inside(const CodePoints& text, std::size_t i) {
  if (i == 0 || i + 1 >= text.size()) return false;
  const std::int32_t before = text[i - 1], behind = text[i + 1];
  if (is_apostrophe(text[i])) {
    return kind_of(before) == CharacterKind::letter && kind_of(behind) == CharacterKind::letter && !is_ideographic(before) &&
           !is_ideographic(behind);
  }
  return (text[i] == '.' || text[i] == ',') && is_ascii_digit(before) && is_ascii_digit(behind);
}

std::int32_t first_of(std::string_view token) {
  std::int32_t first = -1;
  for_each_code_point(token, [&](std::int32_t c, std::string_view) { first = first < 0 ? c : first; });
  return first;
}

std::int32_t last_of(std::string_view token) {
  std::int32_t last = -1;
  for_each_code_point(token, [&](std::int32_t c, std::string_view) { last = c; });
  return last;
}

bool joins_both(std::int32_t c) { return c == '-' || c == '/' || is_apostrophe(c); }

/// Punctuation of Chinese and Japanese, which brings its own room.
bool is_wide_mark(std::int32_t c) { return (c >= 0x3001 && c <= 0x3002) || (c >= 0xFF01 && c <= 0xFF1F && c != 0xFF08); }

bool sticks_to_left(std::int32_t c) {
  constexpr std::string_view kMarks = ",.;:!?%";
  return closes(c) || (c < 0x80 && kMarks.find(static_cast<char>(c)) != std::string_view::npos) || c == 0x2026 ||
         is_wide_mark(c) || joins_both(c);
}

}  // namespace

std::vector<std::string> cut_words(std::string_view text) {
  CodePoints points;
  for_each_code_point(text, [&](std::int32_t c, std::string_view) { points.push_back(c); });
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::int32_t c = points[i];
    if (const std::size_t length = break_length(points, i); length > 0) {
      i += length - 1;
      inside = false;
    } else if (is_white_space(c)) {
      inside = false;
    } else {
      const bool word = belongs_to_word(c) || (inside && is_inside(points, i));
      if (!word || !inside) words.emplace_back();
      append_code_point(words.back(), c);
      inside = word;
    }
  }
  return words;
}

std::string without_breaks(std::string_view text) {
  if (text.find('<') == std::string_view::npos) return std::string(text);
  CodePoints points;
  for_each_code_point(text, [&](std::int32_t c, std::string_view) { points.push_back(c); });
  std::string out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t length = break_length(points, i);
    append_code_point(out, length > 0 ? ' ' : points[i]);
    if (length > 0) i += length - 1;
  }
  return out;
}

std::string join_words(std::span<const std::string> words) {
  std::string text;
  bool quoted = false;  // inside straight quotation marks
  bool glued = true;    // what was written last takes no blank behind it
  std::int32_t before = -1;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    const std::int32_t first = first_of(word);
    const bool quote = word == "\"";
    const bool no_blank = glued || sticks_to_left(first) || (quote && quoted) ||
                          (is_ideographic(first) && before >= 0 && is_ideographic(before));
    if (!no_blank) text += ' ';
    text += word;
    before = last_of(word);
    if (quote) quoted = !quoted;
    glued = quote ? quoted : (opens(before) || joins_both(before) || is_wide_mark(before));
  }
  return text;
}

}  // namespace seqlab
