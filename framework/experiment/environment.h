#pragma once

// What a result may depend on besides the code: recorded with every experiment.

#include <map>
#include <string>

namespace seqlab {

/// compiler, framework, build (hash of libseqlab's file), onednn, cpu, isa, cores, host, system and, where `folder` lies in
/// a git repository, git (commit).
std::map<std::string, std::string> environment_facts(const std::string& folder);

/// Cores this process may use, at least 1.
int usable_cores();

}  // namespace seqlab
