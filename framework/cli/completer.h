#pragma once

// What the word under the cursor of a shell can become. The scripts of `seqlab completion` ask for it with
// `seqlab __complete WORDS...` and print what comes.

#include <string>
#include <vector>

#include "cli/completion_values.h"

namespace seqlab {

/// `words`: the command line behind the program's name, up to and with the word to be completed, which may be empty.
/// `database`: where no --db stands on the line.
std::vector<Candidate> complete_words(const std::vector<std::string>& words, const std::string& program,
                                      const std::string& database);

}  // namespace seqlab
