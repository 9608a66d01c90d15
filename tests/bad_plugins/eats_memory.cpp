#include <chrono>
#include <thread>
#include <vector>

#include "misbehaving.h"

namespace {
using namespace seqlab;

/// Takes memory, and uses it, until somebody stops it.
class EatsMemory final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("allocates without end in its first step"); }
  State step(Var x, const State& s) const override {
    constexpr std::size_t kPiece = 4'000'000;
    for (volatile bool forever = true; forever;) {
      pieces_.emplace_back(kPiece, static_cast<char>(pieces_.size()));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a machine that is shared should survive the test
    }
    return test::Small::step(x, s);
  }

 private:
  mutable std::vector<std::vector<char>> pieces_;
};

}  // namespace

SEQLAB_CELL(EatsMemory, "eats_memory")
