#include "core/file_hash.h"

#include <filesystem>

#include "../experiment/temporary_folder.h"
#include "catch.h"
#include "core/error.h"
#include "core/sha256.h"
#include "core/version.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

TEST_CASE("a file's hash follows its content", "[core][file_hash]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.txt", "one");
  CHECK(file_hash(path) == sha256("one"));
  CHECK(file_hash(path) == sha256("one"));
  folder.write("a.txt", "other");
  CHECK(file_hash(path) == sha256("other"));
  // The same size, another time of change.
  const auto time = std::filesystem::last_write_time(path);
  folder.write("a.txt", "OTHER");
  std::filesystem::last_write_time(path, time + std::chrono::seconds(1));
  CHECK(file_hash(path) == sha256("OTHER"));
  CHECK_THROWS_AS(file_hash(folder.file("absent")), EnvironmentError);
}

TEST_CASE("the framework's build is the hash of its file", "[core][file_hash]") {
  CHECK(framework_build() == sha256_of_file(std::string(SEQLAB_BUILD_FOLDER) + "/libseqlab.so"));
}
