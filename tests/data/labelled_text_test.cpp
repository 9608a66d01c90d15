#include "data/labelled_text.h"

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

TEST_CASE("labelled text is a label, a tab and a text a line", "[data][labelled_text]") {
  const ScratchFolder folder;
  const auto examples = read_labelled_text(folder.write("a.tsv", "1\tgood film\n0\tbad\tfilm\r\n"));
  REQUIRE(examples.size() == 2);
  CHECK(examples[0].label == "1");
  CHECK(examples[0].text == "good film");
  CHECK(examples[1].text == "bad\tfilm");
  CHECK(read_text_of_class(folder.write("b.txt", "x\n"), "pos")[0].label == "pos");
}

TEST_CASE("a line that is no labelled text is refused with its number", "[data][labelled_text]") {
  const ScratchFolder folder;
  const auto refuses = [&](const std::string& content, const std::string& message) {
    CHECK_THROWS_WITH(read_labelled_text(folder.write("a.tsv", content)), ContainsSubstring(message));
  };
  refuses("1\tx\nno tab\n", "a.tsv:2: no tab");
  refuses(" \tx\n", "a.tsv:1: no label");
  refuses("1\t \n", "a.tsv:1: no text");
  CHECK_THROWS_WITH(read_text_of_class(folder.write("b.txt", "x\n\ny\n"), "pos"), ContainsSubstring("b.txt:2: no text"));
}
