#include "autodiff/pointwise.h"

namespace seqlab {
Var operator+(Var a, Var b) {
  if (const Var sum = b.tape().fold(b, a); sum.exists()) return sum;
  if (const Var sum = a.tape().fold(a, b); sum.exists()) return sum;
  return pointwise([](auto x, auto y) { return x + y; }, a, b);
}

Var operator-(Var a, Var b) {
  return pointwise([](auto x, auto y) { return x - y; }, a, b);
}

Var operator*(Var a, Var b) {
  return pointwise([](auto x, auto y) { return x * y; }, a, b);
}

Var operator*(double a, Var b) {
  return pointwise([a](auto x) { return a * x; }, b);
}

Var tanh(Var x) {
  return pointwise([](auto v) { return tanh(v); }, x);
}

Var sigmoid(Var x) {
  return pointwise([](auto v) { return sigmoid(v); }, x);
}

Var relu(Var x) {
  return pointwise([](auto v) { return relu(v); }, x);
}

}  // namespace seqlab
