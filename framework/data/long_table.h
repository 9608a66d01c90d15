#pragma once

// Sequences of vectors in long form: one record a step, a column that says which sequence it belongs to. Labels stand in a
// column of the same file (the same on all steps) or in a second file with one record a sequence.

#include <filesystem>
#include <string>
#include <vector>

#include "data/example.h"

namespace seqlab {

struct LongTableColumns {
  std::string sequence = "sequence";
  std::string step = "step";  // numbers that rise within a sequence; "": records stand in order
  std::string label = "label";
  std::string split;                     // of the labels' file: "train", "valid" or "test"; "": none
  std::vector<std::string> features;     // numbers; empty: all columns but the ones above
  std::string keep;                      // of the labels' file: only records with 1 in this column; "": all
  std::string group;                     // of the labels' file: who or what a sequence is of; "": none
  std::vector<std::string> constants;    // of the labels' file, or of the file below: numbers that hold for all steps
  std::filesystem::path constants_file;  // one record a sequence; "": the labels' file
  bool missing = false;                  // empty fields are allowed, and NaN
};

struct LongTable {
  RawExamples examples;  // in the order of the labels' file, or of first steps
  std::vector<std::string> features;
};

/// `labels` "": labels stand in the file of the sequences. UserError, naming file, line and remedy, for a record of a
/// sequence that comes back after another, steps that do not rise, a missing or not finite number, a sequence without a
/// label or a label without a sequence, a label that changes within a sequence.
LongTable read_long_table(const std::filesystem::path& sequences, const std::filesystem::path& labels,
                          const LongTableColumns& columns);

}  // namespace seqlab
