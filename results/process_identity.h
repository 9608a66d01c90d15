#pragma once

// Which process works on a run, told apart from a later one that got its number.

#include <cstdint>
#include <optional>
#include <string>

namespace seqlab {

struct ProcessIdentity {
  std::int64_t pid = 0;
  std::optional<std::int64_t> start;  // clock ticks after boot; nothing where it cannot be known
};

/// The process of this number as it is now.
ProcessIdentity identify_process(std::int64_t pid);
ProcessIdentity this_process();

/// Does that very process still live (on this host, since this boot)? A zombie does not.
bool is_alive(const ProcessIdentity& process);

std::string host_name();
std::string boot_id();  // changes with every start of the machine; "" where it cannot be known

}  // namespace seqlab
