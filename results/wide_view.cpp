#include "results/wide_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "experiment/variant_label.h"
#include "results/settings.h"

namespace seqlab {
namespace {

std::string enclosed(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

std::string literal(const std::string& text) { return enclosed(text, '\''); }

std::string safe_name(const std::string& experiment) {
  std::string name = "v_exp_";
  for (const char c : experiment) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
  }
  return name;
}

std::string choose_name(Database& database, std::int64_t experiment) {
  Statement query = database.prepare("SELECT name, wide FROM experiment WHERE id = ?");
  query.bind_all(experiment).step();
  if (!query.is_null(1)) return query.text(1);
  std::string name = safe_name(query.text(0));
  Statement taken = database.prepare("SELECT count(*) FROM sqlite_master WHERE name = ?");
  taken.bind_all(name).step();
  if (taken.integer(0) != 0) name += fmt::format("_{}", experiment);
  database.prepare("UPDATE experiment SET wide = ? WHERE id = ?").bind_all(name, experiment).run();
  return name;
}

}  // namespace

std::string quoted_identifier(const std::string& name) { return enclosed(name, '"'); }

std::string make_wide_view(Database& database, std::int64_t experiment) {
  static constexpr std::array<std::string_view, 5> kOwn{"run", "label", "seed", "state", "seconds"};
  const std::string name = choose_name(database, experiment);
  std::string sql = fmt::format(
      "CREATE VIEW {} AS SELECT run.id AS run, link.label AS label, run.seed AS seed, run.state AS state, run.seconds AS "
      "seconds",
      quoted_identifier(name));

  std::vector<std::string> factors;
  Statement factor = database.prepare("SELECT key FROM factor WHERE experiment = ? ORDER BY position");
  factor.bind_all(experiment);
  while (factor.step()) factors.push_back(factor.text(0));
  const std::vector<std::string> names = short_names(factors);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::string& column = std::ranges::find(kOwn, names[i]) == kOwn.end() ? names[i] : factors[i];
    sql += fmt::format(", (SELECT param.value FROM param WHERE param.variant = run.variant AND param.key = {}) AS {}",
                       literal(factors[i]), quoted_identifier(column));
  }

  Statement metric = database.prepare(
      "SELECT DISTINCT metric.id, metric.name, result.which FROM experiment_run AS link JOIN result ON result.run = "
      "link.run "
      "JOIN metric ON metric.id = result.metric WHERE link.experiment = ? ORDER BY metric.name, result.which");
  metric.bind_all(experiment);
  while (metric.step()) {
    const std::string which = metric.text(2);
    sql += fmt::format(
        ", (SELECT result.value FROM result WHERE result.run = run.id AND result.metric = {} AND result.which = {}) AS {}",
        metric.integer(0), literal(which), quoted_identifier(metric.text(1) + (which == "best" ? "" : " " + which)));
  }
  sql += fmt::format(" FROM experiment_run AS link JOIN run ON run.id = link.run WHERE link.experiment = {}", experiment);

  database.execute(fmt::format("DROP VIEW IF EXISTS {}", quoted_identifier(name)));
  database.execute(sql);
  return name;
}

}  // namespace seqlab
