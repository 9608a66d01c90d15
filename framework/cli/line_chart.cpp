#include "cli/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "cli/html.h"

namespace seqlab {
namespace {

constexpr double kLeft = 76, kTop = 36, kBottom = 52;
constexpr double kPlotWidth = 594, kPlotHeight = 332;
constexpr double kRow = 17, kLetter = 6.8;  // of the legend
constexpr int kTicks = 6;

// Okabe and Ito's colours, told apart by colour-blind readers too; more curves than colours are dashed.
constexpr std::array<std::string_view, 7> kColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                   "#e69f00", "#56b4e9", "#444444"};
constexpr std::array<std::string_view, 6> kDashes{"none", "7 3", "2 3", "9 3 2 3", "12 4", "5 2 1 2 1 2"};

/// From values to places on the picture.
class Scale {
 public:
  Scale(double low, double high, double first, double last, bool logarithmic)
      : logarithmic_(logarithmic), low_(own(low)), spread_(own(high) - own(low)), first_(first), last_(last) {}
  double operator()(double value) const { return first_ + (own(value) - low_) / spread_ * (last_ - first_); }

 private:
  [[nodiscard]] double own(double value) const { return logarithmic_ ? std::log10(value) : value; }
  bool logarithmic_;
  double low_, spread_, first_, last_;
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// With room around a range of one value.
  void widen(bool logarithmic) {
    if (low < high) return;
    const double room = low == 0 ? 1 : std::abs(low) / 2;
    high = logarithmic ? low * 10 : low + room;
    low = logarithmic ? low / 10 : low - room;
  }
};

/// Where the picture and its axes end.
struct Frame {
  double width, height;
  double right, bottom;
};

Frame frame_of(const LineChart& chart) {
  std::size_t longest = 0;
  for (const Curve& curve : chart.curves) longest = std::max(longest, curve.label.size());
  const double legend = longest == 0 ? 24 : 48 + kLetter * static_cast<double>(longest);
  const double rows = kTop + kRow * static_cast<double>(chart.curves.size() + 1);
  return {kLeft + kPlotWidth + legend, std::max(kTop + kPlotHeight + kBottom, rows), kLeft + kPlotWidth, kTop + kPlotHeight};
}

/// Without what an axis cannot show: a band that would reach to 0 begins at its mean.
std::vector<CurvePoint> drawable(const Curve& curve, bool logarithmic) {
  std::vector<CurvePoint> points;
  for (CurvePoint point : curve.points) {
    if (logarithmic && point.mean <= 0) continue;
    if (logarithmic && point.low <= 0) point.low = point.mean;
    points.push_back(point);
  }
  return points;
}

/// As many digits as tell neighbours apart.
std::string tick_text(double value, double step, bool logarithmic) {
  if (!logarithmic) {
    constexpr double kLongest = 1e9;
    if (std::abs(value) >= kLongest || step < 1 / kLongest) return fmt::format("{:.6g}", value);
    return fmt::format("{:.{}f}", value, std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9))));
  }
  const double exponent = std::log10(value);
  if (exponent > -3.5 && exponent < 3.5) return fmt::format("{:g}", value);
  const auto whole = static_cast<int>(std::floor(exponent + 1e-9));
  const auto factor = std::lround(value / std::pow(10.0, whole));
  return fmt::format("{}10<tspan dy=\"-5\" font-size=\"9\">{}</tspan>", factor == 1 ? "" : fmt::format("{} · ", factor),
                     whole);
}

double step_of(const std::vector<double>& all) { return all.size() > 1 ? all[1] - all[0] : 1; }

std::string axes(const LineChart& chart, const Frame& frame, const Range& xs, const Range& ys, const Scale& x,
                 const Scale& y) {
  std::string out;
  const double bottom = frame.bottom, right = frame.right;
  const std::vector<double> upwards = ticks(ys.low, ys.high, kTicks, chart.logarithmic);
  for (const double value : upwards) {
    out += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n", kLeft, right, y(value),
                       y(value));
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 8, y(value) + 4,
                       tick_text(value, step_of(upwards), chart.logarithmic));
  }
  const std::vector<double> across = ticks(xs.low, xs.high, kTicks, false);
  for (const double value : across) {
    out += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#666\"/>\n", x(value), bottom,
                       bottom + 5);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", x(value), bottom + 19,
                       tick_text(value, step_of(across), false));
  }
  out += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\" stroke=\"#666\"/>\n", kLeft, right, bottom);
  out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", (kLeft + right) / 2, bottom + 40,
                     escaped(chart.x_label));
  out += fmt::format("<text transform=\"translate(16 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                     (kTop + bottom) / 2, escaped(chart.y_label));
  return out;
}

std::string curve_of(const std::vector<CurvePoint>& points, const std::string& label, std::string_view colour,
                     std::string_view dash, const Scale& x, const Scale& y) {
  std::string out, line, above, below;
  const bool several = std::ranges::any_of(points, [](const CurvePoint& point) { return point.seeds > 1; });
  for (const CurvePoint& point : points) {
    line += fmt::format("{:.1f},{:.1f} ", x(point.x), y(point.mean));
    above += fmt::format("{:.1f},{:.1f} ", x(point.x), y(point.high));
    below.insert(0, fmt::format("{:.1f},{:.1f} ", x(point.x), y(point.low)));
  }
  if (several) out += fmt::format("<polygon points=\"{}{}\" fill=\"{}\" opacity=\"0.14\"/>\n", above, below, colour);
  out += fmt::format(
      "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\" "
      "stroke-linejoin=\"round\"/>\n",
      line, colour, dash);
  for (const CurvePoint& point : points) {
    out += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"><title>{}{:g}: {:.5g}{}</title></circle>\n", x(point.x),
        y(point.mean), points.size() > 60 ? 1.5 : 2.5, colour, label.empty() ? "" : escaped(label) + " at ", point.x,
        point.mean, point.seeds > 1 ? fmt::format(" ({:.5g} to {:.5g}, {} seeds)", point.low, point.high, point.seeds) : "");
  }
  return out;
}

}  // namespace

std::vector<double> ticks(double low, double high, int count, bool logarithmic) {
  std::vector<double> found;
  if (logarithmic) {
    const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
    const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    const int step = std::max(1, (last - first + count - 1) / count);
    if (last - first < 1) {  // hardly a power of ten: its parts
      for (int exponent = first - 1; exponent <= last + 1; ++exponent) {
        for (const double factor : {1.0, 2.0, 5.0}) {
          const double value = factor * std::pow(10.0, exponent);
          if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push_back(value);
        }
      }
      return found;
    }
    for (int exponent = first; exponent <= last; exponent += step) found.push_back(std::pow(10.0, exponent));
    return found;
  }
  const double rough = (high - low) / count;
  if (!std::isfinite(rough) || rough <= 0 || std::abs(low / rough) > 1e15 || std::abs(high / rough) > 1e15)
    return {low, high};
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) {
      step = factor * power;
      break;
    }
  }
  const auto first = static_cast<std::int64_t>(std::ceil(low / step - 1e-9));
  const auto last = static_cast<std::int64_t>(std::floor(high / step + 1e-9));
  for (std::int64_t i = first; i <= last; ++i) found.push_back(static_cast<double>(i) * step);
  return found;
}

std::string svg(const LineChart& chart) {
  Range xs, ys;
  for (const Curve& curve : chart.curves) {
    for (const CurvePoint& point : drawable(curve, chart.logarithmic)) {
      xs.take(point.x);
      ys.take(point.low);
      ys.take(point.high);
    }
  }
  const Frame frame = frame_of(chart);
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" font-size=\"12\" "
      "fill=\"#333\">\n",
      frame.width, frame.height);
  out +=
      fmt::format("<text x=\"{}\" y=\"18\" font-size=\"14\" font-weight=\"600\">{}</text>\n", kLeft, escaped(chart.title));
  if (xs.low > xs.high) {
    return out + fmt::format("<text x=\"{}\" y=\"60\">nothing to draw</text>\n</svg>\n", kLeft);
  }
  xs.widen(false);
  ys.widen(chart.logarithmic);
  const Scale x(xs.low, xs.high, kLeft, frame.right, false);
  const Scale y(ys.low, ys.high, frame.bottom, kTop, chart.logarithmic);
  out += axes(chart, frame, xs, ys, x, y);
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const Curve& curve = chart.curves[i];
    const std::string_view colour = kColours[i % kColours.size()];
    const std::string_view dash = kDashes[i / kColours.size() % kDashes.size()];
    out += curve_of(drawable(curve, chart.logarithmic), curve.label, colour, dash, x, y);
    if (curve.label.empty()) continue;
    const double left = frame.right + 14, height = kTop + 8 + kRow * static_cast<double>(i);
    out += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"2\" "
        "stroke-dasharray=\"{}\"/><text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        left, left + 22, height, height, colour, dash, left + 28, height + 4, escaped(curve.label));
  }
  return out + "</svg>\n";
}

}  // namespace seqlab
