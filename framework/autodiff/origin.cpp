#include "autodiff/origin.h"

#include <fmt/format.h>

#include <array>
#include <boost/core/demangle.hpp>
#include <string_view>

namespace seqlab {
namespace {

/// The function that a lambda stands in: "Lstm::step" of "(anonymous namespace)::Lstm::step(seqlab::Var, ...)
/// const::{lambda...".
std::string function_of(const std::type_info& type) {
  std::string name = boost::core::demangle(type.name());
  for (const std::string_view scope : std::array{"(anonymous namespace)::", "seqlab::"}) {
    for (auto at = name.find(scope); at != std::string::npos; at = name.find(scope)) name.erase(at, scope.size());
  }
  return name.substr(0, name.find('('));
}

}  // namespace

std::string to_text(const Origin& origin) {
  if (origin.equations != nullptr) return fmt::format("{} in {}", origin.operation, function_of(*origin.equations));
  if (origin.leaf == nullptr) return origin.operation;
  const bool itself = origin.operation == std::string_view("parameter");
  return fmt::format("{}{}{}", origin.operation, itself ? " " : " by ", origin.leaf->name);
}

}  // namespace seqlab
