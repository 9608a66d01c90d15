#include "autodiff/lookup.h"

#include "core/error.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

struct LookupRecord {
  Leaf* table;
  std::span<const int> ids;
  Var y;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const Timed timed(Work::lookup);
    const Shape row{up.columns()};
    for (std::size_t r = 0; r < ids.size(); ++r) {
      const Tensor& gradient = table->add_to_row(ids[r]);
      add_rows(up.slice_rows(static_cast<std::int64_t>(r), row), gradient.slice_rows(ids[r], row));
    }
  }
};

}  // namespace

Var lookup(Tape& tape, Leaf& table, std::span<const int> ids, Shape shape) {
  expect(static_cast<std::int64_t>(ids.size()) == shape.rows() && shape.columns() == table.value.columns(),
         "one id per row");
  for (const int id : ids) expect(id >= 0 && id < table.value.rows(), "an id is inside the table");
  tape.leaf(table);
  const Var y = tape.result(shape, !table.frozen, {"lookup", &table});
  const auto kept = tape.keep(ids);
  const Timed timed(Work::lookup);
  gather_rows(table.value, kept, y.value(), false);
  if (!table.frozen) tape.record(LookupRecord{&table, kept, y});
  return y;
}

}  // namespace seqlab
