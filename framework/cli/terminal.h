#pragma once

// What the terminal can show.

#include <string>
#include <string_view>

#include "cli/command.h"

namespace seqlab {

bool is_terminal(int descriptor);
int terminal_width(int descriptor);  // columns: the variable COLUMNS, else the terminal's own, else (a pipe) 80

/// Whether to colour what goes to `descriptor`: --color, else NO_COLOR, TERM and whether it is a terminal.
bool use_color(const std::string& choice, int descriptor);

/// As much of a line as fits into `width` columns.
std::string cut_to_width(std::string_view line, int width);

/// A path as short as it can be named from the current folder.
std::string shown_path(const std::string& path);

}  // namespace seqlab
