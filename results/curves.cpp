#include "results/curves.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace seqlab {
namespace {

constexpr std::string_view kLags = "train/gradient_by_lag/";  // before LAYER/LAG
constexpr std::string_view kAllLags = "train/gradient_by_lag/*";
constexpr double kPartsOfAnEpoch = 1000;  // of column point.epoch

/// Numbers by x, one a seed.
class Gathered {
 public:
  void add(double x, double value) {
    if (std::isfinite(value)) values_[x].push_back(value);
  }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] Curve curve(std::string label) const {
    Curve curve{std::move(label), {}};
    for (const auto& [x, values] : values_) {
      const auto [low, high] = std::ranges::minmax(values);
      double sum = 0;
      for (const double value : values) sum += value;
      curve.points.push_back({x, sum / static_cast<double>(values.size()), low, high, static_cast<int>(values.size())});
    }
    return curve;
  }

 private:
  std::map<double, std::vector<double>> values_;
};

}  // namespace

std::vector<Curve> learning_curves(Database& database, const Comparison& comparison, const std::string& metric) {
  std::vector<Curve> curves;
  Statement points = database.prepare("SELECT epoch, value FROM v_curve WHERE run = ? AND metric = ?");
  for (const ComparedVariant& variant : comparison.variants) {
    Gathered gathered;
    for (const ComparedRun& run : variant.runs) {
      points.bind_all(run.id, metric);
      while (points.step()) gathered.add(points.real(0), points.real(1));
      points.reset();
    }
    if (!gathered.empty()) curves.push_back(gathered.curve(comparison.label(variant)));
  }
  return curves;
}

std::vector<std::string> logged_metrics(Database& database, const Comparison& comparison) {
  std::set<std::string> names;
  Statement metrics = database.prepare(
      "SELECT metric.name FROM metric WHERE metric.name NOT GLOB ?2 "
      "AND EXISTS (SELECT 1 FROM point WHERE point.run = ?1 AND point.metric = metric.id)");
  for (const ComparedVariant& variant : comparison.variants) {
    for (const ComparedRun& run : variant.runs) {
      metrics.bind_all(run.id, kAllLags);
      while (metrics.step()) names.insert(metrics.text(0));
      metrics.reset();
    }
  }
  return {names.begin(), names.end()};
}

std::map<std::string, std::vector<Curve>> gradients_by_lag(Database& database, const Comparison& comparison, int epoch) {
  std::map<std::string, std::vector<Curve>> layers;
  Statement points = database.prepare(
      "SELECT metric.name, point.value FROM point JOIN metric ON metric.id = point.metric "
      "WHERE point.run = ? AND point.epoch = ? AND metric.name GLOB ?");
  for (const ComparedVariant& variant : comparison.variants) {
    std::map<std::string, Gathered> gathered;
    for (const ComparedRun& run : variant.runs) {
      points.bind_all(run.id, static_cast<std::int64_t>(epoch * kPartsOfAnEpoch), kAllLags);
      while (points.step()) {
        const std::string name = points.text(0).substr(kLags.size());
        const auto slash = name.rfind('/');
        gathered[name.substr(0, slash)].add(std::atof(name.substr(slash + 1).c_str()), points.real(1));
      }
      points.reset();
    }
    for (const auto& [layer, numbers] : gathered) layers[layer].push_back(numbers.curve(comparison.label(variant)));
  }
  return layers;
}

}  // namespace seqlab
