#pragma once

// Text as the framework sees it: valid UTF-8 in normal form C, cut into tokens. All functions work on one line without its
// end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// What a token is.
///   character   one Unicode code point after normalisation. Code points, not grapheme clusters: after NFC nearly every
///   letter is
///               one code point anyway, and the set stays small and closed, so an unseen cluster is still made of known
///               parts.
///   whitespace  what stands between white space.
///   word        a word or a mark of punctuation: see data/words.h.
///   subword     a piece of a word, learnt from the training text: see data/subwords.h and data/tokenizer.h.
enum class Tokens { character, whitespace, word, subword };

/// The names above; UserError with did-you-mean for any other.
Tokens tokens_named(std::string_view name);
const std::vector<std::string>& token_names();
/// What joins tokens to text again: "" for characters, " " for whitespace tokens. Words and subwords: see Tokenizer.
std::string_view token_separator(Tokens tokens);

/// Offset in bytes (from 0) of the first byte that is not part of valid UTF-8; nothing where all is valid. Overlong forms,
/// surrogates, numbers beyond U+10FFFF and characters cut short are invalid.
std::optional<std::size_t> invalid_utf8(std::string_view text);

/// UserError "FILE:LINE: ..." with the byte (counted from 1) and the remedy, where `line` is not valid UTF-8 or holds a NUL
/// byte.
void check_line(std::string_view line, const std::string& file, std::int64_t line_number);

/// White space as Python's str.split() sees it: the Unicode property White_Space (so U+00A0 and U+3000 too) and the four
/// information separators U+001C..U+001F. One definition for tokens and for BLEU.
bool is_white_space(std::int32_t code_point);

/// Calls `visit` with every code point and its bytes. InternalError for invalid UTF-8.
void for_each_code_point(std::string_view text, const std::function<void(std::int32_t, std::string_view)>& visit);

/// Normal form C. InternalError for invalid UTF-8: check first.
std::string to_nfc(std::string_view text);
/// Lower case, code point by code point (Unicode's simple mapping, no rules of a language), in NFC.
std::string to_lower(std::string_view text);

/// The text that tokens are cut from and predictions are compared with: NFC, lower case if asked for, no white space at the
/// ends; but for characters every run of white space is one blank, so that whitespace tokens joined by blanks give the same
/// text; for words a line break of HTML is white space.
std::string normalise(std::string_view text, Tokens tokens, bool lower_case);

/// The tokens of a text; never an empty one. White space is a character token like any other. Not for subwords, which are
/// learnt.
std::vector<std::string> tokenise(std::string_view text, Tokens tokens);

}  // namespace seqlab
