#pragma once

// A database in a fresh folder, and plans to fill it with.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/comparison.h"
#include "results/store.h"

namespace seqlab::test {

/// A fresh folder under the system's, removed at the end.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Experiment "scores": metric valid/exact (max), factors parts.attention and parts.cell.
ExperimentRecord scores_experiment();

/// A run of it; `more` are further settings.
RunRequest request(const std::string& attention, const std::string& cell, std::int64_t seed, const OptionValues& more = {},
                   const std::string& code = "code-1");

/// Every attention with every cell and seed 1 to `seeds`.
std::vector<RunRequest> grid(const std::vector<std::string>& attentions, const std::vector<std::string>& cells,
                             std::int64_t seeds);

/// Claims the run, gives it a value of `metric` (best and last) and ends it as done.
void finish_with(Store& store, std::int64_t run, double value, const std::string& metric = "valid/exact");

/// The one value of a query, as text; "NULL" for none or NULL.
std::string ask(Database& database, const std::string& sql);

using Values = std::vector<std::optional<double>>;  // by seed; nothing: the run waits

TableCell word(const std::string& text);
/// A variant with these values of the factors and of the metric; its runs' ids are ten times their seeds.
ComparedVariant variant(const std::vector<TableCell>& cells, const Values& values);
/// Of experiment "scores", metric valid/exact (max), factors parts.NAME.
Comparison comparison(const std::vector<std::string>& names, std::vector<ComparedVariant> variants);

}  // namespace seqlab::test
