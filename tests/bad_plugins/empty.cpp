// A sound descriptor that declares nothing.
#include <seqlab/cell.h>

SEQLAB_PLUGIN_DESCRIPTOR([](seqlab::StagingRegistry&) {})
