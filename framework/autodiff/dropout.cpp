#include "autodiff/dropout.h"

#include "autodiff/pointwise.h"
#include "core/error.h"
#include "core/random.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

/// 0 with probability `rate`, else 1 / (1 - rate).
Var dropout_mask(Tape& tape, Shape shape, double rate) {
  const std::uint64_t stream = tape.next_stream();
  const std::uint64_t seed = tape.seed();
  const Var mask = tape.result(shape, false, {"dropout mask"});
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
  return mask;
}

bool drops(const Var& x, double rate) {
  expect(rate >= 0 && rate < 1, "a rate of dropout is in [0, 1)");
  return x.tape().training() && rate > 0;
}

}  // namespace

Var dropout(Var x, double rate) { return drops(x, rate) ? x * dropout_mask(x.tape(), x.shape(), rate) : x; }

Var variational_dropout(Var x, double rate) {
  if (!drops(x, rate)) return x;
  const Shape shape = x.shape();
  expect(shape.size() == 3, "variational dropout takes [T, B, C]");
  return x * dropout_mask(x.tape(), {1, shape[1], shape[2]}, rate);
}

}  // namespace seqlab
