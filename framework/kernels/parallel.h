#pragma once

// Work shared between the threads of a run. The split depends on the amount of work and the number of threads alone, so the
// same seed and thread count give the same bits.

#include <cstdint>
#include <type_traits>

namespace seqlab {

int thread_count();
void set_thread_count(int threads);
/// True on the threads of parallel(): what they call runs on them alone.
bool inside_parallel();

/// How many threads `items` of `cost` operations each are worth: 1 for little work, at most thread_count().
int useful_threads(std::int64_t items, std::int64_t cost);

/// Calls run(context, thread, first, last) for `threads` equal contiguous parts of 0..items, each on its own thread.
void run_parts(std::int64_t items, int threads, void (*run)(void*, int, std::int64_t, std::int64_t), void* context);

/// work(thread, first, last) over equal parts of 0..items.
template <class Work>
void parallel(std::int64_t items, int threads, Work&& work) {
  if (threads <= 1) {
    work(0, std::int64_t{0}, items);
    return;
  }
  using Body = std::remove_reference_t<Work>;
  run_parts(
      items, threads,
      [](void* context, int thread, std::int64_t first, std::int64_t last) {
        (*static_cast<Body*>(context))(thread, first, last);
      },
      &work);
}

}  // namespace seqlab
