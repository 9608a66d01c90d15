// The right version number on a descriptor of another size. Its declare() must never run.
#include <seqlab/cell.h>

#include <cstdlib>

namespace {
struct LongerDescriptor {
  seqlab::PluginDescriptor descriptor;
  void* more;
};
}  // namespace

extern "C" {
extern __attribute__((visibility("default"))) const LongerDescriptor seqlab_plugin;
const LongerDescriptor seqlab_plugin = {{sizeof(LongerDescriptor), seqlab::kPluginApi, seqlab::kBuildFingerprint,
                                         [](seqlab::StagingRegistry&) { std::abort(); }},
                                        nullptr};
}
