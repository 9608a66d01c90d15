#include "experiment/diagnostic.h"

#include <algorithm>

#include "catch.h"

using namespace seqlab;

namespace {

Diagnostic example(int line, int column, int length, const std::string& text, const std::string& label) {
  Diagnostic diagnostic;
  diagnostic.code = ErrorCode::unknown_plugin;
  diagnostic.message = "no attention score named 'additve'";
  diagnostic.file = "scores.toml";
  diagnostic.place = {line, column, length};
  diagnostic.source_line = text;
  diagnostic.label = label;
  return diagnostic;
}

}  // namespace

TEST_CASE("a diagnostic shows the line, carets and the hint", "[experiment][diagnostic]") {
  const auto diagnostic =
      example(7, 32, 9, R"(attention = ["none", "cosine", "additve", "dot"])", "did you mean 'additive'?");
  CHECK(render(diagnostic) ==
        "error[E0102]: no attention score named 'additve'\n"
        "  --> scores.toml:7:32\n"
        "   |\n"
        " 7 | attention = [\"none\", \"cosine\", \"additve\", \"dot\"]\n"
        "   |                                ^^^^^^^^^ did you mean 'additive'?\n");
}

TEST_CASE("the gutter grows with the line number, further lines of a hint become notes", "[experiment][diagnostic]") {
  CHECK(render(example(120, 1, 4, "cell = 3", "first\nsecond")) ==
        "error[E0102]: no attention score named 'additve'\n"
        "    --> scores.toml:120:1\n"
        "     |\n"
        " 120 | cell = 3\n"
        "     | ^^^^ first\n"
        "     = second\n");
}

TEST_CASE("carets stand right below tabs, wide and combining characters", "[experiment][diagnostic]") {
  // A tab is four columns, each of the two ideographs two.
  CHECK(render(example(1, 6, 3, "\tn\xE6\x97\xA5\xE6\x9C\xACx = 1", "here")) ==
        "error[E0102]: no attention score named 'additve'\n"
        "  --> scores.toml:1:6\n"
        "   |\n"
        " 1 |     n\xE6\x97\xA5\xE6\x9C\xACx = 1\n"
        "   |           ^^^ here\n");
  // The ideographs themselves are marked over their whole width; an accent of its own code point takes no column.
  CHECK_THAT(render(example(1, 2, 2, "x\xE6\x97\xA5\xE6\x9C\xAC", "here")), ContainsSubstring("|  ^^^^ here\n"));
  CHECK_THAT(render(example(1, 3, 1, "e\xCC\x81x", "here")), ContainsSubstring("|  ^ here\n"));
}

TEST_CASE("damaged and invisible bytes are shown as replacements", "[experiment][diagnostic]") {
  const std::string text = render(example(1, 3, 1, "a\xFF\x1bz", "here"));
  CHECK_THAT(text, ContainsSubstring(" 1 | a\xEF\xBF\xBD?z\n"));
  CHECK_THAT(text, ContainsSubstring("   |   ^ here\n"));
}

TEST_CASE("a diagnostic about a file as a whole has no line", "[experiment][diagnostic]") {
  CHECK(render(example(0, 0, 0, "", "name another")) ==
        "error[E0102]: no attention score named 'additve'\n"
        "  --> scores.toml\n"
        "  = name another\n");
}

TEST_CASE("a place behind the end of its line still gets a caret", "[experiment][diagnostic]") {
  CHECK_THAT(render(example(1, 50, 0, "a =", "value missing")), ContainsSubstring("|    ^ value missing\n"));
}

TEST_CASE("all errors are thrown at once, in file order, each once", "[experiment][diagnostic]") {
  auto base = example(1, 1, 1, "x", "");
  base.file = "base.toml";
  base.file_order = 1;
  const DiagnosticsError error({base, example(9, 1, 1, "nine", ""), example(2, 5, 1, "two two", ""),
                                example(2, 5, 1, "two two", ""), example(2, 1, 1, "two two", "")});
  REQUIRE(error.diagnostics().size() == 4);
  CHECK(error.diagnostics()[0].place.column == 1);
  CHECK(error.diagnostics()[1].place.column == 5);
  CHECK(error.diagnostics()[2].place.line == 9);
  CHECK(error.diagnostics()[3].file == "base.toml");
  CHECK(error.what() == render(error.diagnostics()));
  CHECK_THAT(error.what(), ContainsSubstring("^\n\nerror[E0102]"));
}

TEST_CASE("colour changes nothing but the paint", "[experiment][diagnostic]") {
  const auto diagnostic = example(7, 1, 4, "cell = 3", "hint");
  std::string colored = render(diagnostic, true);
  CHECK_THAT(colored, ContainsSubstring("\x1b[1;31m"));
  for (auto start = colored.find('\x1b'); start != std::string::npos; start = colored.find('\x1b')) {
    colored.erase(start, colored.find('m', start) - start + 1);
  }
  CHECK(colored == render(diagnostic));
}

TEST_CASE("every code has one explanation", "[experiment][diagnostic]") {
  CHECK(code_text(ErrorCode::unknown_plugin) == "E0102");
  for (const auto& info : error_codes()) {
    CHECK_FALSE(info.explanation.empty());
    CHECK(std::count_if(error_codes().begin(), error_codes().end(), [&](const auto& o) { return o.code == info.code; }) ==
          1);
  }
}
