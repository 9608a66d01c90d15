#pragma once

// The actions of `seqlab vectors`. Each gets the words that follow it and gives back the exit code.

#include <filesystem>
#include <string>

#include "cli/arguments.h"

namespace seqlab {

int train_vectors(const Arguments& given, const Globals& globals);     // NAME --input --output
int nearest_words(const Arguments& given, const Globals& globals);     // FILE WORD...
int complete_analogy(const Arguments& given, const Globals& globals);  // FILE A B C
int evaluate_vectors(const Arguments& given, const Globals& globals);  // FILE
int export_vectors(const Arguments& given, const Globals& globals);    // FILE --output
int map_vectors(const Arguments& given, const Globals& globals);       // FILE [WORD...]

/// A whole number from `least` on given as option --`name`; UserError for anything else.
int count_given(const Arguments& given, const std::string& name, int fallback, int least = 1);
/// The file that an action must write; "-" is standard output. UserError where --output is missing or check_output refuses.
std::string output_given(const Arguments& given, const std::string& action, const std::filesystem::path& input);
/// UserError where `output` cannot be written, or is the file that is read.
void check_output(const std::filesystem::path& output, const std::filesystem::path& input);
/// The format that --format names, else the one that the file's name suggests: .bin is word2vec's binary one, else
/// word2vec's text.
std::string format_given(const Arguments& given, const std::string& file);

}  // namespace seqlab
