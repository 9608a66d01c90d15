#include <stdexcept>

#include "misbehaving.h"

namespace {
using namespace seqlab;

/// An exception out of the middle of a step.
class Throws final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("throws in its first step"); }
  State step(Var, const State&) const override { throw std::runtime_error("the plugin gives up"); }
};

}  // namespace

SEQLAB_CELL(Throws, "throws")
