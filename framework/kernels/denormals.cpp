#include "kernels/denormals.h"

#ifdef __SSE__
#include <immintrin.h>
#endif

namespace seqlab {

void flush_denormals() {
#ifdef __SSE__
  constexpr unsigned kFlushToZero = 0x8000;
  constexpr unsigned kDenormalsAreZero = 0x0040;
  _mm_setcsr(_mm_getcsr() | kFlushToZero | kDenormalsAreZero);
#endif
}

}  // namespace seqlab
