#include <cstdlib>

#include "misbehaving.h"

namespace {
using namespace seqlab;

/// Ends the process as if all were well.
class Exits final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("calls exit(0) in its first step"); }
  State step(Var, const State&) const override { std::exit(0); }
};

}  // namespace

SEQLAB_CELL(Exits, "exits")
