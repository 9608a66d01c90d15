#include "misbehaving.h"

namespace {
using namespace seqlab;

/// Writes where nothing may be written: the kernel ends the process with a segmentation fault.
class Crash final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("crashes in its first step"); }
  State step(Var x, const State& s) const override {
    volatile int* nowhere = nullptr;
    *nowhere = 1;
    return test::Small::step(x, s);
  }
};

}  // namespace

SEQLAB_CELL(Crash, "crash")
