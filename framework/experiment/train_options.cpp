#include "experiment/train_options.h"

#include <fmt/format.h>

#include "core/error.h"
#include "metrics/metric.h"

namespace seqlab {

Schema<TrainOptions> train_schema() {
  return Schema<TrainOptions>("how a model is trained")
      .add("epochs", &TrainOptions::epochs, in_range(1, 1000000), "passes over the training data, at most")
      .add("batch", &TrainOptions::batch, in_range(1, 1000000), "sequences per update")
      .add("precision", &TrainOptions::precision, one_of({"f32", "bf16", "f64"}),
           "arithmetic of the kernels; bf16: f32 whose products with parameters round their factors to bfloat16")
      .add("clip", &TrainOptions::clip, at_least(0), "largest norm of the whole gradient; 0: no clipping")
      .add("optimizer.name", &TrainOptions::optimizer, one_of({"adam", "sgd"}), "rule that updates the parameters")
      .add("optimizer.rate", &TrainOptions::rate, in_range(0, 1000), "learning rate")
      .add("optimizer.beta1", &TrainOptions::beta1, in_range(0, 0.999999), "adam: decay of the mean gradient")
      .add("optimizer.beta2", &TrainOptions::beta2, in_range(0, 0.999999), "adam: decay of the mean squared gradient")
      .add("optimizer.epsilon", &TrainOptions::epsilon, in_range(1e-16, 1),
           "adam: added to the root of the squared gradient")
      .add("optimizer.momentum", &TrainOptions::momentum, in_range(0, 0.999999),
           "sgd: share of the last update that is kept")
      .add("early_stop.patience", &TrainOptions::patience, in_range(0, 1000000),
           "evaluations without a better value before training stops; 0: never")
      .add("early_stop.metric", &TrainOptions::early_stop_metric,
           "metric of the validation split that early stopping watches, such as valid/loss; \"\": the experiment's metric")
      .add("early_stop.minimum_change", &TrainOptions::minimum_change, in_range(0, 1e9),
           "how much better a value must be to count as better")
      .add("evaluate_every", &TrainOptions::evaluate_every, in_range(1, 1000000), "epochs between two evaluations")
      .add("evaluate_steps", &TrainOptions::evaluate_steps, in_range(0, 1000000000),
           "updates between two evaluations, instead of evaluate_every; 0: by epochs")
      .add("schedule.name", &TrainOptions::schedule_name, one_of({"constant", "step", "plateau", "noam", "cosine"}),
           "how the learning rate changes; optimizer.rate is its highest value")
      .add("schedule.warmup", &TrainOptions::schedule_warmup, in_range(0, 1000000000),
           "updates over which the rate grows linearly to its highest value; noam needs at least 1")
      .add("schedule.factor", &TrainOptions::schedule_factor, in_range(0, 1),
           "step, plateau: a drop multiplies the rate with it")
      .add("schedule.after", &TrainOptions::schedule_after, in_range(0, 1000000),
           "step: epochs before the first drop; 0: as many as schedule.every")
      .add("schedule.every", &TrainOptions::schedule_every, in_range(1, 1000000), "step: epochs between two drops")
      .add("schedule.patience", &TrainOptions::schedule_patience, in_range(1, 1000000),
           "plateau: evaluations without a better value before a drop")
      .add("schedule.length", &TrainOptions::schedule_length, in_range(0, 1000000000),
           "cosine: updates until the lowest rate; 0: the whole training")
      .add("schedule.minimum", &TrainOptions::schedule_minimum, in_range(0, 1),
           "step, plateau, cosine: lowest rate, as a share of the highest")
      .add("gradient_by_lag", &TrainOptions::gradient_by_lag,
           "log the norm of the loss's gradient with respect to the states of recurrent layers, by their distance from the "
           "last step, at the first update of each epoch: points train/gradient_by_lag/LAYER/LAG")
      .add("divergence", &TrainOptions::divergence, in_range(0, 1e9),
           "a run fails once its loss stays above this many times its loss at the start; 0: never")
      .add("time_limit", &TrainOptions::time_limit,
           "time for updates (evaluation not counted) such as 2min, after which training ends in good order; results then "
           "depend "
           "on the machine and its load and are not the same bits twice; \"\": none")
      .demand(
          "schedule.name", [](const TrainOptions& o) { return o.schedule_name != "noam" || o.schedule_warmup >= 1; },
          "train.schedule 'noam' grows, then falls: say over how many updates it grows, such as warmup = 4000")
      .used(
          {"optimizer.beta1", "optimizer.beta2", "optimizer.epsilon"},
          [](const TrainOptions& o) { return o.optimizer == "adam"; }, "optimizer.name is not \"adam\"")
      .used(
          {"optimizer.momentum"}, [](const TrainOptions& o) { return o.optimizer == "sgd"; },
          "optimizer.name is not \"sgd\"")
      .used(
          {"early_stop.metric", "early_stop.minimum_change"}, [](const TrainOptions& o) { return o.patience > 0; },
          "early_stop.patience is 0")
      .used(
          {"evaluate_every"}, [](const TrainOptions& o) { return o.evaluate_steps == 0; }, "evaluate_steps is in its place")
      .used(
          {"schedule.factor"},
          [](const TrainOptions& o) { return o.schedule_name == "step" || o.schedule_name == "plateau"; },
          "schedule.name is neither \"step\" nor \"plateau\"")
      .used(
          {"schedule.after", "schedule.every"}, [](const TrainOptions& o) { return o.schedule_name == "step"; },
          "schedule.name is not \"step\"")
      .used(
          {"schedule.patience"}, [](const TrainOptions& o) { return o.schedule_name == "plateau"; },
          "schedule.name is not \"plateau\"")
      .used(
          {"schedule.length"}, [](const TrainOptions& o) { return o.schedule_name == "cosine"; },
          "schedule.name is not \"cosine\"")
      .used(
          {"schedule.minimum"},
          [](const TrainOptions& o) { return o.schedule_name != "constant" && o.schedule_name != "noam"; },
          "schedule.name is neither \"step\", \"plateau\" nor \"cosine\"");
}

RateScheduleOptions TrainOptions::schedule() const {
  return {schedule_name,  schedule_warmup,   schedule_factor, schedule_after,
          schedule_every, schedule_patience, schedule_length, schedule_minimum};
}

void check_train_options(const TrainOptions& options, std::string_view task) {
  const std::string& metric = options.early_stop_metric;
  if (metric.empty()) return;
  try {
    (void)find_metric(task, metric);
  } catch (const UserError& error) {
    throw OptionError("train.early_stop.metric", fmt::format("train.early_stop.metric: {}", error.what()));
  }
  if (metric.find('/') != std::string::npos && !metric.starts_with("valid/")) {
    throw OptionError("train.early_stop.metric",
                      fmt::format("train.early_stop.metric cannot be '{}': only the validation split is watched", metric));
  }
}

Schema<RunOptions> run_schema() {
  return Schema<RunOptions>("how a run is carried out; no part of what is compared")
      .add("timeout", &RunOptions::timeout, "longest time of one run, such as 45s, 30min or 2h; \"\": no limit")
      .add("memory", &RunOptions::memory,
           "most memory of one run, such as 500MB or 2GB: one that takes more is ended; \"\": no limit")
      .add("threads", &RunOptions::threads, in_range(0, 1024),
           "threads of one run; 0: one when the plan has more runs than cores, else the cores shared by the runs at once")
      .add("keep_examples", &RunOptions::keep_examples, in_range(0, 10000000),
           "predictions of the test split that are stored per run")
      .add("checkpoint_every", &RunOptions::checkpoint_every,
           "time between two checkpoints, such as 5min; \"0\": one only when a run is stopped");
}

}  // namespace seqlab
