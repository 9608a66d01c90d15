#include <seqlab/embedding.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>

namespace {
using namespace seqlab;

/// word2vec (Mikolov et al., 2013): words that occur among the same words become alike.
///
/// skip_gram: each word of the window predicts the word in its middle. cbow: the mean of the window does. With loss
/// "negative" all words of a window share their noise words, so that a window is one small matrix product; as they are then
/// alike for several words, skip-gram takes more of them, with less weight each. "hierarchical" walks down a Huffman tree;
/// "softmax" is the textbook's softmax over the whole vocabulary, where skip-gram's middle word predicts its window. The
/// rate falls in a straight line to a ten-thousandth. More than one thread: they write to the same rows without locks (Recht
/// et al., 2011, "Hogwild"), and the last digits differ from run to run.
class Word2Vec final : public CorpusEmbedding {
 public:
  struct Options {
    std::string architecture = "skip_gram";
    std::string loss = "negative";
    int dimension = 100;
    int window = 5;
    bool dynamic_window = true;
    int negatives = 5;
    int shared_negatives = 11;
    double smoothing = 0.75;
    double subsampling = 1e-3;
    int epochs = 5;
    double rate = 0.025;
  };
  static Schema<Options> schema() {
    return Schema<Options>("vectors that predict the words around a word, or the word from those around it")
        .add("architecture", &Options::architecture, one_of({"skip_gram", "cbow"}),
             "each word of the window predicts the middle one, or their mean does")
        .add("loss", &Options::loss, one_of({"negative", "hierarchical", "softmax"}),
             "noise words, a Huffman tree, or a softmax over all words (for small vocabularies)")
        .add("dimension", &Options::dimension, in_range(1, 65536), "numbers a word")
        .add("window", &Options::window, in_range(1, 1000), "words on each side of the middle one")
        .add("dynamic_window", &Options::dynamic_window, "each window is cut to a random width from 1 to `window`")
        .add("negatives", &Options::negatives, in_range(1, 1000), "noise words a pair of words")
        .add("shared_negatives", &Options::shared_negatives, in_range(0, 1000),
             "noise words of a skip-gram window, which weigh as much as `negatives`, where these are fewer")
        .add("smoothing", &Options::smoothing, in_range(0, 1), "noise words are drawn in proportion to count^smoothing")
        .add("subsampling", &Options::subsampling, in_range(0, 1),
             "frequency beyond which occurrences are passed over; 0: none is")
        .add("epochs", &Options::epochs, in_range(1, 100000), "passes over the corpus")
        .add("rate", &Options::rate, in_range(1e-8, 10), "learning rate at the start");
  }

  Word2Vec(const Options& options, EmbeddingContext&) : options_(options) {}

  EmbeddingTable fit(const EmbeddingContext& context) const override {
    VectorRows inputs(context.vocabulary.size(), options_.dimension);
    Random random(context.seed, context.scope);
    inputs.fill_uniform(0.5 / options_.dimension, random);
    if (context.corpus.tokens() > 0) {
      Training training(options_, context, inputs);
      parallel(context.threads, context.threads, [&](int thread, std::int64_t, std::int64_t) { training.run(thread); });
    }
    return {false, options_.dimension, inputs.packed()};
  }

 private:
  /// The words around a position, and what they are to predict.
  struct Window {
    std::vector<int> words;
    std::vector<int> outputs;
    std::vector<float> labels;
    std::vector<float> rates;  // as shares of the learning rate
    int middle = 0;
  };

  class Training {
   public:
    Training(const Options& options, const EmbeddingContext& context, VectorRows& inputs)
        : options_(options),
          context_(context),
          inputs_(inputs),
          subsampling_(context.corpus.counts(), options.subsampling),
          outputs_(context.vocabulary.size(), options.dimension),
          noise_words_(options.architecture == "skip_gram" ? std::max(options.negatives, options.shared_negatives)
                                                           : options.negatives) {
      if (options.loss == "negative") noise_.emplace(context.corpus.counts(), options.smoothing);
      if (options.loss == "hierarchical") tree_.emplace(context.corpus.counts());
    }

    void run(int thread) {
      Random random(context_.seed, context_.scope + ".thread " + std::to_string(thread));
      Worker worker(*this);
      std::vector<int> kept;
      std::span<const int> sentence;
      for (int epoch = 0; epoch < options_.epochs; ++epoch) {
        CorpusReader reader(context_.corpus, thread, context_.threads);
        while (reader.next(sentence)) {
          kept.clear();
          for (const int word : sentence) {
            if (subsampling_.keep(word, random)) kept.push_back(word);
          }
          for (std::size_t i = 0; i < kept.size(); ++i) worker.see(next_window(kept, i, random, worker.free()));
          advance(thread, static_cast<std::int64_t>(sentence.size()));
        }
      }
      worker.finish();
    }

   private:
    Window& next_window(const std::vector<int>& sentence, std::size_t middle, Random& random, Window& window) const {
      const int width = options_.dynamic_window ? 1 + random.below(options_.window) : options_.window;
      window.middle = sentence[middle];
      words_around(sentence, middle, width, window.words);
      if (window.words.empty()) return window;
      if (noise_) {
        window.outputs.assign(1, window.middle);
        window.rates.assign(1, 1.0F);
        const float weight = static_cast<float>(options_.negatives) / static_cast<float>(noise_words_);
        for (int i = 0; i < noise_words_; ++i) {
          const int word = noise_->draw(random);
          if (word == window.middle) continue;
          // A word that is drawn again weighs more: it must not be a row of the update twice.
          if (const auto drawn = std::ranges::find(window.outputs, word); drawn != window.outputs.end()) {
            window.rates[static_cast<std::size_t>(drawn - window.outputs.begin())] += weight;
          } else {
            window.outputs.push_back(word);
            window.rates.push_back(weight);
          }
        }
        window.labels.assign(window.outputs.size(), 0.0F);
        window.labels[0] = 1.0F;
      } else if (tree_) {
        const auto path = tree_->path(window.middle);
        window.outputs.assign(path.nodes.begin(), path.nodes.end());
        window.labels.assign(path.left.begin(), path.left.end());
        window.rates.assign(window.outputs.size(), 1.0F);
      }
      return window;
    }

    void advance(int thread, std::int64_t words) {
      const std::int64_t done = done_.fetch_add(words, std::memory_order_relaxed) + words;
      const auto total = static_cast<double>(options_.epochs) * static_cast<double>(context_.corpus.tokens());
      const double share = static_cast<double>(done) / total;
      rate_.store(static_cast<float>(options_.rate * std::max(1e-4, 1 - share)), std::memory_order_relaxed);
      if (thread != 0 || done < reported_) return;
      reported_ = done + 20000 * context_.threads;
      context_.report("training", share, done, "words");
    }

    /// One thread's buffers. A window is prepared while the one before it waits, so that its rows are on their way from
    /// memory when they are needed.
    class Worker {
     public:
      explicit Worker(Training& training)
          : training_(training),
            update_(training.inputs_.stride(), 2 * training.options_.window),
            mean_(1, training.options_.dimension),
            before_(1, training.options_.dimension) {
        if (training.options_.loss == "softmax") softmax_.emplace(training.outputs_, training.context_.corpus.counts());
      }
      Window& free() { return windows_[current_]; }
      void see(Window& window) {
        if (window.words.empty()) return;
        prefetch(training_.inputs_.row(window.words.back()));
        for (const int output : window.outputs) prefetch(training_.outputs_.row(output));
        current_ = 1 - current_;
        train(windows_[current_]);
      }
      void finish() { train(windows_[1 - current_]); }

     private:
      void prefetch(const float* row) const {
        constexpr std::int64_t kLine = 16;
        for (std::int64_t c = 0; c < training_.inputs_.stride(); c += kLine) __builtin_prefetch(row + c, 1);
      }
      void train(Window& window) {
        if (window.words.empty()) return;
        const float rate = training_.rate_.load(std::memory_order_relaxed);
        for (float& share : window.rates) share *= rate;
        rows_.clear();
        for (const int word : window.words) rows_.push_back(training_.inputs_.row(word));
        outputs_.clear();
        for (const int output : window.outputs) outputs_.push_back(training_.outputs_.row(output));
        if (training_.options_.architecture == "cbow") {
          train_mean(window, rate);
        } else if (softmax_) {
          (*softmax_)(training_.inputs_.row(window.middle), window.words, rate);
        } else {
          update_(rows_, outputs_, window.labels, window.rates);
        }
        window.words.clear();
      }
      void train_mean(const Window& window, float rate) {
        const std::int64_t stride = mean_.stride();
        float* mean = mean_.row(0);
        float* before = before_.row(0);
        std::fill_n(mean, stride, 0.0F);
        for (const float* row : rows_) {
          for (std::int64_t c = 0; c < stride; ++c) mean[c] += row[c];
        }
        for (std::int64_t c = 0; c < stride; ++c) before[c] = mean[c] = mean[c] / static_cast<float>(rows_.size());
        if (softmax_) {
          (*softmax_)(mean, std::array{window.middle}, rate);
        } else {
          update_(std::array{mean}, outputs_, window.labels, window.rates);
        }
        for (std::int64_t c = 0; c < stride; ++c) mean[c] -= before[c];
        for (float* row : rows_) {
          for (std::int64_t c = 0; c < stride; ++c) row[c] += mean[c];
        }
      }

      Training& training_;
      LogisticUpdate update_;
      std::optional<SoftmaxUpdate> softmax_;
      std::array<Window, 2> windows_;
      std::size_t current_ = 0;
      std::vector<float*> rows_, outputs_;
      VectorRows mean_, before_;
    };

    const Options& options_;
    const EmbeddingContext& context_;
    VectorRows& inputs_;
    Subsampling subsampling_;
    VectorRows outputs_;  // of words, or of the inner nodes of the tree
    int noise_words_;
    std::optional<NoiseWords> noise_;
    std::optional<HuffmanTree> tree_;
    std::atomic<std::int64_t> done_ = 0;
    std::atomic<float> rate_ = static_cast<float>(options_.rate);
    std::int64_t reported_ = 0;  // of the first thread
  };

  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(Word2Vec, "word2vec")
