#include <cstdlib>

#include "../experiment/temporary_folder.h"
#include "catch.h"
#include "core/sha256.h"
#include "experiment/run_spec.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

TEST_CASE("a run refuses files that are not those it was planned with", "[cli][child]") {
  const char* program = std::getenv("SEQLAB_PROGRAM");
  if (program == nullptr) {
    WARN("skipped: SEQLAB_PROGRAM does not name the program");
    return;
  }
  const TemporaryFolder folder;
  RunSpec spec;
  spec.metric = "valid/loss";
  spec.content[folder.write("a.en", "a b\n")] = sha256("a b\n");
  const auto attempt = [&] {
    folder.write("spec.json", to_json(spec));
    const std::string command =
        std::string(program) + " child < " + folder.file("spec.json") + " > " + folder.file("out") + " 2>&1 3>&-";
    CHECK(std::system(command.c_str()) != 0);  // the specification is not whole
    return test::read_text(folder.file("out"));
  };
  CHECK_THAT(attempt(), !ContainsSubstring("changed after this run was planned"));
  folder.write("a.en", "a c\n");
  CHECK_THAT(attempt(), ContainsSubstring("a.en' was changed after this run was planned"));
}
