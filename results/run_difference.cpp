#include "results/run_difference.h"

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace seqlab {
namespace {

using Values = std::map<std::string, TableCell>;

/// A query of one run gives keys and values.
Values read(Database& database, std::string_view sql, std::int64_t run) {
  Values values;
  Statement query = database.prepare(sql);
  query.bind_all(run);
  while (query.step()) {
    TableCell& value = values[query.text(0)];
    switch (query.type(1)) {
      case Statement::Type::integer: value = query.integer(1); break;
      case Statement::Type::real:
      case Statement::Type::null: value = query.real(1); break;  // a NaN is stored as NULL
      default: value = query.text(1);
    }
  }
  return values;
}

std::optional<double> number(const TableCell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  return std::nullopt;
}

bool equal(const TableCell& a, const TableCell& b) {
  const auto* left = std::get_if<double>(&a);
  const auto* right = std::get_if<double>(&b);
  return a == b || (left != nullptr && right != nullptr && std::isnan(*left) && std::isnan(*right));
}

std::vector<DifferingValue> differing(const Values& a, const Values& b) {
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  std::vector<DifferingValue> out;
  for (const auto& key : keys) {
    const auto left = a.find(key);
    const auto right = b.find(key);
    DifferingValue value{key, std::nullopt, std::nullopt, std::nullopt};
    if (left != a.end()) value.a = left->second;
    if (right != b.end()) value.b = right->second;
    if (value.a && value.b) {
      if (equal(*value.a, *value.b)) continue;
      const auto from = number(*value.a);
      const auto to = number(*value.b);
      if (from && to && key != "seed") value.difference = *to - *from;
    }
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace

std::vector<DifferenceSection> run_difference(Database& database, std::int64_t a, std::int64_t b) {
  static constexpr std::array<std::pair<const char*, const char*>, 6> kSections{{
      {"run",
       "SELECT 'state', state FROM run WHERE id = ?1 UNION ALL SELECT 'seed', seed FROM run WHERE id = ?1 "
       "UNION ALL SELECT 'seconds', seconds FROM run WHERE id = ?1 AND seconds IS NOT NULL "
       "UNION ALL SELECT 'seconds in training', train_seconds FROM run WHERE id = ?1 AND train_seconds IS NOT NULL "
       "UNION ALL SELECT 'parameters', parameters FROM run WHERE id = ?1 AND parameters IS NOT NULL"},
      {"settings", "SELECT key, value FROM run JOIN param USING (variant) WHERE run.id = ?"},
      {"results",
       "SELECT metric.name || ' ' || which, value FROM result JOIN metric ON metric.id = result.metric WHERE run = ?"},
      {"plugins",
       "SELECT kind || '/' || name, substr(hash, 1, 12) FROM run_plugin JOIN plugin ON plugin.id = plugin WHERE run = ?"},
      {"environment", "SELECT key, value FROM run JOIN environment_value USING (environment) WHERE run.id = ?"},
      {"facts", "SELECT key, value FROM fact WHERE run = ?"},
  }};
  std::vector<DifferenceSection> sections;
  for (const auto& [name, sql] : kSections) {
    sections.push_back({name, differing(read(database, sql, a), read(database, sql, b))});
  }
  return sections;
}

}  // namespace seqlab
