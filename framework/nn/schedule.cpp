#include "nn/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {

RateSchedule::Shape RateSchedule::shape_of(const std::string& name) {
  if (name == "constant") return Shape::constant;
  if (name == "step") return Shape::step;
  if (name == "plateau") return Shape::plateau;
  if (name == "noam") return Shape::noam;
  if (name == "cosine") return Shape::cosine;
  const std::vector<std::string> known = {"constant", "step", "plateau", "noam", "cosine"};
  throw UserError(fmt::format("no schedule named '{}'; {}", name, suggestion(name, known)));
}

RateSchedule::RateSchedule(const RateScheduleOptions& options, std::int64_t updates_per_epoch, std::int64_t epochs)
    : options_(options),
      shape_(shape_of(options.name)),
      per_epoch_(std::max<std::int64_t>(1, updates_per_epoch)),
      length_(options.length > 0 ? options.length : per_epoch_ * epochs) {
  if (shape_ == Shape::noam && options_.warmup < 1) {
    throw UserError("schedule 'noam' grows, then falls: say over how many updates it grows, such as schedule.warmup = 4000");
  }
  if (options_.after == 0) options_.after = options_.every;
}

double RateSchedule::share(std::int64_t updates) const {
  if (updates >= options_.warmup) return after_warmup(updates);
  const double grown = static_cast<double>(updates + 1) / static_cast<double>(options_.warmup);
  return shape_ == Shape::noam ? grown : grown * after_warmup(updates);
}

double RateSchedule::after_warmup(std::int64_t updates) const {
  const auto dropped = [&](std::int64_t drops) {
    return std::max(options_.minimum, std::pow(options_.factor, static_cast<double>(drops)));
  };
  switch (shape_) {
    case Shape::step: {
      const std::int64_t epoch = updates / per_epoch_;
      return epoch < options_.after ? 1.0 : dropped((epoch - options_.after) / options_.every + 1);
    }
    case Shape::plateau: return dropped(drops_);
    case Shape::noam: return std::sqrt(static_cast<double>(options_.warmup) / static_cast<double>(updates + 1));
    case Shape::cosine: {
      const auto way = static_cast<double>(std::max<std::int64_t>(1, length_ - options_.warmup));
      const double part = std::clamp(static_cast<double>(updates - options_.warmup) / way, 0.0, 1.0);
      return options_.minimum + (1.0 - options_.minimum) * 0.5 * (1.0 + std::cos(std::numbers::pi * part));
    }
    default: return 1.0;
  }
}

bool RateSchedule::see(bool better) {
  since_better_ = better ? 0 : since_better_ + 1;
  if (shape_ != Shape::plateau || since_better_ < options_.patience) return false;
  since_better_ = 0;
  ++drops_;
  return true;
}

}  // namespace seqlab
