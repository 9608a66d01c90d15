#include "kernels/denormals.h"

#include <thread>

#include "catch.h"

using namespace seqlab;

TEST_CASE("numbers too small to be normal are 0 in a thread that flushes them, and in those that it starts", "[denormals]") {
  float before = 0, after = 0, child = 0;
  std::thread([&] {
    volatile float small = 1e-30F;
    const auto product = [&] { return small * 1e-10F; };
    before = product();
    flush_denormals();
    after = product();
    std::thread([&] { child = product(); }).join();
  }).join();
  CHECK(before > 0);
  CHECK(after == 0);
  CHECK(child == 0);
}
