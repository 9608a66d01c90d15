#include "data/vector_features.h"

#include <cmath>
#include <limits>

#include "catch.h"

using namespace seqlab;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

RawExample example(std::vector<float> values, std::vector<float> constants = {}) {
  RawExample made;
  made.values = std::move(values);
  made.constants = std::move(constants);
  return made;
}

VectorFeatureOptions options(void (*change)(VectorFeatureOptions&)) {
  VectorFeatureOptions own;
  change(own);
  return own;
}

}  // namespace

TEST_CASE("a missing number is the last measured one, with a mark", "[data][vector_features]") {
  const RawExamples train{example({kMissing, 1, 2, kMissing, kMissing, 3})};
  const auto features = VectorFeatures::fit(options([](auto& o) { o.carry = true; }), train, 2);
  CHECK(features.width() == 4);
  CHECK(features(train[0]) == std::vector<float>{0, 1, 0, 1, 2, 1, 1, 0, 2, 3, 0, 1});
}

TEST_CASE("a bin is the mean of what was measured in it", "[data][vector_features]") {
  const RawExamples train{example({1, kMissing, 3, kMissing, kMissing, 8, kMissing, 4, 5, kMissing})};
  const auto features = VectorFeatures::fit(options([](auto& o) {
                                              o.carry = true;
                                              o.bin = 2;
                                            }),
                                            train, 2);
  CHECK(features(train[0]) == std::vector<float>{2, 0, 1, 0, 2, 6, 0, 1, 5, 6, 1, 0});
  const auto plain = VectorFeatures::fit(options([](auto& o) { o.bin = 4; }), {example({1, 2, 3, 6, 10})}, 1);
  CHECK(plain(example({1, 2, 3, 6, 10})) == std::vector<float>{3, 10});
  CHECK(plain(example({1})) == std::vector<float>{1});
}

TEST_CASE("empty steps can be left out, but for one", "[data][vector_features]") {
  const auto features = VectorFeatures::fit(options([](auto& o) { o.drop_empty = true; }), {example({0, 1})}, 2);
  CHECK(features(example({0, 0, 0, 1, 0, 0, 2, 0})) == std::vector<float>{0, 1, 2, 0});
  CHECK(features(example({0, 0, 0, 0})) == std::vector<float>{0, 0});
}

TEST_CASE("differences stand beside the numbers, each lag with a scale of its own", "[data][vector_features]") {
  const RawExamples train{example({0, 10, 4, 20, 8, 60})};
  const auto plain = VectorFeatures::fit(options([](auto& o) { o.differences = 2; }), train, 2);
  CHECK(plain.width() == 6);
  CHECK(plain(train[0]) == std::vector<float>{0, 10, 0, 0, 0, 0, 4, 20, 4, 10, 0, 0, 8, 60, 4, 40, 8, 50});
  const auto scaled = VectorFeatures::fit(options([](auto& o) {
                                            o.differences = 1;
                                            o.scale = "shared";
                                          }),
                                          train, 2);
  // Variances 32/3 and 1400/3 of the numbers, 32/9 and 2600/9 of the changes.
  const std::vector<float> values = scaled(train[0]);
  CHECK(values[0] == Approx(-4 / std::sqrt((32.0 / 3 + 1400.0 / 3) / 2)));
  CHECK(values[2] == Approx((0 - 8.0 / 3) / std::sqrt((32.0 / 9 + 2600.0 / 9) / 2)));
}

TEST_CASE("outliers become the bounds of the training split", "[data][vector_features]") {
  RawExample train;
  for (int i = 0; i <= 100; ++i) {
    train.values.push_back(i == 100 ? 1e6F : static_cast<float>(i));
    train.values.push_back(i == 50 ? 1.0F : 0.0F);
  }
  const auto features = VectorFeatures::fit(options([](auto& o) {
                                              o.clip_quantile = 0.05;
                                              o.carry = true;
                                            }),
                                            {train}, 2);
  const std::vector<float> values = features(example({-9, 1, 50, 0, 1e6F, kMissing}));
  CHECK(values == std::vector<float>{5, 1, 1, 1, 50, 0, 1, 1, 95, 0, 1, 0});  // a mark has no outliers
}

TEST_CASE("an outlier does not spoil the others of its bin", "[data][vector_features]") {
  RawExample train;
  for (int i = 0; i < 100; ++i) train.values.push_back(static_cast<float>(i % 10));
  const auto features = VectorFeatures::fit(options([](auto& o) {
                                              o.clip_quantile = 0.05;
                                              o.bin = 2;
                                            }),
                                            {train}, 1);
  CHECK(features(example({4, 1000})) == std::vector<float>{6.5});
}

TEST_CASE("a lag longer than the sequence has no changes", "[data][vector_features]") {
  const auto features = VectorFeatures::fit(options([](auto& o) { o.differences = 3; }), {example({1, 2})}, 1);
  CHECK(features(example({1, 3})) == std::vector<float>{1, 0, 0, 0, 3, 2, 0, 0});
}

TEST_CASE("constants stand at every step", "[data][vector_features]") {
  const RawExamples train{example({1, 2}, {10, 5}), example({3}, {30, kMissing})};
  const auto plain = VectorFeatures::fit({}, {example({1, 2}, {10}), example({3}, {30})}, 1);
  CHECK(plain.width() == 2);
  CHECK(plain(example({7, 8}, {40})) == std::vector<float>{7, 2, 8, 2});
  const auto carried = VectorFeatures::fit(options([](auto& o) { o.carry = true; }), train, 1);
  CHECK(carried.width() == 6);
  CHECK(carried(train[1]) == std::vector<float>{3, 1, 1, 0, 1, 0});
}
