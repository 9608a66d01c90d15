#include "autodiff/weight_gradient.h"

#include <algorithm>
#include <map>

#include "kernels/product.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

/// True where each tensor begins where the one before it ends.
bool follow_each_other(const std::vector<Tensor>& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Tensor& before = parts[i - 1];
    const auto bytes = static_cast<std::size_t>(before.rows() * before.stride) * element_size(before.precision);
    if (parts[i].stride != before.stride || static_cast<char*>(before.data) + bytes != parts[i].data) return false;
  }
  return true;
}

/// The tensors one below the other, [sum of rows, columns]: no copy where they stand so in memory.
Tensor gather(const std::vector<Tensor>& parts, Arena& arena) {
  std::int64_t rows = 0;
  for (const Tensor& part : parts) rows += part.rows();
  if (follow_each_other(parts)) return {parts[0].data, {rows, parts[0].columns()}, parts[0].stride, parts[0].precision};
  const std::int64_t columns = parts[0].columns();
  const Precision precision = parts[0].precision;
  Tensor all{arena.allocate(static_cast<std::size_t>(rows * columns) * element_size(precision)),
             {rows, columns},
             columns,
             precision};
  std::int64_t first = 0;
  const Timed timed(Work::layout);
  for (const Tensor& part : parts) {
    copy_rows(part, all.slice_rows(first, {part.rows(), columns}));
    first += part.rows();
  }
  return all;
}

/// True where what is pending belongs to parts of the leaf's rows that leave none out and do not overlap: then nothing has
/// to be zero before.
bool share_out_rows(const Leaf& leaf) {
  std::map<std::int64_t, std::int64_t> ends;  // of the parts, by their first rows
  for (const auto& pending : leaf.pending) {
    const std::int64_t end = pending.first_row + pending.input.columns();
    if (ends.emplace(pending.first_row, end).first->second != end) return false;
  }
  std::int64_t next = 0;
  for (const auto& [first, end] : ends) {
    if (first != next) return false;
    next = end;
  }
  return next == leaf.value.rows();
}

}  // namespace

void add_or_copy(const Tensor& from, const Tensor& to, bool fresh) {
  const Timed timed(Work::layout);
  if (fresh) {
    copy_rows(from, to);
  } else {
    add_rows(from, to);
  }
}

void finish_weight_gradient(Leaf& leaf, Arena& arena) {
  if (leaf.pending.empty()) return;
  const bool fresh = leaf.touched == Touched::nothing && leaf.row_marks.empty() && share_out_rows(leaf);
  if (!fresh) leaf.add_to_all();
  leaf.touched = Touched::all;
  while (!leaf.pending.empty()) {
    // Everything that belongs to the same rows of the leaf goes into one product.
    const std::int64_t first_row = leaf.pending.front().first_row;
    const std::int64_t count = leaf.pending.front().input.columns();
    std::vector<Tensor> inputs;
    std::vector<Tensor> gradients;
    std::vector<Leaf::Pending> rest;
    for (const auto& pending : leaf.pending) {
      if (pending.first_row == first_row && pending.input.columns() == count) {
        inputs.push_back(pending.input);
        gradients.push_back(pending.output_gradient);
      } else {
        rest.push_back(pending);
      }
    }
    leaf.pending = std::move(rest);
    // The time loop goes backward, so what stands in a row in memory came in last to first.
    std::ranges::reverse(inputs);
    std::ranges::reverse(gradients);
    if (!follow_each_other(gradients)) {
      std::ranges::reverse(inputs);
      std::ranges::reverse(gradients);
    }
    product(gather(inputs, arena), true, gather(gradients, arena), false,
            leaf.gradient.slice_rows(first_row, {count, leaf.gradient.columns()}), !fresh, leaf.rounding);
  }
}

}  // namespace seqlab
