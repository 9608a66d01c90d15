#include "kernels/parallel.h"

#include <omp.h>

#include <algorithm>
#include <exception>

namespace seqlab {

int thread_count() { return omp_get_max_threads(); }

void set_thread_count(int threads) { omp_set_num_threads(std::max(1, threads)); }

bool inside_parallel() { return omp_in_parallel() != 0; }

int useful_threads(std::int64_t items, std::int64_t cost) {
  constexpr std::int64_t kWorthAThread = 16'000;  // operations that take about as long as waking a thread (5 microseconds)
  if (inside_parallel()) return 1;
  const std::int64_t worth = items * cost / kWorthAThread;
  return static_cast<int>(std::clamp<std::int64_t>(std::min(worth, items), 1, thread_count()));
}

void run_parts(std::int64_t items, int threads, void (*run)(void*, int, std::int64_t, std::int64_t), void* context) {
  std::exception_ptr failure;
#pragma omp parallel num_threads(threads)
  {
    const int thread = omp_get_thread_num();
    const int count = omp_get_num_threads();
    try {
      run(context, thread, items * thread / count, items * (thread + 1) / count);
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace seqlab
