#include "experiment/data_check.h"

#include <set>

#include "data/translate_task.h"

namespace seqlab {

void check_data(const Plan& plan) {
  std::set<OptionValues> seen;
  for (const PlannedRun& run : plan.runs) {
    const OptionValues own = settings_below(run.spec.settings, "data.");
    if (seen.insert(own).second) load_translate_data(translate_schema().read(own), run.spec.folder);
  }
}

}  // namespace seqlab
