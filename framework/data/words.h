#pragma once

// Running text cut into words, and words made running text again.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// Words of a text in NFC, in the sense of Unicode's word boundaries (UAX 29) without their rare rules: letters, marks and
/// numbers that stand together, with apostrophes between letters and . or , between digits; every other code point but white
/// space, and every Han or kana sign, is a token of its own. A line break of HTML (<br>, <br />) is white space.
std::vector<std::string> cut_words(std::string_view text);

/// The text with a blank for each such line break.
std::string without_breaks(std::string_view text);

/// The words as running text, with blanks where European languages have them: none before , . ; : ! ? % and what closes,
/// none behind what opens, none around - / and apostrophes, straight quotation marks in pairs, none between Han and kana
/// signs. Blanks that stood elsewhere in the text that was cut are not told apart.
std::string join_words(std::span<const std::string> words);

}  // namespace seqlab
