#include "data/table.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

void refuses(const std::string& name, const std::string& content, const std::string& message) {
  const ScratchFolder folder;
  const auto file = folder.write(name, content);
  CHECK_THROWS_AS(Table::read(file), UserError);
  CHECK_THROWS_WITH(Table::read(file), ContainsSubstring(message));
}

}  // namespace

TEST_CASE("a table is read field by field, with quotes and either separator", "[data][table]") {
  const ScratchFolder folder;
  const Table table = Table::read(folder.write("a.csv", "\xEF\xBB\xBFid,\"a, b\",c\r\n1,\"say \"\"x\"\"\",\n2,,-1.5e1\n"));
  REQUIRE(table.rows() == 2);
  CHECK(table.columns() == std::vector<std::string>{"id", "a, b", "c"});
  CHECK(table.at(0, 1) == "say \"x\"");
  CHECK(table.at(0, 2).empty());
  CHECK(table.number(1, 2) == -15);
  CHECK(std::isnan(table.number(0, 2)));
  CHECK(table.line(1) == 3);
  const Table tabs = Table::read(folder.write("b.tsv", "a\tb\n1,5\t2"));
  CHECK(tabs.at(0, 0) == "1,5");
  CHECK(tabs.number(0, 1) == 2);
}

TEST_CASE("a damaged table is refused with its line", "[data][table]") {
  refuses("a.csv", "", "a.csv: the file is empty");
  refuses("a.csv", "a,b\n", "no record");
  refuses("a.csv", "a,b\n1,2\n3\n", "a.csv:3: 1 fields where the heading has 2");
  refuses("a.csv", "a,b\n1,2,3\n", "a.csv:2: 3 fields");
  refuses("a.csv", "a,a\n1,2\n", "a.csv:1: the heading names the column 'a' twice");
  refuses("a.csv", "a,b\n\"1,2\n", "a.csv:2: a quote is not closed");
  refuses("a.csv", "a,b\n\"1\"x,2\n", "a.csv:2: text behind a closing quote");
  refuses("a.csv", "a,b\n\n1,2\n", "a.csv:2: empty line");
  refuses("a.csv", "a,b\n\xFF,2\n", "a.csv:2");
  refuses("a.csv.gz", "a,b\n1,2\n", "is not compressed");
}

TEST_CASE("a field that is no finite number names line and column", "[data][table]") {
  const ScratchFolder folder;
  const Table table = Table::read(folder.write("a.csv", "a,b\n1x,nan\n"));
  CHECK_THROWS_WITH(table.number(0, 0), ContainsSubstring("a.csv:2: column 'a': '1x' is no number"));
  CHECK_THROWS_WITH(table.number(0, 1), ContainsSubstring("column 'b': 'nan' is not finite"));
  CHECK_THROWS_WITH(table.column("aa", "label"),
                    ContainsSubstring("no column 'aa', which 'label' names; did you mean 'a'?"));
}
