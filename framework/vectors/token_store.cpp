#include "vectors/token_store.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "vectors/temporary_file.h"

namespace seqlab {
namespace {

constexpr std::int64_t kSize = sizeof(int);

}  // namespace

TokenStore::~TokenStore() {
  if (file_ >= 0) ::close(file_);
}

TokenStore::TokenStore(TokenStore&& other) noexcept
    : limit_(other.limit_),
      memory_(std::move(other.memory_)),
      file_(std::exchange(other.file_, -1)),
      spilled_(std::exchange(other.spilled_, 0)) {}

TokenStore& TokenStore::operator=(TokenStore&& other) noexcept {
  std::swap(limit_, other.limit_);
  std::swap(memory_, other.memory_);
  std::swap(file_, other.file_);
  std::swap(spilled_, other.spilled_);
  return *this;
}

void TokenStore::spill() {
  const bool first = file_ < 0;
  if (first) file_ = open_temporary_file();
  write_at(file_, spilled_ * kSize, {reinterpret_cast<const char*>(memory_.data()), memory_.size() * sizeof(int)});
  spilled_ += static_cast<std::int64_t>(memory_.size());
  memory_.clear();
  if (first) memory_.shrink_to_fit();
}

void TokenStore::read(std::int64_t first, std::span<int> ids) const {
  expect(first >= 0 && first + static_cast<std::int64_t>(ids.size()) <= size(), "positions inside the store");
  if (first < spilled_) {
    const auto count =
        static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(ids.size()), spilled_ - first));
    read_at(file_, first * kSize, {reinterpret_cast<char*>(ids.data()), count * sizeof(int)});
    ids = ids.subspan(count);
    first = spilled_;
  }
  std::copy_n(memory_.begin() + (first - spilled_), ids.size(), ids.begin());
}

void TokenStore::finish() {
  if (memory_.capacity() > memory_.size() + memory_.size() / 8) memory_.shrink_to_fit();
}

}  // namespace seqlab
