#include "nn/parameter.h"

#include <fmt/format.h>

#include <Eigen/QR>
#include <cmath>

#include "core/error.h"

namespace seqlab {
namespace {

template <class Draw>
Initialiser each_element(Draw draw) {
  return [draw](const Tensor& tensor, Random& random) {
    for (std::int64_t r = 0; r < tensor.rows(); ++r) {
      for (std::int64_t c = 0; c < tensor.columns(); ++c) tensor.set(r, c, draw(random));
    }
  };
}

}  // namespace

namespace init {

Initialiser zeros() { return constant(0); }

Initialiser constant(double value) {
  return [value](const Tensor& tensor, Random&) { fill(tensor, value); };
}

Initialiser uniform(double bound) {
  return each_element([bound](Random& random) { return random.uniform(-bound, bound); });
}

Initialiser normal(double deviation) {
  return each_element([deviation](Random& random) { return deviation * random.normal(); });
}

Initialiser xavier() {
  return [](const Tensor& tensor, Random& random) {
    uniform(std::sqrt(6.0 / static_cast<double>(tensor.rows() + tensor.columns())))(tensor, random);
  };
}

Initialiser orthogonal() {
  return [](const Tensor& tensor, Random& random) {
    const std::int64_t rows = tensor.rows();
    for (std::int64_t first = 0; first < tensor.columns(); first += rows) {
      const std::int64_t columns = std::min(rows, tensor.columns() - first);
      Eigen::MatrixXd start(rows, columns);
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) start(r, c) = random.normal();
      }
      const Eigen::HouseholderQR<Eigen::MatrixXd> qr(start);
      Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(rows, columns);
      // Householder's signs are not random; those of R make Q uniform over all orthogonal matrices (Mezzadri, 2007).
      for (std::int64_t c = 0; c < columns; ++c) {
        if (qr.matrixQR()(c, c) < 0) q.col(c) = -q.col(c);
      }
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) tensor.set(r, first + c, q(r, c));
      }
    }
  };
}

}  // namespace init

Parameter ParameterSet::add(const std::string& name, Shape shape, const Initialiser& start) {
  expect(find(name) == nullptr, fmt::format("parameter '{}' is made twice", name));
  if (shape.size() == 1) shape = {1, shape[0]};
  expect(shape.elements() > 0, fmt::format("parameter '{}' {} is not empty", name, to_text(shape)));
  auto owned = std::make_unique<Owned>();
  const std::size_t bytes = static_cast<std::size_t>(shape.elements()) * element_size(precision_);
  owned->value.reset(::operator new (bytes, std::align_val_t{64}));
  owned->gradient.reset(::operator new (bytes, std::align_val_t{64}));
  Leaf& leaf = owned->leaf;
  leaf.name = name;
  leaf.rounding = rounding_;
  leaf.value = {owned->value.get(), shape, shape.columns(), precision_};
  leaf.gradient = {owned->gradient.get(), shape, shape.columns(), precision_};
  if (starts_ == Starts::drawn) {
    fill(leaf.gradient, 0.0);
    Random random(seed_, name);
    start(leaf.value, random);
  }
  leaves_.push_back(&leaf);
  owned_.push_back(std::move(owned));
  return Parameter(&leaf);
}

Leaf* ParameterSet::find(std::string_view name) const {
  for (Leaf* leaf : leaves_) {
    if (leaf->name == name) return leaf;
  }
  return nullptr;
}

std::int64_t ParameterSet::count() const {
  std::int64_t count = 0;
  for (const Leaf* leaf : leaves_) count += leaf->value.elements();
  return count;
}

void ParameterSet::clear_gradients() {
  for (Leaf* leaf : leaves_) leaf->clear_gradient();
}

void ParameterSet::set_rounding(Rounding rounding) {
  rounding_ = rounding;
  for (Leaf* leaf : leaves_) leaf->rounding = rounding;
}

void ParameterSet::freeze(const Parameter& table, std::int64_t epochs) {
  for (const auto& owned : owned_) {
    if (&owned->leaf != &table.leaf()) continue;
    owned->frozen_epochs = epochs;
    owned->leaf.frozen = epochs > 0;
  }
}

void ParameterSet::begin_epoch(std::int64_t epoch) {
  for (const auto& owned : owned_) owned->leaf.frozen = epoch < owned->frozen_epochs;
}

std::vector<double> ParameterSet::snapshot() const {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(count()));
  for (const Leaf* leaf : leaves_) {
    with_precision(precision_, [&](auto zero) {
      const auto* data = leaf->value.row<decltype(zero)>(0);
      values.insert(values.end(), data, data + leaf->value.elements());
    });
  }
  return values;
}

void ParameterSet::restore(std::span<const double> values) {
  expect(static_cast<std::int64_t>(values.size()) == count(), "a snapshot of this model");
  std::size_t next = 0;
  for (Leaf* leaf : leaves_) {
    for (std::int64_t r = 0; r < leaf->value.rows(); ++r) {
      for (std::int64_t c = 0; c < leaf->value.columns(); ++c) leaf->value.set(r, c, values[next++]);
    }
    ++leaf->version;
  }
}

}  // namespace seqlab
