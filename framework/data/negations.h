#pragma once

#include <string>
#include <string_view>

namespace seqlab {

/// Goes up when the same lines come out differently: it is part of the identity of the data.
inline constexpr int kNegationsVersion = 1;

/// A tokenised English line with its short negations as the Moses tokenizer cuts them: "n't" behind a word becomes an "n" at
/// its end and "'t", so that "do n't" is "don 't"; everything else stays. The training text of en_vi has the cut of the Penn
/// Treebank, its talks that of Moses, and as two spellings a translator would meet every "don" for the first time when it is
/// tested.
std::string moses_negations(std::string_view line);

}  // namespace seqlab
