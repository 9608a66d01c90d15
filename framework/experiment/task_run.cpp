#include "experiment/task_run.h"

#include "experiment/translate_run.h"

namespace seqlab {

TaskRun::~TaskRun() = default;

std::unique_ptr<TaskRun> make_task_run(const RunSpec& spec, const Registry& registry) {
  return std::make_unique<TranslateRun>(spec, registry);
}

}  // namespace seqlab
