#include "autodiff/pointwise.h"

#include "kernels/rows.h"

namespace seqlab {
namespace {

/// product += addend in place, when `product` is a linear map's result that nobody has seen yet.
bool fold(Var product, Var addend) {
  Tape& tape = product.tape();
  Var* slot = tape.foldable_addend(product);
  if (slot == nullptr || slot->exists() || !(addend.shape() == product.shape()) || addend.id() == product.id()) return false;
  const Tensor& value = tape.value(addend);
  const Timed timed(Work::layout);
  add_rows(value, product.value());
  tape.note_use(addend);
  *slot = addend;
  return true;
}

}  // namespace

Var operator+(Var a, Var b) {
  if (fold(b, a)) return b;
  if (fold(a, b)) return a;
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
