// A library like any other: the last line, which makes it a plugin, is missing.
#include <seqlab/cell.h>

extern "C" __attribute__((visibility("default"))) int seqlab_something_else() { return 1; }
