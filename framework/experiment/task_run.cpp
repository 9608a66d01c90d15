#include "experiment/task_run.h"

namespace seqlab {

TaskRun::~TaskRun() = default;

std::map<std::string, std::string> TaskRun::stored_texts() const { return {}; }

void TaskRun::exchange(StateArchive& /*archive*/) {}

}  // namespace seqlab
