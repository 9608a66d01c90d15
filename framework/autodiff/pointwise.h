#pragma once

// An author's equations on the tape: `pointwise(equations, inputs...)`. The lambda is generic over its numbers (see
// kernels/dual.h for its vocabulary); the framework instantiates it for SIMD packets, for differentiating packets and for
// double.
//
//   Var y       = pointwise([](auto a, auto b) { return a * tanh(b); }, x, z);
//   State state = pointwise([](auto i, auto c) { auto c1 = ...; return outputs(tanh(c1), c1); }, x, s[1]);
//
// Inputs are Vars, std::array<Var, N> (from split<N>) or anything with `Var on(Tape&)` (parameters, rows<N>(parameter)); at
// least one is a Var. Shapes broadcast: [H] or [1, H] over rows, [B, 1] over columns, [B, 1, S, A] with [B, T, 1, A].

#include <array>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "autodiff/step_trace.h"
#include "autodiff/tape.h"
#include "core/error.h"
#include "kernels/pointwise.h"
#include "kernels/profile.h"

namespace seqlab {

namespace pointwise_detail {

template <class A>
inline constexpr bool is_var_array = false;
template <std::size_t N>
inline constexpr bool is_var_array<std::array<Var, N>> = true;

template <class A>
Tape* tape_of(const A& argument) {
  if constexpr (std::is_same_v<A, Var>) {
    return &argument.tape();
  } else if constexpr (is_var_array<A>) {
    return &argument[0].tape();
  } else {
    return nullptr;
  }
}

/// The Vars of one argument.
template <class A>
auto vars_of(const A& argument, Tape& tape) {
  if constexpr (std::is_same_v<A, Var>) {
    return std::array<Var, 1>{argument};
  } else if constexpr (is_var_array<A>) {
    return argument;
  } else {
    auto found = argument.on(tape);
    if constexpr (std::is_same_v<decltype(found), Var>) {
      return std::array<Var, 1>{found};
    } else {
      return found;
    }
  }
}

template <std::size_t... N>
auto flatten(const std::array<Var, N>&... groups) {
  std::array<Var, (N + ...)> all;
  std::size_t next = 0;
  ((std::copy(groups.begin(), groups.end(), all.begin() + static_cast<std::ptrdiff_t>(next)), next += N), ...);
  return all;
}

template <std::size_t N>
std::array<Tensor, N> values_of(Tape& tape, const std::array<Var, N>& vars) {
  std::array<Tensor, N> values;
  for (std::size_t i = 0; i < N; ++i) values[i] = tape.value(vars[i]);
  return values;
}

template <class Equations, std::size_t N, std::size_t M>
struct Record {
  Equations equations;
  std::array<Var, N> inputs;
  std::array<Var, M> results;
  Shape shape;
  bool sum_columns;

  void operator()(Tape& tape) const {
    std::array<Tensor, M> upstream;
    bool used = false;
    for (std::size_t m = 0; m < M; ++m) {
      upstream[m] = tape.incoming(results[m]);
      if (sum_columns && upstream[m].data != nullptr) upstream[m] = upstream[m].reshaped(shape.with_columns(1));
      used = used || upstream[m].data != nullptr;
    }
    if (!used) return;
    const auto values = values_of(tape, inputs);
    std::array<pointwise_kernel::Target, N> targets;
    // Inputs that are repeated over the loop are added to; the others may be written in one go.
    std::array<Tape::Destination, N> destinations;
    std::array<Var, N> whole;
    std::array<Tape::Destination, N> whole_destinations;
    std::size_t count = 0;
    for (std::size_t n = 0; n < N; ++n) {
      if (values[n].shape == shape) {
        whole[count++] = inputs[n];
      } else {
        destinations[n] = {tape.accumulator(inputs[n]), false};
      }
    }
    tape.destinations(std::span(whole).first(count), whole_destinations);
    count = 0;
    for (std::size_t n = 0; n < N; ++n) {
      if (values[n].shape == shape) destinations[n] = whole_destinations[count++];
    }
    for (std::size_t n = 0; n < N; ++n) {
      const auto& to = destinations[n];
      if (to.tensor.data == nullptr) continue;
      targets[n] = {to.tensor, to.fresh ? pointwise_kernel::Write::store : pointwise_kernel::Write::add};
    }
    const Timed timed(Work::pointwise);
    with_precision(tape.precision(), [&](auto zero) {
      pointwise_kernel::backward<decltype(zero)>(equations, values, shape, upstream, targets, sum_columns, tape.arena());
    });
  }
};

/// The kernels of one set of equations, for whoever repeats them.
template <class Equations, std::size_t N, std::size_t M>
struct Kernels {
  static void forward(const void* equations, std::span<const Tensor> inputs, const Shape& shape,
                      std::span<const Tensor> results) {
    std::array<Tensor, N> in;
    std::array<Tensor, M> out;
    std::copy_n(inputs.begin(), N, in.begin());
    std::copy_n(results.begin(), M, out.begin());
    with_precision(out[0].precision, [&](auto zero) {
      pointwise_kernel::forward<decltype(zero)>(*static_cast<const Equations*>(equations), in, shape, out, false);
    });
  }
  static void backward(const void* equations, std::span<const Tensor> inputs, const Shape& shape,
                       std::span<const Tensor> upstream, std::span<const pointwise_kernel::Target> targets, Arena& arena) {
    std::array<Tensor, N> in;
    std::array<Tensor, M> up;
    std::array<pointwise_kernel::Target, N> to;
    std::copy_n(inputs.begin(), N, in.begin());
    std::copy_n(upstream.begin(), M, up.begin());
    std::copy_n(targets.begin(), N, to.begin());
    with_precision(in[0].precision, [&](auto zero) {
      pointwise_kernel::backward<decltype(zero)>(*static_cast<const Equations*>(equations), in, shape, up, to, false, arena);
    });
  }
};

template <class Equations, std::size_t N>
auto apply(const Equations& equations, const std::array<Var, N>& inputs, bool sum_columns) {
  static_assert(N <= 16, "at most 16 inputs");
  constexpr std::size_t kResults = pointwise_kernel::result_count<Equations, N>;
  Tape& tape = inputs[0].tape();
  const auto values = values_of(tape, inputs);
  bool wants_gradient = false;
  for (const Var& input : inputs) {
    wants_gradient = wants_gradient || tape.wants_gradient(input);
    tape.note_use(input);
  }
  const Shape shape = broadcast_shape(values);
  std::array<Var, kResults> results;
  std::array<Tensor, kResults> out;
  for (std::size_t m = 0; m < kResults; ++m) {
    results[m] =
        tape.result(sum_columns ? shape.with_columns(1) : shape, wants_gradient, {"pointwise", nullptr, &typeid(Equations)});
    out[m] = results[m].value();
  }
  {
    const Timed timed(Work::pointwise);
    with_precision(tape.precision(), [&](auto zero) {
      pointwise_kernel::forward<decltype(zero)>(equations, values, shape, out, sum_columns);
    });
  }
  if (wants_gradient) tape.record(Record<Equations, N, kResults>{equations, inputs, results, shape, sum_columns});
  if (StepTrace* trace = tape.watcher(); trace != nullptr && !sum_columns) {
    using Own = Kernels<Equations, N, kResults>;
    trace->operations.emplace_back(StepTrace::Equations{{inputs.begin(), inputs.end()},
                                                        {results.begin(), results.end()},
                                                        tape.arena().keep(equations),
                                                        &Own::forward,
                                                        &Own::backward,
                                                        &typeid(Equations)});
  }
  return results;
}

template <class Equations, class... Arguments>
auto call(const Equations& equations, bool sum_columns, const Arguments&... arguments) {
  static_assert(std::is_trivially_destructible_v<Equations>, "equations capture numbers only");
  Tape* tape = nullptr;
  ((tape = tape == nullptr ? tape_of(arguments) : tape), ...);
  expect(tape != nullptr, "one input of pointwise is a Var");
  return apply(equations, flatten(vars_of(arguments, *tape)...), sum_columns);
}

}  // namespace pointwise_detail

/// One result: a Var; outputs(a, b): std::array<Var, 2>.
template <class Equations, class... Arguments>
auto pointwise(const Equations& equations, const Arguments&... arguments) {
  const auto results = pointwise_detail::call(equations, false, arguments...);
  if constexpr (std::tuple_size_v<std::remove_const_t<decltype(results)>> == 1) {
    return results[0];
  } else {
    return results;
  }
}

/// The single result summed over its columns, which are then gone: [..., R, C] -> [..., R]. The summands are never stored.
template <class Equations, class... Arguments>
Var pointwise_sum(const Equations& equations, const Arguments&... arguments) {
  const auto results = pointwise_detail::call(equations, true, arguments...);
  static_assert(std::tuple_size_v<std::remove_const_t<decltype(results)>> == 1, "pointwise_sum has one result");
  const Var sums = results[0];
  const Shape s = sums.shape();
  const Shape shape = s.size() == 4 ? Shape{s[0], s[1], s[2]} : s.size() == 3 ? Shape{s[0], s[1]} : Shape{1, s[0]};
  return sums.tape().view(sums, 0, shape, shape.columns());
}

/// a + b. Where b (or a) is the newest linear map and unused, the sum is folded into it.
Var operator+(Var a, Var b);
Var operator-(Var a, Var b);
Var operator*(Var a, Var b);  // elementwise
Var operator*(double a, Var b);
Var tanh(Var x);
Var sigmoid(Var x);
Var relu(Var x);

}  // namespace seqlab
