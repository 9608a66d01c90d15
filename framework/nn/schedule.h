#pragma once

// How the learning rate changes while a model is trained. The optimiser's rate is the highest one; a schedule says which
// share of it an update takes.

#include <cstdint>
#include <string>

namespace seqlab {

struct RateScheduleOptions {
  std::string name = "constant";  // constant | step | plateau | noam | cosine
  std::int64_t warmup = 0;        // updates over which the rate grows linearly to its highest; 0: none
  double factor = 0.5;            // step, plateau: what a drop multiplies the rate with
  std::int64_t after = 0;         // step: epochs before the first drop; 0: as many as `every`
  std::int64_t every = 1;         // step: epochs between two drops
  std::int64_t patience = 2;      // plateau: evaluations without a better value before a drop
  std::int64_t length = 0;  // cosine: updates from the highest rate to the lowest, warm-up included; 0: the whole training
  double minimum = 0;       // step, plateau, cosine: lowest rate, as a share of the highest
};

/// Shares of the rate for s = 0, 1, 2, ... updates done, w = warmup:
///   constant  1
///   step      factor^n after n drops
///   plateau   factor^n, a drop wherever `patience` evaluations in a row were not better than the best before
///   noam      sqrt(w / (s + 1)) after the warm-up (Vaswani et al., 2017, equation 3, divided by its highest value)
///   cosine    (1 + cos(pi t)) / 2 with t from 0 to 1 between warm-up and end (Loshchilov and Hutter, 2017, without
///   restarts)
/// During warm-up each is multiplied by (s + 1) / w, noam is (s + 1) / w.
class RateSchedule {
 public:
  RateSchedule() = default;
  /// UserError for an unknown name, and for noam without warm-up.
  RateSchedule(const RateScheduleOptions& options, std::int64_t updates_per_epoch, std::int64_t epochs);

  /// Share of the highest rate for the update that follows `updates` ones.
  [[nodiscard]] double share(std::int64_t updates) const;
  /// After each evaluation; `better`: than all before. Returns whether the rate drops.
  bool see(bool better);

  template <class Archive>
  void exchange(Archive& archive) {
    archive("schedule.drops", drops_);
    archive("schedule.since_better", since_better_);
  }

 private:
  enum class Shape { constant, step, plateau, noam, cosine };
  static Shape shape_of(const std::string& name);
  [[nodiscard]] double after_warmup(std::int64_t updates) const;

  RateScheduleOptions options_;
  Shape shape_ = Shape::constant;
  std::int64_t per_epoch_ = 1;
  std::int64_t length_ = 1;        // cosine
  std::int64_t drops_ = 0;         // plateau
  std::int64_t since_better_ = 0;  // plateau
};

}  // namespace seqlab
