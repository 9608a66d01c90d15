#include "cli/triage.h"

#include "catch.h"

using namespace seqlab;

TEST_CASE("one run that was stopped overnight does not spoil the estimate") {
  Plan plan;
  plan.runs.resize(4);
  std::vector<RunTicket> tickets(4);
  const double seconds[] = {40, 36000, 42};
  for (std::size_t i = 0; i < 3; ++i) {
    tickets[i].state = RunState::done;
    tickets[i].seconds = seconds[i];
  }
  const Triage triage = triage_runs(plan, tickets, false);
  CHECK(triage.reused == 3);
  CHECK(triage.typical_seconds == 42);
  CHECK_THAT(work_lines(triage, false, 1, 2, 100), ContainsSubstring("about 42 s on 1 worker"));
  tickets[1].state = tickets[2].state = RunState::queued;
  tickets[1].seconds = tickets[2].seconds = std::nullopt;
  CHECK(triage_runs(plan, tickets, false).typical_seconds == 40);
  tickets[0].seconds = std::nullopt;
  CHECK_FALSE(triage_runs(plan, tickets, false).typical_seconds.has_value());
}
