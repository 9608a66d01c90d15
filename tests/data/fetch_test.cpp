#include "data/fetch.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "catch.h"
#include "core/error.h"
#include "core/sha256.h"
#include "scratch_folder.h"

using namespace seqlab;

namespace {

namespace fs = std::filesystem;

const std::string kWords = "one\ntwo\n";

/// A zip archive that holds inner/words.txt with kWords.
constexpr std::string_view kZip =
    "504b030414000000000000002100e60bba1208000000080000000f000000696e6e65722f776f7264732e7478746f6e650a74"
    "776f0a504b0102140314000000000000002100e60bba1208000000080000000f0000000000000000000000a4010000000069"
    "6e6e65722f776f7264732e747874504b050600000000010001003d000000350000000000";

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has_program(const std::string& name) { return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0; }

/// One set of one file, words.txt, whose facts are those of kWords. Owns the texts that the set points to.
struct Sample {
  explicit Sample(const fs::path& address = {}) : url(address.empty() ? "" : "file://" + address.string()) {
    set.name = "sample";
    set.source = "somewhere";
    set.preparation = "by hand";
    set.files = {{"sample/words.txt", kWords.size(), hash, url}};
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  std::string hash = sha256(kWords);
  std::string url;
  DataSet set;
};

const auto quiet = [](const std::string&) {};

/// Nothing but what is finished may be seen.
std::size_t entries(const fs::path& folder) {
  if (!fs::exists(folder)) return 0;
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// Sets a variable of the environment until the end of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name), old_(std::getenv(name)) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { setenv(name_, old_.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

}  // namespace

TEST_CASE("files are copied from a mirror, once") {
  const ScratchFolder folder;
  folder.write("mirror/sample/words.txt", kWords);
  const fs::path target = folder.path() / "cache";
  const Sample sample;
  const FetchReport first = fetch_data_set(sample.set, target, folder.path() / "mirror", quiet);
  CHECK(first.copied == 1);
  CHECK(content(target / "sample/words.txt") == kWords);
  CHECK(entries(target) == 1);
  const auto written = fs::last_write_time(target / "sample/words.txt");
  const FetchReport second = fetch_data_set(sample.set, target, std::nullopt, quiet);
  CHECK(second.present == 1);
  CHECK(second.copied + second.downloaded == 0);
  CHECK(fs::last_write_time(target / "sample/words.txt") == written);
}

TEST_CASE("a file that differs from the catalogue is replaced") {
  const ScratchFolder folder;
  folder.write("mirror/sample/words.txt", kWords);
  folder.write("cache/sample/words.txt", "one\nsix\n");  // as long
  const Sample sample;
  std::string said;
  const auto note = [&](const std::string& line) { said += line + '\n'; };
  CHECK(fetch_data_set(sample.set, folder.path() / "cache", folder.path() / "mirror", note).copied == 1);
  CHECK(content(folder.path() / "cache/sample/words.txt") == kWords);
  CHECK(said.find("not what the catalogue says") != std::string::npos);
}

TEST_CASE("a mirror whose file is another is refused, and nothing is left") {
  const ScratchFolder folder;
  folder.write("mirror/sample/words.txt", "one\nsix\n");
  const Sample sample;
  const fs::path target = folder.path() / "cache";
  CHECK_THROWS_AS(fetch_data_set(sample.set, target, folder.path() / "mirror", quiet), EnvironmentError);
  CHECK_THROWS_WITH(fetch_data_set(sample.set, target, folder.path() / "mirror", quiet),
                    ContainsSubstring("its SHA-256 is"));
  CHECK(entries(target) == 0);
  folder.write("mirror/sample/words.txt", "one\n");
  CHECK_THROWS_WITH(fetch_data_set(sample.set, target, folder.path() / "mirror", quiet),
                    ContainsSubstring("it has 4 bytes"));
  CHECK(entries(target) == 0);
}

TEST_CASE("a set without an address says how it is obtained, before anything is written") {
  const ScratchFolder folder;
  const Sample sample;
  CHECK_THROWS_AS(fetch_data_set(sample.set, folder.path() / "cache", std::nullopt, quiet), UserError);
  CHECK_THROWS_WITH(fetch_data_set(sample.set, folder.path() / "cache", std::nullopt, quiet),
                    ContainsSubstring("SEQLAB_DATA_MIRROR must name a folder that holds sample/words.txt"));
  CHECK_FALSE(fs::exists(folder.path() / "cache"));
}

TEST_CASE("files are downloaded and unpacked") {
  if (!has_program("curl")) {
    WARN("skipped: curl is not installed");
    return;
  }
  const ScratchFolder folder;
  const fs::path target = folder.path() / "cache";
  fs::path address;
  SECTION("plain") { address = folder.write("words.txt", kWords); }
  SECTION("gzip") {
    folder.write("words.txt", kWords);
    REQUIRE(std::system(("gzip " + (folder.path() / "words.txt").string()).c_str()) == 0);
    address = folder.path() / "words.txt.gz";
  }
  SECTION("tar") {
    folder.write("inner/words.txt", kWords);
    address = folder.path() / "words.tar.gz";
    REQUIRE(std::system(("tar -c -z -f " + address.string() + " -C " + folder.path().string() + " inner").c_str()) == 0);
  }
  SECTION("zip") {
    if (!has_program("unzip")) return;
    address = folder.write("words.zip", from_hex(kZip));
  }
  const Sample sample(address);
  CHECK(fetch_data_set(sample.set, target, std::nullopt, quiet).downloaded == 1);
  CHECK(content(target / "sample/words.txt") == kWords);
  CHECK(entries(target) == 1);
  CHECK(fetch_data_set(sample.set, target, std::nullopt, quiet).present == 1);
}

TEST_CASE("a download that fails or is damaged leaves nothing") {
  if (!has_program("curl")) {
    WARN("skipped: curl is not installed");
    return;
  }
  const ScratchFolder folder;
  const fs::path target = folder.path() / "cache";
  const Sample absent(folder.path() / "absent.txt");
  CHECK_THROWS_WITH(fetch_data_set(absent.set, target, std::nullopt, quiet),
                    ContainsSubstring("could not download file://"));
  CHECK(entries(target) == 0);
  const Sample other(folder.write("words.txt", "one\nsix\n"));
  CHECK_THROWS_WITH(fetch_data_set(other.set, target, std::nullopt, quiet),
                    ContainsSubstring("is not the file of the catalogue"));
  const Sample damaged(folder.write("words.txt.gz", "no gzip"));
  CHECK_THROWS_WITH(fetch_data_set(damaged.set, target, std::nullopt, quiet), ContainsSubstring("cannot be unpacked"));
  const Sample empty(folder.write("words.tar", std::string(10240, '\0')));
  CHECK_THROWS_WITH(fetch_data_set(empty.set, target, std::nullopt, quiet), ContainsSubstring("holds no file 'words.txt'"));
  CHECK(entries(target) == 0);
}

TEST_CASE("without curl the address is named") {
  const ScratchFolder folder;
  const Sample sample(folder.write("words.txt", kWords));
  const Variable path("PATH", folder.path().string());
  CHECK_THROWS_WITH(fetch_data_set(sample.set, folder.path() / "cache", std::nullopt, quiet),
                    ContainsSubstring("curl cannot be started") && ContainsSubstring(sample.url));
}

TEST_CASE("what a killed fetch left behind is cleared away") {
  const ScratchFolder folder;
  folder.write("mirror/sample/words.txt", kWords);
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  // No process has this number: it is above the largest that Linux gives.
  const std::string stale = std::string("cache/.seqlab-partial-") + host.data() + "-4194999";
  folder.write(stale + "/download-0", "on");
  const Sample sample;
  fetch_data_set(sample.set, folder.path() / "cache", folder.path() / "mirror", quiet);
  CHECK_FALSE(fs::exists(folder.path() / stale));
}
