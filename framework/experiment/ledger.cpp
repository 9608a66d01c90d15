#include "experiment/ledger.h"

#include "core/error.h"

namespace seqlab {

std::string_view state_name(RunState state) {
  switch (state) {
    case RunState::queued: return "queued";
    case RunState::running: return "running";
    case RunState::done: return "done";
    case RunState::failed: return "failed";
    case RunState::timeout: return "timeout";
    case RunState::interrupted: return "interrupted";
    case RunState::lost: return "lost";
  }
  throw InternalError("unknown run state");
}

RunState state_of(std::string_view name) {
  for (const RunState state : kRunStates) {
    if (state_name(state) == name) return state;
  }
  throw InternalError("unknown run state '" + std::string(name) + "'");
}

Ledger::~Ledger() = default;

}  // namespace seqlab
