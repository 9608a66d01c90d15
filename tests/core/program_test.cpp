#include "core/program.h"

#include <fstream>
#include <iterator>

#include "../data/scratch_folder.h"
#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("a program is run to its end, and its exit code comes back") {
  CHECK(run_program({"sh", "-c", "exit 7"}, "") == 7);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}, "") == 128 + 9);
  const ScratchFolder folder;
  CHECK(run_program({"echo", "one two"}, "", folder.path() / "said") == 0);
  std::ifstream file(folder.path() / "said");
  CHECK(std::string{std::istreambuf_iterator<char>(file), {}} == "one two\n");
}

TEST_CASE("a program that is not there is the machine's fault, with the remedy") {
  CHECK_THROWS_AS(run_program({"no-such-program-of-seqlab"}, "install it"), EnvironmentError);
  CHECK_THROWS_WITH(run_program({"no-such-program-of-seqlab"}, "install it"),
                    ContainsSubstring("no-such-program-of-seqlab cannot be started") && ContainsSubstring("install it"));
}
