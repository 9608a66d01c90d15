#include "metrics/bleu_tokens.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

#include "core/error.h"
#include "core/suggest.h"
#include "data/characters.h"

namespace seqlab {
namespace {

using CodePoints = std::vector<std::int32_t>;

CodePoints code_points(std::string_view text) {
  CodePoints all;
  for_each_code_point(text, [&](std::int32_t value, std::string_view) { all.push_back(value); });
  return all;
}

std::vector<std::string> between_white_space(const CodePoints& text) {
  std::string line;
  for (const std::int32_t c : text) append_code_point(line, c);
  return tokenise(line, Tokens::whitespace);
}

/// Spaces around every code point of a kind.
template <class Is>
CodePoints apart(const CodePoints& text, Is&& is) {
  CodePoints out;
  for (const std::int32_t c : text) {
    if (is(c)) {
      out.insert(out.end(), {' ', c, ' '});
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// A space between neighbours that are `first` and `second`, and one before or behind the punctuation among them. Pairs are
/// taken from left to right and do not overlap, as in the substitutions of the scripts.
template <class First, class Second>
CodePoints pairs_apart(const CodePoints& text, First&& first, Second&& second, bool space_before) {
  CodePoints out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || !first(text[i]) || !second(text[i + 1])) {
      out.push_back(text[i]);
      continue;
    }
    if (space_before) out.push_back(' ');
    out.insert(out.end(), {text[i], ' ', text[i + 1]});
    if (!space_before) out.push_back(' ');
    ++i;
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::vector<std::string> mteval13a(std::string_view text) {
  std::string line(text);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEscaped = {
      {{"<skipped>", ""}, {"&quot;", "\""}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}}};
  for (const auto& [from, to] : kEscaped) replace_all(line, from, to);
  const auto digit = [](std::int32_t c) { return c >= '0' && c <= '9'; };
  const auto no_digit = [&](std::int32_t c) { return !digit(c); };
  const auto point = [](std::int32_t c) { return c == '.' || c == ','; };
  const auto dash = [](std::int32_t c) { return c == '-'; };
  const auto mark = [](std::int32_t c) {  // ASCII punctuation but for ' , - .
    return (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') ||
           (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  };
  CodePoints cut = apart(code_points(' ' + line + ' '), mark);
  cut = pairs_apart(cut, no_digit, point, false);
  cut = pairs_apart(cut, point, no_digit, true);
  cut = pairs_apart(cut, digit, dash, false);
  return between_white_space(cut);
}

std::vector<std::string> international(std::string_view text) {
  const auto kind_is = [](CharacterKind kind) { return [kind](std::int32_t c) { return kind_of(c) == kind; }; };
  const auto no_number = [](std::int32_t c) { return kind_of(c) != CharacterKind::number; };
  CodePoints cut = pairs_apart(code_points(text), no_number, kind_is(CharacterKind::punctuation), false);
  cut = pairs_apart(cut, kind_is(CharacterKind::punctuation), no_number, true);
  return between_white_space(apart(cut, kind_is(CharacterKind::symbol)));
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  for_each_code_point(text, [&](std::int32_t c, std::string_view bytes) {
    if (!is_white_space(c)) all.emplace_back(bytes);
  });
  return all;
}

}  // namespace

const std::vector<std::string>& bleu_token_names() {
  static const std::vector<std::string> names = {"none", "char", "13a", "intl"};
  return names;
}

BleuTokens bleu_tokens_named(std::string_view name) {
  for (const auto& [known, tokens] : {std::pair{"none", BleuTokens::plain},
                                      {"char", BleuTokens::character},
                                      {"13a", BleuTokens::mteval13a},
                                      {"intl", BleuTokens::international}}) {
    if (name == known) return tokens;
  }
  throw UserError(fmt::format("unknown tokenisation '{}' of BLEU; {}", name, suggestion(name, bleu_token_names())));
}

BleuTokens chosen_bleu_tokens(std::string_view name, Tokens tokens) {
  if (name != "auto") return bleu_tokens_named(name);
  if (tokens == Tokens::character) return BleuTokens::character;
  return tokens == Tokens::whitespace ? BleuTokens::plain : BleuTokens::mteval13a;
}

std::vector<std::string> bleu_tokens(std::string_view text, BleuTokens tokens) {
  switch (tokens) {
    case BleuTokens::plain: return tokenise(text, Tokens::whitespace);
    case BleuTokens::character: return characters(text);
    case BleuTokens::mteval13a: return mteval13a(text);
    case BleuTokens::international: break;
  }
  return international(text);
}

}  // namespace seqlab
