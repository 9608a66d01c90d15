#include "kernels/profile.h"

namespace seqlab {

bool Profile::enabled = false;
std::array<double, kWorkKinds> Profile::seconds{};
double Profile::operations = 0;

void Profile::reset() {
  seconds.fill(0);
  operations = 0;
}

std::string_view work_name(Work work) {
  constexpr std::array<std::string_view, kWorkKinds> kNames{"product", "pointwise", "attention", "lookup",
                                                            "loss",    "layout",    "optimizer", "recurrence"};
  return kNames[static_cast<std::size_t>(work)];
}

}  // namespace seqlab
