#include "plugin/carried_text.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <sstream>

#include "core/error.h"

namespace seqlab {

std::string text_of(const CarriedState& state) {
  if (state.empty()) return "0";
  Tape tape(Precision::f64, false);  // holds what either precision does
  const LayerStates layers = state.on(tape);
  std::string text = fmt::format("{}", layers.size());
  for (const State& parts : layers) {
    text += fmt::format(" {}", parts.size());
    for (const Var& part : parts) {
      const Tensor& value = part.value();
      text += fmt::format(" {} {}", value.rows(), value.columns());
      for (std::int64_t r = 0; r < value.rows(); ++r) {
        for (std::int64_t c = 0; c < value.columns(); ++c) {
          text += fmt::format(" {:x}", std::bit_cast<std::uint64_t>(value.at(r, c)));
        }
      }
    }
  }
  return text;
}

CarriedState carried_state_of(const std::string& text) {
  constexpr std::int64_t kMost = 1 << 26;
  std::istringstream input(text);
  const auto count = [&](std::int64_t least) {
    std::int64_t number = 0;
    if (!(input >> std::dec >> number) || number < least || number > kMost) {
      throw EnvironmentError("the carried state of a checkpoint is damaged");
    }
    return number;
  };
  CarriedState state;
  Tape tape(Precision::f64, false);
  LayerStates layers;
  for (std::int64_t left = count(0); left > 0; --left) {
    std::vector<Var> parts;
    for (std::int64_t parts_left = count(1); parts_left > 0; --parts_left) {
      const std::int64_t rows = count(1), columns = count(1);
      std::vector<double> values;
      for (std::int64_t i = 0; i < rows * columns; ++i) {
        std::uint64_t bits = 0;
        if (!(input >> std::hex >> bits)) throw EnvironmentError("the carried state of a checkpoint is damaged");
        values.push_back(std::bit_cast<double>(bits));
      }
      parts.push_back(tape.constant({rows, columns}, values));
    }
    layers.emplace_back(std::move(parts));
  }
  if (!layers.empty()) state.take(layers);
  return state;
}

}  // namespace seqlab
