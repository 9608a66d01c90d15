#include "data/parallel_text.h"

#include <fmt/format.h>

#include <limits>
#include <sstream>
#include <string_view>

#include "core/error.h"
#include "data/text.h"
#include "data/whole_file.h"

namespace seqlab {
namespace {

void check_not_empty(const std::vector<std::string>& lines, const std::filesystem::path& file,
                     const std::filesystem::path& other) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (normalise(lines[i], Tokens::character, false).empty()) {
      throw UserError(fmt::format("{}:{}: empty line; fill it in, or remove line {} from this file and from {}",
                                  file.string(), i + 1, i + 1, other.string()));
    }
  }
}

/// `holds`: what the file must hold, for messages.
std::vector<std::string> lines_of(const std::filesystem::path& file, std::size_t longest, std::string_view holds) {
  std::istringstream input(read_whole_file(file));
  std::vector<std::string> lines;
  std::string line;
  while (std::getline(input, line)) {
    const auto number = static_cast<std::int64_t>(lines.size()) + 1;
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > longest) {
      throw UserError(fmt::format("{}:{}: the line has {} bytes, more than {}; the file must have {}", file.string(), number,
                                  line.size(), longest, holds));
    }
    check_line(line, file.string(), number);
    lines.push_back(line);
  }
  if (lines.empty() || (lines.size() == 1 && lines.front().empty())) {
    throw UserError(fmt::format("{}: the file is empty; it must have {}", file.string(), holds));
  }
  return lines;
}

}  // namespace

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  return lines_of(file, kLongestLine, "one example per line");
}

std::vector<std::string> read_running_text(const std::filesystem::path& file) {
  return lines_of(file, std::numeric_limits<std::size_t>::max(), "text");
}

ParallelText read_parallel_text(const std::filesystem::path& source_file, const std::filesystem::path& target_file) {
  ParallelText text{read_lines(source_file), read_lines(target_file)};
  if (text.source.size() != text.target.size()) {
    throw UserError(
        fmt::format("{} has {} lines but {} has {}; line N of one must be the translation of line N of the other: "
                    "add or remove lines until both have the same number",
                    source_file.string(), text.source.size(), target_file.string(), text.target.size()));
  }
  check_not_empty(text.source, source_file, target_file);
  check_not_empty(text.target, target_file, source_file);
  return text;
}

}  // namespace seqlab
