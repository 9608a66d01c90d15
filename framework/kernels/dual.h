#pragma once

// Forward-mode differentiating numbers over packets. The set of inputs on which a number depends is part of its type
// (bit i of Inputs: depends on input i), so a product touches only the tangents that exist, an intermediate value is
// computed once however often it is used, and what a constant would contribute costs nothing. An author's generic lambda
// gets plain packets for values and Duals for gradients; the functions below are its vocabulary:
//   + - * /   sigmoid tanh exp log sqrt abs square relu max min where_less        and numbers such as 1.0

#include <array>
#include <bit>
#include <cstddef>
#include <tuple>
#include <utility>

#include "kernels/packet.h"

namespace seqlab {

template <class P, unsigned Inputs>
struct Dual {
  static constexpr int kTangents = std::popcount(Inputs);
  P value;
  std::array<P, static_cast<std::size_t>(kTangents)> tangents;
};

template <class P>
inline constexpr bool is_packet = false;
template <class T>
inline constexpr bool is_packet<Packet<T>> = true;

namespace dual_detail {

constexpr std::size_t position(unsigned inputs, int input) {
  return static_cast<std::size_t>(std::popcount(inputs & ((1U << input) - 1U)));
}
constexpr int nth_input(unsigned inputs, int n) {
  for (int i = 0;; ++i) {
    if ((inputs >> i & 1U) != 0 && n-- == 0) return i;
  }
}
constexpr bool has(unsigned inputs, int input) { return (inputs >> input & 1U) != 0; }

/// value, and every tangent of `a` changed by `change`. (Folds, not loops: each tangent must stay in a register.)
template <class P, unsigned A, class Change>
Dual<P, A> each(P value, const Dual<P, A>& a, Change change) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) { return Dual<P, A>{value, {change(a.tangents[I])...}}; }
  (std::make_index_sequence<static_cast<std::size_t>(std::popcount(A))>{});
}

/// value, and tangents = slope * a's tangents.
template <class P, unsigned A>
Dual<P, A> chain(P value, P slope, const Dual<P, A>& a) {
  return each<P, A>(value, a, [&](P t) { return slope * t; });
}

/// value, and tangents = of_a(a's tangent) + of_b(b's tangent), each where it exists.
template <class P, unsigned A, unsigned B, class OfA, class OfB, class Both>
Dual<P, A | B> join(P value, const Dual<P, A>& a, const Dual<P, B>& b, OfA of_a, OfB of_b, Both both) {
  const auto tangent = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
    constexpr int input = nth_input(A | B, static_cast<int>(I));
    if constexpr (has(A, input) && has(B, input)) {
      return both(a.tangents[position(A, input)], b.tangents[position(B, input)]);
    } else if constexpr (has(A, input)) {
      return of_a(a.tangents[position(A, input)]);
    } else {
      return of_b(b.tangents[position(B, input)]);
    }
  };
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Dual<P, A | B>{value, {tangent(std::integral_constant<std::size_t, I>{})...}};
  }
  (std::make_index_sequence<static_cast<std::size_t>(std::popcount(A | B))>{});
}

}  // namespace dual_detail

// Numbers in an author's equations: 1.0 - z.
template <class N>
concept Number = std::is_arithmetic_v<N>;

template <class P>
P constant_like(double x) {
  return P::all(static_cast<typename P::Scalar>(x));
}

// Packet with number.
template <class T, Number N>
Packet<T> operator+(Packet<T> a, N b) {
  return a + Packet<T>::all(static_cast<T>(b));
}
template <class T, Number N>
Packet<T> operator+(N a, Packet<T> b) {
  return Packet<T>::all(static_cast<T>(a)) + b;
}
template <class T, Number N>
Packet<T> operator-(Packet<T> a, N b) {
  return a - Packet<T>::all(static_cast<T>(b));
}
template <class T, Number N>
Packet<T> operator-(N a, Packet<T> b) {
  return Packet<T>::all(static_cast<T>(a)) - b;
}
template <class T, Number N>
Packet<T> operator*(Packet<T> a, N b) {
  return a * Packet<T>::all(static_cast<T>(b));
}
template <class T, Number N>
Packet<T> operator*(N a, Packet<T> b) {
  return Packet<T>::all(static_cast<T>(a)) * b;
}
template <class T, Number N>
Packet<T> operator/(Packet<T> a, N b) {
  return a * Packet<T>::all(static_cast<T>(1.0 / static_cast<double>(b)));
}
template <class T, Number N>
Packet<T> operator/(N a, Packet<T> b) {
  return Packet<T>::all(static_cast<T>(a)) / b;
}
template <class T>
Packet<T> square(Packet<T> a) {
  return a * a;
}
template <class T>
Packet<T> relu(Packet<T> a) {
  return max(a, Packet<T>::all(0));
}
template <class T, Number N>
Packet<T> max(Packet<T> a, N b) {
  return max(a, Packet<T>::all(static_cast<T>(b)));
}
template <class T, Number N>
Packet<T> min(Packet<T> a, N b) {
  return min(a, Packet<T>::all(static_cast<T>(b)));
}

template <class T, Number N>
Packet<T> where_less(Packet<T> a, N b, Packet<T> yes, Packet<T> no) {
  return where_less(a, Packet<T>::all(static_cast<T>(b)), yes, no);
}
template <class T, Number N>
Packet<T> max(N a, Packet<T> b) {
  return max(b, a);
}
template <class T, Number N>
Packet<T> min(N a, Packet<T> b) {
  return min(b, a);
}

// Dual with Dual.
template <class P, unsigned A, unsigned B>
auto operator+(const Dual<P, A>& a, const Dual<P, B>& b) {
  return dual_detail::join(
      a.value + b.value, a, b, [](P t) { return t; }, [](P t) { return t; }, [](P s, P t) { return s + t; });
}
template <class P, unsigned A, unsigned B>
auto operator-(const Dual<P, A>& a, const Dual<P, B>& b) {
  return dual_detail::join(
      a.value - b.value, a, b, [](P t) { return t; }, [](P t) { return -t; }, [](P s, P t) { return s - t; });
}
template <class P, unsigned A, unsigned B>
auto operator*(const Dual<P, A>& a, const Dual<P, B>& b) {
  return dual_detail::join(
      a.value * b.value, a, b, [&](P t) { return t * b.value; }, [&](P t) { return a.value * t; },
      [&](P s, P t) { return fused_multiply_add(s, b.value, a.value * t); });
}
template <class P, unsigned A, unsigned B>
auto operator/(const Dual<P, A>& a, const Dual<P, B>& b) {
  const P inverse = P::all(1) / b.value;
  const P value = a.value * inverse;
  return dual_detail::join(
      value, a, b, [&](P t) { return t * inverse; }, [&](P t) { return -(value * inverse * t); },
      [&](P s, P t) { return (s - value * t) * inverse; });
}
template <class P, unsigned A, unsigned B>
auto max(const Dual<P, A>& a, const Dual<P, B>& b) {
  const P zero = P::all(0);
  return dual_detail::join(
      max(a.value, b.value), a, b, [&](P t) { return where_less(a.value, b.value, zero, t); },
      [&](P t) { return where_less(a.value, b.value, t, zero); },
      [&](P s, P t) { return where_less(a.value, b.value, t, s); });
}
template <class P, unsigned A, unsigned B>
auto min(const Dual<P, A>& a, const Dual<P, B>& b) {
  return -max(-a, -b);
}

/// yes where a < b, else no; the gradient is that of what was chosen.
template <class P, unsigned A, unsigned B, unsigned Y, unsigned N>
auto where_less(const Dual<P, A>& a, const Dual<P, B>& b, const Dual<P, Y>& yes, const Dual<P, N>& no) {
  const P zero = P::all(0);
  return dual_detail::join(
      where_less(a.value, b.value, yes.value, no.value), yes, no, [&](P t) { return where_less(a.value, b.value, t, zero); },
      [&](P t) { return where_less(a.value, b.value, zero, t); },
      [&](P s, P t) { return where_less(a.value, b.value, s, t); });
}

template <class P, unsigned A, Number N, class Yes, class No>
auto where_less(const Dual<P, A>& a, N b, const Yes& yes, const No& no) {
  return where_less(a, Dual<P, 0U>{constant_like<P>(static_cast<double>(b)), {}}, yes, no);
}

// Dual with a constant packet.
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator+(const Dual<P, A>& a, P b) { return {a.value + b, a.tangents}; }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator+(P a, const Dual<P, A>& b) { return {a + b.value, b.tangents}; }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator-(const Dual<P, A>& a, P b) { return {a.value - b, a.tangents}; }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator-(P a, const Dual<P, A>& b) { return dual_detail::chain(a - b.value, P::all(-1), b); }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator*(const Dual<P, A>& a, P b) { return dual_detail::chain(a.value * b, b, a); }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator*(P a, const Dual<P, A>& b) { return dual_detail::chain(a * b.value, a, b); }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator/(const Dual<P, A>& a, P b) { return a * (P::all(1) / b); }
template <class P, unsigned A>
requires is_packet<P> Dual<P, A>
operator/(P a, const Dual<P, A>& b) {
  const P value = a / b.value;
  return dual_detail::chain(value, -(value / b.value), b);
}

// Dual with number.
template <class P, unsigned A, Number N>
Dual<P, A> operator+(const Dual<P, A>& a, N b) {
  return a + constant_like<P>(static_cast<double>(b));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator+(N a, const Dual<P, A>& b) {
  return b + constant_like<P>(static_cast<double>(a));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator-(const Dual<P, A>& a, N b) {
  return a - constant_like<P>(static_cast<double>(b));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator-(N a, const Dual<P, A>& b) {
  return constant_like<P>(static_cast<double>(a)) - b;
}
template <class P, unsigned A, Number N>
Dual<P, A> operator*(const Dual<P, A>& a, N b) {
  return a * constant_like<P>(static_cast<double>(b));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator*(N a, const Dual<P, A>& b) {
  return b * constant_like<P>(static_cast<double>(a));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator/(const Dual<P, A>& a, N b) {
  return a * constant_like<P>(1.0 / static_cast<double>(b));
}
template <class P, unsigned A, Number N>
Dual<P, A> operator/(N a, const Dual<P, A>& b) {
  return constant_like<P>(static_cast<double>(a)) / b;
}
template <class P, unsigned A, Number N>
Dual<P, A> max(const Dual<P, A>& a, N b) {
  const P limit = constant_like<P>(static_cast<double>(b));
  return dual_detail::chain(max(a.value, limit), where_less(limit, a.value, P::all(1), P::all(0)), a);
}
template <class P, unsigned A, Number N>
Dual<P, A> min(const Dual<P, A>& a, N b) {
  const P limit = constant_like<P>(static_cast<double>(b));
  return dual_detail::chain(min(a.value, limit), where_less(a.value, limit, P::all(1), P::all(0)), a);
}

template <class P, unsigned A, Number N>
Dual<P, A> max(N a, const Dual<P, A>& b) {
  return max(b, a);
}
template <class P, unsigned A, Number N>
Dual<P, A> min(N a, const Dual<P, A>& b) {
  return min(b, a);
}

// Functions of one Dual.
template <class P, unsigned A>
Dual<P, A> operator-(const Dual<P, A>& a) {
  return dual_detail::each(-a.value, a, [](P t) { return -t; });
}
template <class P, unsigned A>
Dual<P, A> sigmoid(const Dual<P, A>& a) {
  const P value = sigmoid(a.value);
  return dual_detail::chain(value, value * (P::all(1) - value), a);
}
template <class P, unsigned A>
Dual<P, A> tanh(const Dual<P, A>& a) {
  const P value = tanh(a.value);
  return dual_detail::chain(value, P::all(1) - value * value, a);
}
template <class P, unsigned A>
Dual<P, A> exp(const Dual<P, A>& a) {
  const P value = exp(a.value);
  return dual_detail::chain(value, value, a);
}
template <class P, unsigned A>
Dual<P, A> log(const Dual<P, A>& a) {
  return dual_detail::chain(log(a.value), P::all(1) / a.value, a);
}
template <class P, unsigned A>
Dual<P, A> sqrt(const Dual<P, A>& a) {
  const P value = sqrt(a.value);
  return dual_detail::chain(value, P::all(static_cast<typename P::Scalar>(0.5)) / value, a);
}
template <class P, unsigned A>
Dual<P, A> abs(const Dual<P, A>& a) {
  return dual_detail::chain(abs(a.value), where_less(a.value, P::all(0), P::all(-1), P::all(1)), a);
}
template <class P, unsigned A>
Dual<P, A> square(const Dual<P, A>& a) {
  return dual_detail::chain(a.value * a.value, a.value + a.value, a);
}
template <class P, unsigned A>
Dual<P, A> relu(const Dual<P, A>& a) {
  return max(a, 0.0);
}

/// Stands in for an input that a variant of an equation does without: `none * x` is none, `x + none` is x.
struct None {};
inline constexpr None none{};
template <class X>
None operator*(None, const X&) {
  return {};
}
template <class X>
X operator+(const X& x, None) {
  return x;
}

/// Several results of one set of equations: `return outputs(h, c);`
template <class... Results>
struct Outputs {
  std::tuple<Results...> results;
};
template <class... Results>
Outputs<Results...> outputs(Results... results) {
  return {{results...}};
}

}  // namespace seqlab
