#include "autodiff/dropout.h"

#include "autodiff/pointwise.h"
#include "core/error.h"
#include "core/random.h"
#include "kernels/parallel.h"

namespace seqlab {

Var dropout(Var x, double rate) {
  Tape& tape = x.tape();
  expect(rate >= 0 && rate < 1, "a rate of dropout is in [0, 1)");
  if (!tape.training() || rate == 0) return x;
  const std::uint64_t stream = tape.next_stream();
  const std::uint64_t seed = tape.seed();
  const Var mask = tape.result(x.shape(), false, {"dropout mask"});
  const Tensor& tensor = mask.value();
  const auto limit = static_cast<std::uint32_t>(rate * 0x1p32);
  const double scale = 1.0 / (1.0 - rate);
  with_precision(tape.precision(), [&](auto zero) {
    using T = decltype(zero);
    T* values = tensor.row<T>(0);
    const std::int64_t count = tensor.elements();
    const std::int64_t blocks = (count + 3) / 4;
    parallel(blocks, useful_threads(blocks, 20), [&](int, std::int64_t first, std::int64_t last) {
      for (std::int64_t block = first; block < last; ++block) {
        const auto bits = philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                                  static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)},
                                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
        for (std::int64_t i = 0; i < 4 && block * 4 + i < count; ++i) {
          values[block * 4 + i] = static_cast<T>(bits[static_cast<std::size_t>(i)] < limit ? 0.0 : scale);
        }
      }
    });
  });
  return x * mask;
}

}  // namespace seqlab
