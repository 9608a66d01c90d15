#include "nn/checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>

#include "core/error.h"
#include "core/version.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLast = "last.safetensors";
constexpr const char* kBefore = "last.1.safetensors";
constexpr const char* kNew = ".new";  // while it is being written
constexpr const char* kBest = "best.safetensors";
constexpr const char* kFinal = "final.safetensors";
const std::string kWeight = "weight/";
const std::string kText = "text/";
constexpr const char* kFormat = "seqlab checkpoint 1";

StoredType stored_type(Precision precision) { return precision == Precision::f64 ? StoredType::f64 : StoredType::f32; }

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  const auto size = static_cast<std::size_t>(tensor.elements()) * element_size(tensor.precision);
  return {static_cast<const std::byte*>(tensor.data), size};
}

std::vector<std::int64_t> dimensions(const Shape& shape) {
  std::vector<std::int64_t> sizes;
  for (int i = 0; i < shape.size(); ++i) sizes.push_back(shape[i]);
  return sizes;
}

StoredTensor stored(std::string name, const Tensor& tensor) {
  expect(tensor.contiguous(), "what a checkpoint keeps has no gaps");
  return {std::move(name), stored_type(tensor.precision), dimensions(tensor.shape), bytes_of(tensor)};
}

/// The tensors of a file that is being put together, and the memory of those that are made for it.
class Content {
 public:
  void add(std::string name, const Tensor& tensor) { tensors_.push_back(stored(std::move(name), tensor)); }

  /// Part of a snapshot in the parameters' own precision.
  void add(std::string name, const Leaf& leaf, std::span<const double> values) {
    auto& memory = made(values.size() * element_size(leaf.value.precision));
    with_precision(leaf.value.precision, [&](auto zero) {
      auto* numbers = reinterpret_cast<decltype(zero)*>(memory.data());
      for (std::size_t i = 0; i < values.size(); ++i) numbers[i] = static_cast<decltype(zero)>(values[i]);
    });
    tensors_.push_back({std::move(name), stored_type(leaf.value.precision), dimensions(leaf.value.shape), memory});
  }

  void add(std::string name, const StateValue& value) {
    const auto raw = [&](StoredType type, std::int64_t count, const void* data) {
      auto& memory = made(static_cast<std::size_t>(count) * stored_size(type));
      std::memcpy(memory.data(), data, memory.size());
      tensors_.push_back({std::move(name), type, {count}, memory});
    };
    if (const auto* integer = std::get_if<std::int64_t>(&value)) raw(StoredType::i64, 1, integer);
    if (const auto* real = std::get_if<double>(&value)) raw(StoredType::f64, 1, real);
    if (const auto* text = std::get_if<std::string>(&value)) {
      raw(StoredType::u8, static_cast<std::int64_t>(text->size()), text->data());
    }
  }
  [[nodiscard]] std::span<const StoredTensor> tensors() const { return tensors_; }

 private:
  std::vector<std::byte>& made(std::size_t size) { return memory_.emplace_back(size); }
  std::deque<std::vector<std::byte>> memory_;
  std::vector<StoredTensor> tensors_;
};

StateValue state_value(const StoredTensor& tensor) {
  const auto number = [&](auto zero) {
    if (tensor.bytes.size() != sizeof zero)
      throw EnvironmentError(fmt::format("tensor '{}' is not one number", tensor.name));
    std::memcpy(&zero, tensor.bytes.data(), sizeof zero);
    return zero;
  };
  if (tensor.type == StoredType::i64) return number(std::int64_t{});
  if (tensor.type == StoredType::f64) return number(double{});
  return std::string(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
}

/// Waits until names that were given in the folder are on the disk.
void sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!good) throw EnvironmentError(fmt::format("cannot write the folder '{}': {}", folder, std::strerror(error)));
}

void rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    throw EnvironmentError(fmt::format("cannot rename '{}' to '{}': {}", from, to, std::strerror(errno)));
  }
}

}  // namespace

CheckpointFolder::CheckpointFolder(std::string folder, std::string configuration)
    : folder_(std::move(folder)), configuration_(std::move(configuration)) {}

std::string CheckpointFolder::file(std::string_view name) const { return (fs::path(folder_) / name).string(); }

void CheckpointFolder::replace(const std::string& name, std::span<const StoredTensor> tensors,
                               const std::string& keep_as) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw EnvironmentError(fmt::format("cannot create the folder '{}': {}", folder_, error.message()));
  const std::string whole = file(name);
  const std::string fresh = whole + kNew;
  write_safetensors(
      fresh, {{"format", kFormat}, {"configuration", configuration_}, {"framework", std::string(framework_version())}},
      tensors);
  if (!keep_as.empty() && fs::exists(whole)) rename_file(whole, file(keep_as));
  rename_file(fresh, whole);
  sync_folder(folder_);
}

std::size_t CheckpointFolder::save(const TrainingMemory& memory) const {
  Content content;
  std::size_t next = 0;
  for (const Leaf* leaf : memory.parameters.leaves()) {
    content.add("weight/" + leaf->name, leaf->value);
    const auto count = static_cast<std::size_t>(leaf->value.elements());
    if (!memory.best.empty()) content.add("best/" + leaf->name, *leaf, std::span(memory.best).subspan(next, count));
    next += count;
  }
  for (const auto& [name, tensor] : memory.optimizer.memory()) content.add("optimizer/" + name, tensor);
  content.add("optimizer/updates", StateValue(memory.optimizer.updates()));
  for (const auto& [name, value] : memory.state) content.add("state/" + name, value);
  replace(kLast, content.tensors(), kBefore);
  return fs::file_size(file(kLast));
}

void CheckpointFolder::restore(const std::string& path, const TrainingMemory& memory) const {
  const SafetensorsFile stored_file = SafetensorsFile::read(path);
  if (stored_file.note("format") != kFormat || stored_file.note("sha256").empty()) {
    throw EnvironmentError(fmt::format("'{}' is no checkpoint of this version of seqlab", path));
  }
  if (stored_file.note("configuration") != configuration_) {
    throw EnvironmentError(fmt::format("'{}' was made with other settings, another seed or other plugins", path));
  }
  // Everything is looked up before anything is changed.
  struct Move {
    std::span<const std::byte> from;
    Tensor to;
  };
  std::vector<Move> moves;
  const auto plan = [&](const std::string& name, const Tensor& to) {
    moves.push_back({stored_file.get(name, stored_type(to.precision), dimensions(to.shape)).bytes, to});
  };
  const bool has_best = !memory.parameters.leaves().empty() &&
                        stored_file.tensors().contains("best/" + memory.parameters.leaves().front()->name);
  std::vector<double> best;
  for (const Leaf* leaf : memory.parameters.leaves()) {
    plan("weight/" + leaf->name, leaf->value);
    if (!has_best) continue;
    const auto& from =
        stored_file.get("best/" + leaf->name, stored_type(leaf->value.precision), dimensions(leaf->value.shape));
    with_precision(leaf->value.precision, [&](auto zero) {
      std::vector<decltype(zero)> numbers(static_cast<std::size_t>(leaf->value.elements()));
      std::memcpy(numbers.data(), from.bytes.data(), from.bytes.size());
      best.insert(best.end(), numbers.begin(), numbers.end());
    });
  }
  for (const auto& [name, tensor] : memory.optimizer.memory()) plan("optimizer/" + name, tensor);
  const StateValue updates = state_value(stored_file.get("optimizer/updates", StoredType::i64, {1}));
  StateValues state;
  constexpr std::string_view kState = "state/";
  for (const auto& [name, tensor] : stored_file.tensors()) {
    if (name.starts_with(kState)) state[name.substr(kState.size())] = state_value(tensor);
  }

  for (const Move& move : moves) std::memcpy(move.to.data, move.from.data(), move.from.size());
  for (Leaf* leaf : memory.parameters.leaves()) ++leaf->version;
  memory.optimizer.set_updates(std::get<std::int64_t>(updates));
  memory.best = std::move(best);
  memory.state = std::move(state);
}

std::string CheckpointFolder::load(const TrainingMemory& memory,
                                   const std::function<void(const std::string&)>& refused) const {
  if (!exists()) return "";
  for (const char* name : {kLast, kBefore}) {
    const std::string path = file(name);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) continue;
    try {
      restore(path, memory);
      return path;
    } catch (const EnvironmentError& error) {
      refused(error.what());
    }
  }
  return "";
}

std::string CheckpointFolder::save_weights(const char* name, const ParameterSet& parameters,
                                           const std::map<std::string, std::string>& texts) const {
  Content content;
  for (const Leaf* leaf : parameters.leaves()) content.add(kWeight + leaf->name, leaf->value);
  for (const auto& [text, value] : texts) content.add(kText + text, StateValue(value));
  replace(name, content.tensors(), "");
  return file(name);
}

std::string CheckpointFolder::save_best(const ParameterSet& parameters,
                                        const std::map<std::string, std::string>& texts) const {
  return save_weights(kBest, parameters, texts);
}

std::string CheckpointFolder::save_final(const ParameterSet& parameters,
                                         const std::map<std::string, std::string>& texts) const {
  return save_weights(kFinal, parameters, texts);
}

CheckpointFolder::Description CheckpointFolder::describe(const std::string& file) {
  Description description;
  const SafetensorsFile stored_file = SafetensorsFile::read(file);
  for (const auto& [name, tensor] : stored_file.tensors()) {
    if (name.starts_with(kText)) {
      description.texts[name.substr(kText.size())] = std::get<std::string>(state_value(tensor));
    } else if (name.starts_with(kWeight)) {
      description.shapes[name.substr(kWeight.size())] = tensor.shape;
    }
  }
  return description;
}

void CheckpointFolder::load_weights(const std::string& file, ParameterSet& parameters) {
  const SafetensorsFile weights = SafetensorsFile::read(file);
  const auto from = [&](const Leaf& leaf) {
    return weights.get("weight/" + leaf.name, stored_type(leaf.value.precision), dimensions(leaf.value.shape)).bytes;
  };
  for (const Leaf* leaf : parameters.leaves()) (void)from(*leaf);
  for (Leaf* leaf : parameters.leaves()) {
    const auto bytes = from(*leaf);
    std::memcpy(leaf->value.data, bytes.data(), bytes.size());
    ++leaf->version;
  }
}

void remove_unfinished(const std::string& folder) {
  std::error_code ignored;
  for (const std::string name : {kLast, kBefore}) {
    fs::remove(fs::path(folder) / name, ignored);
    fs::remove(fs::path(folder) / (name + kNew), ignored);
  }
}

}  // namespace seqlab
