#include "data/long_table.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

LongTable read(const std::string& steps, const std::string& labels = "", LongTableColumns columns = {}) {
  const ScratchFolder folder;
  const auto first = folder.write("steps.csv", steps);
  return read_long_table(first, labels.empty() ? "" : folder.write("labels.csv", labels), columns);
}

void refuses(const std::string& steps, const std::string& labels, const std::string& message) {
  CHECK_THROWS_AS(read(steps, labels), UserError);
  CHECK_THROWS_WITH(read(steps, labels), ContainsSubstring(message));
}

}  // namespace

TEST_CASE("sequences of a long table come with their labels", "[data][long_table]") {
  const LongTable one = read("sequence,step,x,label,y\na,0,1,up,2\na,1,3,up,4\nb,0,5,down,6\n");
  REQUIRE(one.examples.size() == 2);
  CHECK(one.features == std::vector<std::string>{"x", "y"});
  CHECK(one.examples[0].values == std::vector<float>{1, 2, 3, 4});
  CHECK(one.examples[0].label == "up");
  CHECK(one.examples[1].text == "b");
  LongTableColumns columns;
  columns.split = "part";
  columns.keep = "use";
  columns.features = {"y"};
  const LongTable two = read("sequence,step,x,y\na,0,1,2\nb,0,5,6\nc,0,7,8\n",
                             "sequence,label,part,use\nc,1,test,1\na,0,train,1\nb,0,train,0\n", columns);
  REQUIRE(two.examples.size() == 2);
  CHECK(two.examples[0].text == "c");
  CHECK(two.examples[0].split == "test");
  CHECK(two.examples[0].values == std::vector<float>{8});
  CHECK(two.examples[1].label == "0");
}

TEST_CASE("groups and constants of a sequence come from the labels' file, or constants from one of their own",
          "[data][long_table]") {
  const ScratchFolder folder;
  const auto steps = folder.write("steps.csv", "sequence,step,x\na,0,1\nb,0,5\n");
  const auto labels = folder.write("labels.csv", "sequence,label,person,age\nb,1,q,30\na,0,p,\n");
  LongTableColumns columns;
  columns.group = "person";
  columns.constants = {"age"};
  CHECK_THROWS_WITH(read_long_table(steps, labels, columns),
                    ContainsSubstring("labels.csv:3: column 'age': a number is missing"));
  columns.missing = true;
  const LongTable table = read_long_table(steps, labels, columns);
  CHECK(table.examples[0].group == "q");
  CHECK(table.examples[0].constants == std::vector<float>{30});
  CHECK(std::isnan(table.examples[1].constants[0]));
  columns.constants = {"height"};
  CHECK_THROWS_WITH(read_long_table(steps, labels, columns), ContainsSubstring("height"));
  columns.constants_file = folder.write("constants.csv", "sequence,height\na,1.5\nb,1.8\nz,9\n");
  CHECK(read_long_table(steps, labels, columns).examples[1].constants == std::vector<float>{1.5});
  columns.constants_file = folder.write("constants.csv", "sequence,height\na,1.5\n");
  CHECK_THROWS_WITH(read_long_table(steps, labels, columns), ContainsSubstring("sequence 'b' has no record in"));
  columns.constants_file = folder.write("constants.csv", "sequence,height\na,1.5\nb,2\na,1.5\n");
  CHECK_THROWS_WITH(read_long_table(steps, labels, columns),
                    ContainsSubstring("constants.csv:4: column 'sequence': sequence 'a'"));
}

TEST_CASE("a missing number is an error unless it is allowed", "[data][long_table]") {
  const std::string steps = "sequence,step,x,label\na,0,,up\n";
  refuses(steps, "", "steps.csv:2: column 'x': a number is missing");
  LongTableColumns columns;
  columns.missing = true;
  CHECK(std::isnan(read(steps, "", columns).examples[0].values[0]));
}

TEST_CASE("a long table that contradicts itself is refused with its line", "[data][long_table]") {
  refuses("sequence,step,x,label\na,0,1,up\nb,0,1,up\na,1,1,up\n", "",
          "steps.csv:4: column 'sequence': sequence 'a' goes on");
  refuses("sequence,step,x,label\na,1,1,up\na,1,1,up\n", "", "steps.csv:3: column 'step': step '1' does not come after");
  refuses("sequence,step,x,label\na,0,1,up\na,1,1,down\n", "", "steps.csv:3: column 'label': the label 'up'");
  refuses("sequence,step,x,label\na,0,inf,up\n", "", "is not finite");
  refuses("sequence,step,label\na,0,up\n", "", "no column is left for the features");
  refuses("sequence,step,x\na,0,1\n", "sequence,label\na,0\nb,1\n",
          "labels.csv:3: column 'sequence': sequence 'b' has a label");
  refuses("sequence,step,x\na,0,1\nb,0,1\n", "sequence,label\na,0\n", "steps.csv:3: sequence 'b' has no label");
  refuses("sequence,step,x\na,0,1\n", "sequence,label\na,0\na,1\n",
          "labels.csv:3: column 'sequence': sequence 'a' has a label");
}
