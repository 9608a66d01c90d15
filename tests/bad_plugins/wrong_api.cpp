// A descriptor of a later version of the plugin interface. Its declare() must never run.
#include <seqlab/cell.h>

#include <cstdlib>

extern "C" {
extern __attribute__((visibility("default"))) const seqlab::PluginDescriptor seqlab_plugin;
const seqlab::PluginDescriptor seqlab_plugin = {sizeof(seqlab::PluginDescriptor), seqlab::kPluginApi + 1,
                                                seqlab::kBuildFingerprint, [](seqlab::StagingRegistry&) { std::abort(); }};
}
