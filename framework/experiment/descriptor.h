#pragma once

#include <string_view>

namespace seqlab {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }
  void close();

 private:
  int number_ = -1;
};

/// All of the text, however often the kernel interrupts; false, with errno, where it refuses.
[[nodiscard]] bool write_whole(int descriptor, std::string_view text);

}  // namespace seqlab
