#include "vectors/word_index.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/suggest.h"
#include "data/text.h"

namespace seqlab {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<WordIndex::Hit> best_of(std::vector<WordIndex::Hit> hits, int count) {
  const auto kept = std::min(hits.size(), static_cast<std::size_t>(std::max(0, count)));
  const auto better = [](const WordIndex::Hit& a, const WordIndex::Hit& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  };
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(), better);
  hits.resize(kept);
  return hits;
}

}  // namespace

double analogy_score(double a, double b, double c, AnalogyMethod method) {
  if (method == AnalogyMethod::add) return b - a + c;
  constexpr double kEpsilon = 0.001;
  const auto moved = [](double cosine) { return (cosine + 1) / 2; };
  return moved(b) * moved(c) / (moved(a) + kEpsilon);
}

WordIndex::WordIndex(WordVectors vectors) : vectors_(std::move(vectors)) {
  for (std::int64_t i = 0; i < size(); ++i) {
    Eigen::Map<Eigen::VectorXf> row(vectors_.values.data() + i * dimension(), dimension());
    const double length = row.cast<double>().norm();
    if (length > 0) row *= static_cast<float>(1 / length);
    ids_.emplace(vectors_.words[static_cast<std::size_t>(i)], static_cast<int>(i));
  }
}

int WordIndex::find(std::string_view word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? -1 : found->second;
}

int WordIndex::find_in_any_case(std::string_view word) const {
  const int as_it_is = find(word);
  return as_it_is >= 0 ? as_it_is : find(to_lower(word));
}

int WordIndex::id(std::string_view word) const {
  const int found = find_in_any_case(word);
  if (found >= 0) return found;
  const std::string nearest = nearest_name(word, vectors_.words);
  throw UserError(fmt::format("the word '{}' has no vector{}", word,
                              nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}

double WordIndex::cosine(int a, int b) const {
  double sum = 0;
  for (std::int64_t i = 0; i < dimension(); ++i) {
    sum += static_cast<double>(vector(a)[static_cast<std::size_t>(i)]) *
           static_cast<double>(vector(b)[static_cast<std::size_t>(i)]);
  }
  return sum;
}

std::vector<float> WordIndex::cosines(std::span<const int> queries, std::int64_t first, std::int64_t count) const {
  const auto rows = static_cast<Eigen::Index>(queries.size());
  Rows asked(rows, dimension());
  for (Eigen::Index q = 0; q < rows; ++q) {
    const auto row = vector(queries[static_cast<std::size_t>(q)]);
    std::copy(row.begin(), row.end(), asked.row(q).data());
  }
  const Eigen::Map<const Rows> all(vectors_.values.data() + first * dimension(), count, dimension());
  std::vector<float> result(queries.size() * static_cast<std::size_t>(count));
  Eigen::Map<Rows>(result.data(), rows, count).noalias() = asked * all.transpose();
  return result;
}

std::vector<WordIndex::Hit> WordIndex::nearest(std::span<const int> words, int count) const {
  Eigen::VectorXf mean = Eigen::VectorXf::Zero(dimension());
  for (const int id : words) mean += Eigen::Map<const Eigen::VectorXf>(vector(id).data(), dimension());
  mean.normalize();
  std::vector<Hit> hits;
  for (int id = 0; id < size(); ++id) {
    if (std::ranges::find(words, id) != words.end()) continue;
    hits.push_back({id, static_cast<double>(mean.dot(Eigen::Map<const Eigen::VectorXf>(vector(id).data(), dimension())))});
  }
  return best_of(std::move(hits), count);
}

std::vector<WordIndex::Hit> WordIndex::analogy(int a, int b, int c, AnalogyMethod method, int count) const {
  const std::vector<float> all = cosines(std::array{a, b, c}, 0, size());
  const auto n = static_cast<std::size_t>(size());
  std::vector<Hit> hits;
  for (int id = 0; id < size(); ++id) {
    if (id == a || id == b || id == c) continue;
    const auto i = static_cast<std::size_t>(id);
    hits.push_back({id, analogy_score(static_cast<double>(all[i]), static_cast<double>(all[n + i]),
                                      static_cast<double>(all[2 * n + i]), method)});
  }
  return best_of(std::move(hits), count);
}

}  // namespace seqlab
