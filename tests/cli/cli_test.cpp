// Runs the command files tests/cli/*.txt against the program that the environment variable SEQLAB_PROGRAM names.
//
// A file is a list of steps, carried out in one fresh folder:
//   # text        a comment
//   == NAME       the lines until the next line "==" become the file NAME
//   $ COMMAND     a command of the shell; `seqlab` is the program, $PROJECT the source folder, $BUILD the build folder
//   other lines   what the command prints (stdout and stderr together); "..." within a line stands for any text, a line
//   "..." for
//                 any number of lines
//   [exit N]      the exit code, if not 0
// An empty line ends what a command prints, unless more of its output follows: empty lines at the end of an output are
// ignored.

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "../experiment/temporary_folder.h"
#include "catch.h"

namespace {

namespace fs = std::filesystem;
using seqlab::test::TemporaryFolder;
using Lines = std::vector<std::string>;

struct Step {
  int line = 0;
  std::string command;  // or
  std::string file;     // a file to be written
  Lines text;           // expected output or the file's content
  int exit_code = 0;
};

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void trim_end(Lines& lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

std::vector<Step> steps_of(const std::string& text) {
  std::vector<Step> steps;
  bool in_file = false;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (in_file) {
      in_file = line != "==";
      if (in_file) steps.back().text.push_back(line);
    } else if (line.starts_with("== ")) {
      steps.push_back({number, "", line.substr(3), {}, 0});
      in_file = true;
    } else if (line.starts_with("$ ")) {
      steps.push_back({number, line.substr(2), "", {}, 0});
    } else if (line.starts_with("[exit ")) {
      steps.back().exit_code = std::stoi(line.substr(6));
    } else if (!line.starts_with('#') && !steps.empty() && !steps.back().command.empty()) {
      steps.back().text.push_back(line);
    }
  }
  for (Step& step : steps) {
    if (!step.command.empty()) trim_end(step.text);
  }
  return steps;
}

/// Whether `line` is `pattern` with any text at each "...".
bool line_matches(std::string_view pattern, std::string_view line) {
  const auto gap = pattern.find("...");
  if (gap == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, gap))) return false;
  pattern.remove_prefix(gap + 3);
  line.remove_prefix(gap);
  for (std::size_t start = 0; start <= line.size(); ++start) {
    if (line_matches(pattern, line.substr(start))) return true;
  }
  return false;
}

bool output_matches(const Lines& pattern, std::size_t p, const Lines& output, std::size_t o) {
  if (p == pattern.size()) return o == output.size();
  if (pattern[p] == "...") {
    for (std::size_t next = o; next <= output.size(); ++next) {
      if (output_matches(pattern, p + 1, output, next)) return true;
    }
    return false;
  }
  return o < output.size() && line_matches(pattern[p], output[o]) && output_matches(pattern, p + 1, output, o + 1);
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

struct Printed {
  std::string text;
  int exit_code = -1;
};

Printed carry_out(const std::string& command, const TemporaryFolder& folder, const std::string& program) {
  // What the user's own environment says must not matter.
  const std::string script = "cd " + quoted(folder.path().string()) +
                             " && unset SEQLAB_DB SEQLAB_DATA_MIRROR NO_COLOR COLUMNS && mkdir -p .cache && "
                             "export XDG_CACHE_HOME=\"$PWD/.cache\" PROJECT=" +
                             quoted(SEQLAB_SOURCE_FOLDER) + " BUILD=" + quoted(SEQLAB_BUILD_FOLDER) + " && seqlab() { " +
                             quoted(program) + " \"$@\"; }\n" + command;
  const std::string line = "/bin/sh -c " + quoted(script) + " 2>&1 </dev/null";
  Printed printed;
  FILE* pipe = popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    printed.text.append(buffer.data(), count);
  const int status = pclose(pipe);
  printed.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return printed;
}

}  // namespace

TEST_CASE("the patterns of command files", "[cli]") {
  CHECK(line_matches("a ... c", "a b c"));
  CHECK(line_matches("...", ""));
  CHECK(line_matches("...b...", "abba"));
  CHECK_FALSE(line_matches("a ... c", "a b d"));
  CHECK_FALSE(line_matches("a", "ab"));
  CHECK(output_matches({"a", "...", "z"}, 0, {"a", "b", "c", "z"}, 0));
  CHECK(output_matches({"a", "..."}, 0, {"a"}, 0));
  CHECK_FALSE(output_matches({"a", "...", "z"}, 0, {"a", "b"}, 0));
  const auto steps = steps_of("# c\n== f.toml\n$ not a command\n\n==\n$ run it\nline\n\nline 2\n\n[exit 2]\n$ next\n");
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].text == Lines{"$ not a command", ""});
  CHECK(steps[1].text == Lines{"line", "", "line 2"});
  CHECK(steps[1].exit_code == 2);
  CHECK(steps[2].exit_code == 0);
}

TEST_CASE("command files", "[cli]") {
  const char* program = std::getenv("SEQLAB_PROGRAM");
  if (program == nullptr) {
    std::puts("skipped: SEQLAB_PROGRAM does not name the program");
    return;
  }
  // The one that is named; all of them where the tests are run by hand; none where each has a test of its own.
  const char* given = std::getenv("SEQLAB_CLI_TESTS");
  if (given != nullptr && *given == '\0') return;
  std::vector<fs::path> files;
  if (given != nullptr) {
    files.emplace_back(given);
  } else {
    for (const auto& entry : fs::directory_iterator(fs::path(SEQLAB_TESTS_FOLDER) / "cli")) {
      if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  REQUIRE_FALSE(files.empty());
  const std::string absolute = fs::absolute(program).lexically_normal().string();
  REQUIRE(fs::exists(absolute));
  for (const fs::path& file : files) {
    const TemporaryFolder folder;
    for (const Step& step : steps_of(seqlab::test::read_text(file.string()))) {
      if (step.command.empty()) {
        std::string text;
        for (const std::string& line : step.text) text += line + '\n';
        folder.write(step.file, text);
        continue;
      }
      const Printed printed = carry_out(step.command, folder, absolute);
      Lines output = lines_of(printed.text);
      trim_end(output);
      std::string expected;
      for (const std::string& line : step.text) expected += line + '\n';
      INFO(file.filename().string() << ":" << step.line << ": " << step.command << "\nexpected:\n"
                                    << expected << "\nprinted:\n"
                                    << printed.text);
      CHECK(printed.exit_code == step.exit_code);
      CHECK(output_matches(step.text, 0, output, 0));
    }
  }
}
