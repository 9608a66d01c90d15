#include "experiment/data_check.h"

#include <map>

#include "data/data_content.h"
#include "data/translate_task.h"

namespace seqlab {

void check_data(Plan& plan) {
  std::map<OptionValues, DataContent> seen;
  for (PlannedRun& run : plan.runs) {
    const OptionValues own = settings_below(run.spec.settings, "data.");
    auto known = seen.find(own);
    if (known == seen.end()) {
      const TranslateOptions options = translate_schema().read(own);
      (void)load_translate_data(options, run.spec.folder);
      known = seen.emplace(own, data_content(options, run.spec.folder)).first;
    }
    const DataContent& content = known->second;
    run.spec.settings[std::string(kDataContent)] = content.identity;
    run.request.variant.settings = run.spec.settings;
    run.spec.content.insert(content.files.begin(), content.files.end());
  }
}

}  // namespace seqlab
