#pragma once

// Parallel text: two files, one example per line, line N of one belongs to line N of the other.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace seqlab {

/// Lines of both sides, as read (not normalised); the two have the same number of lines and no line is empty.
struct ParallelText {
  std::vector<std::string> source;
  std::vector<std::string> target;
};

/// A longer line is taken for a file that has not one example per line.
constexpr std::size_t kLongestLine = 1'000'000;  // bytes

/// The lines of a UTF-8 text file, without their ends (LF or CR LF; the last line may lack it). A byte-order mark is
/// dropped. UserError naming file, line and remedy where the file is missing, a folder, unreadable or empty, and for a line
/// with invalid UTF-8 or a NUL byte or of more than kLongestLine bytes.
std::vector<std::string> read_lines(const std::filesystem::path& file);

/// The same for running text, where a line may be as long as the file.
std::vector<std::string> read_running_text(const std::filesystem::path& file);

/// Reads both files. UserError as above, and where the numbers of lines differ or a line is empty (or all white space) on
/// either side. An empty line is an error in every split rather than skipped: it is how a shifted alignment looks, and a
/// silent skip would hide it.
ParallelText read_parallel_text(const std::filesystem::path& source_file, const std::filesystem::path& target_file);

}  // namespace seqlab
