#pragma once

// Curves as a picture.

#include <string>
#include <vector>

#include "results/curves.h"

namespace seqlab {

struct LineChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool logarithmic = false;  // the y axis; means that are not above 0 are then left out
  std::vector<Curve> curves;
};

/// An <svg> element that needs nothing else: a line of means a curve, a band from the smallest to the largest value where
/// there are several seeds, a legend in the curves' order; each point tells its numbers under the pointer.
std::string svg(const LineChart& chart);

/// Round numbers from `low` to `high`, about `count` of them, in steps of 1, 2 or 5 times a power of ten; logarithmic:
/// powers of ten. low < high, and above 0 where logarithmic.
std::vector<double> ticks(double low, double high, int count, bool logarithmic);

}  // namespace seqlab
