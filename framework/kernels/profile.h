#pragma once

// Where the time of a run goes, by kind of work. Off (and free but for one test) unless switched on by `seqlab bench`.

#include <array>
#include <chrono>
#include <string_view>

namespace seqlab {

enum class Work { product, pointwise, attention, lookup, loss, layout, optimizer, recurrence };
inline constexpr int kWorkKinds = 8;
std::string_view work_name(Work work);

class Profile {
 public:
  static bool enabled;
  static std::array<double, kWorkKinds> seconds;  // of this process, main thread
  static double operations;                       // floating-point operations of all products so far
  static void reset();
};

/// Adds the time of its own life to one kind of work. Not nested.
class Timed {
 public:
  explicit Timed(Work work) : work_(work) {
    if (Profile::enabled) start_ = std::chrono::steady_clock::now();
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() {
    if (!Profile::enabled) return;
    Profile::seconds[static_cast<std::size_t>(work_)] +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  Work work_;
  std::chrono::steady_clock::time_point start_{};
};

}  // namespace seqlab
