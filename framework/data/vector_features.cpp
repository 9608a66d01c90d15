#include "data/vector_features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/error.h"

namespace seqlab {
namespace {

bool is_empty(std::span<const float> step) {
  return std::ranges::all_of(step, [](float x) { return x == 0 || std::isnan(x); });
}

std::vector<const std::vector<float>*> pointers(const std::vector<std::vector<float>>& rows) {
  std::vector<const std::vector<float>*> all;
  for (const auto& row : rows) all.push_back(&row);
  return all;
}

/// Behind the numbers of each step as many marks; what is missing is the last number that is not, 0 before the first.
std::vector<float> carried(std::span<const float> values, std::span<const float> measured, std::size_t width) {
  std::vector<float> last(width, 0.0F), filled;
  filled.reserve(2 * values.size());
  for (std::size_t first = 0; first < values.size(); first += width) {
    const auto step = values.subspan(first, width);
    for (std::size_t c = 0; c < width; ++c) {
      if (!std::isnan(step[c])) last[c] = step[c];
    }
    filled.insert(filled.end(), last.begin(), last.end());
    const auto marks = measured.subspan(first, width);
    filled.insert(filled.end(), marks.begin(), marks.end());
  }
  return filled;
}

}  // namespace

VectorFeatures VectorFeatures::fit(const VectorFeatureOptions& options, const RawExamples& train, int width) {
  VectorFeatures features;
  features.options_ = options;
  features.width_ = width;
  std::vector<std::vector<float>> rows, constants;
  for (const RawExample& example : train) constants.push_back(example.constants);
  const bool reshaped = options.drop_empty || options.clip_quantile > 0 || options.bin > 1 || options.differences > 0;
  if (reshaped) {
    for (const RawExample& example : train) rows.push_back(features.seen(example.values));
    features.clipping_ = Clipping::fit(options.clip_quantile, pointers(rows), width);
    for (std::vector<float>& row : rows) {
      features.clipping_.apply(row);
      row = features.differenced(features.binned(std::move(row)).values);
    }
  }
  // Images are learnt from where they stand: a copy of them all is hundreds of megabytes.
  std::vector<const std::vector<float>*> places = pointers(rows);
  for (std::size_t i = 0; !reshaped && i < train.size(); ++i) places.push_back(&train[i].values);
  features.scaling_ = Scaling::fit(options.scale, places, width * static_cast<int>(1 + options.differences), width);
  features.constants_ = train.empty() ? 0 : static_cast<int>(train.front().constants.size());
  if (features.constants_ == 0) return features;
  features.constant_clipping_ = Clipping::fit(options.clip_quantile, pointers(constants), features.constants_);
  for (std::vector<float>& row : constants) features.constant_clipping_.apply(row);
  features.constant_scaling_ = Scaling::fit("standard", pointers(constants), features.constants_);
  return features;
}

int VectorFeatures::width() const {
  return (width_ * static_cast<int>(1 + options_.differences) + constants_) * (options_.carry ? 2 : 1);
}

std::vector<float> VectorFeatures::operator()(const RawExample& example) const {
  expect(static_cast<int>(example.constants.size()) == constants_, "every sequence has as many constants");
  std::vector<float> raw = seen(example.values);
  clipping_.apply(raw);
  Steps steps = binned(std::move(raw));
  std::vector<float> values = differenced(std::move(steps.values));
  scaling_.apply(values);
  if (options_.carry) values = carried(values, steps.measured, static_cast<std::size_t>(width_));
  if (constants_ == 0) return values;
  std::vector<float> constants = example.constants;
  constant_clipping_.apply(constants);
  constant_scaling_.apply(constants);
  if (options_.carry) {
    std::vector<float> given;
    for (const float value : constants) given.push_back(std::isnan(value) ? 0.0F : 1.0F);
    constants = carried(constants, given, given.size());
  }
  const auto own = static_cast<std::size_t>(width()) - constants.size();
  std::vector<float> both;
  both.reserve(values.size() / own * (own + constants.size()));
  for (auto step = values.begin(); step != values.end(); step += static_cast<std::ptrdiff_t>(own)) {
    both.insert(both.end(), step, step + static_cast<std::ptrdiff_t>(own));
    both.insert(both.end(), constants.begin(), constants.end());
  }
  return both;
}

std::vector<float> VectorFeatures::seen(const std::vector<float>& values) const {
  if (!options_.drop_empty) return values;
  const auto width = static_cast<std::size_t>(width_);
  std::vector<float> kept;
  for (std::size_t first = 0; first < values.size(); first += width) {
    const auto step = std::span(values).subspan(first, width);
    if (!is_empty(step)) kept.insert(kept.end(), step.begin(), step.end());
  }
  if (kept.empty() && !values.empty()) kept.assign(values.begin(), values.begin() + width_);
  return kept;
}

VectorFeatures::Steps VectorFeatures::binned(std::vector<float> values) const {
  if (options_.bin == 1 && !options_.carry) return {std::move(values), {}};
  const auto width = static_cast<std::size_t>(width_);
  const std::size_t steps = values.size() / width;
  const auto bin = static_cast<std::size_t>(options_.bin);
  Steps bins;
  for (std::size_t first = 0; first < steps; first += bin) {
    const std::size_t last = std::min(steps, first + bin);
    for (std::size_t c = 0; c < width; ++c) {
      double sum = 0, count = 0;
      for (std::size_t t = first; t < last; ++t) {
        const float value = values[t * width + c];
        if (std::isnan(value)) continue;
        sum += static_cast<double>(value);
        ++count;
      }
      bins.values.push_back(count > 0 ? static_cast<float>(sum / count) : std::numeric_limits<float>::quiet_NaN());
      bins.measured.push_back(static_cast<float>(count / static_cast<double>(last - first)));
    }
  }
  return bins;
}

std::vector<float> VectorFeatures::differenced(std::vector<float> values) const {
  if (options_.differences == 0) return values;
  const auto width = static_cast<std::size_t>(width_);
  const std::size_t steps = values.size() / width;
  std::vector<float> all;
  all.reserve(values.size() * static_cast<std::size_t>(1 + options_.differences));
  for (std::size_t t = 0; t < steps; ++t) {
    const auto* now = &values[t * width];
    all.insert(all.end(), now, now + width);
    for (std::int64_t block = 0; block < options_.differences; ++block) {
      const std::size_t lag = std::size_t{1} << static_cast<unsigned>(block);
      for (std::size_t c = 0; c < width; ++c) all.push_back(t < lag ? 0.0F : now[c] - values[(t - lag) * width + c]);
    }
  }
  return all;
}

}  // namespace seqlab
