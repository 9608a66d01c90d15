#include "autodiff/dropout.h"

#include <algorithm>
#include <array>
#include <span>

#include "autodiff/pointwise.h"
#include "core/error.h"
#include "core/random_words.h"
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
    constexpr std::int64_t kRun = 1024;
    const std::int64_t runs = (count + kRun - 1) / kRun;
    parallel(runs, useful_threads(runs, kRun), [&](int, std::int64_t first, std::int64_t last) {
      std::array<std::uint32_t, kRun> words;
      for (std::int64_t i = first * kRun; i < std::min(last * kRun, count); i += kRun) {
        const std::int64_t size = std::min(kRun, count - i);
        random_words(seed, stream, static_cast<std::uint64_t>(i / 4),
                     std::span(words).first(static_cast<std::size_t>(size)));
        for (std::int64_t k = 0; k < size; ++k)
          values[i + k] = static_cast<T>(words[static_cast<std::size_t>(k)] < limit ? 0.0 : scale);
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
