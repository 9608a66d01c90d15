#include "cli/columns.h"

#include "catch.h"
#include "cli/fitted_table.h"

using namespace seqlab;

TEST_CASE("rows that fit stand in columns", "[cli][columns]") {
  CHECK(in_columns({{"a", "1", "first"}, {"long", "22", ""}}, "  ", 80) == "  a      1    first\n  long   22\n");
  CHECK(in_columns({}, "", 80).empty());
}

TEST_CASE("rows that do not fit keep their first columns and stack the rest", "[cli][columns]") {
  const std::string text = in_columns({{"name", "= 1", "integer from 0 to 65536", "how wide the layer is"}}, "", 45);
  CHECK(text == "name   = 1   integer from 0 to 65536\n             how wide the layer is\n");
  const std::string wrapped = in_columns({{"name", "one two three four five six seven eight"}}, "", 40);
  CHECK(wrapped == "name   one two three four five six seven\n       eight\n");
}

TEST_CASE("a first column as wide as the line has a line of its own", "[cli][columns]") {
  const std::string name(38, 'n');
  CHECK(in_columns({{name, "what it is"}}, "", 40) == name + "\n    what it is\n");
}

TEST_CASE("a word longer than a line is never cut", "[cli][columns]") {
  const std::string path = "/" + std::string(60, 'p');
  CHECK(in_columns({{"file", path}}, "", 40).find(path) != std::string::npos);
  CHECK(folded("log  " + path, 40, "  ") == "log  " + path);
}

TEST_CASE("lines are folded at blanks and keep those within", "[cli][columns]") {
  CHECK(folded("plan  probe   2 runs   metric x", 80, "  ") == "plan  probe   2 runs   metric x");
  CHECK(folded("  failed #17: loss is NaN", 18, "    ") == "  failed #17: loss\n    is NaN");
  CHECK(folded("", 20, "  ").empty());
  CHECK(folded("\xC3\xA4\xC3\xA4 \xC3\xB6\xC3\xB6", 5, "") == "\xC3\xA4\xC3\xA4 \xC3\xB6\xC3\xB6");
}

TEST_CASE("records show a row a block and a column a line", "[cli][columns]") {
  const TextTable table{{{"run"}, {"reason"}},
                        {{std::int64_t{1}, std::string("out of memory in the end")}, {std::int64_t{2}, {}}}};
  CHECK(as_records(table, 24) ==
        "row 1\n  run     1\n  reason  out of memory\n          in the end\n\nrow 2\n  run     2\n  reason\n");
}
