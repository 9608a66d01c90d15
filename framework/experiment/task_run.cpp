#include "experiment/task_run.h"

namespace seqlab {

TaskRun::~TaskRun() = default;

void TaskRun::exchange(StateArchive& /*archive*/) {}

}  // namespace seqlab
