#include "core/sha256.h"

#include <filesystem>
#include <fstream>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("SHA-256 gives the standard's values", "[core][sha256]") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how a stream is cut", "[core][sha256]") {
  const std::string text(1000, 'x');
  for (const std::size_t piece : {1U, 55U, 56U, 63U, 64U, 65U, 999U}) {
    Sha256 hash;
    for (std::size_t i = 0; i < text.size(); i += piece) hash.update(std::string_view(text).substr(i, piece));
    CHECK(hash.finish() == sha256(text));
  }
}

TEST_CASE("the hash of a file is the hash of its bytes", "[core][sha256]") {
  const auto path = std::filesystem::temp_directory_path() / "seqlab-sha256-test.bin";
  const std::string bytes("a\0b\r\n", 5);
  std::ofstream(path, std::ios::binary) << bytes;
  CHECK(sha256_of_file(path.string()) == sha256(bytes));
  std::filesystem::remove(path);
  CHECK_THROWS_AS(sha256_of_file(path.string()), EnvironmentError);
}
