#include "cli/line_chart.h"

#include <limits>

#include "catch.h"

using namespace seqlab;

namespace {

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("ticks are round numbers inside of the range", "[cli][line_chart]") {
  CHECK(ticks(0, 10, 5, false) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(ticks(-3, 4, 6, false) == std::vector<double>{-2, 0, 2, 4});
  CHECK(ticks(1e-3, 20, 6, true) == std::vector<double>{1e-3, 1e-2, 1e-1, 1, 10});
  const std::vector<double> far = ticks(1e-14, 1, 5, true);
  CHECK(far.size() == 5);
  CHECK(far.front() == Approx(1e-14));
  CHECK(ticks(2, 8, 6, true) == std::vector<double>{2, 5});
  CHECK(ticks(-1e308, 1e308, 6, false).size() >= 2);
  for (const auto& [low, high] : {std::pair{1.0, 1.0001}, std::pair{-1e9, 1e12}, std::pair{0.17, 0.171}}) {
    const std::vector<double> found = ticks(low, high, 6, false);
    CHECK(found.size() >= 2);
    CHECK(found.size() <= 8);
    CHECK(found.front() >= low - 1e-9 * (high - low));
    CHECK(found.back() <= high + 1e-9 * (high - low));
  }
}

TEST_CASE("a chart has a line a curve, a band over seeds and a place for each number", "[cli][line_chart]") {
  LineChart chart{"loss <&>", "epoch", "loss", false, {}};
  chart.curves = {{"lstm", {{1, 0.5, 0.4, 0.6, 3}, {2, 0.3, 0.2, 0.4, 3}}}, {"\"gru\"", {{1, 0.7, 0.7, 0.7, 1}}}};
  const std::string picture = svg(chart);
  CHECK(times(picture, "<polyline") == 2);
  CHECK(times(picture, "<polygon") == 1);
  CHECK(times(picture, "<circle") == 3);
  CHECK_THAT(picture, ContainsSubstring("loss &lt;&amp;&gt;"));
  CHECK_THAT(picture, ContainsSubstring("<title>lstm at 1: 0.5 (0.4 to 0.6, 3 seeds)</title>"));
  CHECK_THAT(picture, ContainsSubstring("<title>&quot;gru&quot; at 1: 0.7</title>"));
  CHECK(picture.find("nan") == std::string::npos);
  CHECK(picture.find("inf") == std::string::npos);
}

TEST_CASE("a logarithmic chart leaves out what is not above 0", "[cli][line_chart]") {
  const LineChart chart{
      "gradient", "lag", "norm", true, {{"rnn", {{0, 1, 1, 1, 1}, {1, 1e-6, 1e-6, 1e-6, 1}, {2, 0, 0, 0, 1}}}}};
  CHECK(times(svg(chart), "<circle") == 2);
  const LineChart none{"gradient", "lag", "norm", true, {{"rnn", {{2, 0, 0, 0, 1}}}}};
  CHECK_THAT(svg(none), ContainsSubstring("nothing to draw"));
  const LineChart partly{"gradient", "lag", "norm", true, {{"rnn", {{0, 1, 0, 2, 2}, {1, 0.5, 0.4, 0.6, 2}}}}};
  CHECK(times(svg(partly), "<circle") == 2);
  const LineChart single{"one", "x", "y", true, {{"", {{3, 5, 5, 5, 1}}}}};
  CHECK(svg(single).find("nan") == std::string::npos);
}

TEST_CASE("a legend of many or long names has room", "[cli][line_chart]") {
  LineChart chart{"many", "x", "y", false, {}};
  for (int i = 0; i < 40; ++i) {
    const double y = i;
    chart.curves.push_back({std::string(60, 'a') + std::to_string(i), {{1, y, y, y, 1}}});
  }
  const std::string picture = svg(chart);
  const auto number = [&](const std::string& name) {
    return std::stod(picture.substr(picture.find(name + "=\"") + name.size() + 2));
  };
  CHECK(number(" height") > 40 * 17);
  CHECK(number(" width") > 1000);
  chart.curves.resize(1);
  chart.curves[0].points = {{1, 1234567, 1234567, 1234567, 1}, {2, 1234570, 1234570, 1234570, 1}};
  CHECK_THAT(svg(chart), ContainsSubstring(">1234568"));
}
