#pragma once

// What Unicode says of a code point.

#include <cstdint>
#include <string>

namespace seqlab {

/// The main groups of Unicode's general categories: L*, M*, N*, P*, S*; `other` is the rest, white space included.
enum class CharacterKind { letter, mark, number, punctuation, symbol, other };
CharacterKind kind_of(std::int32_t code_point);

/// Where punctuation stands: before what it belongs to (Ps, Pi, Sc), behind it (Pe, Pf), or elsewhere.
bool opens(std::int32_t code_point);
bool closes(std::int32_t code_point);

/// Letters of scripts that are written without blanks between words and have one sign a word or syllable: Han and kana.
bool is_ideographic(std::int32_t code_point);

/// Appends the code point as UTF-8.
void append_code_point(std::string& text, std::int32_t code_point);

}  // namespace seqlab
