#include "experiment/batching.h"

#include <algorithm>
#include <numeric>

#include "catch.h"
#include "core/random.h"

using namespace seqlab;

namespace {

std::vector<int> random_lengths(std::size_t count) {
  Random random(3, "lengths");
  std::vector<int> lengths(count);
  for (int& length : lengths) length = random.below(40);
  return lengths;
}

std::vector<int> sorted_indices(const std::vector<std::vector<int>>& batches) {
  std::vector<int> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  std::ranges::sort(all);
  return all;
}

std::vector<int> counting(std::size_t count) {
  std::vector<int> all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("every example is in one training batch of an epoch", "[experiment][batching]") {
  for (const std::size_t count : {0U, 1U, 7U, 64U, 1000U}) {
    for (const int batch : {1, 8, 64, 5000}) {
      INFO(count << " examples in batches of " << batch);
      const auto batches = training_batches(random_lengths(count), batch, 1, 0);
      CHECK(sorted_indices(batches) == counting(count));
      for (const auto& rows : batches) {
        CHECK_FALSE(rows.empty());
        CHECK(rows.size() <= static_cast<std::size_t>(batch));
      }
      const std::size_t full = (count + static_cast<std::size_t>(batch) - 1) / static_cast<std::size_t>(batch);
      CHECK(batches.size() == full);  // pools are whole numbers of batches: only one batch can be smaller
    }
  }
}

TEST_CASE("the order follows from seed and epoch alone", "[experiment][batching]") {
  const auto lengths = random_lengths(500);
  const auto order = training_batches(lengths, 16, 7, 3);
  CHECK(order == training_batches(lengths, 16, 7, 3));
  CHECK(order != training_batches(lengths, 16, 7, 4));
  CHECK(order != training_batches(lengths, 16, 8, 3));
  CHECK(order != training_batches(lengths, 16, 8, 2));
}

TEST_CASE("different epochs batch different examples together", "[experiment][batching]") {
  const auto lengths = random_lengths(500);
  auto first = training_batches(lengths, 16, 7, 0);
  auto second = training_batches(lengths, 16, 7, 1);
  std::ranges::sort(first);
  std::ranges::sort(second);
  CHECK(first != second);
}

TEST_CASE("rows of a batch have similar lengths, and batches do not come by length", "[experiment][batching]") {
  const auto lengths = random_lengths(1600);
  int spread = 0;
  std::vector<int> firsts;
  for (const auto& rows : training_batches(lengths, 32, 1, 0)) {
    const auto length = [&](int row) { return lengths[static_cast<std::size_t>(row)]; };
    const auto [least, most] = std::ranges::minmax(rows, {}, length);
    spread += length(most) - length(least);
    firsts.push_back(length(rows[0]));
  }
  CHECK(spread <= 2 * 50);  // without sorting about 37 a batch
  CHECK_FALSE(std::ranges::is_sorted(firsts));
}

TEST_CASE("evaluation takes every example once, by length", "[experiment][batching]") {
  for (const std::size_t count : {0U, 1U, 401U}) {
    const auto lengths = random_lengths(count);
    const auto batches = evaluation_batches(lengths, 200);
    CHECK(sorted_indices(batches) == counting(count));
    std::vector<int> in_order;
    for (const auto& rows : batches) {
      for (const int row : rows) in_order.push_back(lengths[static_cast<std::size_t>(row)]);
    }
    CHECK(std::ranges::is_sorted(in_order));
  }
}
