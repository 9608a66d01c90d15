#pragma once

// The numbers on which an author's equations run. Packet<float> is one SIMD register (Eigen's packet functions: measured
// against xsimd and libmvec they had the fastest tanh and logistic function on AVX-512 and on SSE). Packet<double> is a
// single double with the standard library's functions: the reference for checks.

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace seqlab {

template <class T>
struct Packet;

template <>
struct Packet<float> {
  using Scalar = float;
  using Native = Eigen::internal::packet_traits<float>::type;
  static constexpr int kWidth = static_cast<int>(sizeof(Native) / sizeof(float));
  Native v;

  static Packet load(const float* p) { return {Eigen::internal::ploadu<Native>(p)}; }
  static Packet all(float x) { return {Eigen::internal::pset1<Native>(x)}; }
  /// The first `count` numbers; the rest are 0.
  static Packet load_part(const float* p, std::int64_t count) {
    alignas(64) float buffer[kWidth] = {};
    std::memcpy(buffer, p, static_cast<std::size_t>(count) * sizeof(float));
    return load(buffer);
  }
  void store(float* p) const { Eigen::internal::pstoreu(p, v); }
  void store_part(float* p, std::int64_t count) const {
    alignas(64) float buffer[kWidth];
    store(buffer);
    std::memcpy(p, buffer, static_cast<std::size_t>(count) * sizeof(float));
  }
  [[nodiscard]] float sum() const { return Eigen::internal::predux(v); }
  /// Sum of the first `count` numbers.
  [[nodiscard]] float sum_part(std::int64_t count) const {
    alignas(64) float buffer[kWidth];
    store(buffer);
    float total = 0;
    for (std::int64_t i = 0; i < count; ++i) total += buffer[i];
    return total;
  }
};

template <>
struct Packet<double> {
  using Scalar = double;
  static constexpr int kWidth = 1;
  double v;

  static Packet load(const double* p) { return {*p}; }
  static Packet all(double x) { return {x}; }
  static Packet load_part(const double* p, std::int64_t /*count*/) { return {*p}; }
  void store(double* p) const { *p = v; }
  void store_part(double* p, std::int64_t /*count*/) const { *p = v; }
  [[nodiscard]] double sum() const { return v; }
  [[nodiscard]] double sum_part(std::int64_t /*count*/) const { return v; }
};

inline Packet<float> operator+(Packet<float> a, Packet<float> b) { return {Eigen::internal::padd(a.v, b.v)}; }
inline Packet<float> operator-(Packet<float> a, Packet<float> b) { return {Eigen::internal::psub(a.v, b.v)}; }
inline Packet<float> operator*(Packet<float> a, Packet<float> b) { return {Eigen::internal::pmul(a.v, b.v)}; }
inline Packet<float> operator/(Packet<float> a, Packet<float> b) { return {Eigen::internal::pdiv(a.v, b.v)}; }
inline Packet<float> operator-(Packet<float> a) { return {Eigen::internal::pnegate(a.v)}; }
inline Packet<float> fused_multiply_add(Packet<float> a, Packet<float> b, Packet<float> c) {
  return {Eigen::internal::pmadd(a.v, b.v, c.v)};
}
inline Packet<float> exp(Packet<float> a) { return {Eigen::internal::pexp(a.v)}; }
inline Packet<float> log(Packet<float> a) { return {Eigen::internal::plog(a.v)}; }
inline Packet<float> sqrt(Packet<float> a) { return {Eigen::internal::psqrt(a.v)}; }
inline Packet<float> tanh(Packet<float> a) { return {Eigen::internal::ptanh(a.v)}; }
inline Packet<float> sigmoid(Packet<float> a) { return {Eigen::internal::scalar_logistic_op<float>().packetOp(a.v)}; }
inline Packet<float> abs(Packet<float> a) { return {Eigen::internal::pabs(a.v)}; }
// NaN comes through max and min: a broken run must not look healthy.
inline Packet<float> max(Packet<float> a, Packet<float> b) { return {Eigen::internal::pmax<Eigen::PropagateNaN>(a.v, b.v)}; }
inline Packet<float> min(Packet<float> a, Packet<float> b) { return {Eigen::internal::pmin<Eigen::PropagateNaN>(a.v, b.v)}; }
/// yes where a < b, else no.
inline Packet<float> where_less(Packet<float> a, Packet<float> b, Packet<float> yes, Packet<float> no) {
  return {Eigen::internal::pselect(Eigen::internal::pcmp_lt(a.v, b.v), yes.v, no.v)};
}

inline Packet<double> operator+(Packet<double> a, Packet<double> b) { return {a.v + b.v}; }
inline Packet<double> operator-(Packet<double> a, Packet<double> b) { return {a.v - b.v}; }
inline Packet<double> operator*(Packet<double> a, Packet<double> b) { return {a.v * b.v}; }
inline Packet<double> operator/(Packet<double> a, Packet<double> b) { return {a.v / b.v}; }
inline Packet<double> operator-(Packet<double> a) { return {-a.v}; }
inline Packet<double> fused_multiply_add(Packet<double> a, Packet<double> b, Packet<double> c) { return {a.v * b.v + c.v}; }
inline Packet<double> exp(Packet<double> a) { return {std::exp(a.v)}; }
inline Packet<double> log(Packet<double> a) { return {std::log(a.v)}; }
inline Packet<double> sqrt(Packet<double> a) { return {std::sqrt(a.v)}; }
inline Packet<double> tanh(Packet<double> a) { return {std::tanh(a.v)}; }
inline Packet<double> sigmoid(Packet<double> a) {
  return {a.v >= 0 ? 1.0 / (1.0 + std::exp(-a.v)) : std::exp(a.v) / (1.0 + std::exp(a.v))};
}
inline Packet<double> abs(Packet<double> a) { return {std::abs(a.v)}; }
inline Packet<double> max(Packet<double> a, Packet<double> b) { return {a.v > b.v || std::isnan(a.v) ? a.v : b.v}; }
inline Packet<double> min(Packet<double> a, Packet<double> b) { return {a.v < b.v || std::isnan(a.v) ? a.v : b.v}; }
inline Packet<double> where_less(Packet<double> a, Packet<double> b, Packet<double> yes, Packet<double> no) {
  return a.v < b.v ? yes : no;
}

}  // namespace seqlab
