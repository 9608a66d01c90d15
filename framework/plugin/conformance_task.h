#pragma once

// A tiny data set of each task, for the checks of models (plugin/conformance_model.cpp).

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autodiff/tape.h"
#include "plugin/model.h"

namespace seqlab::conformance {

/// Three examples of one task, of different lengths, and a model to try on them.
class TaskTrial {
 public:
  static constexpr int kRows = 3;
  virtual ~TaskTrial();
  /// Tells the context what the data look like; before the model is made.
  virtual void describe(ModelContext& context) const = 0;
  /// False where the model does not have the interface of the task. The model outlives the trial.
  virtual bool use(Model& model) = 0;
  /// Of the examples `rows`; with `garbage` other numbers stand behind the lengths, and two more steps.
  virtual BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage = false) = 0;
  /// What the model makes of each row, as text that is equal where the predictions are.
  virtual std::vector<std::string> predict(Tape& tape, std::span<const int> rows) = 0;
  /// What predict() of all rows comes to when the examples are known by heart.
  [[nodiscard]] virtual std::vector<std::string> learnt() const = 0;
  /// What TrialKind::own_check names, in f64: the measured figure, or throws with what is wrong.
  virtual std::string check_own() { return ""; }
  /// Whether the inputs are tokens: only then embeddings are chosen.
  [[nodiscard]] virtual bool reads_tokens() const { return true; }
};

struct TrialKind {
  std::string name;  // "": the task has one kind of data
  std::function<std::unique_ptr<TaskTrial>()> make;
  std::string own_check = "";  // what must hold for models of this task alone; "": nothing
};

/// What a model of the task is tried on; empty for a task that the suite does not know.
std::vector<TrialKind> trials_of(const std::string& task);

/// Puts `id` behind the lengths, and two more steps of it.
void add_garbage(IdSequences& sequences, int id);
void add_garbage(VectorSequences& sequences, double number);
/// A vocabulary of six letters: ids 4 to 9.
const Vocabulary& letters();

std::unique_ptr<TaskTrial> translate_trial();
std::unique_ptr<TaskTrial> classify_trial(bool tokens);
std::unique_ptr<TaskTrial> tag_trial(bool tokens);
std::unique_ptr<TaskTrial> forecast_trial();
std::unique_ptr<TaskTrial> language_trial();

}  // namespace seqlab::conformance
