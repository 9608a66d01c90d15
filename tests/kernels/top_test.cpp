#include "kernels/top.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.h"
#include "core/random.h"
#include "kernels/matrix.h"

using namespace seqlab;

TEST_CASE("the largest numbers of a row are those of a sort", "[kernels][top]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const int columns : {1, 7, 128, 131, 1000}) {
      test::Matrix x({5, columns}, precision, "top", 2);
      for (int r = 0; r < 5; ++r) x.tensor().set(r, columns / 2, x.tensor().at(r, 0));  // a tie
      for (const int count : {1, 2, 6}) {
        std::vector<TopEntry> top;
        top_columns(x, count, top);
        REQUIRE(top.size() == static_cast<std::size_t>(5 * count));
        for (int r = 0; r < 5; ++r) {
          std::vector<int> order;
          for (int c = 0; c < columns; ++c) order.push_back(c);
          std::ranges::stable_sort(order, [&](int a, int b) { return x.tensor().at(r, a) > x.tensor().at(r, b); });
          for (int k = 0; k < count; ++k) {
            const TopEntry& entry = top[static_cast<std::size_t>(r * count + k)];
            if (k >= columns) {
              CHECK(entry.column == -1);
              continue;
            }
            CHECK(entry.column == order[static_cast<std::size_t>(k)]);
            CHECK(entry.value == x.tensor().at(r, entry.column));
          }
        }
      }
    }
  }
}

TEST_CASE("the log of the sum of exponentials holds for large and small numbers", "[kernels][top]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    test::Matrix x({3, 37}, precision, "sum");
    for (int c = 0; c < 37; ++c) x.tensor().set(1, c, x.tensor().at(1, c) + 5000);
    std::vector<double> sums;
    log_sum_exp(x, sums);
    for (int r = 0; r < 3; ++r) {
      double sum = 0;
      for (int c = 0; c < 37; ++c) sum += std::exp(x.tensor().at(r, c) - x.tensor().at(r, 0));
      CHECK(sums[static_cast<std::size_t>(r)] == Approx(x.tensor().at(r, 0) + std::log(sum)).margin(1e-3).epsilon(1e-6));
    }
  }
}
