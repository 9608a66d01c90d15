#pragma once

// Google's analogy questions (Mikolov et al., 2013): a is to b as c is to d.

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "vectors/word_index.h"

namespace seqlab {

struct AnalogyCategory {
  std::string name;
  std::vector<std::array<std::string, 4>> questions;
};

/// Lines of four words; a line ": NAME" opens a category. UserError naming file, line and remedy.
std::vector<AnalogyCategory> read_analogies(const std::filesystem::path& file);

struct AnalogyScore {
  std::string category;
  int right_add = 0;       // answered rightly by 3CosAdd
  int right_multiply = 0;  // by 3CosMul
  int covered = 0;         // questions of which all four words have a vector
  int questions = 0;
};

/// One score a category. The answer is sought among the first `vocabulary` words (0: all), the questions' words apart; words
/// are looked up as they are, then in lower case.
std::vector<AnalogyScore> evaluate_analogies(const WordIndex& index, const std::vector<AnalogyCategory>& categories,
                                             std::int64_t vocabulary);

}  // namespace seqlab
