#include "vectors/missing_words.h"

#include <Eigen/Core>
#include <cmath>

#include "core/error.h"

namespace seqlab {

void fill_missing(std::vector<float>& values, std::int64_t dimension, std::span<const char> known,
                  std::string_view treatment, Random& random) {
  expect(static_cast<std::int64_t>(values.size()) == static_cast<std::int64_t>(known.size()) * dimension,
         "a row for each word");
  expect(treatment == "random" || treatment == "mean" || treatment == "zero", "a treatment of missing words");
  using Row = Eigen::Map<Eigen::ArrayXf>;
  const auto row = [&](std::size_t r) { return Row(values.data() + static_cast<std::int64_t>(r) * dimension, dimension); };
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(dimension);
  double squares = 0;
  double count = 0;
  for (std::size_t r = 0; r < known.size(); ++r) {
    if (known[r] == 0) continue;
    sum += row(r).cast<double>();
    squares += row(r).cast<double>().square().sum();
    ++count;
  }
  if (count == 0) {
    throw UserError(
        "none of the data's words has a vector: are the vectors of the same language, and the words cut and written in the "
        "same way (tokens, lower_case)?");
  }
  const double numbers = count * static_cast<double>(dimension);
  const double mean = sum.sum() / numbers;
  const double deviation = std::sqrt(std::max(0.0, squares / numbers - mean * mean));
  sum /= count;
  for (std::size_t r = 0; r < known.size(); ++r) {
    if (known[r] != 0) continue;
    if (treatment == "zero") row(r).setZero();
    if (treatment == "mean") row(r) = sum.cast<float>();
    if (treatment == "random") {
      for (float& value : row(r)) value = static_cast<float>(mean + deviation * random.normal());
    }
  }
}

}  // namespace seqlab
