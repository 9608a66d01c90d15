#include "experiment/runner.h"

#include "experiment/task_run.h"
#include "experiment/trainer.h"
#include "plugin/fit_embedding.h"

namespace seqlab {

RunEnd execute_run(const RunSpec& spec, const Registry& registry, EventSink& sink, const RunHooks& hooks) {
  std::unique_ptr<TaskRun> task;
  try {
    const FitWatch watch([&](const FitStep&) {
      if (hooks.stop && hooks.stop()) throw StopRequested{};
    });
    task = make_task_run(spec, registry);
  } catch (const StopRequested&) {  // nothing was trained but word vectors
    return RunEnd::stopped;
  }
  Trainer trainer(spec, *task, sink, hooks);
  const std::string resumed = trainer.resume();
  std::map<std::string, std::string> facts = task->facts();
  facts["parameters"] = std::to_string(task->parameters().count());
  facts["threads"] = std::to_string(spec.threads);
  if (!resumed.empty()) facts["resumed"] = resumed;
  sink.on(StartedEvent{std::move(facts)});
  try {
    trainer.train();
    trainer.report();
    return RunEnd::done;
  } catch (const StopRequested&) {
    trainer.save();
    return RunEnd::stopped;
  }
}

}  // namespace seqlab
