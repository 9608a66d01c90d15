// declare() throws what is no std::exception.
#include <seqlab/cell.h>

SEQLAB_PLUGIN_DESCRIPTOR([](seqlab::StagingRegistry&) { throw 42; })
