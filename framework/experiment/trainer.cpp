#include "experiment/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/error.h"
#include "core/sha256.h"
#include "core/version.h"
#include "experiment/duration.h"
#include "sequence/gradient_by_lag.h"

namespace seqlab {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, ParameterSet& parameters) {
  if (options.optimizer == "sgd") return std::make_unique<Sgd>(parameters, options.rate, options.momentum);
  return std::make_unique<Adam>(parameters, options.rate, options.beta1, options.beta2, options.epsilon);
}

std::string_view word(double not_finite) { return std::isnan(not_finite) ? "NaN" : "infinite"; }

std::string without_split(const std::string& metric) { return metric.substr(metric.find('/') + 1); }

const std::string& task_of(const RunSpec& spec) { return std::get<std::string>(spec.settings.at("data.task")); }

EarlyStop make_early_stop(const TrainOptions& options, const RunSpec& spec) {
  const std::string& metric = options.early_stop_metric.empty() ? spec.metric : options.early_stop_metric;
  return {without_split(metric), find_metric(task_of(spec), metric).direction, options.patience, options.minimum_change};
}

/// Hash of all that a run's numbers depend on, but for the machine and the number of threads.
std::string configuration_of(const RunSpec& spec) {
  RunSpec plain;
  plain.settings = spec.settings;
  plain.seed = spec.seed;
  plain.metric = spec.metric;
  std::set<std::string> plugins;
  for (const std::string& file : spec.plugin_files) plugins.insert(sha256_of_file(file));
  std::string text = fmt::format("seqlab {}\n{}\n", framework_version(), to_json(plain));
  for (const std::string& hash : plugins) text += hash + '\n';
  return sha256(text);
}

double seconds_of(const std::string& duration, std::string_view none) {
  return duration == none ? 0.0 : std::chrono::duration<double>(parse_duration(duration)).count();
}

}  // namespace

Trainer::Trainer(const RunSpec& spec, TaskRun& task, EventSink& sink, const RunHooks& hooks)
    : spec_(spec),
      options_(train_schema().read(settings_below(spec.settings, "train."))),
      task_(task),
      parameters_(task.parameters()),
      sink_(sink),
      hooks_(hooks),
      optimizer_(make_optimizer(options_, parameters_)),
      batches_(task.batches(0)),
      schedule_(options_.schedule(), static_cast<std::int64_t>(batches_.size()), options_.epochs),
      chosen_(without_split(spec.metric)),
      direction_(find_metric(task_of(spec), spec.metric).direction),
      early_stop_(make_early_stop(options_, spec)),
      divergence_(options_.divergence),
      folder_(spec.checkpoint_folder, spec.checkpoint_folder.empty() ? "" : configuration_of(spec)),
      checkpoint_every_(seconds_of(spec.checkpoint_every, "0")),
      time_limit_(seconds_of(options_.time_limit, "")),
      tape_(parameters_.precision(), true) {
  state_.threads = spec.threads;
}

std::string Trainer::resume() {
  StateValues values;
  const std::string file = folder_.load({parameters_, *optimizer_, best_parameters_, values},
                                        [&](const std::string& why) { log("checkpoint refused: " + why); });
  if (file.empty()) return "";
  try {
    read(std::move(values));
  } catch (const EnvironmentError& error) {
    throw UserError(fmt::format("'{}' is of another build: {}; remove it to start anew", file, error.what()));
  }
  seconds_before_ = state_.seconds;
  if (state_.threads != spec_.threads) {
    log(fmt::format("{} threads before, {} now: results may differ in their last bits", state_.threads, spec_.threads));
  }
  state_.threads = spec_.threads;
  std::string place = fmt::format("step {}, epoch {}", state_.step, state_.current_epoch());
  log(fmt::format("goes on from {} at {}", file, place));
  return place;
}

void Trainer::save() {
  if (!folder_.exists() || state_.step == 0) return;
  const auto start = Clock::now();
  StateValues values = written();
  const std::size_t bytes = folder_.save({parameters_, *optimizer_, best_parameters_, values});
  last_save_ = Clock::now();
  log(fmt::format("checkpoint at step {}, epoch {}: {:.1f} MB in {:.2f} s", state_.step, state_.current_epoch(),
                  static_cast<double>(bytes) * 1e-6, seconds_since(start)));
}

StateValues Trainer::written() {
  StateValues values;
  state_.seconds = seconds_before_ + seconds_since(start_);
  StateArchive archive(StateArchive::Way::write, values);
  state_.exchange(archive);
  schedule_.exchange(archive);
  early_stop_.exchange(archive);
  divergence_.exchange(archive);
  task_.exchange(archive);
  return values;
}

void Trainer::read(StateValues values) {
  StateArchive archive(StateArchive::Way::read, values);
  state_.exchange(archive);
  schedule_.exchange(archive);
  early_stop_.exchange(archive);
  divergence_.exchange(archive);
  task_.exchange(archive);
}

void Trainer::train() {
  for (const PointEvent& sent : state_.points) sink_.on(sent);
  while (!state_.ended) {
    const bool last = finished();
    if (last && state_.batch > 0) close_epoch(epochs_done());
    if (state_.validated != state_.step && (last || evaluation_due())) validate();
    if (last || early_stop_.reached()) {
      if (!last && state_.batch > 0) close_epoch(epochs_done());
      state_.ended = true;
    } else {
      pause(true);
      update();
    }
  }
}

bool Trainer::finished() const {
  return state_.epoch >= options_.epochs || (time_limit_ > 0 && state_.step > 0 && state_.train_seconds >= time_limit_);
}

bool Trainer::evaluation_due() const {
  if (options_.evaluate_steps > 0) return state_.step % options_.evaluate_steps == 0;
  return state_.batch == 0 && state_.epoch % options_.evaluate_every == 0;
}

double Trainer::epochs_done() const {
  return static_cast<double>(state_.epoch) + static_cast<double>(state_.batch) / static_cast<double>(batches_.size());
}

double Trainer::share_done() const {
  const double by_epochs = epochs_done() / static_cast<double>(options_.epochs);
  return time_limit_ > 0 ? std::clamp(state_.train_seconds / time_limit_, by_epochs, 1.0) : by_epochs;
}

void Trainer::pause(bool between_updates) {
  if (hooks_.stop && hooks_.stop()) throw StopRequested{};
  if (between_updates && checkpoint_every_ > 0 && seconds_since(last_save_) >= checkpoint_every_) save();
}

void Trainer::update() {
  const auto start = Clock::now();
  if (batches_epoch_ != state_.epoch) {
    batches_ = task_.batches(state_.epoch);
    batches_epoch_ = state_.epoch;
    parameters_.begin_epoch(state_.epoch);
  }
  tape_.clear();
  tape_.set_randomness(static_cast<std::uint64_t>(spec_.seed), static_cast<std::uint64_t>(state_.step));
  StateTrace states;
  if (options_.gradient_by_lag && state_.batch == 0) tape_.trace_states(&states);
  const BatchLoss batch = task_.loss(tape_, batches_[static_cast<std::size_t>(state_.batch)]);
  const double loss = batch.nats / static_cast<double>(std::max<std::int64_t>(1, batch.tokens));
  if (!std::isfinite(loss)) {
    throw UserError(fmt::format("loss is {} at step {}, {}; a lower train.optimizer.rate or train.clip may help", word(loss),
                                state_.step, explain_loss(tape_, parameters_)));
  }
  divergence_.see(loss, state_.step);
  tape_.backward(batch.loss);
  note_gradient_by_lag(states);
  tape_.trace_states(nullptr);
  const double scale = clip();
  optimizer_->set_rate(options_.rate * schedule_.share(state_.step));
  optimizer_->step(scale);
  state_.sums.rate = optimizer_->rate();
  state_.sums.nats += batch.nats;
  state_.sums.tokens += batch.tokens;
  ++state_.step;
  if (++state_.batch == static_cast<std::int64_t>(batches_.size())) {
    close_epoch(static_cast<double>(state_.epoch + 1));
    ++state_.epoch;
    state_.batch = 0;
  }
  state_.train_seconds += seconds_since(start);
  // A few times a second is enough for the progress line.
  if (seconds_since(last_progress_) < 0.25) return;
  last_progress_ = Clock::now();
  sink_.on(ProgressEvent{state_.epoch, options_.epochs, state_.step, share_done(), loss});
}

void Trainer::note_gradient_by_lag(const StateTrace& states) {
  int number = 0;
  bool paired = false;  // the layer before may have its other direction behind it
  for (const StateTrace::Layer& layer : states.layers) {
    if (layer.forward || !paired) ++number;
    paired = layer.forward;
    const std::string name = fmt::format("{}.{}", number, layer.forward ? "forward" : "backward");
    for (const auto& [lag, norm] : gradient_by_lag(layer)) {
      point(fmt::format("train/gradient_by_lag/{}/{}", name, lag), epochs_done(), norm);
    }
  }
}

double Trainer::clip() {
  const double norm = gradient_norm(parameters_);
  if (!std::isfinite(norm)) {
    throw UserError(fmt::format("the gradient is {} at step {}, {}; a lower train.optimizer.rate or train.clip may help",
                                word(norm), state_.step, explain_gradient(tape_, parameters_)));
  }
  state_.sums.norms += norm;
  return options_.clip > 0 && norm > options_.clip ? options_.clip / norm : 1.0;
}

void Trainer::close_epoch(double epoch) {
  const auto updates = static_cast<double>(state_.batch);
  point("train/loss", epoch, state_.sums.nats / static_cast<double>(std::max<std::int64_t>(1, state_.sums.tokens)));
  point("train/gradient_norm", epoch, state_.sums.norms / updates);
  point("train/rate", epoch, state_.sums.rate);
  if (state_.batch == static_cast<std::int64_t>(batches_.size())) state_.sums = {};
}

void Trainer::validate() {
  // What an interruption would leave half done comes after the evaluation, which changes nothing.
  const MetricValues values = task_.evaluate(Split::valid, [&] { pause(false); }).values;
  state_.validated = state_.step;
  state_.last_valid = values;
  for (const auto& [name, value] : values) point("valid/" + name, epochs_done(), value);
  const double value = values.at(chosen_);
  const bool better = state_.best.epoch == 0 || is_better(direction_, value, state_.best.values.at(chosen_));
  if (better || loses_less(values)) {
    state_.best = {state_.current_epoch(), state_.step, values};
    best_parameters_ = parameters_.snapshot();
  }
  early_stop_.see(values);
  if (schedule_.see(better)) log(fmt::format("learning rate drops at step {}", state_.step));
}

/// Whether the metric stands where its best epoch has it, such as exact at 0, and the loss is lower: then this epoch is the
/// better one.
bool Trainer::loses_less(const MetricValues& values) const {
  const MetricValues& best = state_.best.values;
  const auto now = values.find("loss");
  const auto then = best.find("loss");
  return now != values.end() && then != best.end() && values.at(chosen_) == best.at(chosen_) && now->second < then->second;
}

void Trainer::point(const std::string& metric, double epoch, double value) {
  state_.points.push_back({metric, state_.step, epoch, value});
  sink_.on(state_.points.back());
}

void Trainer::results(const std::string& split, const std::string& which, std::int64_t epoch, const MetricValues& values) {
  for (const auto& [name, value] : values) sink_.on(ResultEvent{split + "/" + name, which, epoch, value});
}

void Trainer::report() {
  const Pause pausing = [&] { pause(false); };
  const MetricValues last = task_.evaluate(Split::test, pausing).values;
  const std::vector<double> last_parameters = parameters_.snapshot();
  parameters_.restore(best_parameters_);
  Evaluation best;
  try {
    best = task_.evaluate(Split::test, pausing);
  } catch (const StopRequested&) {
    parameters_.restore(last_parameters);  // a checkpoint keeps the last ones
    throw;
  }
  results("valid", "last", state_.current_epoch(), state_.last_valid);
  results("valid", "best", state_.best.epoch, state_.best.values);
  results("test", "last", state_.current_epoch(), last);
  results("test", "best", state_.best.epoch, best.values);
  const auto kept = std::min<std::size_t>(best.examples.size(), static_cast<std::size_t>(spec_.keep_examples));
  for (std::size_t i = 0; i < kept; ++i) {
    const ExampleScore& e = best.examples[i];
    sink_.on(ExampleEvent{"test", static_cast<std::int64_t>(i), e.source, e.prediction, e.reference, e.score});
  }
  for (const ExampleAttention& seen : best.attention) {
    if (seen.index < spec_.keep_examples) {
      sink_.on(AttentionEvent{"test", seen.index, "decoder", 0, seen.source, seen.target, seen.weights});
    }
  }
  if (folder_.exists()) {
    const auto announce = [&](const char* name, const std::string& file) {
      sink_.on(ArtifactEvent{name, file, sha256_of_file(file), static_cast<std::int64_t>(std::filesystem::file_size(file))});
    };
    const std::string kept_best = folder_.save_best(parameters_, task_.stored_texts());
    announce("best", kept_best);
    if (state_.best.step == state_.step) {
      announce("last", kept_best);
    } else {
      parameters_.restore(last_parameters);
      announce("last", folder_.save_final(parameters_, task_.stored_texts()));
      parameters_.restore(best_parameters_);
    }
  }
  sink_.on(ProgressEvent{state_.current_epoch(), options_.epochs, state_.step, 1.0, last_loss()});
  sink_.on(DoneEvent{seconds_before_ + seconds_since(start_), state_.train_seconds});
}

double Trainer::last_loss() const {
  for (auto point = state_.points.rbegin(); point != state_.points.rend(); ++point) {
    if (point->metric == "train/loss") return point->value;
  }
  return 0;
}

void Trainer::log(const std::string& line) const {
  if (hooks_.log) hooks_.log(line);
}

}  // namespace seqlab
