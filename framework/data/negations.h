#pragma once

#include <string>
#include <string_view>

namespace seqlab {

/// A tokenised English line with its short negations as the Moses tokenizer cuts them: "do n't" becomes "don 't"
/// "cann 't"; everything else stays. The training text of en_vi has the cut of the Penn Treebank, its talks that of Moses,
/// and as two spellings a translator would meet every "don" for the first time when it is tested.
std::string moses_negations(std::string_view line);

}  // namespace seqlab
