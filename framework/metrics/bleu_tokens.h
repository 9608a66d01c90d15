#pragma once

// How text is cut before BLEU counts its n-grams, as sacreBLEU 2 does it (Post, 2018, "A call for clarity in reporting BLEU
// scores").

#include <string>
#include <string_view>
#include <vector>

#include "data/text.h"

namespace seqlab {

/// The tokenisations by sacreBLEU's names:
///   none  tokens stand between white space
///   char  every code point but white space
///   13a   that of the mteval script, version 13a: punctuation apart, but for . and , between digits (the default of WMT)
///   intl  that of mteval-v14 for any script: Unicode punctuation apart unless it stands between numbers, symbols apart
enum class BleuTokens { plain, character, mteval13a, international };

/// The names above. UserError with did-you-mean for any other.
BleuTokens bleu_tokens_named(std::string_view name);
const std::vector<std::string>& bleu_token_names();

/// What an experiment's `bleu` = "auto" comes to for its tokens: char for characters, none for whitespace, 13a for words and
/// subwords; else bleu_tokens_named().
BleuTokens chosen_bleu_tokens(std::string_view name, Tokens tokens);

/// The tokens of one line of valid UTF-8.
std::vector<std::string> bleu_tokens(std::string_view text, BleuTokens tokens);

}  // namespace seqlab
