#include <seqlab/embedding.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace {
using namespace seqlab;

/// GloVe (Pennington, Socher and Manning, 2014): w . c + b + b' is fitted to the logarithm of how often two words occur
/// together, by AdaGrad. A word's vector is the sum w + c of its two.
///
/// The cells of the matrix are cut into squares of words whose vectors fit the cache. Squares on a diagonal share neither a
/// word nor a context: threads take them at once, without locks, and the result does not depend on how many there are.
class Glove final : public CorpusEmbedding {
 public:
  struct Options {
    int dimension = 100;
    int window = 15;
    bool symmetric = true;
    int epochs = 15;
    double rate = 0.05;
    double x_max = 10;
    double alpha = 0.75;
    bool sum_contexts = true;
  };
  static Schema<Options> schema() {
    return Schema<Options>("vectors whose products are the logarithms of co-occurrences")
        .add("dimension", &Options::dimension, in_range(1, 65000), "numbers a word")
        .add("window", &Options::window, in_range(1, 1000), "words on a side; at distance d they count 1/d")
        .add("symmetric", &Options::symmetric, "words on both sides count, not only those before")
        .add("epochs", &Options::epochs, in_range(1, 100000), "passes over the cells")
        .add("rate", &Options::rate, in_range(1e-8, 10), "learning rate of AdaGrad")
        .add("x_max", &Options::x_max, in_range(1e-6, 1e12),
             "count from which on a cell has full weight; 100 for billions of words")
        .add("alpha", &Options::alpha, in_range(0, 10), "below, its weight is (count / x_max)^alpha")
        .add("sum_contexts", &Options::sum_contexts, "a word's vector is w + c; else w alone");
  }

  Glove(const Options& options, EmbeddingContext&) : options_(options) {}

  EmbeddingTable fit(const EmbeddingContext& context) const override {
    Training training(options_, context);
    training.run();
    return {false, options_.dimension, training.vectors()};
  }

 private:
  using P = Packet<float>;

  /// A count and the two words it belongs to, numbered within their square.
  struct Cell {
    std::uint16_t word;
    std::uint16_t partner;
    float count;
  };

  class Training {
   public:
    Training(const Options& options, const EmbeddingContext& context)
        : options_(options),
          context_(context),
          half_((options.dimension + 2 + 15) / 16 * 16),
          words_(context.vocabulary.size(), 2 * half_),
          contexts_(context.vocabulary.size(), 2 * half_),
          squares_(squares_of(context.vocabulary.size(), half_)) {
      start(words_, "words", options.dimension + 1);
      start(contexts_, "contexts", options.dimension);
      cut(context.cooccurrences({options.window, true, options.symmetric, true}));
    }

    void run() {
      Random random(context_.seed, context_.scope + ".order");
      std::vector<int> diagonals;
      for (int d = 0; d < squares_; ++d) diagonals.push_back(d);
      std::int64_t done = 0;
      for (int epoch = 0; epoch < options_.epochs; ++epoch) {
        random.shuffle(diagonals);
        for (const int diagonal : diagonals) {
          parallel(squares_, std::min(context_.threads, squares_), [&](int, std::int64_t first, std::int64_t last) {
            for (auto i = static_cast<int>(first); i < last; ++i) train(i, (i + diagonal) % squares_);
          });
          for (int i = 0; i < squares_; ++i) done += static_cast<std::int64_t>(square(i, (i + diagonal) % squares_).size());
          context_.report("training", static_cast<double>(done) / (static_cast<double>(cells_.size()) * options_.epochs),
                          done, "cells");
        }
      }
    }

    [[nodiscard]] std::vector<float> vectors() const {
      std::vector<float> values;
      values.reserve(static_cast<std::size_t>(words_.rows() * options_.dimension));
      for (std::int64_t id = 0; id < words_.rows(); ++id) {
        for (int c = 0; c < options_.dimension; ++c)
          values.push_back(words_.row(id)[c] + (options_.sum_contexts ? contexts_.row(id)[c] : 0.0F));
      }
      return values;
    }

   private:
    /// So many words a square that their vectors, and those of as many contexts, fill half of a core's own cache.
    static int squares_of(int vocabulary, std::int64_t half) {
      constexpr std::int64_t kCache = 1 << 20;
      constexpr std::int64_t kMost = 1 << 16;
      const std::int64_t words = std::clamp<std::int64_t>(kCache / (4 * half * std::int64_t{sizeof(float)}), 1, kMost);
      return std::max(static_cast<int>((vocabulary + words - 1) / words), std::min(8, vocabulary / 8 + 1));
    }

    /// A row is the vector, its bias and a 1 (of a context: a 1 and its bias), so that one product has all of
    /// w . c + b + b'; behind them the sums of squares of AdaGrad, which begin at 1.
    void start(VectorRows& rows, const std::string& name, int one) {
      Random random(context_.seed, context_.scope + "." + name);
      for (std::int64_t id = 0; id < rows.rows(); ++id) {
        for (int c = 0; c < options_.dimension + 2; ++c)
          rows.row(id)[c] = static_cast<float>(random.uniform(-0.5, 0.5) / options_.dimension);
        rows.row(id)[one] = 1.0F;
        std::fill_n(rows.row(id) + half_, half_, 1.0F);
      }
    }

    /// Word w belongs to square w % squares_: frequent and rare words are spread evenly.
    void cut(const SparseMatrix& counts) {
      const auto place = [&](std::int64_t word, int partner) {
        return static_cast<std::size_t>(word % squares_ * squares_ + partner % squares_);
      };
      starts_.assign(static_cast<std::size_t>(squares_) * static_cast<std::size_t>(squares_) + 1, 0);
      for (std::int64_t word = 0; word < counts.rows(); ++word) {
        for (const int partner : counts.columns_of(word)) ++starts_[place(word, partner) + 1];
      }
      for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
      cells_.resize(counts.values.size());
      std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
      for (std::int64_t word = 0; word < counts.rows(); ++word) {
        const auto partners = counts.columns_of(word);
        for (std::size_t i = 0; i < partners.size(); ++i) {
          cells_[next[place(word, partners[i])]++] = {static_cast<std::uint16_t>(word / squares_),
                                                      static_cast<std::uint16_t>(partners[i] / squares_),
                                                      counts.values_of(word)[i]};
        }
      }
      // In the matrix's order a word would be trained in one go and then forgotten.
      parallel(squares_, context_.threads, [&](int, std::int64_t first, std::int64_t last) {
        for (auto i = static_cast<int>(first); i < last; ++i) {
          Random random(context_.seed, context_.scope + ".square " + std::to_string(i));
          for (int j = 0; j < squares_; ++j) {
            const auto own = square(i, j);
            for (std::size_t k = own.size(); k > 1; --k)
              std::swap(own[k - 1], own[static_cast<std::size_t>(random.below(static_cast<int>(k)))]);
          }
        }
      });
    }

    std::span<Cell> square(int i, int j) {
      const auto at = static_cast<std::size_t>(i) * static_cast<std::size_t>(squares_) + static_cast<std::size_t>(j);
      return std::span(cells_).subspan(starts_[at], starts_[at + 1] - starts_[at]);
    }

    void train(int i, int j) {
      constexpr std::size_t kTogether = 64;  // logarithms and powers are taken of many counts at once
      alignas(64) std::array<float, kTogether> logarithms{};
      alignas(64) std::array<float, kTogether> weights{};
      const auto own = square(i, j);
      for (std::size_t first = 0; first < own.size(); first += kTogether) {
        const auto cells = own.subspan(first, std::min(kTogether, own.size() - first));
        logarithms.fill(1.0F);
        for (std::size_t k = 0; k < cells.size(); ++k) logarithms[k] = cells[k].count;
        const auto log_most = static_cast<float>(std::log(options_.x_max));
        for (std::size_t k = 0; k < kTogether; k += P::kWidth) {
          const P logarithm = log(P::load(&logarithms[k]));
          const P share = exp(P::all(static_cast<float>(options_.alpha)) * (logarithm - P::all(log_most)));
          (P::all(static_cast<float>(options_.rate)) * min(share, P::all(1.0F))).store(&weights[k]);
          logarithm.store(&logarithms[k]);
        }
        for (std::size_t k = 0; k < cells.size(); ++k) {
          float* word = words_.row(std::int64_t{cells[k].word} * squares_ + i);
          float* partner = contexts_.row(std::int64_t{cells[k].partner} * squares_ + j);
          step(word, partner, logarithms[k], weights[k]);
        }
      }
    }

    void step(float* word, float* partner, float target, float weight) const {
      constexpr float kMostChange = 100.0F;  // as in the authors' program
      P sum = P::all(0.0F);
      for (std::int64_t c = 0; c < half_; c += P::kWidth)
        sum = fused_multiply_add(P::load(word + c), P::load(partner + c), sum);
      const P error = P::all(weight * (sum.sum() - target));
      const P most = P::all(kMostChange);
      for (std::int64_t c = 0; c < half_; c += P::kWidth) {
        const P w = P::load(word + c);
        const P p = P::load(partner + c);
        const P change_w = max(min(error * p, most), -most);
        const P change_p = max(min(error * w, most), -most);
        const P squares_w = P::load(word + half_ + c);
        const P squares_p = P::load(partner + half_ + c);
        (w - change_w / sqrt(squares_w)).store(word + c);
        (p - change_p / sqrt(squares_p)).store(partner + c);
        fused_multiply_add(change_w, change_w, squares_w).store(word + half_ + c);
        fused_multiply_add(change_p, change_p, squares_p).store(partner + half_ + c);
      }
      word[options_.dimension + 1] = 1.0F;
      partner[options_.dimension] = 1.0F;
    }

    const Options& options_;
    const EmbeddingContext& context_;
    std::int64_t half_;  // floats of a vector with bias, filled up
    VectorRows words_;
    VectorRows contexts_;
    int squares_;                      // on a side
    std::vector<std::size_t> starts_;  // of each square's cells
    std::vector<Cell> cells_;
  };

  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(Glove, "glove")
