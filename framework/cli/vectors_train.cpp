// `seqlab vectors train`: an embedding plugin on a text file.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/terminal.h"
#include "cli/vectors.h"
#include "core/error.h"
#include "core/suggest.h"
#include "data/named_file.h"
#include "experiment/document.h"
#include "experiment/duration.h"
#include "experiment/memory_size.h"
#include "kernels/denormals.h"
#include "kernels/parallel.h"
#include "plugin/embedding_options.h"
#include "plugin/fit_embedding.h"
#include "plugin/registry.h"
#include "vectors/vector_file.h"

namespace seqlab {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// One line on stderr that is drawn anew: phase, share, speed and what is left. Remembers the last phase's speed.
class FitLine {
 public:
  explicit FitLine(bool quiet) : live_(!quiet && can_be_redrawn(STDERR_FILENO)) {}
  FitLine(const FitLine&) = delete;
  FitLine& operator=(const FitLine&) = delete;
  ~FitLine() { clear(); }
  void see(const FitStep& step) {
    if (step.phase != phase_) {
      phase_ = step.phase;
      start_ = Clock::now();
    }
    const double seconds = seconds_since(start_);
    per_second_ = seconds > 0 ? static_cast<double>(step.items) / seconds : 0;
    unit_ = step.unit;
    if (!live_ || seconds_since(drawn_) < 0.2) return;
    drawn_ = Clock::now();
    std::string line = fmt::format("{} {:>3.0f} %", step.phase, 100 * step.share);
    if (seconds > 0.5 && step.share > 0) {
      line += fmt::format("   {:.0f} {}/s   ETA {}", per_second_, step.unit,
                          spoken_duration(seconds / step.share * (1 - step.share)));
    }
    std::cerr << '\r' << padded(cut_to_width(line, terminal_width(STDERR_FILENO) - 1)) << std::flush;
  }
  [[nodiscard]] double per_second() const { return per_second_; }
  [[nodiscard]] const std::string& unit() const { return unit_; }
  void clear() {
    if (width_ > 0) std::cerr << '\r' << std::string(width_, ' ') << '\r' << std::flush;
    width_ = 0;
  }

 private:
  std::string padded(std::string line) {
    const std::size_t own = line.size();
    if (own < width_) line.append(width_ - own, ' ');
    width_ = own;
    return line;
  }
  bool live_;
  std::string phase_, unit_;
  double per_second_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
  std::size_t width_ = 0;
};

OptionValue option_value(const std::string& key, const std::string& text) {
  const TomlValue value = parse_argument_value(text);
  if (const auto* truth = std::get_if<bool>(&value.data)) return *truth;
  if (const auto* whole = std::get_if<std::int64_t>(&value.data)) return *whole;
  if (const auto* number = std::get_if<double>(&value.data)) return *number;
  if (const auto* word = std::get_if<std::string>(&value.data)) return *word;
  throw UserError(fmt::format("--set {}: a {} is no value of an embedding's option", key, value.type_word()));
}

OptionValues options_given(const Arguments& given, const Component& component) {
  const auto of_models = host_embedding_schema(false);
  OptionValues values;
  for (const std::string& text : given.texts("set")) {
    const auto [key, value] = key_and_value(text, "--set");
    const std::string prefix = "embedding." + component.name + ".";
    const std::string name = key.starts_with(prefix) ? key.substr(prefix.size()) : key;
    if (of_models.find(name) != nullptr || name == "missing") {
      throw UserError(fmt::format("--set {}: is about vectors in a model; `seqlab vectors train` has none", name));
    }
    values[name] = option_value(key, value);
  }
  return component.options->complete(values);
}

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

void print_json(const std::string& output, const FittedText& fitted, int threads, const FitLine& line) {
  std::cout << nlohmann::ordered_json{{"output", output},
                                      {"words", fitted.vectors.size()},
                                      {"dimension", fitted.vectors.dimension},
                                      {"corpus_words", fitted.words},
                                      {"corpus_different", fitted.different},
                                      {"in_memory", fitted.in_memory},
                                      {"threads", threads},
                                      {"reading_seconds", fitted.reading_seconds},
                                      {"fitting_seconds", fitted.fitting_seconds},
                                      {"fitting_processor_seconds", fitted.processor_seconds},
                                      {"per_second", line.per_second()},
                                      {"unit", line.unit()},
                                      {"peak_memory", peak_memory()}}
                   .dump(2)
            << std::endl;
}

}  // namespace

int train_vectors(const Arguments& given, const Globals& globals) {
  if (given.positional.size() > 1) throw UserError(fmt::format("unexpected argument '{}'", given.positional[1]));
  Registry registry;
  registry.scan(plugin_folders());
  const Component& component = registry.get(Kind::embedding, given.positional[0]);
  if (!component.fits_corpus) {
    throw UserError(
        fmt::format("embedding '{}' learns from no text; `seqlab vectors train` needs one that does", component.name));
  }
  const OptionValues values = options_given(given, component);
  const auto host = host_embedding_schema(true).read(known_to(host_embedding_schema(true), values));
  const std::string input = given.text("input", host.corpus);
  if (input.empty()) throw UserError("`seqlab vectors train` needs --input FILE");
  if (given.has("input") && !host.corpus.empty())
    throw UserError("--input and --set corpus name a text each; give one of them");
  const auto corpus = locate_file(input, "");
  const std::string output = output_given(given, "train", corpus);
  const VectorFormat format = vector_format_named(format_given(given, output));
  constexpr std::int64_t kMostThreads = 1024;
  const auto threads = static_cast<int>(given.whole_number("threads", 1, kMostThreads).value_or(1));
  flush_denormals();
  set_thread_count(threads);

  FitLine line(globals.quiet);
  TextFit fit;
  fit.corpus = corpus;
  fit.seed = static_cast<std::uint64_t>(count_given(given, "seed", 1, 0));
  fit.threads = threads;
  fit.memory_limit = parse_memory_size(given.text("memory", "1GB"));
  fit.progress = [&](const FitStep& step) { line.see(step); };
  const FittedText fitted = fit_text(component, values, fit);
  write_vectors(output, format, fitted.vectors);
  line.clear();
  const double rate = line.per_second();
  const std::string speed = rate >= 1e5 ? fmt::format("; {:.2f} million {}/s", rate * 1e-6, line.unit())
                            : rate > 0  ? fmt::format("; {:.0f} {}/s", rate, line.unit())
                                        : "";
  if (globals.json) print_json(output, fitted, threads, line);
  if (!globals.quiet) {
    std::cerr << fmt::format("{}: {} words of {} dimensions, from {} words ({} different) of text{}\n", shown_path(output),
                             fitted.vectors.size(), fitted.vectors.dimension, fitted.words, fitted.different,
                             fitted.in_memory ? "" : ", kept in a temporary file")
              << fmt::format(
                     "read in {:.1f} s, fitted in {:.1f} s ({:.1f} s of processor time{}) by {} thread{}; peak memory {}\n",
                     fitted.reading_seconds, fitted.fitting_seconds, fitted.processor_seconds, speed, threads,
                     threads == 1 ? "" : "s", spoken_memory_size(peak_memory()))
              << std::flush;
  }
  return 0;
}

}  // namespace seqlab
