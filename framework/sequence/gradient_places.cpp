#include "sequence/gradient_places.h"

#include <algorithm>

namespace seqlab {
namespace {

using Place = StepProgram::Place;
using Operand = StepProgram::Operand;

/// The gradient of one input, part of the state or result: who wrote which columns so far.
struct Buffer {
  Operand whole;
  std::vector<bool> written;  // by column
  bool cleared = false;       // starts as zero: everyone adds

  /// How the next writer goes about it; false: it cannot be done without clearing first.
  bool write(std::int64_t first, std::int64_t width, bool& adds) {
    const auto begin = written.begin() + first;
    const auto count = std::count(begin, begin + width, true);
    adds = count == width && width > 0;
    std::fill(begin, begin + width, true);
    return adds || count == 0;
  }
};

}  // namespace

GradientPlaces::GradientPlaces(const StepProgram& program) {
  std::vector<Buffer> buffers;
  const auto add = [&](Place place, std::size_t index, std::int64_t width, bool written) {
    buffers.push_back(
        {{place, static_cast<int>(index), 0, width, {}}, std::vector<bool>(static_cast<std::size_t>(width), written)});
  };
  add(Place::input, 0, program.input_width, false);
  for (std::size_t i = 0; i < program.state_widths.size(); ++i) add(Place::state, i, program.state_widths[i], false);
  // A result that is the next state starts with what later steps and the outputs gave it.
  for (std::size_t i = 0; i < program.results.size(); ++i)
    add(Place::result, i, program.results[i].width, program.results[i].state >= 0);
  const auto first_written = buffers;

  const auto write = [&](const Operand& operand, std::vector<bool>& adds) {
    Operand o = operand;
    if (o.place == Place::fixed) {
      adds.push_back(true);
      return;
    }
    if (o.place == Place::result && program.results[static_cast<std::size_t>(o.index)].in_place) {
      o = {Place::input, 0, program.results[static_cast<std::size_t>(o.index)].first + o.first, o.width, {}};
    }
    for (Buffer& buffer : buffers) {
      if (buffer.whole.place != o.place || buffer.whole.index != o.index) continue;
      bool own = false;
      if (!buffer.write(o.first, o.width, own)) buffer.cleared = true;
      adds.push_back(own || buffer.cleared);
    }
  };
  // Twice: a buffer that turns out to need clearing is added to from its first writer on.
  for (int round = 0; round < 2; ++round) {
    adds_.assign(program.operations.size(), {});
    for (std::size_t i = 0; i < buffers.size(); ++i) buffers[i].written = first_written[i].written;
    for (std::size_t k = program.operations.size(); k-- > 0;) {
      const auto& operation = program.operations[k];
      if (operation.is_map) {
        const StepProgram::Map& map = operation.map;
        // The addend's gradient is written before the product's.
        std::vector<bool> addend, x;
        const bool in_place = program.results[static_cast<std::size_t>(map.result)].in_place;
        if (map.adds && !in_place) write(map.addend, addend);
        write(map.x, x);
        adds_[k] = {x[0], !addend.empty() && addend[0]};
      } else {
        for (const Operand& input : operation.equations.inputs) write(input, adds_[k]);
      }
    }
    for (Buffer& buffer : buffers) {
      const bool aliased =
          buffer.whole.place == Place::result && program.results[static_cast<std::size_t>(buffer.whole.index)].in_place;
      const bool whole = std::ranges::all_of(buffer.written, [](bool written) { return written; });
      buffer.cleared = buffer.cleared || (!aliased && !whole);
    }
  }
  for (const Buffer& buffer : buffers) {
    if (buffer.cleared) cleared_.push_back(buffer.whole);
  }
}

}  // namespace seqlab
