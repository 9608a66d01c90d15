// A plugin built against other headers. Its declare() must never run.
#include <seqlab/cell.h>

#include <cstdlib>

extern "C" {
extern __attribute__((visibility("default"))) const seqlab::PluginDescriptor seqlab_plugin;
const seqlab::PluginDescriptor seqlab_plugin = {sizeof(seqlab::PluginDescriptor), seqlab::kPluginApi,
                                                "compiler of last year; headers 0123456789abcdef",
                                                [](seqlab::StagingRegistry&) { std::abort(); }};
}
