#include "experiment/train_options.h"

namespace seqlab {

Schema<TrainOptions> train_schema() {
  return Schema<TrainOptions>("how a model is trained")
      .add("epochs", &TrainOptions::epochs, in_range(1, 1000000), "passes over the training data, at most")
      .add("batch", &TrainOptions::batch, in_range(1, 1000000), "sequences per update")
      .add("precision", &TrainOptions::precision, one_of({"f32", "f64"}), "arithmetic of the kernels")
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
           "epochs without a better value before training stops; 0: never")
      .add("evaluate_every", &TrainOptions::evaluate_every, in_range(1, 1000000), "epochs between two evaluations");
}

Schema<RunOptions> run_schema() {
  return Schema<RunOptions>("how a run is carried out; no part of what is compared")
      .add("timeout", &RunOptions::timeout, "longest time of one run, such as 45s, 30min or 2h; \"\": no limit")
      .add("memory", &RunOptions::memory, "most memory of one run, such as 500MB or 2GB: one that takes more is ended; \"\": no limit")
      .add("threads", &RunOptions::threads, in_range(0, 1024),
           "threads of one run; 0: one when the plan has more runs than cores, else the cores shared by the runs at once")
      .add("keep_examples", &RunOptions::keep_examples, in_range(0, 10000000),
           "predictions of the test split that are stored per run");
}

}  // namespace seqlab
