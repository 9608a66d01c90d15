#include "experiment/task_run.h"

namespace seqlab {

TaskRun::~TaskRun() = default;

}  // namespace seqlab
