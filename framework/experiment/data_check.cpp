#include "experiment/data_check.h"

#include <map>

#include "experiment/task.h"

namespace seqlab {

void check_data(Plan& plan) {
  std::map<OptionValues, DataContent> seen;
  for (PlannedRun& run : plan.runs) {
    const OptionValues own = settings_below(run.spec.settings, "data.");
    auto known = seen.find(own);
    if (known == seen.end()) {
      known = seen.emplace(own, chosen_task(run.spec.settings).check(own, run.spec.folder)).first;
    }
    const DataContent& content = known->second;
    run.spec.settings[std::string(kDataContent)] = content.identity;
    run.request.variant.settings = run.spec.settings;
    run.spec.content.insert(content.files.begin(), content.files.end());
  }
}

}  // namespace seqlab
