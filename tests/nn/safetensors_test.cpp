#include "nn/safetensors.h"

#include <sys/resource.h>

#include <array>
#include <csignal>
#include <cstring>
#include <numeric>

#include "catch.h"
#include "core/error.h"
#include "experiment/temporary_folder.h"

using namespace seqlab;
using test::TemporaryFolder;

namespace {

const std::array<float, 6> kFloats{1.5F, -2.0F, 0.0F, 3.25F, 1e-30F, -7.0F};
const std::array<std::int64_t, 1> kStep{812};

std::vector<StoredTensor> tensors() {
  return {{"weight", StoredType::f32, {2, 3}, std::as_bytes(std::span(kFloats))},
          {"none", StoredType::u8, {0}, {}},
          {"step", StoredType::i64, {1}, std::as_bytes(std::span(kStep))}};
}

std::string written(const TemporaryFolder& folder) {
  const std::string path = folder.file("a.safetensors");
  write_safetensors(path, {{"made by", "a test"}}, tensors());
  return path;
}

/// The reason why the file is refused; "" where it is read.
std::string reason(const std::string& path) {
  try {
    (void)SafetensorsFile::read(path);
    return "";
  } catch (const EnvironmentError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("tensors survive their file") {
  const TemporaryFolder folder;
  const SafetensorsFile file = SafetensorsFile::read(written(folder));
  CHECK(file.note("made by") == "a test");
  CHECK(file.note("absent").empty());
  REQUIRE(file.tensors().size() == 3);
  const StoredTensor& weight = file.get("weight", StoredType::f32, {2, 3});
  CHECK(std::memcmp(weight.bytes.data(), kFloats.data(), sizeof kFloats) == 0);
  std::int64_t step = 0;
  std::memcpy(&step, file.get("step", StoredType::i64, {1}).bytes.data(), sizeof step);
  CHECK(step == 812);
  CHECK_THROWS_WITH(file.get("weight", StoredType::f64, {2, 3}), ContainsSubstring("is F32 [2, 3], not F64 [2, 3]"));
  CHECK_THROWS_WITH(file.get("weight", StoredType::f32, {3, 2}), ContainsSubstring("not F32 [3, 2]"));
  CHECK_THROWS_WITH(file.get("bias", StoredType::f32, {3}), ContainsSubstring("tensor 'bias' is missing"));
}

TEST_CASE("the layout is that of the format: a length, JSON, raw bytes from an aligned offset") {
  const TemporaryFolder folder;
  const std::string bytes = test::read_text(written(folder));
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  CHECK((8 + length) % 8 == 0);
  CHECK(bytes.size() == 8 + length + sizeof kFloats + sizeof kStep);
  CHECK(bytes[8] == '{');
  CHECK_THAT(bytes.substr(8, length), ContainsSubstring(R"("data_offsets":[0,24],"dtype":"F32","shape":[2,3])"));
  CHECK(std::memcmp(bytes.data() + 8 + length, kFloats.data(), sizeof kFloats) == 0);
}

TEST_CASE("a file that another program wrote has no checksums and is read") {
  const TemporaryFolder folder;
  std::string header = R"({"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  const std::string path = folder.write("b.safetensors", bytes + header + "abc");
  CHECK(SafetensorsFile::read(path).get("x", StoredType::u8, {3}).bytes[2] == std::byte{'c'});
}

TEST_CASE("every damaged byte of the data is found, and the damage is named") {
  const TemporaryFolder folder;
  const std::string path = written(folder);
  const std::string good = test::read_text(path);
  REQUIRE(reason(path).empty());
  const std::size_t data = good.size() - sizeof kFloats - sizeof kStep;
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (at >= 8 && at < data) continue;  // the header: looked at below
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    CAPTURE(at);
    CHECK_FALSE(reason(folder.write("bad.safetensors", bad)).empty());
  }
  std::string bad = good;
  bad[data + 5] = static_cast<char>(bad[data + 5] ^ 1);
  CHECK_THAT(reason(folder.write("bad.safetensors", bad)), ContainsSubstring("tensor 'weight' does not match its checksum"));
  bad = good;
  bad[good.find("F32") + 1] = '1';
  CHECK_THAT(reason(folder.write("bad.safetensors", bad)), ContainsSubstring("type \"F12\""));
  bad = good;
  bad[good.find("[2,3]") + 1] = '9';
  CHECK_THAT(reason(folder.write("bad.safetensors", bad)),
             ContainsSubstring("tensor 'weight' of shape [9, 3] has 24 bytes"));
  CHECK_THAT(reason(folder.file("absent")), ContainsSubstring("No such file"));
}

TEST_CASE("a file that is cut off anywhere is refused") {
  const TemporaryFolder folder;
  const std::string good = test::read_text(written(folder));
  for (std::size_t length = 0; length < good.size(); length += 3) {
    CAPTURE(length);
    CHECK_FALSE(reason(folder.write("cut.safetensors", good.substr(0, length))).empty());
  }
  CHECK_THAT(reason(folder.write("cut.safetensors", good.substr(0, 5))), ContainsSubstring("it has 5 bytes"));
  CHECK_THAT(reason(folder.write("cut.safetensors", good.substr(0, 50))), ContainsSubstring("its header should have"));
  CHECK_THAT(reason(folder.write("cut.safetensors", good.substr(0, good.size() - 1))),
             ContainsSubstring("tensor 'step' should end at byte 32 of 31: the file is cut off"));
}

TEST_CASE("where a file cannot be written, none is left") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(write_safetensors(folder.file("no/such/folder"), {}, tensors()), EnvironmentError);
  // A limit on the size of files stands for a full disk.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string why;
  try {
    write_safetensors(folder.file("full.safetensors"), {}, tensors());
  } catch (const EnvironmentError& error) {
    why = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_THAT(why, ContainsSubstring("full.safetensors': File too large"));
  CHECK_FALSE(std::filesystem::exists(folder.file("full.safetensors")));
}
