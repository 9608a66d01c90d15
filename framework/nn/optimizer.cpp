#include "nn/optimizer.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <cmath>

#include "core/error.h"
#include "kernels/packet.h"
#include "kernels/parallel.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

template <class T>
using Numbers = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;

/// work(first, count) over parts of 0..count, on the threads that it is worth.
template <class Work>
void in_parts(std::int64_t count, Work&& work) {
  constexpr std::int64_t kBlock = 1024;
  const std::int64_t blocks = (count + kBlock - 1) / kBlock;
  parallel(blocks, useful_threads(blocks, kBlock), [&](int, std::int64_t first, std::int64_t last) {
    const std::int64_t begin = first * kBlock;
    const std::int64_t size = std::min(last * kBlock, count) - begin;
    if (size > 0) work(begin, size);
  });
}

}  // namespace

double gradient_norm(const ParameterSet& parameters) {
  const Timed timed(Work::optimizer);
  double total = 0;
  for (const Leaf* leaf : parameters.leaves()) {
    if (leaf->touched == Touched::all) total += sum_of_squares(leaf->gradient);
    if (leaf->touched == Touched::rows) {
      for (const int row : leaf->rows) total += sum_of_squares(leaf->gradient.slice_rows(row, {leaf->gradient.columns()}));
    }
  }
  return std::sqrt(total);
}

Optimizer::~Optimizer() = default;

Optimizer::Optimizer(ParameterSet& parameters, double rate, std::vector<std::string> slots)
    : parameters_(parameters), rate_(rate), slot_names_(std::move(slots)) {
  for (const Leaf* leaf : parameters.leaves()) {
    const auto size = static_cast<std::size_t>(leaf->value.elements()) * element_size(parameters.precision());
    auto& pointers = slots_.emplace_back();
    for (std::size_t slot = 0; slot < slot_names_.size(); ++slot) {
      memory_.emplace_back((size + sizeof(double) - 1) / sizeof(double), 0.0);
      pointers.push_back(memory_.back().data());
    }
  }
}

std::vector<Optimizer::Memory> Optimizer::memory() const {
  std::vector<Memory> all;
  const auto leaves = parameters_.leaves();
  for (std::size_t l = 0; l < leaves.size(); ++l) {
    for (std::size_t slot = 0; slot < slot_names_.size(); ++slot) {
      Tensor tensor = leaves[l]->value;
      tensor.data = slots_[l][slot];
      all.push_back({fmt::format("{}/{}", slot_names_[slot], leaves[l]->name), tensor});
    }
  }
  return all;
}

void Optimizer::step(double scale) {
  const Timed timed(Work::optimizer);
  ++updates_;
  const auto leaves = parameters_.leaves();
  expect(leaves.size() == slots_.size(), "all parameters were there when the optimizer was made");
  const std::size_t size = element_size(parameters_.precision());
  for (std::size_t l = 0; l < leaves.size(); ++l) {
    Leaf& leaf = *leaves[l];
    const std::int64_t columns = leaf.value.columns();
    const auto segment = [&](std::int64_t first_row, std::int64_t rows) {
      const std::size_t offset = static_cast<std::size_t>(first_row * columns) * size;
      Segment part{static_cast<char*>(leaf.value.data) + offset, static_cast<char*>(leaf.gradient.data) + offset, slots_[l],
                   rows * columns};
      for (void*& slot : part.slots) slot = static_cast<char*>(slot) + offset;
      update(part, scale);
    };
    const bool moves = !leaf.frozen && leaf.touched != Touched::nothing;  // a frozen leaf may be used as any other, too
    if (moves && leaf.touched == Touched::all) segment(0, leaf.value.rows());
    if (moves && leaf.touched == Touched::rows) {
      for (const int row : leaf.rows) segment(row, 1);
    }
    if (moves) ++leaf.version;
    leaf.clear_gradient();
  }
}

Sgd::Sgd(ParameterSet& parameters, double rate, double momentum)
    : Optimizer(parameters, rate, momentum > 0 ? std::vector<std::string>{"velocity"} : std::vector<std::string>{}),
      momentum_(momentum) {}

void Sgd::update(const Segment& segment, double scale) {
  with_precision(precision(), [&](auto zero) {
    using T = decltype(zero);
    in_parts(segment.count, [&](std::int64_t first, std::int64_t count) {
      Numbers<T> x(static_cast<T*>(segment.value) + first, count);
      const Numbers<T> g(static_cast<T*>(const_cast<void*>(segment.gradient)) + first, count);
      if (segment.slots.empty()) {
        x -= static_cast<T>(rate() * scale) * g;
        return;
      }
      Numbers<T> v(static_cast<T*>(segment.slots[0]) + first, count);
      v = static_cast<T>(momentum_) * v + static_cast<T>(scale) * g;
      x -= static_cast<T>(rate()) * v;
    });
  });
}

Adam::Adam(ParameterSet& parameters, double rate, double beta1, double beta2, double epsilon)
    : Optimizer(parameters, rate, {"mean", "square"}), beta1_(beta1), beta2_(beta2), epsilon_(epsilon) {}

void Adam::update(const Segment& segment, double scale) {
  const double correction1 = 1.0 - std::pow(beta1_, static_cast<double>(updates()));
  const double correction2 = 1.0 - std::pow(beta2_, static_cast<double>(updates()));
  with_precision(precision(), [&](auto zero) {
    using T = decltype(zero);
    using P = Packet<T>;
    const auto all = [](double number) { return P::all(static_cast<T>(number)); };
    const P keep_mean = all(beta1_);
    const P keep_square = all(beta2_);
    const P into_mean = all(1.0 - beta1_);
    const P into_square = all(1.0 - beta2_);
    const P clipped = all(scale);
    const P size = all(rate() / correction1);
    const P root = all(1.0 / std::sqrt(correction2));
    const P epsilon = all(epsilon_);
    in_parts(segment.count, [&](std::int64_t first, std::int64_t count) {
      T* x = static_cast<T*>(segment.value) + first;
      const T* g = static_cast<const T*>(segment.gradient) + first;
      T* m = static_cast<T*>(segment.slots[0]) + first;
      T* v = static_cast<T*>(segment.slots[1]) + first;
      // By packets in so many words: with four pointers that might overlap the compiler goes one by one.
      const auto packet = [&](const auto& load, const auto& store, std::int64_t i) {
        const P gradient = clipped * load(g + i);
        const P mean = fused_multiply_add(keep_mean, load(m + i), into_mean * gradient);
        const P square = fused_multiply_add(keep_square, load(v + i), into_square * gradient * gradient);
        store(mean, m + i);
        store(square, v + i);
        store(load(x + i) - size * mean / (sqrt(square) * root + epsilon), x + i);
      };
      std::int64_t i = 0;
      for (; i + P::kWidth <= count; i += P::kWidth) {
        packet([](const T* from) { return P::load(from); }, [](const P& value, T* to) { value.store(to); }, i);
      }
      if (i < count) {
        packet([&](const T* from) { return P::load_part(from, count - i); },
               [&](const P& value, T* to) { value.store_part(to, count - i); }, i);
      }
    });
  });
}

}  // namespace seqlab
