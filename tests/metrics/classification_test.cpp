#include "metrics/classification.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("accuracy and macro F1 of a small confusion matrix", "[metrics][classification]") {
  const std::vector<int> references{0, 0, 0, 1, 1, 2};
  const std::vector<int> predictions{0, 0, 1, 1, 2, 2};
  CHECK(accuracy(predictions, references) == Approx(4.0 / 6));
  // F1 of 0: 4/5, of 1: 2/4, of 2: 2/3.
  CHECK(macro_f1(predictions, references, 3) == Approx((0.8 + 0.5 + 2.0 / 3) / 3));
  CHECK(macro_f1(predictions, references, 5) == Approx((0.8 + 0.5 + 2.0 / 3) / 3));  // classes that never occur
  CHECK(accuracy({}, {}) == 0);
}

TEST_CASE("AUROC counts pairs in the right order, equal ones half", "[metrics][classification]") {
  CHECK(auroc(std::vector<double>{0.1, 0.4, 0.35, 0.8}, {false, false, true, true}) == Approx(0.75));
  CHECK(auroc(std::vector<double>{0.5, 0.5, 0.5}, {true, false, false}) == Approx(0.5));
  CHECK(auroc(std::vector<double>{1, 2, 2, 3}, {false, false, true, true}) == Approx(3.5 / 4));
  CHECK(auroc(std::vector<double>{3, 2, 1}, {false, true, true}) == 0);
  CHECK_THROWS_AS(auroc(std::vector<double>{1, 2}, {true, true}), InternalError);
}
