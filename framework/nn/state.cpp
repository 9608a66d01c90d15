#include "nn/state.h"

#include <fmt/format.h>

#include "core/error.h"

namespace seqlab {

template <class Value>
void StateArchive::move(const std::string& name, Value& value) {
  if (way_ == Way::write) {
    values_[name] = value;
    return;
  }
  const auto found = values_.find(name);
  const Value* held = found == values_.end() ? nullptr : std::get_if<Value>(&found->second);
  if (held == nullptr) throw EnvironmentError(fmt::format("the checkpoint does not hold '{}'", name));
  value = *held;
}

template void StateArchive::move(const std::string&, std::int64_t&);
template void StateArchive::move(const std::string&, double&);
template void StateArchive::move(const std::string&, std::string&);

void StateArchive::operator()(const std::string& name, bool& value) {
  std::int64_t number = value ? 1 : 0;
  move(name, number);
  value = number != 0;
}

void StateArchive::operator()(const std::string& name, std::map<std::string, double>& values) {
  const std::string prefix = name + ".";
  if (way_ == Way::write) {
    for (const auto& [key, value] : values) values_[prefix + key] = value;
    return;
  }
  values.clear();
  for (auto entry = values_.lower_bound(prefix); entry != values_.end() && entry->first.starts_with(prefix); ++entry) {
    const auto* number = std::get_if<double>(&entry->second);
    if (number != nullptr) values[entry->first.substr(prefix.size())] = *number;
  }
}

}  // namespace seqlab
