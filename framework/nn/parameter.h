#pragma once

// Learned numbers: who owns them, how they start, how equations use them.

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autodiff/layout.h"
#include "autodiff/tape.h"
#include "core/error.h"
#include "core/random.h"

namespace seqlab {

/// How a parameter starts: sets every element of a [rows, columns] tensor.
using Initialiser = std::function<void(const Tensor&, Random&)>;
namespace init {
Initialiser zeros();
Initialiser constant(double value);
Initialiser uniform(double bound);  // in [-bound, bound)
Initialiser normal(double deviation);
Initialiser xavier();      // uniform, bound sqrt(6 / (rows + columns)) (Glorot and Bengio, 2010)
Initialiser orthogonal();  // orthonormal columns per square block of `rows` columns (Saxe et al., 2014)
}  // namespace init

/// A handle to a parameter; copies name the same numbers. Usable as an input of pointwise().
class Parameter {
 public:
  Parameter() = default;
  explicit Parameter(Leaf* leaf) : leaf_(leaf) {}
  [[nodiscard]] bool exists() const { return leaf_ != nullptr; }
  [[nodiscard]] Leaf& leaf() const {
    expect(leaf_ != nullptr, "a parameter that was made by a context");
    return *leaf_;
  }
  [[nodiscard]] Var on(Tape& tape) const { return tape.leaf(leaf()); }

 private:
  Leaf* leaf_ = nullptr;
};

/// Rows of a parameter as single inputs of pointwise(): rows<3>(peep) for [3, H] gives three of [1, H].
template <int N>
struct ParameterRows {
  Parameter parameter;
  [[nodiscard]] std::array<Var, N> on(Tape& tape) const {
    std::array<Var, N> rows;
    for (int i = 0; i < N; ++i) rows[static_cast<std::size_t>(i)] = at(parameter.on(tape), i);
    return rows;
  }
};
template <int N>
ParameterRows<N> rows(const Parameter& parameter) {
  return {parameter};
}

/// Whether parameters get their start values. Left out: they hold whatever their memory holds, which costs no time: for a
/// model that takes stored weights, or that is made only to see whether it can be.
enum class Starts { drawn, left_out };

/// All parameters of a model, in the order of their creation. Where a parameter starts depends on the seed and its name
/// alone.
class ParameterSet {
 public:
  ParameterSet(Precision precision, std::uint64_t seed, Starts starts = Starts::drawn)
      : precision_(precision), seed_(seed), starts_(starts) {}

  /// InternalError where the name is taken. One-dimensional shapes [N] are kept as [1, N].
  Parameter add(const std::string& name, Shape shape, const Initialiser& start);

  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] std::span<Leaf* const> leaves() const { return leaves_; }
  [[nodiscard]] Leaf* find(std::string_view name) const;  // nullptr where absent
  [[nodiscard]] std::int64_t count() const;               // numbers, all parameters together
  void clear_gradients();
  /// Of the products with all parameters, those that are still to come included.
  void set_rounding(Rounding rounding);

  /// The table stays as it is for the first `epochs` epochs (kForGood: always).
  void freeze(const Parameter& table, std::int64_t epochs);
  static constexpr std::int64_t kForGood = std::int64_t{1} << 62;
  /// An epoch of training begins, counted from 0: tables that were frozen until now thaw.
  void begin_epoch(std::int64_t epoch);

  /// All values, in order: for keeping the best epoch.
  [[nodiscard]] std::vector<double> snapshot() const;
  void restore(std::span<const double> values);

 private:
  struct Free {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{64}); }
  };
  struct Owned {
    Leaf leaf;
    std::int64_t frozen_epochs = 0;
    std::unique_ptr<void, Free> value, gradient;
  };
  Precision precision_;
  std::uint64_t seed_;
  Starts starts_;
  Rounding rounding_ = Rounding::none;
  std::vector<std::unique_ptr<Owned>> owned_;
  std::vector<Leaf*> leaves_;
};

}  // namespace seqlab
