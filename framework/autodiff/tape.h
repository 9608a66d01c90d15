#pragma once

// The eager tape. Operations compute at once and append a record; backward() runs the records in reverse. There is no graph
// object, no sorting, no reference counting: values, gradients and records live in an arena until clear().
//
// A Var is a handle to a value of its tape. A slice or a reshaped Var is a view: it shares its root's memory, its gradient
// is the same place of the root's gradient.

#include <cstdint>
#include <span>
#include <vector>

#include "autodiff/leaf.h"
#include "autodiff/origin.h"
#include "autodiff/packed_weights.h"
#include "core/arena.h"
#include "core/tensor.h"

namespace seqlab {

class Tape;
struct StateTrace;
struct StepTrace;

class Var {
 public:
  Var() = default;
  Var(Tape* tape, int id) : tape_(tape), id_(id) {}
  [[nodiscard]] bool exists() const { return tape_ != nullptr; }
  [[nodiscard]] Tape& tape() const { return *tape_; }
  [[nodiscard]] int id() const { return id_; }
  [[nodiscard]] const Tensor& value() const;  // of a one-hot or joined Var: written out on first use
  [[nodiscard]] Shape shape() const;

 private:
  Tape* tape_ = nullptr;
  int id_ = -1;
};

class Tape {
 public:
  /// `training`: dropout is active and operations are recorded; otherwise values only.
  Tape(Precision precision, bool training);
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] bool training() const { return training_; }
  void set_training(bool training) { training_ = training; }
  /// For dropout: the masks of a batch are a function of the run's seed, this number and the order of the operations.
  void set_randomness(std::uint64_t seed, std::uint64_t batch_number);
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  std::uint64_t next_stream();

  Arena& arena() { return arena_; }
  PackedWeights& packed() { return packed_; }

  // Values -----------------------------------------------------------------------------------------------------------------
  Tensor allocate(Shape shape);                                      // uninitialised, in the arena
  Var result(Shape shape, bool wants_gradient, Origin origin = {});  // a new value, uninitialised
  Var constant(Shape shape, double value);                           // no gradient
  Var constant(Shape shape, std::span<const double> values);
  Var zeros(Shape shape) { return constant(shape, 0.0); }
  Var leaf(Leaf& leaf);
  /// A leaf's value without its gradient.
  Var frozen(const Leaf& leaf);
  /// A view of `count` elements' worth of `of`, `offset` elements into it, with the root's stride (or `stride`).
  Var view(Var of, std::int64_t offset, Shape shape, std::int64_t stride);
  /// Rows of a unit matrix, never stored: shape [..., width], one id per row. `ids` is copied.
  Var one_hot(std::span<const int> ids, Shape shape);
  /// Columns of `parts` side by side, never stored unless an operation other than a linear map asks for the values.
  Var joined(std::span<const Var> parts);
  std::span<const int> keep(std::span<const int> numbers);

  /// A value in memory of the arena that is filled already, or will be.
  Var hold(const Tensor& tensor, bool wants_gradient, Origin origin);

  [[nodiscard]] const Tensor& value(Var var);
  [[nodiscard]] Shape shape(Var var) const { return values_[static_cast<std::size_t>(var.id())].shape; }
  [[nodiscard]] bool wants_gradient(Var var) const;
  /// What a view is a view of, and how many elements into it; else the Var itself and 0.
  struct Place {
    Var root;
    std::int64_t offset = 0;
  };
  [[nodiscard]] Place place(Var var) const;
  [[nodiscard]] bool is_leaf(Var var) const { return values_[static_cast<std::size_t>(var.id())].leaf != nullptr; }
  [[nodiscard]] std::span<const int> ids_of(Var var) const;    // of a one-hot Var; else empty
  [[nodiscard]] std::span<const Var> parts_of(Var var) const;  // of a joined Var; else empty

  // Backward ---------------------------------------------------------------------------------------------------------------
  /// Records what to run on the way back. `Record` has `void operator()(Tape&) const` and is trivially destructible.
  template <class Record>
  void record(Record record) {
    if (training_) record_kept(arena_.keep(std::move(record)));
  }
  /// The same for a record that is in the arena already.
  template <class Record>
  void record_kept(const Record* kept) {
    records_.push_back({[](const void* record, Tape& tape) { (*static_cast<const Record*>(record))(tape); }, kept});
  }
  /// Once per batch: d loss / d everything, starting from `seed` (1 by default) for a loss of one element. Leaves collect
  /// theirs.
  void backward(Var loss, double seed = 1.0);

  /// The gradient that came in for a value (to be read only: it may serve others), or an empty Tensor (data null) where
  /// nobody used it. For records.
  [[nodiscard]] Tensor incoming(Var var) const;
  /// Where a record adds the gradient of an input. `fresh`: nothing is there yet, write instead of add (memory is
  /// uninitialised).
  struct Destination {
    Tensor tensor;  // data null: this input wants no gradient
    bool fresh = false;
  };
  Destination destination(Var var);
  /// destination() of several inputs of one record. Views that together cover their root are written without zeroing it
  /// first; the others are as accumulator() gives them.
  void destinations(std::span<const Var> vars, std::span<Destination> result);
  /// As destination(), but always for adding: zeroed where nothing was there.
  Tensor accumulator(Var var);

  // Folding a sum into the linear map that was computed last: its memory then holds the sum. The map's own value is computed
  // again in the rare case that somebody asks for it later.
  /// How the record of a linear map lets a sum be folded into it.
  struct Foldable {
    Var sum;  // what the memory holds now; does not exist: nothing was folded
    Var addend;
    void (*recompute)(const void* record, Tape& tape, const Tensor& to) = nullptr;
    const void* record = nullptr;
  };
  void mark_foldable(Var map, Foldable* foldable) {
    foldable_id_ = map.id();
    foldable_ = foldable;
    foldable_records_ = records_.size();
  }
  /// sum = map + addend in the map's memory; no Var where `map` is not the newest record's unused result.
  Var fold(Var map, Var addend);

  /// True where the gradient of `sum` is kept in the place of its addend's.
  [[nodiscard]] bool shares_gradient(Var sum) const { return values_[static_cast<std::size_t>(sum.id())].shared; }
  /// Promises that no other Var reads the part of the root that this view is. Of a root: that its memory now holds numbers
  /// of its only reader, which trace() does not show.
  void mark_exclusive(Var view) { at(view).exclusive = true; }
  [[nodiscard]] int uses(Var var) const { return values_[static_cast<std::size_t>(var.id())].uses; }

  /// Lets the one user of `var` overwrite its value on the way back (its producer does not need it).
  void mark_expendable(Var var) { values_[static_cast<std::size_t>(var.id())].expendable = true; }
  [[nodiscard]] bool is_expendable(Var var) const { return values_[static_cast<std::size_t>(var.id())].expendable; }
  void note_use(Var var) { ++values_[static_cast<std::size_t>(var.id())].uses; }
  /// True where `var` is expendable and has one user: then its gradient may take its value's place.
  bool reuse_value_for_gradient(Var var);

  /// A value as it stands in memory, for looking into: view, one-hot and joined values have no memory of their own (data
  /// null).
  struct Trace {
    Origin origin;
    Tensor value;
    Tensor gradient;  // data null: none
  };
  [[nodiscard]] std::size_t value_count() const { return values_.size(); }
  [[nodiscard]] Trace trace(std::size_t index) const;  // in the order in which they were made

  /// Writes linear maps and equations into `trace` from now on; null: no longer.
  void watch(StepTrace* trace) { trace_ = trace; }
  [[nodiscard]] StepTrace* watcher() const { return trace_; }

  /// From now on recurrent layers go step by step on this tape and leave their states in `trace`; null: no longer.
  void trace_states(StateTrace* trace) { states_ = trace; }
  [[nodiscard]] StateTrace* state_trace() const { return states_; }

  void clear();  // forgets all values; memory stays
  [[nodiscard]] std::size_t record_count() const { return records_.size(); }
  [[nodiscard]] std::uint64_t serial() const { return serial_; }

 private:
  struct Value {
    Tensor tensor;  // data null: one-hot or joined, not written out
    Shape shape;
    Tensor gradient;  // data null: nothing yet
    Origin origin;
    int root = -1;            // of a view
    std::int64_t offset = 0;  // elements from the root's start
    Leaf* leaf = nullptr;
    bool wants_gradient = false;
    bool expendable = false;
    bool exclusive = false;  // of a view: see mark_exclusive
    bool shared = false;     // the gradient stands in the addend's place
    int addend = -1;         // of a folded sum: both have one gradient, kept once where nobody else adds to the addend's
    const Foldable* folded = nullptr;  // of a linear map whose memory was given to a sum
    int uses = 0;
    std::span<const int> ids;
    std::span<const Var> parts;
  };
  struct Record {
    void (*run)(const void*, Tape&);
    const void* kept;
  };
  int add(Value value);
  Value& at(Var var) { return values_[static_cast<std::size_t>(var.id())]; }
  void write_out(Var var);
  Tensor view_of_gradient(const Value& view, const Tensor& root) const;

  Precision precision_;
  bool training_;
  std::uint64_t seed_ = 0;
  std::uint64_t batch_number_ = 0;
  std::uint64_t streams_ = 0;
  std::uint64_t serial_;
  Arena arena_;
  PackedWeights packed_;
  std::vector<Value> values_;
  std::vector<Record> records_;
  std::vector<Leaf*> leaves_;
  bool went_back_ = false;
  int foldable_id_ = -1;
  Foldable* foldable_ = nullptr;
  std::size_t foldable_records_ = 0;
  StepTrace* trace_ = nullptr;
  StateTrace* states_ = nullptr;
};

}  // namespace seqlab
