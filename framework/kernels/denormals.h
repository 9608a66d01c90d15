#pragma once

namespace seqlab {

/// From now on numbers too small to be normal (below 1e-38 in f32) count as 0, in this thread and those that it starts.
/// Arithmetic on them is many times slower, and a gradient that vanishes over thousands of steps is full of them.
void flush_denormals();

}  // namespace seqlab
