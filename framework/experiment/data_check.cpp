#include "experiment/data_check.h"

#include <fmt/format.h>

#include <map>

#include "core/sha256.h"
#include "data/file_stream.h"
#include "experiment/embedding_files.h"
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
    run.features = content.features;
    run.spec.content.insert(content.files.begin(), content.files.end());
    std::string identity = content.identity;
    // Texts and vectors of embeddings are data of the run as well.
    for (const auto& [name, path] : embedding_files(run.spec.settings, run.spec.folder)) {
      (void)FileStream(path);  // says what is wrong with it
      const DataContent own_file = content_of_files(std::span(&path, 1));
      run.spec.content.insert(own_file.files.begin(), own_file.files.end());
      identity = sha256(fmt::format("{}\n{} {}\n", identity, name, own_file.identity));
    }
    run.spec.settings[std::string(kDataContent)] = identity;
    run.request.variant.settings = run.spec.settings;
  }
}

}  // namespace seqlab
