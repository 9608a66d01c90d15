#pragma once

// Named numbers and texts that a checkpoint keeps besides tensors. Their owner lists them once, in a function
//   template <class Archive> void exchange(Archive& archive) { archive("step", step_); ... }
// which both writes and reads: so the two cannot drift apart.

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace seqlab {

using StateValue = std::variant<std::int64_t, double, std::string>;
using StateValues = std::map<std::string, StateValue, std::less<>>;

class StateArchive {
 public:
  enum class Way { write, read };
  /// `values` is filled or read from and outlives the archive.
  StateArchive(Way way, StateValues& values) : way_(way), values_(values) {}

  /// EnvironmentError where a value to be read is missing or of another type: the checkpoint is of no use then.
  void operator()(const std::string& name, std::int64_t& value) { move(name, value); }
  void operator()(const std::string& name, double& value) { move(name, value); }
  void operator()(const std::string& name, std::string& value) { move(name, value); }
  void operator()(const std::string& name, bool& value);
  void operator()(const std::string& name, std::map<std::string, double>& values);

 private:
  template <class Value>
  void move(const std::string& name, Value& value);
  Way way_;
  StateValues& values_;
};

}  // namespace seqlab
