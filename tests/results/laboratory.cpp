#include "laboratory.h"

#include <unistd.h>

#include "catch.h"

namespace seqlab::test {

std::string Laboratory::operator()(const Command& command, const std::vector<std::string>& arguments) const {
  const Captured captured;
  CHECK(command.run(arguments, globals) == 0);
  return captured.text();
}

void Laboratory::fill() const {
  Store store(globals.database);
  const auto tickets = store.register_plan(scores_experiment(), grid({"none", "dot"}, {"lstm"}, 2));
  finish_with(store, tickets[0].id, 0.5);
  REQUIRE(store.claim(tickets[1].id, ::getpid(), "run-2.log"));
  store.record(tickets[1].id, ResultEvent{"valid/exact", "best", 3, 0.75});
  store.record(tickets[1].id, ExampleEvent{"test", 0, "source text", "predicted", "expected", 0.25});
  store.record(tickets[1].id, StartedEvent{{{"parameters", "321"}}});
  store.finish(tickets[1].id, RunState::done, "", 2.5);
  REQUIRE(store.claim(tickets[2].id, ::getpid(), "run-3.log"));
  store.finish(tickets[2].id, RunState::failed, "loss is NaN at step 812", 1);
}

}  // namespace seqlab::test
