#include "results/contrast.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "results/settings.h"
#include "results/stored_examples.h"

namespace seqlab {
namespace {

using Key = std::vector<TableCell>;
using Variants = std::vector<const ComparedVariant*>;

bool applies(const ComparedVariant& variant, std::size_t factor) {
  return !std::holds_alternative<std::monostate>(variant.cells[factor]);
}

bool contains(const std::vector<std::size_t>& list, std::size_t factor) {
  return std::ranges::find(list, factor) != list.end();
}

/// Values of factors, by factor.
using Chosen = std::map<std::size_t, std::string>;

Chosen label_meant(const Comparison& comparison, const std::string& text) {
  for (const auto& variant : comparison.variants) {
    // The values alone will do, as tables have them.
    std::vector<std::string> values;
    for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
      if (!contains(comparison.fixed, f)) values.push_back(variant.values[f]);
    }
    if (comparison.label(variant) != text && fmt::format("{}", fmt::join(values, "/")) != text) continue;
    Chosen chosen;
    for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
      if (!contains(comparison.fixed, f)) chosen[f] = variant.values[f];
    }
    return chosen;
  }
  return {};
}

Chosen value_meant(const Comparison& comparison, const std::string& text) {
  std::set<std::size_t> holders;
  for (const auto& variant : comparison.variants) {
    for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
      if (applies(variant, f) && variant.values[f] == text && !contains(comparison.fixed, f)) holders.insert(f);
    }
  }
  if (holders.empty()) return {};
  if (holders.size() == 1) return {{*holders.begin(), text}};
  std::vector<std::string> words;
  for (const std::size_t f : holders) words.push_back(fmt::format("{}={}", comparison.names[f], text));
  throw UserError(fmt::format("--baseline: '{}' may mean {}", text, fmt::join(words, " or ")));
}

Chosen list_meant(const Comparison& comparison, const std::string& text) {
  Chosen chosen;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string part = text.substr(start, end - start);
    const auto sign = part.find('=');
    if (sign == std::string::npos || sign == 0) return {};
    chosen[find_factor(part.substr(0, sign), comparison.factors, "--baseline")] = part.substr(sign + 1);
    start = end + 1;
  }
  return chosen;
}

[[noreturn]] void nothing_meant(const Comparison& comparison, const std::string& text) {
  std::vector<std::string> known;
  const auto add = [&known](const std::string& word) {
    if (word != "-" && std::ranges::find(known, word) == known.end()) known.push_back(word);
  };
  const std::size_t sign = text.find('=');
  for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
    if (contains(comparison.fixed, f)) continue;
    for (const auto& variant : comparison.variants) {
      add(sign == std::string::npos ? variant.values[f] : fmt::format("{}={}", comparison.names[f], variant.values[f]));
    }
  }
  if (text.find('/') != std::string::npos) {
    for (const auto& variant : comparison.variants) add(comparison.label(variant));
  }
  throw NothingMatched(fmt::format("--baseline: no variant is '{}'; {}", text,
                                   known.empty() ? "the experiment varies nothing but the seed" : suggestion(text, known)));
}

Chosen chosen_by(const Comparison& comparison, const std::string& text) {
  Chosen chosen = label_meant(comparison, text);
  if (chosen.empty()) chosen = value_meant(comparison, text);
  if (chosen.empty()) chosen = list_meant(comparison, text);
  if (chosen.empty()) nothing_meant(comparison, text);
  return chosen;
}

std::string label_of(const Comparison& comparison, const ComparedVariant& variant, const std::vector<std::size_t>& factors,
                     const std::vector<std::size_t>& added) {
  std::vector<std::string> parts;
  for (const std::size_t f : factors) {
    parts.push_back(applies(variant, f) ? comparison.label_part(variant, f) : variant.values[f]);
  }
  std::string label = fmt::format("{}", fmt::join(parts, "/"));
  for (const std::size_t f : added) {
    if (applies(variant, f)) label += fmt::format(", {}={}", comparison.names[f], variant.values[f]);
  }
  return label;
}

class Matching {
 public:
  Matching(const Comparison& comparison, const std::string& text) : comparison_(comparison) {
    const Chosen chosen = chosen_by(comparison, text);
    for (const auto& [factor, value] : chosen) out_.factors.push_back(factor);
    for (const auto& variant : comparison.variants) {
      const bool equal =
          std::ranges::all_of(chosen, [&](const auto& choice) { return variant.values[choice.first] == choice.second; });
      (equal ? baseline_ : others_).push_back(&variant);
    }
    if (baseline_.empty()) nothing_meant(comparison, text);
    std::vector<std::string> whole;
    for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
      if (contains(comparison.fixed, f) || !applies(*baseline_.front(), f)) continue;
      whole.push_back(fmt::format("{}={}", comparison.names[f], baseline_.front()->values[f]));
    }
    out_.whole_variant = fmt::format("{}", fmt::join(whole, ","));
    for (const std::size_t f : comparison.following(out_.factors)) out_.factors.push_back(f);
    for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
      if (contains(out_.factors, f) || contains(comparison.fixed, f)) continue;
      const bool lacking = std::ranges::none_of(baseline_, [f](const auto* variant) { return applies(*variant, f); });
      (lacking ? added_ : out_.matched).push_back(f);
    }
    out_.baseline = label_of(comparison, *baseline_.front(), out_.factors, {});
  }

  Contrasts work() {
    std::map<Key, std::size_t> place_of;
    std::vector<Variants> groups;
    for (const auto* variant : others_) {
      Key key;
      for (const std::size_t f : out_.factors) key.push_back(variant->cells[f]);
      for (const std::size_t f : added_) key.push_back(variant->cells[f]);
      const auto [place, is_new] = place_of.emplace(key, groups.size());
      if (is_new) groups.emplace_back();
      groups[place->second].push_back(variant);
    }
    for (const Variants& group : groups) out_.rows.push_back(contrast(group));
    std::vector<double> p_values;
    for (const Contrast& row : out_.rows) p_values.push_back(row.pairs.empty() ? std::nan("") : row.test.p);
    const std::vector<double> adjusted = holm(p_values);
    for (std::size_t i = 0; i < adjusted.size(); ++i) out_.rows[i].adjusted_p = adjusted[i];
    return std::move(out_);
  }

 private:
  Contrast contrast(const Variants& group) const {
    Contrast out;
    out.label = label_of(comparison_, *group.front(), out_.factors, added_);
    std::vector<double> mine;
    std::vector<double> base;
    std::set<std::int64_t> seeds;
    for (const auto* variant : group) {
      const ComparedVariant* partner = partner_of(*variant);
      if (partner == nullptr) {
        ++out.unmatched;
        out.incomplete += static_cast<std::int64_t>(variant->runs.size());
        continue;
      }
      for (const auto& run : variant->runs) {
        const auto other = std::ranges::find(partner->runs, run.seed, &ComparedRun::seed);
        if (other == partner->runs.end() || !run.value || !other->value) {
          ++out.incomplete;
          continue;
        }
        mine.push_back(*run.value);
        base.push_back(*other->value);
        seeds.insert(run.seed);
        out.pairs.emplace_back(other->id, run.id);
      }
    }
    out.seeds = static_cast<std::int64_t>(seeds.size());
    out.test = sign_flip_test(mine, base);
    return out;
  }

  /// The baseline's variant that is equal in every other factor; nothing where there is none.
  [[nodiscard]] const ComparedVariant* partner_of(const ComparedVariant& variant) const {
    const ComparedVariant* found = nullptr;
    for (const auto* candidate : baseline_) {
      const bool equal = std::ranges::all_of(
          out_.matched, [&](std::size_t f) { return candidate->cells[f] == variant.cells[f] || !applies(variant, f); });
      if (!equal) continue;
      if (found != nullptr) refuse_several(variant, *found, *candidate);
      found = candidate;
    }
    return found;
  }

  [[noreturn]] void refuse_several(const ComparedVariant& variant, const ComparedVariant& one,
                                   const ComparedVariant& other) const {
    std::vector<std::string> words;
    for (const std::size_t f : out_.factors) words.push_back(fmt::format("{}={}", comparison_.names[f], one.values[f]));
    for (const std::size_t f : out_.matched) {
      if (one.cells[f] != other.cells[f]) words.push_back(fmt::format("{}={}", comparison_.names[f], one.values[f]));
    }
    throw UserError(fmt::format("--baseline: {} can be compared with {} or {}; say which, such as --baseline {}",
                                comparison_.label(variant), comparison_.label(one), comparison_.label(other),
                                fmt::join(words, ",")));
  }

  const Comparison& comparison_;
  Contrasts out_;
  std::vector<std::size_t> added_;  // factors that do not apply to the baseline
  Variants baseline_;
  Variants others_;
};

}  // namespace

std::int64_t Contrasts::tests() const {
  return std::ranges::count_if(rows, [](const Contrast& row) { return !std::isnan(row.adjusted_p); });
}

Contrasts contrasts_with(const Comparison& comparison, const std::string& baseline) {
  Contrasts contrasts = Matching(comparison, baseline).work();
  if (contrasts.rows.empty()) {
    throw NothingMatched(fmt::format("--baseline: every variant is '{}'; nothing is left to be compared with it", baseline));
  }
  return contrasts;
}

std::optional<std::int64_t> seeds_that_would_do(const Contrasts& contrasts, const Contrast& contrast) {
  const auto pairs = static_cast<std::int64_t>(contrast.pairs.size());
  if (pairs == 0) return std::nullopt;
  const std::int64_t needed =
      pairs_needed(kSignificance / static_cast<double>(std::max<std::int64_t>(1, contrasts.tests())));
  if (pairs >= needed) return std::nullopt;
  const std::int64_t blocks = (pairs + contrast.seeds - 1) / contrast.seeds;  // of each seed, once all runs are there
  return std::max(contrast.seeds + 1, (needed + blocks - 1) / blocks);
}

void add_bootstrap(Contrasts& contrasts, Database& database, const std::string& metric, std::int64_t samples,
                   std::uint64_t seed) {
  const StoredExamples examples(database, metric);
  contrasts.bootstrap_seed = seed;
  for (const Contrast& row : contrasts.rows) {
    if (!row.pairs.empty()) contrasts.split_examples = examples.in_split(row.pairs.front().first);
  }
  for (Contrast& row : contrasts.rows) {
    if (row.pairs.empty()) continue;
    row.bootstrap = paired_bootstrap(examples.pairs(row.pairs), examples.score(), samples, seed);
  }
}

}  // namespace seqlab
