#pragma once

#include <filesystem>

#include "data/example.h"

namespace seqlab {

/// One text a line: label, tab, text. UserError, naming file, line and remedy, for a line without a tab, without a label or
/// without a text, and as read_lines() throws.
RawExamples read_labelled_text(const std::filesystem::path& file);

/// One text a line, all with this label.
RawExamples read_text_of_class(const std::filesystem::path& file, const std::string& label);

}  // namespace seqlab
