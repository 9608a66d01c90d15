#pragma once

// A trained model made again from its run's settings and its file of weights, to answer lines of text. Nothing else is
// needed: neither the experiment file nor the data.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/run_spec.h"
#include "experiment/task_run.h"
#include "plugin/registry.h"

namespace seqlab {

struct PredictOptions {
  std::optional<std::int64_t> beam;  // translate: instead of the run's own
  int best = 1;                      // translate: texts of each line
  bool scores = false;               // translate: with log probabilities
  bool attention = false;            // translate: with weights
  double temperature = 1.0;          // language_model: see SamplingOptions
  int top_k = 0;
  int length = 100;  // language_model: tokens
  std::uint64_t seed = 1;
};

/// A text or class with its logarithm of probability (nats; translate: of the whole text; NaN: not computed).
struct ScoredText {
  std::string text;
  double log_probability = 0;
};

struct Prediction {
  std::string text;               // the answer
  std::vector<ScoredText> ranks;  // all that was asked for, or all classes; best first
  std::optional<ExampleAttention> attention;
};

class Predictor {
 public:
  virtual ~Predictor();
  /// One answer for each line, in order. The lines are valid UTF-8 and hold more than white space.
  virtual std::vector<Prediction> predict(std::span<const std::string> lines) = 0;
  /// Whether a line without any text has an answer.
  [[nodiscard]] virtual bool answers_nothing() const { return false; }
};

/// `file` is what the run left as artifact "best". UserError where the run's task has no predictions of lines (its inputs
/// are vectors, or the file is of a version that stored no vocabulary) or `options` do not fit the model; EnvironmentError
/// where the file is damaged or missing.
std::unique_ptr<Predictor> make_predictor(const RunSpec& spec, const Registry& registry, const std::string& file,
                                          const PredictOptions& options);

}  // namespace seqlab
