#include "data/split_files.h"

#include "catch.h"

using namespace seqlab;

TEST_CASE("each split has one file, in the folder of the experiment", "[data][split_files]") {
  const std::vector<std::string> one{"a.txt"}, two{"b.txt", "c.txt"}, none;
  const auto files = split_files({one, none, one}, "files", "text", "/data");
  CHECK(files[0] == "/data/a.txt");
  CHECK(files[1].empty());
  CHECK(files[2] == "/data/a.txt");
  CHECK_THROWS_WITH(split_files({none, none, one}, "files", "text", "/data"),
                    ContainsSubstring("'train' must name one file of text; it names 0"));
  CHECK_THROWS_WITH(split_files({one, two, one}, "files", "text", "/data"),
                    ContainsSubstring("'valid' must name one file of text; it names 2"));
  CHECK_THROWS_WITH(split_files({one, none, none}, "files", "text", "/data"),
                    ContainsSubstring("'test' must name one file"));
  CHECK(split_files({one, none, none, false}, "files", "text", "/data")[2].empty());
  CHECK(split_files({none, none, none}, "ptb", "text", "/data")[0].empty());
  CHECK_THROWS_WITH(split_files({none, one, none}, "ptb", "text", "/data"),
                    ContainsSubstring("'valid' lists files but 'source' is 'ptb'"));
}
