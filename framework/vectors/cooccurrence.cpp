#include "vectors/cooccurrence.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/error.h"
#include "kernels/parallel.h"
#include "vectors/cell_run.h"

namespace seqlab {
namespace {

/// The places of each word in a stretch of text: those of word w are order[starts[w]] .. order[starts[w + 1]].
struct Places {
  std::vector<std::int64_t> starts;
  std::vector<int> order;
};

Places places_of(std::span<const int> text, int vocabulary) {
  Places places;
  places.starts.assign(static_cast<std::size_t>(vocabulary) + 1, 0);
  for (const int id : text) {
    if (id >= 0) ++places.starts[static_cast<std::size_t>(id) + 1];
  }
  for (std::size_t w = 1; w < places.starts.size(); ++w) places.starts[w] += places.starts[w - 1];
  places.order.resize(static_cast<std::size_t>(places.starts.back()));
  std::vector<std::int64_t> next(places.starts.begin(), places.starts.end() - 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= 0)
      places.order[static_cast<std::size_t>(next[static_cast<std::size_t>(text[i])]++)] = static_cast<int>(i);
  }
  return places;
}

/// Adds windows up and hands rows out.
class RowCounter {
 public:
  RowCounter(int vocabulary, const CooccurrenceOptions& options)
      : options_(options),
        sums_(static_cast<std::size_t>(vocabulary), 0.0),
        marks_((static_cast<std::size_t>(vocabulary) + 63) / 64, 0) {
    for (int d = 1; d <= options.window; ++d) weights_.push_back(options.harmonic ? 1.0 / d : 1.0);
  }

  void add_windows(std::span<const int> text, std::span<const int> places) {
    constexpr std::size_t kAhead = 8;  // places are far apart: their windows are asked for early
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i + kAhead < places.size()) __builtin_prefetch(text.data() + places[i + kAhead]);
      const int* middle = text.data() + places[i];
      if (options_.left) {
        const std::int64_t most = std::min<std::int64_t>(options_.window, middle - text.data());
        for (std::int64_t d = 1; d <= most && middle[-d] >= 0; ++d)
          add(middle[-d], weights_[static_cast<std::size_t>(d - 1)]);
      }
      if (options_.right) {
        const std::int64_t most = std::min<std::int64_t>(options_.window, text.data() + text.size() - 1 - middle);
        for (std::int64_t d = 1; d <= most && middle[d] >= 0; ++d) add(middle[d], weights_[static_cast<std::size_t>(d - 1)]);
      }
    }
  }
  void add(int column, double weight) {
    double& sum = sums_[static_cast<std::size_t>(column)];
    if (sum == 0) {
      touched_.push_back(column);
      marks_[static_cast<std::size_t>(column) / 64] |= std::uint64_t{1} << (column % 64);
    }
    sum += weight;
  }
  /// The row that was added up, by columns, and nothing is left of it.
  void take(std::vector<int>& columns, std::vector<float>& values) {
    const auto write = [&](int column) {
      columns.push_back(column);
      values.push_back(static_cast<float>(sums_[static_cast<std::size_t>(column)]));
      sums_[static_cast<std::size_t>(column)] = 0;
    };
    if (touched_.size() * 8 < marks_.size()) {
      std::ranges::sort(touched_);
      for (const int column : touched_) {
        write(column);
        marks_[static_cast<std::size_t>(column) / 64] = 0;
      }
    } else {
      for (std::size_t word = 0; word < marks_.size(); ++word) {
        for (std::uint64_t bits = marks_[word]; bits != 0; bits &= bits - 1) {
          write(static_cast<int>(64 * word) + std::countr_zero(bits));
        }
        marks_[word] = 0;
      }
    }
    touched_.clear();
  }

 private:
  CooccurrenceOptions options_;
  std::vector<double> weights_;       // by distance
  std::vector<double> sums_;          // [V]
  std::vector<std::uint64_t> marks_;  // [V] bits: the columns that are not 0
  std::vector<int> touched_;
};

/// Rows of a stretch, counted by one thread after the other's words: parts of about as many words of text each.
struct Part {
  int first, last;  // words
  std::vector<int> columns;
  std::vector<float> values;
  std::vector<std::int64_t> ends;  // of each row, within the part
};

std::vector<Part> parts_of(const Places& places, int parts) {
  const auto vocabulary = static_cast<int>(places.starts.size()) - 1;
  std::vector<Part> all;
  int first = 0;
  for (int p = 1; p <= parts; ++p) {
    const std::int64_t share = places.starts.back() * p / parts;
    int last = first;
    while (last < vocabulary && (p == parts || places.starts[static_cast<std::size_t>(last) + 1] <= share)) ++last;
    all.push_back({first, last, {}, {}, {}});
    first = last;
  }
  return all;
}

SparseMatrix count_stretch(std::span<const int> text, int vocabulary, const CooccurrenceOptions& options, int threads,
                           const std::function<void(std::int64_t)>& counted) {
  constexpr int kPartsPerThread = 32;
  const Places places = places_of(text, vocabulary);
  std::vector<Part> parts = parts_of(places, threads * kPartsPerThread);
  // Threads take every n-th part, so that all begin with frequent words and end with rare ones.
  parallel(threads, threads, [&](int, std::int64_t begin, std::int64_t end) {
    RowCounter counter(vocabulary, options);
    for (std::int64_t thread = begin; thread < end; ++thread) {
      for (std::size_t p = static_cast<std::size_t>(thread); p < parts.size(); p += static_cast<std::size_t>(threads)) {
        Part& part = parts[p];
        for (int w = part.first; w < part.last; ++w) {
          const auto start = static_cast<std::size_t>(places.starts[static_cast<std::size_t>(w)]);
          const auto count = static_cast<std::size_t>(places.starts[static_cast<std::size_t>(w) + 1]) - start;
          counter.add_windows(text, std::span(places.order).subspan(start, count));
          counter.take(part.columns, part.values);
          part.ends.push_back(static_cast<std::int64_t>(part.values.size()));
        }
        if (thread == 0 && part.last > part.first) counted(places.starts[static_cast<std::size_t>(part.last)]);
      }
    }
  });
  SparseMatrix matrix;
  matrix.width = vocabulary;
  matrix.starts.push_back(0);
  std::size_t cells = 0;
  for (const Part& part : parts) cells += part.values.size();
  matrix.columns.reserve(cells);
  matrix.values.reserve(cells);
  for (Part& part : parts) {
    const std::int64_t before = matrix.cells();
    for (const std::int64_t end : part.ends) matrix.starts.push_back(before + end);
    matrix.columns.insert(matrix.columns.end(), part.columns.begin(), part.columns.end());
    matrix.values.insert(matrix.values.end(), part.values.begin(), part.values.end());
    part = {};
  }
  return matrix;
}

SparseMatrix sum_of(std::vector<CellRun>& runs, int vocabulary) {
  SparseMatrix matrix;
  matrix.width = vocabulary;
  matrix.starts.push_back(0);
  RowCounter counter(vocabulary, {});
  for (int row = 0; row < vocabulary; ++row) {
    for (CellRun& run : runs)
      run.next_row([&](int column, float value) { counter.add(column, static_cast<double>(value)); });
    counter.take(matrix.columns, matrix.values);
    matrix.starts.push_back(matrix.cells());
  }
  return matrix;
}

}  // namespace

SparseMatrix count_cooccurrences(const Corpus& corpus, const CooccurrenceOptions& options, int threads,
                                 std::int64_t memory_limit, const FitProgress& progress) {
  expect(options.window >= 1 && (options.left || options.right), "a window has a word");
  constexpr std::int64_t kBytesAWord = 8;  // its id and its place
  const std::int64_t most =
      std::clamp<std::int64_t>(memory_limit / kBytesAWord, 2 * Corpus::kLongestSentence, std::numeric_limits<int>::max());
  std::vector<CellRun> runs;
  std::vector<int> buffer;
  for (std::int64_t first = 0;;) {
    const auto text = corpus.stretch(first, most, buffer);
    const auto length = static_cast<std::int64_t>(text.size());
    const auto counted = [&](std::int64_t words) {
      if (progress) {
        progress(
            {"counting", static_cast<double>(first + words) / static_cast<double>(corpus.size()), first + words, "words"});
      }
    };
    SparseMatrix matrix = count_stretch(text, corpus.vocabulary(), options, std::max(1, threads), counted);
    first += length;
    if (first >= corpus.size() && runs.empty()) return matrix;
    runs.emplace_back(matrix);
    if (first >= corpus.size()) return sum_of(runs, corpus.vocabulary());
  }
}

}  // namespace seqlab
