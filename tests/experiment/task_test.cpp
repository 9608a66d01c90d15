#include "experiment/task.h"

#include "catch.h"
#include "data/task_names.h"
#include "metrics/metric.h"
#include "plugin/conformance_task.h"

using namespace seqlab;

TEST_CASE("every task has its name, table, metrics and trials", "[experiment][task]") {
  REQUIRE(tasks().size() == task_names().size());
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const Task& task = tasks()[i];
    INFO(task.name);
    CHECK(task.name == task_names()[i]);
    const OptionRule* rule = task.data->find("task");
    REQUIRE(rule != nullptr);
    CHECK(rule->default_value == OptionValue(task.name));
    CHECK(rule->constraint.choices == task_names());
    CHECK_NOTHROW(find_metric(task.name, task.default_metric(task.data->defaults())));
    CHECK_FALSE(conformance::trials_of(task.name).empty());
    CHECK(find_task(task.name) == &task);
    CHECK(&chosen_task({{"data.task", task.name}}) == &task);
  }
  CHECK(find_task("translat") == nullptr);
  CHECK(&chosen_task({}) == &tasks().front());
  CHECK(conformance::trials_of("translat").empty());
}
