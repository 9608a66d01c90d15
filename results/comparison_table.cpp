#include "results/comparison_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "core/error.h"
#include "results/number_style.h"
#include "results/settings.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

constexpr int kWidth = 80;

std::int64_t most_seeds(const Comparison& comparison) {
  std::int64_t most = 0;
  for (const auto& variant : comparison.variants) most = std::max(most, variant.summary.count);
  return most;
}

std::string heading(const Comparison& comparison) {
  const std::string direction = comparison.maximize ? (*comparison.maximize ? "max, " : "min, ") : "";
  const std::int64_t seeds = most_seeds(comparison);
  std::string out = fmt::format("{} ({}{} epoch), ", comparison.metric, direction, comparison.which);
  out += seeds > 1    ? fmt::format("mean +- 95% t-interval over {} seeds", seeds)
         : seeds == 1 ? "1 seed: no interval"
                      : "no run is done yet";
  out += comparison.restriction_text();
  return wrapped(out, kWidth, "  ") + '\n';
}

/// Values of one factor in the order in which the plan has them.
class ValueOrder {
 public:
  ValueOrder(const Comparison& comparison, std::size_t factor) {
    for (const auto& variant : comparison.variants) rank_.emplace(variant.cells[factor], rank_.size());
  }
  [[nodiscard]] std::size_t of(const TableCell& value) const { return rank_.at(value); }
  [[nodiscard]] std::size_t count() const { return rank_.size(); }

 private:
  std::map<TableCell, std::size_t> rank_;
};

/// Which factors go down and which across.
struct Grid {
  std::vector<std::size_t> down;
  std::optional<std::size_t> across;
};

/// Whether the factor may go across: it applies to every variant, and it and those that go down do not follow from each
/// other, as those of a [zip] do, which would leave most cells empty.
bool crosses(const Comparison& comparison, const std::vector<std::size_t>& down, std::size_t factor) {
  const bool everywhere =
      std::ranges::none_of(comparison.variants, [&](const ComparedVariant& v) { return v.values[factor] == "-"; });
  const std::vector<std::size_t> with_it = comparison.following({factor});
  return everywhere && std::ranges::count(comparison.following(down), factor) == 0 &&
         std::ranges::none_of(down, [&](std::size_t f) { return std::ranges::count(with_it, f) > 0; });
}

Grid choose_grid(const Comparison& comparison, const ComparisonLayout& layout) {
  std::vector<std::size_t> left;
  for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
    if (std::ranges::find(comparison.fixed, f) == comparison.fixed.end()) left.push_back(f);
  }
  const auto take = [&](const std::string& name, const std::string& option) {
    const std::size_t factor = find_factor(name, comparison.factors, option);
    const auto place = std::ranges::find(left, factor);
    if (place == left.end())
      throw UserError(fmt::format("{}: '{}' is already fixed by --only or used by the other option", option, name));
    left.erase(place);
    return factor;
  };
  Grid grid;
  const bool columns_wanted = layout.columns != "none";
  if (columns_wanted && !layout.columns.empty()) grid.across = take(layout.columns, "--cols");
  if (!layout.rows.empty()) {
    grid.down.push_back(take(layout.rows, "--rows"));
  } else if (!left.empty()) {
    grid.down.push_back(left.front());
    left.erase(left.begin());
  }
  if (columns_wanted && !grid.across) {
    const auto across =
        std::ranges::find_if(left, [&](std::size_t factor) { return crosses(comparison, grid.down, factor); });
    if (across != left.end()) {
      grid.across = *across;
      left.erase(across);
    }
  }
  grid.down.insert(grid.down.end(), left.begin(), left.end());
  return grid;
}

struct PlacedCell {
  std::string mean;
  std::string spread;  // " +-0.001", " (n=2)"
};

PlacedCell cell_of(const Summary& summary, std::int64_t seeds, const NumberStyle& style) {
  if (summary.count == 0) return {"-", ""};
  PlacedCell cell{style(summary.mean), ""};
  if (summary.half_width && std::isfinite(*summary.half_width)) cell.spread = " +-" + style(*summary.half_width);
  if (summary.count != seeds) cell.spread += fmt::format(" (n={})", summary.count);
  return cell;
}

/// The cells placed on rows and columns, ready to be printed in blocks.
class PlacedTable {
 public:
  PlacedTable(const Comparison& comparison, const Grid& grid) : comparison_(comparison), grid_(grid) {
    place_rows();
    place_columns();
    fill();
  }

  [[nodiscard]] std::string print() const {
    std::string out;
    for (std::size_t first = 0; first < headers_.size();) {
      std::size_t end = first + 1;
      while (end < headers_.size() && block_width(first, end + 1) <= kWidth) ++end;
      if (first > 0) out += '\n';
      out += block(first, end);
      first = end;
    }
    return out;
  }

 private:
  using Key = std::vector<std::size_t>;

  /// The rows in order; `short_ones` leave out what does not apply. Notes the row of each variant.
  std::map<Key, std::string> row_labels(const std::vector<ValueOrder>& orders, bool short_ones) {
    std::map<Key, std::string> labels;
    keys_.clear();
    for (const auto& variant : comparison_.variants) {
      Key key;
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < grid_.down.size(); ++i) {
        key.push_back(orders[i].of(variant.cells[grid_.down[i]]));
        const std::string& value = variant.values[grid_.down[i]];
        if (i == 0 || !short_ones || value != "-") parts.push_back(cell_text(value));
      }
      keys_.push_back(key);
      labels[key] = parts.empty() ? comparison_.experiment : fmt::format("{}", fmt::join(parts, "/"));
    }
    return labels;
  }

  void place_rows() {
    std::vector<ValueOrder> orders;
    for (const std::size_t f : grid_.down) orders.emplace_back(comparison_, f);
    std::map<Key, std::string> labels = row_labels(orders, true);
    std::set<std::string> different;
    for (const auto& [key, label] : labels) different.insert(label);
    if (different.size() < labels.size()) labels = row_labels(orders, false);
    for (const auto& [key, label] : labels) {
      row_of_[key] = labels_.size();
      labels_.push_back(label);
    }
    std::vector<std::string> names;
    for (const std::size_t f : grid_.down) names.push_back(comparison_.names[f]);
    head_ = fmt::format("{}", fmt::join(names, "/"));
    label_width_ = display_width(head_);
    for (const auto& label : labels_) label_width_ = std::max(label_width_, display_width(label));
  }

  void place_columns() {
    if (!grid_.across) {
      headers_.emplace_back(most_seeds(comparison_) > 1 ? "mean" : "value");
      return;
    }
    const ValueOrder order(comparison_, *grid_.across);
    headers_.resize(order.count());
    for (const auto& variant : comparison_.variants) {
      const TableCell& value = variant.cells[*grid_.across];
      const std::string text = cell_text(variant.values[*grid_.across]);
      const auto* word = std::get_if<std::string>(&value);
      const bool clear = word != nullptr && *word != "true" && *word != "false";
      headers_[order.of(value)] = clear ? text : comparison_.names[*grid_.across] + '=' + text;
    }
  }

  void fill() {
    const NumberStyle style(comparison_.summaries());
    const std::int64_t seeds = most_seeds(comparison_);
    const std::vector<std::size_t> best = best_variants(comparison_);
    cells_.assign(labels_.size(), std::vector<PlacedCell>(headers_.size()));
    best_.assign(labels_.size(), {});
    mean_widths_.assign(headers_.size(), 0);
    spread_widths_.assign(headers_.size(), 0);
    std::optional<ValueOrder> order;
    if (grid_.across) order.emplace(comparison_, *grid_.across);
    for (std::size_t v = 0; v < comparison_.variants.size(); ++v) {
      const auto& variant = comparison_.variants[v];
      const std::size_t row = row_of_.at(keys_[v]);
      const std::size_t column = order ? order->of(variant.cells[*grid_.across]) : 0;
      PlacedCell& cell = cells_[row][column];
      cell = cell_of(variant.summary, seeds, style);
      mean_widths_[column] = std::max(mean_widths_[column], display_width(cell.mean));
      spread_widths_[column] = std::max(spread_widths_[column], display_width(cell.spread));
      if (comparison_.variants.size() > 1 && std::ranges::find(best, v) != best.end()) best_[row].insert(column);
    }
  }

  [[nodiscard]] int column_width(std::size_t column) const {
    return std::max(mean_widths_[column] + spread_widths_[column], display_width(headers_[column]));
  }

  /// "   <- best", with the columns' names where there are several.
  [[nodiscard]] std::string mark(std::size_t row, std::size_t first, std::size_t end) const {
    std::vector<std::string> where;
    for (const std::size_t column : best_[row]) {
      if (column >= first && column < end) where.push_back(headers_[column]);
    }
    if (where.empty()) return "";
    return headers_.size() == 1 ? "   <- best" : fmt::format("   <- best: {}", fmt::join(where, ", "));
  }

  [[nodiscard]] int block_width(std::size_t first, std::size_t end) const {
    int width = label_width_;
    for (std::size_t c = first; c < end; ++c) width += 2 + column_width(c);
    int longest = 0;
    for (std::size_t r = 0; r < labels_.size(); ++r) longest = std::max(longest, display_width(mark(r, first, end)));
    return width + longest;
  }

  [[nodiscard]] std::string block(std::size_t first, std::size_t end) const {
    std::string out;
    const auto add = [&out](std::string line) {
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    };
    std::string line = padded(head_, label_width_);
    for (std::size_t c = first; c < end; ++c) line += "  " + padded(headers_[c], column_width(c));
    add(line);
    for (std::size_t r = 0; r < labels_.size(); ++r) {
      line = padded(labels_[r], label_width_);
      for (std::size_t c = first; c < end; ++c) {
        const PlacedCell& cell = cells_[r][c];
        line += "  " + padded(padded(cell.mean, mean_widths_[c], true) + cell.spread, column_width(c));
      }
      add(line + mark(r, first, end));
    }
    return out;
  }

  const Comparison& comparison_;
  const Grid& grid_;
  std::string head_;
  std::vector<Key> keys_;  // of the row, by variant
  std::map<Key, std::size_t> row_of_;
  std::vector<std::string> labels_;
  std::vector<std::string> headers_;
  std::vector<std::vector<PlacedCell>> cells_;  // [row][column]
  std::vector<std::set<std::size_t>> best_;     // columns of the best cells, by row
  std::vector<int> mean_widths_;
  std::vector<int> spread_widths_;
  int label_width_ = 0;
};

}  // namespace

std::string render(const Comparison& comparison, const ComparisonLayout& layout) {
  const Grid grid = choose_grid(comparison, layout);
  if (comparison.variants.empty()) return fmt::format("{} has no runs yet\n", comparison.experiment);
  std::string out = heading(comparison);
  if (most_seeds(comparison) > 0) out += PlacedTable(comparison, grid).print();
  if (const std::string missing = missing_runs(comparison); !missing.empty()) out += '\n' + missing;
  std::istringstream lines(verdict(comparison));
  std::string line;
  for (bool first = true; std::getline(lines, line); first = false)
    out += (first ? "\n" : "") + wrapped(line, kWidth) + '\n';
  return out;
}

TextTable variant_rows(const Comparison& comparison, bool rounded) {
  const NumberStyle style(comparison.summaries());
  const auto number = [&](std::optional<double> value) -> TableCell {
    if (!value) return std::monostate{};
    if (rounded) return style(*value);
    return *value;
  };
  TextTable table;
  for (const auto& name : comparison.names) table.columns.push_back({name});
  for (const char* name : {"n", "mean", "sd", "low", "high"}) table.columns.push_back({name, Align::right});
  for (const auto& variant : comparison.variants) {
    const Summary& summary = variant.summary;
    const auto interval = summary.interval();
    auto& row = table.rows.emplace_back(variant.cells);
    row.emplace_back(summary.count);
    row.push_back(number(summary.count > 0 ? std::optional(summary.mean) : std::nullopt));
    row.push_back(number(summary.sd));
    row.push_back(number(interval ? std::optional(interval->low) : std::nullopt));
    row.push_back(number(interval ? std::optional(interval->high) : std::nullopt));
  }
  return table;
}

}  // namespace seqlab
