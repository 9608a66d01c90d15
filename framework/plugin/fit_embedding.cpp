#include "plugin/fit_embedding.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/file_hash.h"
#include "core/sha256.h"
#include "core/version.h"
#include "plugin/embedding.h"
#include "plugin/vector_cache.h"

namespace seqlab {
namespace {

using Clock = std::chrono::steady_clock;

thread_local FitProgress watcher;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

HostEmbeddingOptions host_options(const Component& component, const OptionValues& values) {
  const auto schema = host_embedding_schema(component.fits_corpus);
  return schema.read(known_to(schema, values));
}

void check_finite(const std::string& name, std::span<const float> values) {
  for (const float value : values) {
    if (std::isfinite(value)) continue;
    throw UserError(fmt::format("embedding '{}' arrived at numbers that are not finite; a lower rate may help", name));
  }
}

/// Everything that the vectors of a plugin depend on, but for its text. What the model does with them is not among it.
std::string code_of(const Component& component, const OptionValues& values, std::uint64_t seed, const std::string& scope,
                    int threads) {
  std::string text = fmt::format("seqlab {}\n{}\n{}\nseed {} {}\n{}\n", framework_version(), component.name,
                                 file_hash(component.file), seed, scope, threads > 1 ? "several threads" : "one thread");
  for (const auto& [name, value] : values) {
    if (name == "frozen" || name == "frozen_epochs" || name == "projection" || name == "scaled" || name == "missing" ||
        name == "corpus")
      continue;
    text += fmt::format("{} = {}\n", name, to_text(value));
  }
  return text;
}

/// Everything that the ids of a text file's words depend on; "" for a pipe, which can be read but once.
std::string text_hash(const std::filesystem::path& corpus, const HostEmbeddingOptions& host) {
  if (!std::filesystem::is_regular_file(corpus)) return "";
  return sha256(fmt::format("seqlab {}\ntext {}\n{} {} {}\n", framework_version(), file_hash(corpus.string()),
                            host.lower_case, host.minimum_count, host.vocabulary_limit));
}

EmbeddingTable fit_sentences(const Component& component, const OptionValues& values, const Vocabulary& vocabulary,
                             const Corpus& corpus, std::uint64_t seed, const std::string& scope,
                             const std::string& corpus_hash) {
  EmbeddingContext context(vocabulary, corpus, seed, scope);
  context.corpus_hash = corpus_hash;
  context.progress = watcher;
  EmbeddingTable table = component.make_embedding(values, context)->fit(context);
  check_finite(component.name, table.values);
  return table;
}

/// The training sentences as a key: they are read in any case.
std::string sentences_of(const Vocabulary& vocabulary, std::span<const std::vector<int>> sentences) {
  Sha256 hash;
  for (int id = 0; id < vocabulary.size(); ++id) hash.update(vocabulary.token(id) + '\0');
  const int end = Corpus::kSentenceEnd;
  for (const auto& sentence : sentences) {
    hash.update({reinterpret_cast<const char*>(sentence.data()), sentence.size() * sizeof(int)});
    hash.update({reinterpret_cast<const char*>(&end), sizeof end});
  }
  return hash.finish();
}

/// The rows of `vocabulary`'s words among these vectors: as they are, else in lower case.
EmbeddingTable table_of(const WordVectors& vectors, const Vocabulary& vocabulary, const std::string& missing,
                        Random random) {
  std::unordered_map<std::string_view, std::int64_t> places;
  for (std::int64_t i = 0; i < vectors.size(); ++i) places.emplace(vectors.words[static_cast<std::size_t>(i)], i);
  EmbeddingTable table{false, vectors.dimension, {}};
  table.values.resize(static_cast<std::size_t>(vocabulary.size()) * static_cast<std::size_t>(table.dimension));
  std::vector<char> known(static_cast<std::size_t>(vocabulary.size()), 0);
  for (int id = Vocabulary::kSpecial; id < vocabulary.size(); ++id) {
    auto found = places.find(vocabulary.token(id));
    if (found == places.end()) found = places.find(to_lower(vocabulary.token(id)));
    if (found == places.end()) continue;
    known[static_cast<std::size_t>(id)] = 1;
    const auto vector = vectors.vector(found->second);
    std::copy(vector.begin(), vector.end(), table.values.begin() + static_cast<std::ptrdiff_t>(id) * table.dimension);
  }
  fill_missing(table.values, table.dimension, known, missing, random);
  return table;
}

}  // namespace

FitWatch::FitWatch(FitProgress progress) : before_(std::exchange(watcher, std::move(progress))) {}
FitWatch::~FitWatch() { watcher = std::move(before_); }

FittedText fit_text(const Component& component, const OptionValues& values, const TextFit& fit) {
  const HostEmbeddingOptions host = host_options(component, values);
  const auto start = Clock::now();
  const std::string hash = text_hash(fit.corpus, host);
  const TextCorpus text =
      read_corpus(fit.corpus, {host.lower_case, host.minimum_count, host.vocabulary_limit, fit.memory_limit}, fit.progress);
  if (text.vocabulary.size() - Vocabulary::kSpecial < 2) {
    throw UserError(fmt::format("{}: only one word is left, which has no other to learn from; give more text{}",
                                fit.corpus.string(), host.minimum_count > 1 ? ", or set minimum_count lower" : ""));
  }
  FittedText fitted;
  fitted.words = text.words;
  fitted.different = text.different;
  fitted.in_memory = text.corpus.in_memory();
  fitted.reading_seconds = seconds_since(start);
  EmbeddingContext context(text.vocabulary, text.corpus, fit.seed, "vectors");
  context.threads = fit.threads;
  context.memory_limit = fit.memory_limit;
  context.progress = fit.progress;
  context.corpus_hash = hash;
  const auto fitting = Clock::now();
  const double before = processor_seconds();
  const EmbeddingTable table = component.make_embedding(values, context)->fit(context);
  fitted.fitting_seconds = seconds_since(fitting);
  fitted.processor_seconds = processor_seconds() - before;
  check_finite(component.name, table.values);
  // The marks of sentences and padding are no words.
  for (int id = Vocabulary::kSpecial; id < text.vocabulary.size(); ++id)
    fitted.vectors.words.push_back(text.vocabulary.token(id));
  fitted.vectors.dimension = table.dimension;
  fitted.vectors.values.assign(table.values.begin() + std::int64_t{Vocabulary::kSpecial} * table.dimension,
                               table.values.end());
  return fitted;
}

WordVectors cached_text_vectors(const Component& component, const OptionValues& values, const TextFit& fit) {
  const auto make = [&] { return fit_text(component, values, fit).vectors; };
  if (component.file.empty() || !std::filesystem::is_regular_file(fit.corpus)) return make();
  return cached_vectors(
      sha256(code_of(component, values, fit.seed, "vectors", fit.threads) + "text " + file_hash(fit.corpus.string())), make);
}

EmbeddingTable fit_table(const Component& component, const OptionValues& values, const Vocabulary& vocabulary,
                         std::span<const std::vector<int>> sentences, std::uint64_t seed, const std::string& scope) {
  const HostEmbeddingOptions host = host_options(component, values);
  if (!component.fits_corpus) {
    const Corpus corpus(sentences, vocabulary.size());
    return fit_sentences(component, values, vocabulary, corpus, seed, scope, "");
  }
  const Random random(seed, scope + ".missing");
  if (!host.corpus.empty()) {
    TextFit fit;
    fit.corpus = locate_file(host.corpus, "");
    fit.seed = seed;
    fit.progress = watcher;
    return table_of(cached_text_vectors(component, values, fit), vocabulary, host.missing, random);
  }
  const Corpus corpus(sentences, vocabulary.size());
  const std::string hash = sentences_of(vocabulary, sentences);
  const auto make = [&] {
    EmbeddingTable table = fit_sentences(component, values, vocabulary, corpus, seed, scope, hash);
    expect(!table.identity, "an embedding that learns from text makes a table");
    WordVectors vectors;
    vectors.dimension = table.dimension;
    vectors.values = std::move(table.values);
    for (int id = 0; id < vocabulary.size(); ++id) vectors.words.push_back(vocabulary.token(id));
    return vectors;
  };
  const bool keeps = !component.file.empty();
  WordVectors vectors =
      keeps ? cached_vectors(sha256(code_of(component, values, seed, scope, 1) + "sentences " + hash), make) : make();
  std::vector<char> known;
  for (const std::int64_t count : corpus.counts()) known.push_back(count > 0 ? 1 : 0);
  Random filler = random;
  fill_missing(vectors.values, vectors.dimension, known, host.missing, filler);
  return {false, vectors.dimension, std::move(vectors.values)};
}

}  // namespace seqlab
