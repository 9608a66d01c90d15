#pragma once

// The tables [train] and [run] of an experiment file.

#include <cstdint>
#include <string>

#include "core/options.h"

namespace seqlab {

struct TrainOptions {
  std::int64_t epochs = 20;
  std::int64_t batch = 64;                  // sequences
  std::string precision = "f32";            // "f32" | "f64"
  double clip = 5.0;                        // largest norm of the whole gradient; 0: no clipping
  std::string optimizer = "adam";           // key "optimizer.name": "adam" | "sgd"
  double rate = 1e-3;                       // "optimizer.rate"
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double momentum = 0.0;                    // "optimizer.momentum", sgd
  std::int64_t patience = 0;                // "early_stop.patience": epochs without a better value before it stops; 0: never
  std::int64_t evaluate_every = 1;          // epochs
};
Schema<TrainOptions> train_schema();

struct RunOptions {
  std::string timeout = "";                 // "30min", "2h", "45s"; "": none
  std::string memory = "";                  // "2GB", "500MB"; "": no limit
  std::int64_t threads = 0;                 // per run; 0: one when more runs than cores are to do, else all cores
  std::int64_t keep_examples = 200;         // predictions of the test split stored per run
};
Schema<RunOptions> run_schema();

}  // namespace seqlab
