#include "data/negations.h"

#include <cctype>

namespace seqlab {
namespace {

constexpr std::string_view kTreebank = " n't";

}  // namespace

std::string moses_negations(std::string_view line) {
  std::string moses;
  moses.reserve(line.size());
  while (!line.empty()) {
    const bool after_letter = !moses.empty() && std::isalpha(static_cast<unsigned char>(moses.back())) != 0;
    const bool whole = line.size() == kTreebank.size() || (line.size() > kTreebank.size() && line[kTreebank.size()] == ' ');
    if (after_letter && whole && line.starts_with(kTreebank)) {
      moses += "n 't";
      line.remove_prefix(kTreebank.size());
    } else {
      moses += line.front();
      line.remove_prefix(1);
    }
  }
  return moses;
}

}  // namespace seqlab
