#include "data/parallel_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/error.h"
#include "data/text.h"

namespace seqlab {
namespace {

std::ifstream open_text(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw UserError(fmt::format("{}: no such file; correct the name (relative names start at the experiment file's folder)",
                                file.string()));
  }
  if (std::filesystem::is_directory(status)) {
    throw UserError(fmt::format("{}: is a folder; name a text file in it", file.string()));
  }
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    const auto reason = error ? error.message() : std::generic_category().message(errno);
    throw UserError(fmt::format("{}: cannot be read ({}); check the file and its permissions", file.string(), reason));
  }
  return input;
}

void check_not_empty(const std::vector<std::string>& lines, const std::filesystem::path& file,
                     const std::filesystem::path& other) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (normalise(lines[i], Tokens::character, false).empty()) {
      throw UserError(fmt::format("{}:{}: empty line; fill it in, or remove line {} from this file and from {}",
                                  file.string(), i + 1, i + 1, other.string()));
    }
  }
}

}  // namespace

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  std::ifstream input = open_text(file);
  std::vector<std::string> lines;
  std::string line;
  while (std::getline(input, line)) {
    const auto number = static_cast<std::int64_t>(lines.size()) + 1;
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > kLongestLine) {
      throw UserError(fmt::format("{}:{}: the line has {} bytes, more than {}; the file must have one example per line",
                                  file.string(), number, line.size(), kLongestLine));
    }
    check_line(line, file.string(), number);
    lines.push_back(line);
  }
  if (input.bad()) throw EnvironmentError(fmt::format("{}: reading failed after line {}", file.string(), lines.size()));
  if (lines.empty() || (lines.size() == 1 && lines.front().empty())) {
    throw UserError(fmt::format("{}: the file is empty; it must have one example per line", file.string()));
  }
  return lines;
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
