#include "nn/safetensors.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/sha256.h"

namespace seqlab {
namespace {

using Json = nlohmann::json;
static_assert(std::endian::native == std::endian::little, "safetensors files are little endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;  // of the first tensor
constexpr const char* kNotes = "__metadata__";
constexpr const char* kChecksums = "sha256";  // the note with a JSON object: tensor -> digest

struct TypeName {
  StoredType type;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<TypeName, 4> kTypes = {
    {{StoredType::f32, "F32", 4}, {StoredType::f64, "F64", 8}, {StoredType::i64, "I64", 8}, {StoredType::u8, "U8", 1}}};

const TypeName& name_of(StoredType type) { return *std::ranges::find(kTypes, type, &TypeName::type); }

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A descriptor that is closed, and its file removed unless kept.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) refuse();
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!kept_) unlink(path_.c_str());
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) refuse();
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void keep() {
    if (fsync(descriptor_) != 0) refuse();
    const int descriptor = std::exchange(descriptor_, -1);
    if (close(descriptor) != 0) refuse();
    kept_ = true;
  }

 private:
  [[noreturn]] void refuse() const {
    throw EnvironmentError(fmt::format("cannot write '{}': {}", path_, std::strerror(errno)));
  }
  const std::string& path_;
  int descriptor_;
  bool kept_ = false;
};

std::vector<std::byte> whole_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw EnvironmentError(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  struct stat facts {};
  std::vector<std::byte> bytes;
  if (fstat(descriptor, &facts) == 0) bytes.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t done = 0;
  int error = 0;
  while (done < bytes.size()) {
    const ssize_t count = read(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      error = count < 0 ? errno : EIO;
      break;
    }
    done += static_cast<std::size_t>(count);
  }
  close(descriptor);
  if (error != 0) throw EnvironmentError(fmt::format("cannot read '{}': {}", path, std::strerror(error)));
  return bytes;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw EnvironmentError(fmt::format("'{}' is damaged: {}", path, why));
}

/// One entry of the header. Its JSON accessors throw where a field is missing or of another type.
StoredTensor entry(const std::string& path, const std::string& name, const Json& json, std::span<const std::byte> data) {
  const auto type = std::ranges::find(kTypes, json.at("dtype").get<std::string>(), &TypeName::name);
  if (type == kTypes.end()) refuse(path, fmt::format("tensor '{}' is of type {}", name, json.at("dtype").dump()));
  StoredTensor tensor{name, type->type, json.at("shape").get<std::vector<std::int64_t>>(), {}};
  const auto [begin, end] = json.at("data_offsets").get<std::pair<std::uint64_t, std::uint64_t>>();
  if (begin > end || end > data.size()) {
    refuse(path, fmt::format("tensor '{}' should end at byte {} of {}: the file is cut off", name, end, data.size()));
  }
  std::uint64_t bytes = type->size;
  for (const std::int64_t size : tensor.shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) bytes = ~std::uint64_t{0};
  }
  if (end - begin != bytes) {
    refuse(path, fmt::format("tensor '{}' of shape [{}] has {} bytes", name, fmt::join(tensor.shape, ", "), end - begin));
  }
  tensor.bytes = data.subspan(begin, end - begin);
  return tensor;
}

}  // namespace

std::size_t stored_size(StoredType type) { return name_of(type).size; }

void write_safetensors(const std::string& path, const StoredNotes& notes, std::span<const StoredTensor> tensors) {
  Json header = Json::object();
  Json checksums = Json::object();
  std::uint64_t offset = 0;
  for (const StoredTensor& tensor : tensors) {
    expect(!header.contains(tensor.name), fmt::format("tensor '{}' is stored once", tensor.name));
    header[tensor.name] = {{"dtype", name_of(tensor.type).name},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    checksums[tensor.name] = sha256(text_of(tensor.bytes));
    offset += tensor.bytes.size();
  }
  header[kNotes] = notes;
  header[kNotes][kChecksums] = checksums.dump();
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  const auto length = std::bit_cast<std::array<char, kLengthBytes>>(static_cast<std::uint64_t>(text.size()));

  NewFile file(path);
  file.write({length.data(), length.size()});
  file.write(text);
  for (const StoredTensor& tensor : tensors) file.write(text_of(tensor.bytes));
  file.keep();
}

SafetensorsFile SafetensorsFile::read(const std::string& path) {
  SafetensorsFile file;
  file.path_ = path;
  file.memory_ = whole_file(path);
  const std::span<const std::byte> bytes(file.memory_);
  if (bytes.size() < kLengthBytes) refuse(path, fmt::format("it has {} bytes", bytes.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > bytes.size() - kLengthBytes) {
    refuse(path, fmt::format("its header should have {} bytes of {}: the file is cut off", length, bytes.size()));
  }
  const auto data = bytes.subspan(kLengthBytes + length);
  try {
    const Json header = Json::parse(text_of(bytes.subspan(kLengthBytes, length)));
    if (const auto notes = header.find(kNotes); notes != header.end()) notes->get_to(file.notes_);
    for (const auto& [name, json] : header.items()) {
      if (name != kNotes) file.tensors_[name] = entry(path, name, json, data);
    }
    const Json checksums = Json::parse(file.notes_.contains(kChecksums) ? file.notes_[kChecksums] : "{}");
    for (const auto& [name, digest] : checksums.items()) {
      const auto found = file.tensors_.find(name);
      if (found == file.tensors_.end()) refuse(path, fmt::format("tensor '{}' is missing", name));
      if (sha256(text_of(found->second.bytes)) != digest.get<std::string>()) {
        refuse(path, fmt::format("tensor '{}' does not match its checksum", name));
      }
    }
  } catch (const Json::exception& error) {
    refuse(path, fmt::format("its header cannot be read: {}", error.what()));
  }
  return file;
}

std::string SafetensorsFile::note(const std::string& name) const {
  const auto found = notes_.find(name);
  return found == notes_.end() ? "" : found->second;
}

const StoredTensor& SafetensorsFile::get(std::string_view name, StoredType type,
                                         const std::vector<std::int64_t>& shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) refuse(path_, fmt::format("tensor '{}' is missing", name));
  const StoredTensor& tensor = found->second;
  if (tensor.type != type || tensor.shape != shape) {
    refuse(path_, fmt::format("tensor '{}' is {} [{}], not {} [{}]", name, name_of(tensor.type).name,
                              fmt::join(tensor.shape, ", "), name_of(type).name, fmt::join(shape, ", ")));
  }
  return tensor;
}

}  // namespace seqlab
