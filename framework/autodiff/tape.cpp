#include "autodiff/tape.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "autodiff/step_trace.h"
#include "autodiff/weight_gradient.h"
#include "core/error.h"
#include "core/random.h"

namespace seqlab {
namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> serial{0};
  return ++serial;
}

}  // namespace

const Tensor& Var::value() const { return tape_->value(*this); }
Shape Var::shape() const { return tape_->shape(*this); }

Tape::Tape(Precision precision, bool training) : precision_(precision), training_(training), serial_(next_serial()) {}

void Tape::set_randomness(std::uint64_t seed, std::uint64_t batch_number) {
  seed_ = seed;
  batch_number_ = batch_number;
  streams_ = 0;
}

std::uint64_t Tape::next_stream() { return stream_of("dropout") ^ (batch_number_ << 20) ^ streams_++; }

Tensor Tape::allocate(Shape shape) {
  const auto bytes = static_cast<std::size_t>(shape.elements()) * element_size(precision_);
  return {arena_.allocate(bytes), shape, shape.columns(), precision_};
}

int Tape::add(Value value) {
  values_.push_back(std::move(value));
  return static_cast<int>(values_.size()) - 1;
}

Var Tape::result(Shape shape, bool wants_gradient, Origin origin) {
  Value value;
  value.origin = origin;
  value.tensor = allocate(shape);
  value.shape = shape;
  value.wants_gradient = wants_gradient && training_;
  return {this, add(value)};
}

Var Tape::hold(const Tensor& tensor, bool wants_gradient, Origin origin) {
  Value value;
  value.origin = origin;
  value.tensor = tensor;
  value.shape = tensor.shape;
  value.wants_gradient = wants_gradient && training_;
  return {this, add(value)};
}

Var Tape::constant(Shape shape, double number) {
  const Var var = result(shape, false, {"constant"});
  fill(at(var).tensor, number);
  return var;
}

Var Tape::constant(Shape shape, std::span<const double> values) {
  expect(static_cast<std::int64_t>(values.size()) == shape.elements(), "as many values as the shape holds");
  const Var var = result(shape, false, {"constant"});
  const Tensor& tensor = at(var).tensor;
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) {
      tensor.set(r, c, values[static_cast<std::size_t>(r * tensor.columns() + c)]);
    }
  }
  return var;
}

Var Tape::leaf(Leaf& leaf) {
  if (leaf.tape_serial == serial_) return {this, leaf.id};
  expect(leaf.value.precision == precision_, "a leaf has the precision of its tape");
  Value value;
  value.tensor = leaf.value;
  value.shape = leaf.value.shape;
  value.origin = {"parameter", &leaf};
  value.leaf = &leaf;
  value.wants_gradient = training_;
  leaf.id = add(value);
  leaf.tape_serial = serial_;
  leaves_.push_back(&leaf);
  return {this, leaf.id};
}

Var Tape::frozen(const Leaf& leaf) {
  Value value;
  value.tensor = leaf.value;
  value.shape = leaf.value.shape;
  value.origin = {"parameter", &leaf};
  return {this, add(value)};
}

Var Tape::view(Var of, std::int64_t offset, Shape shape, std::int64_t stride) {
  const Tensor base = value(of);
  const Value& whole = at(of);
  Value view;
  view.root = whole.root >= 0 ? whole.root : of.id();
  view.offset = whole.offset + offset;
  view.tensor = {static_cast<char*>(base.data) + static_cast<std::size_t>(offset) * element_size(precision_), shape, stride,
                 precision_};
  view.shape = shape;
  view.wants_gradient = whole.wants_gradient;
  note_use(of);
  return {this, add(view)};
}

std::span<const int> Tape::keep(std::span<const int> numbers) {
  int* kept = arena_.array<int>(numbers.size());
  std::ranges::copy(numbers, kept);
  return {kept, numbers.size()};
}

Var Tape::one_hot(std::span<const int> ids, Shape shape) {
  expect(static_cast<std::int64_t>(ids.size()) == shape.rows(), "one id per row");
  for (const int id : ids) expect(id >= 0 && id < shape.columns(), "an id is inside the vocabulary");
  Value value;
  value.shape = shape;
  value.ids = keep(ids);
  return {this, add(value)};
}

Var Tape::joined(std::span<const Var> parts) {
  expect(!parts.empty(), "something to join");
  std::int64_t columns = 0;
  Value value;
  std::vector<Var> flat;
  for (const Var& part : parts) {
    expect(part.shape().rows() == parts[0].shape().rows(), "joined parts have equal rows");
    columns += part.shape().columns();
    value.wants_gradient = value.wants_gradient || at(part).wants_gradient;
    const auto inner = parts_of(part);
    if (inner.empty() || at(part).tensor.data != nullptr) {
      flat.push_back(part);
    } else {
      flat.insert(flat.end(), inner.begin(), inner.end());
    }
    note_use(part);
  }
  Var* kept = arena_.array<Var>(flat.size());
  std::ranges::copy(flat, kept);
  value.parts = {kept, flat.size()};
  value.shape = parts[0].shape().with_columns(columns);
  return {this, add(value)};
}

const Tensor& Tape::value(Var var) {
  if (at(var).tensor.data == nullptr) write_out(var);
  return at(var).tensor;
}

void Tape::write_out(Var var) {
  const Tensor tensor = allocate(at(var).shape);
  at(var).tensor = tensor;
  if (const Foldable* folded = at(var).folded) {
    folded->recompute(folded->record, *this, tensor);
    return;
  }
  if (!at(var).ids.empty() || at(var).parts.empty()) {
    fill(tensor, 0.0);
    const auto ids = at(var).ids;
    for (std::size_t r = 0; r < ids.size(); ++r) tensor.set(static_cast<std::int64_t>(r), ids[r], 1.0);
    return;
  }
  struct Split {
    Var joined;
    std::span<const Var> parts;
    void operator()(Tape& tape) const {
      const Tensor incoming = tape.incoming(joined);
      if (incoming.data == nullptr) return;
      std::int64_t first = 0;
      for (const Var& part : parts) {
        const std::int64_t columns = part.shape().columns();
        const Tensor from = incoming.slice_columns(first, columns);
        first += columns;
        const Destination to = tape.destination(part);
        if (to.tensor.data != nullptr) add_or_copy(from, to.tensor, to.fresh);
      }
    }
  };
  const auto parts = at(var).parts;
  std::int64_t first = 0;
  for (const Var& part : parts) {
    copy(value(part), tensor.slice_columns(first, part.shape().columns()));
    first += part.shape().columns();
  }
  if (at(var).wants_gradient) record(Split{var, parts});
}

bool Tape::wants_gradient(Var var) const { return values_[static_cast<std::size_t>(var.id())].wants_gradient; }

Tape::Place Tape::place(Var var) const {
  const Value& value = values_[static_cast<std::size_t>(var.id())];
  return {Var(&var.tape(), value.root >= 0 ? value.root : var.id()), value.offset};
}

std::span<const int> Tape::ids_of(Var var) const { return values_[static_cast<std::size_t>(var.id())].ids; }

std::span<const Var> Tape::parts_of(Var var) const { return values_[static_cast<std::size_t>(var.id())].parts; }

Var Tape::fold(Var map, Var addend) {
  const bool newest = map.id() == foldable_id_ && foldable_records_ == records_.size() && training_;
  if (!newest || at(map).uses != 0 || foldable_->sum.exists() || addend.id() == map.id() || !(shape(addend) == shape(map)))
    return {};
  // What is not written out yet would be recorded behind the map, and on the way back its gradient would come too late.
  if (at(addend).tensor.data == nullptr) return {};
  add_or_copy(value(addend), value(map), false);
  note_use(addend);
  Value sum;
  sum.tensor = at(map).tensor;
  sum.shape = at(map).shape;
  sum.origin = at(map).origin;
  sum.wants_gradient = true;
  sum.expendable = true;
  sum.addend = addend.id();
  at(map).tensor = {};
  at(map).folded = foldable_;
  foldable_->sum = Var(this, add(std::move(sum)));
  foldable_->addend = addend;
  if (trace_ != nullptr && !trace_->operations.empty()) {
    if (auto* last = std::get_if<StepTrace::Map>(&trace_->operations.back())) {
      last->sum = foldable_->sum;
      last->addend = addend;
    }
  }
  return foldable_->sum;
}

bool Tape::reuse_value_for_gradient(Var var) {
  Value& value = at(var);
  if (!value.expendable || value.uses != 1 || value.root >= 0 || value.gradient.data != nullptr) return false;
  value.gradient = value.tensor;
  return true;
}

Tensor Tape::view_of_gradient(const Value& view, const Tensor& root) const {
  return {static_cast<char*>(root.data) + static_cast<std::size_t>(view.offset) * element_size(precision_), view.shape,
          view.tensor.stride, precision_};
}

Tensor Tape::incoming(Var var) const {
  const Value& value = values_[static_cast<std::size_t>(var.id())];
  if (value.root < 0) return value.gradient;
  const Value& root = values_[static_cast<std::size_t>(value.root)];
  return root.gradient.data == nullptr ? Tensor{} : view_of_gradient(value, root.gradient);
}

Tape::Destination Tape::destination(Var var) {
  Value& value = at(var);
  if (!value.wants_gradient) return {};
  if (value.root >= 0) return {accumulator(var), false};
  if (value.leaf != nullptr) {
    Leaf& leaf = *value.leaf;
    const bool fresh = leaf.touched == Touched::nothing;
    if (!fresh) leaf.add_to_all();
    leaf.touched = Touched::all;
    return {leaf.gradient, fresh};
  }
  if (value.gradient.data != nullptr) return {value.gradient, false};
  if (value.addend >= 0) {
    Value& addend = values_[static_cast<std::size_t>(value.addend)];
    const bool plain = addend.root < 0 && addend.leaf == nullptr && addend.gradient.data == nullptr;
    const bool alike = addend.tensor.stride == value.tensor.stride;
    if (alike && addend.wants_gradient && addend.uses == 1 && (plain || addend.exclusive)) {
      if (plain) addend.gradient = allocate(addend.shape);
      value.gradient = plain ? addend.gradient : accumulator(Var(this, value.addend));
      value.shared = true;
      return {value.gradient, true};
    }
  }
  value.gradient = allocate(value.shape);
  return {value.gradient, true};
}

void Tape::destinations(std::span<const Var> vars, std::span<Destination> result) {
  std::vector<bool> done(vars.size(), false);
  for (std::size_t i = 0; i < vars.size(); ++i) {
    if (done[i]) continue;
    const int root_id = at(vars[i]).root;
    if (root_id < 0) {
      result[i] = destination(vars[i]);
      continue;
    }
    // Column slices of a root without gradient: do they cover it?
    const Value& root = values_[static_cast<std::size_t>(root_id)];
    std::vector<std::size_t> group;
    std::int64_t columns = 0;
    bool slices = root.wants_gradient && root.leaf == nullptr && root.gradient.data == nullptr;
    for (std::size_t j = i; j < vars.size(); ++j) {
      const Value& view = at(vars[j]);
      if (view.root != root_id) continue;
      slices = slices && view.offset == columns && view.tensor.stride == root.tensor.stride &&
               view.shape.rows() == root.shape.rows();
      columns += view.shape.columns();
      group.push_back(j);
    }
    const bool covers = slices && columns == root.shape.columns();
    const Tensor whole = covers ? destination(Var(this, root_id)).tensor : Tensor{};
    for (const std::size_t j : group) {
      done[j] = true;
      result[j] =
          covers ? Destination{view_of_gradient(at(vars[j]), whole), true} : Destination{accumulator(vars[j]), false};
    }
  }
}

Tensor Tape::accumulator(Var var) {
  Value& value = at(var);
  if (!value.wants_gradient) return {};
  const Var root(this, value.root >= 0 ? value.root : var.id());
  const Destination whole = destination(root);
  if (whole.fresh) fill(whole.tensor, 0.0);
  return value.root >= 0 ? view_of_gradient(at(var), whole.tensor) : whole.tensor;
}

void Tape::backward(Var loss, double seed) {
  expect(training_, "backward needs a recording tape");
  expect(loss.shape().elements() == 1, "a loss has one element");
  expect(!went_back_, "a tape goes backward once");
  went_back_ = true;
  const Destination start = destination(loss);
  if (start.tensor.data == nullptr) return;
  fill(start.tensor, seed);
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) record->run(record->kept, *this);
  for (Leaf* leaf : leaves_) finish_weight_gradient(*leaf, arena_);
}

Tape::Trace Tape::trace(std::size_t index) const {
  const Value& value = values_[index];
  if (value.root >= 0) return {};
  // The one who reads an exclusive root has put numbers of its own there (a scan its sums).
  return {value.origin, value.exclusive ? Tensor{} : value.tensor, value.gradient};
}

void Tape::clear() {
  packed_.clear();
  values_.clear();
  records_.clear();
  leaves_.clear();
  went_back_ = false;
  foldable_id_ = -1;
  arena_.reset();
  serial_ = next_serial();
}

}  // namespace seqlab
