#include "vectors/cell_run.h"

#include <unistd.h>

#include <utility>

#include "vectors/temporary_file.h"

namespace seqlab {
namespace {

constexpr std::int64_t kBlock = 1 << 17;  // cells

}  // namespace

CellRun::CellRun(const SparseMatrix& matrix) : file_(open_temporary_file()) {
  const auto write = [&] {
    write_at(file_, cells_ * static_cast<std::int64_t>(sizeof(Cell)),
             {reinterpret_cast<const char*>(ready_.data()), ready_.size() * sizeof(Cell)});
    cells_ += static_cast<std::int64_t>(ready_.size());
    ready_.clear();
  };
  for (std::int64_t row = 0; row < matrix.rows(); ++row) {
    const auto columns = matrix.columns_of(row);
    const auto values = matrix.values_of(row);
    lengths_.push_back(static_cast<std::uint32_t>(columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) ready_.push_back({columns[i], values[i]});
    if (static_cast<std::int64_t>(ready_.size()) >= kBlock) write();
  }
  write();
}

CellRun::~CellRun() {
  if (file_ >= 0) ::close(file_);
}

CellRun::CellRun(CellRun&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      cells_(other.cells_),
      read_(other.read_),
      lengths_(std::move(other.lengths_)),
      row_(other.row_),
      ready_(std::move(other.ready_)),
      used_(other.used_) {}

void CellRun::refill() {
  ready_.resize(static_cast<std::size_t>(std::min(kBlock, cells_ - read_)));
  read_at(file_, read_ * static_cast<std::int64_t>(sizeof(Cell)),
          {reinterpret_cast<char*>(ready_.data()), ready_.size() * sizeof(Cell)});
  read_ += static_cast<std::int64_t>(ready_.size());
  used_ = 0;
}

}  // namespace seqlab
