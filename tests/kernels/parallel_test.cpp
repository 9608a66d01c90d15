#include "kernels/parallel.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "catch.h"

using namespace seqlab;

namespace {

/// Sets the number of threads and puts it back.
class Threads {
 public:
  explicit Threads(int count) : before_(thread_count()) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(before_); }

 private:
  int before_;
};

}  // namespace

TEST_CASE("every item is worked on once, in contiguous equal parts", "[kernels][parallel]") {
  for (const int threads : {1, 2, 3}) {
    for (const std::int64_t items : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> visits(static_cast<std::size_t>(items));
      std::mutex guard;
      std::vector<std::int64_t> sizes;
      parallel(items, threads, [&](int, std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) ++visits[static_cast<std::size_t>(i)];
        const std::lock_guard lock(guard);
        sizes.push_back(last - first);
      });
      for (const auto& count : visits) REQUIRE(count == 1);
      for (const std::int64_t size : sizes) {
        REQUIRE(size >= items / threads);
        REQUIRE(size <= items / threads + 1);
      }
    }
  }
}

TEST_CASE("a thread that throws ends the work with its exception", "[kernels][parallel]") {
  for (const int threads : {1, 2}) {
    CHECK_THROWS_AS(parallel(10, threads,
                             [](int, std::int64_t, std::int64_t last) {
                               if (last == 10) throw std::runtime_error("no more");
                             }),
                    std::runtime_error);
  }
}

TEST_CASE("little work stays on one thread, much work takes what is allowed", "[kernels][parallel]") {
  const Threads two(2);
  CHECK(thread_count() == 2);
  CHECK(useful_threads(0, 100) == 1);
  CHECK(useful_threads(10, 10) == 1);
  CHECK(useful_threads(1'000'000, 100) == 2);
  CHECK(useful_threads(1, 1'000'000'000) == 1);
  {
    const Threads one(1);
    CHECK(useful_threads(1'000'000, 100) == 1);
  }
  const Threads none(0);
  CHECK(thread_count() == 1);
}

TEST_CASE("inside of shared work nothing is shared again", "[kernels][parallel]") {
  const Threads two(2);
  std::atomic<int> most{0};
  parallel(2, 2, [&](int, std::int64_t, std::int64_t) {
    const int threads = useful_threads(1'000'000, 1'000);
    if (threads > most) most = threads;
  });
  CHECK(most == 1);
}
