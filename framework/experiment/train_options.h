#pragma once

// The tables [train] and [run] of an experiment file.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/options.h"
#include "nn/schedule.h"

namespace seqlab {

struct TrainOptions {
  std::int64_t epochs = 20;
  std::int64_t batch = 64;         // sequences
  std::string precision = "f32";   // "f32" | "bf16" | "f64"
  double clip = 5.0;               // largest norm of the whole gradient; 0: no clipping
  std::string optimizer = "adam";  // key "optimizer.name": "adam" | "sgd"
  double rate = 1e-3;              // "optimizer.rate"
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double momentum = 0.0;                 // "optimizer.momentum", sgd
  RateScheduleOptions schedule() const;  // of the "schedule. ..." below
  std::string schedule_name = "constant";
  std::int64_t schedule_warmup = 0;
  double schedule_factor = 0.5;
  std::int64_t schedule_after = 0;
  std::int64_t schedule_every = 1;
  std::int64_t schedule_patience = 2;
  std::int64_t schedule_length = 0;
  double schedule_minimum = 0;
  std::int64_t patience = 0;           // "early_stop.patience": evaluations without a better value before it stops; 0: never
  std::string early_stop_metric = "";  // "early_stop.metric": of the validation split; "": the experiment's
  double minimum_change = 0;           // "early_stop.minimum_change": what counts as better
  std::int64_t evaluate_every = 1;     // epochs between two evaluations
  std::int64_t evaluate_steps = 0;     // updates between two evaluations instead; 0: by epochs
  bool gradient_by_lag = false;        // measure how far back the loss is felt
  double divergence = 20;              // times the loss at the start at which training is given up; 0: never
  std::string time_limit = "";         // of the updates; "": none
};
Schema<TrainOptions> train_schema();
/// What a schema cannot say of single options. UserError.
void check_train_options(const TrainOptions& options, std::string_view task);

struct RunOptions {
  std::string timeout = "";               // "30min", "2h", "45s"; "": none
  std::string memory = "";                // "2GB", "500MB"; "": no limit
  std::int64_t threads = 0;               // per run; 0: one when more runs than cores are to do, else all cores
  std::int64_t keep_examples = 200;       // predictions of the test split stored per run
  std::string checkpoint_every = "5min";  // "0": only when a run is stopped
};
Schema<RunOptions> run_schema();

}  // namespace seqlab
