#include "experiment/runner.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "core/error.h"
#include "experiment/batching.h"
#include "experiment/train_options.h"
#include "experiment/translate_evaluation.h"
#include "nn/optimizer.h"

namespace seqlab {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, ParameterSet& parameters) {
  if (options.optimizer == "sgd") return std::make_unique<Sgd>(parameters, options.rate, options.momentum);
  return std::make_unique<Adam>(parameters, options.rate, options.beta1, options.beta2, options.epsilon);
}

std::vector<std::vector<int>> ids_of(const std::vector<TextPair>& pairs, std::vector<int> TextPair::*side) {
  std::vector<std::vector<int>> ids;
  for (const TextPair& pair : pairs) ids.push_back(pair.*side);
  return ids;
}

/// Training and evaluation of one run of the task `translate`.
class TranslateRun {
 public:
  TranslateRun(const RunSpec& spec, const Registry& registry, EventSink& sink)
      : spec_(spec),
        options_(train_schema().read(settings_below(spec.settings, "train."))),
        sink_(sink),
        data_options_(translate_schema().read(settings_below(spec.settings, "data."))),
        data_(load_translate_data(data_options_, spec.folder)),
        tokens_(tokens_named(data_options_.tokens)),
        precision_(options_.precision == "f64" ? Precision::f64 : Precision::f32),
        parameters_(precision_, static_cast<std::uint64_t>(spec.seed)) {
    const OptionValues parts = settings_below(spec.settings, "parts.");
    const Component& component = registry.get(Kind::model, std::get<std::string>(parts.at("model")));
    const auto sources = ids_of(data_.train, &TextPair::source_ids);
    const auto targets = ids_of(data_.train, &TextPair::target_ids);
    ModelContext context(parameters_, registry, component, parts, spec.settings, {&data_.source_vocabulary, sources},
                         {&data_.target_vocabulary, targets}, static_cast<std::uint64_t>(spec.seed));
    model_ = component.make_model(settings_below(spec.settings, fmt::format("model.{}.", component.name)), context);
    translate_ = dynamic_cast<TranslateModel*>(model_.get());
    if (translate_ == nullptr) throw UserError(fmt::format("model '{}' does not fit the task 'translate'", component.name));
    optimizer_ = make_optimizer(options_, parameters_);
    const auto slash = spec.metric.find('/');
    chosen_ = spec.metric.substr(slash + 1);
    maximise_ = find_metric("translate", spec.metric).direction == Direction::maximum;
  }

  void run() {
    const auto start = Clock::now();
    sink_.on(StartedEvent{{{"parameters", std::to_string(parameters_.count())},
                           {"train pairs", std::to_string(data_.train.size())},
                           {"valid pairs", std::to_string(data_.valid.size())},
                           {"test pairs", std::to_string(data_.test.size())},
                           {"source vocabulary", std::to_string(data_.source_vocabulary.size())},
                           {"target vocabulary", std::to_string(data_.target_vocabulary.size())}}});
    std::int64_t epoch = 0;
    std::int64_t since_best = 0;
    while (epoch < options_.epochs) {
      const double train_loss = train_epoch(epoch);
      ++epoch;
      sink_.on(PointEvent{"train/loss", step_, static_cast<double>(epoch), train_loss});
      const bool last = epoch == options_.epochs;
      if (epoch % options_.evaluate_every != 0 && !last) continue;
      since_best = validate(epoch) ? 0 : since_best + 1;
      if (options_.patience > 0 && since_best >= options_.patience) break;
    }
    report(epoch, seconds_since(start));
  }

 private:
  /// One pass over the training pairs: the mean loss per target token.
  double train_epoch(std::int64_t epoch) {
    const auto start = Clock::now();
    std::vector<int> lengths;
    for (const TextPair& pair : data_.train) lengths.push_back(static_cast<int>(pair.source_ids.size()));
    const auto batches = training_batches(lengths, static_cast<int>(options_.batch), static_cast<std::uint64_t>(spec_.seed), epoch);
    double nats = 0;
    std::int64_t tokens = 0;
    for (std::size_t b = 0; b < batches.size(); ++b) {
      const TranslateBatch batch = make_translate_batch(data_.train, batches[b]);
      tape_.clear();
      tape_.set_randomness(static_cast<std::uint64_t>(spec_.seed), static_cast<std::uint64_t>(step_));
      const BatchLoss loss = translate_->loss(tape_, batch);
      nats += loss.nats;
      tokens += loss.tokens;
      if (!std::isfinite(loss.nats)) {
        throw UserError(fmt::format("loss is {} at step {}; a lower train.optimizer.rate or a smaller train.clip may help",
                                    loss.nats, step_));
      }
      tape_.backward(loss.loss);
      update();
      ++step_;
      const double part = (static_cast<double>(epoch) + static_cast<double>(b + 1) / static_cast<double>(batches.size()));
      progress(epoch, part / static_cast<double>(options_.epochs), loss.nats / static_cast<double>(std::max<std::int64_t>(1, loss.tokens)));
    }
    train_seconds_ += seconds_since(start);
    return nats / static_cast<double>(std::max<std::int64_t>(1, tokens));
  }

  void update() {
    double scale = 1;
    const double norm = gradient_norm(parameters_);
    if (!std::isfinite(norm)) {
      throw UserError(fmt::format("the gradient is {} at step {}; a lower train.optimizer.rate may help", norm, step_));
    }
    if (options_.clip > 0 && norm > options_.clip) scale = options_.clip / norm;
    optimizer_->step(scale);
  }

  /// A few times a second is enough for the progress line.
  void progress(std::int64_t epoch, double fraction, double loss) {
    if (seconds_since(last_progress_) < 0.25) return;
    last_progress_ = Clock::now();
    sink_.on(ProgressEvent{epoch, options_.epochs, step_, fraction, loss});
  }

  /// Evaluates the validation split; true where the epoch is the best so far, which is then kept.
  bool validate(std::int64_t epoch) {
    last_valid_ = evaluate(data_.valid).values;
    for (const auto& [name, value] : last_valid_) {
      sink_.on(PointEvent{"valid/" + name, step_, static_cast<double>(epoch), value});
    }
    const double value = last_valid_.at(chosen_);
    const bool better = best_epoch_ == 0 || (maximise_ ? value > best_value_ : value < best_value_);
    if (!better) return false;
    best_epoch_ = epoch;
    best_value_ = value;
    best_valid_ = last_valid_;
    best_parameters_ = parameters_.snapshot();
    return true;
  }

  TranslateEvaluation evaluate(const std::vector<TextPair>& split) {
    return evaluate_translation(*translate_, reading_, data_, split, tokens_);
  }

  void results(const std::string& split, const std::string& which, std::int64_t epoch, const MetricValues& values) {
    for (const auto& [name, value] : values) sink_.on(ResultEvent{split + "/" + name, which, epoch, value});
  }

  void report(std::int64_t epoch, double seconds_so_far) {
    const auto start = Clock::now();
    results("valid", "last", epoch, last_valid_);
    results("valid", "best", best_epoch_, best_valid_);
    results("test", "last", epoch, evaluate(data_.test).values);
    parameters_.restore(best_parameters_);
    const TranslateEvaluation best = evaluate(data_.test);
    results("test", "best", best_epoch_, best.values);
    const auto kept = std::min<std::size_t>(best.examples.size(), static_cast<std::size_t>(spec_.keep_examples));
    for (std::size_t i = 0; i < kept; ++i) {
      const ExampleScore& e = best.examples[i];
      sink_.on(ExampleEvent{"test", static_cast<std::int64_t>(i), e.source, e.prediction, e.reference, e.score});
    }
    sink_.on(DoneEvent{seconds_so_far + seconds_since(start), train_seconds_});
  }

  const RunSpec& spec_;
  TrainOptions options_;
  EventSink& sink_;
  TranslateOptions data_options_;
  TranslateData data_;
  Tokens tokens_;
  Precision precision_;
  ParameterSet parameters_;
  std::unique_ptr<Model> model_;
  TranslateModel* translate_ = nullptr;
  std::unique_ptr<Optimizer> optimizer_;
  Tape tape_{precision_, true};
  Tape reading_{precision_, false};
  std::string chosen_;
  bool maximise_ = true;
  std::int64_t step_ = 0;
  double train_seconds_ = 0;
  Clock::time_point last_progress_{};
  MetricValues last_valid_;
  MetricValues best_valid_;
  std::int64_t best_epoch_ = 0;
  double best_value_ = 0;
  std::vector<double> best_parameters_;
};

}  // namespace

void execute_run(const RunSpec& spec, const Registry& registry, EventSink& sink) {
  TranslateRun run(spec, registry, sink);
  run.run();
}

}  // namespace seqlab
