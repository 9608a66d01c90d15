#include "results/stored_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/exact.h"

namespace seqlab {
namespace {

std::vector<double> bleu_numbers(const std::string& prediction, const std::string& reference, BleuTokens tokens) {
  const BleuStatistics counts = bleu_statistics(prediction, reference, tokens);
  std::vector<double> numbers(counts.matches.begin(), counts.matches.end());
  numbers.insert(numbers.end(), counts.totals.begin(), counts.totals.end());
  numbers.push_back(static_cast<double>(counts.hypothesis_length));
  numbers.push_back(static_cast<double>(counts.reference_length));
  return numbers;
}

double bleu_of(std::span<const double> sums) {
  BleuStatistics counts;
  for (std::size_t i = 0; i < kBleuOrder; ++i) {
    counts.matches[i] = static_cast<std::int64_t>(sums[i]);
    counts.totals[i] = static_cast<std::int64_t>(sums[kBleuOrder + i]);
  }
  counts.hypothesis_length = static_cast<std::int64_t>(sums[2 * kBleuOrder]);
  counts.reference_length = static_cast<std::int64_t>(sums[2 * kBleuOrder + 1]);
  return bleu_score(counts, false);
}

std::vector<double> chrf_numbers(const std::string& prediction, const std::string& reference) {
  const ChrfStatistics counts = chrf_statistics(prediction, reference);
  std::vector<double> numbers(counts.matches.begin(), counts.matches.end());
  numbers.insert(numbers.end(), counts.hypothesis.begin(), counts.hypothesis.end());
  numbers.insert(numbers.end(), counts.reference.begin(), counts.reference.end());
  return numbers;
}

double chrf_of(std::span<const double> sums) {
  ChrfStatistics counts;
  for (std::size_t i = 0; i < kChrfOrder; ++i) {
    counts.matches[i] = static_cast<std::int64_t>(sums[i]);
    counts.hypothesis[i] = static_cast<std::int64_t>(sums[kChrfOrder + i]);
    counts.reference[i] = static_cast<std::int64_t>(sums[2 * kChrfOrder + i]);
  }
  return chrf_score(counts);
}

BleuTokens tokens_of(Database& database, std::int64_t run) {
  const auto setting = [&](const std::string& key, const std::string& fallback) {
    Statement query =
        database.prepare("SELECT value FROM run JOIN param USING (variant) WHERE run.id = ? AND param.key = ?");
    return query.bind_all(run, key).step() ? query.text(0) : fallback;
  };
  return chosen_bleu_tokens(setting("data.bleu", "auto"), tokens_named(setting("data.tokens", "whitespace")));
}

std::string stored_splits(Database& database, std::int64_t run) {
  std::string splits;
  Statement query = database.prepare("SELECT DISTINCT split FROM example WHERE run = ? ORDER BY 1");
  query.bind_all(run);
  while (query.step()) splits += (splits.empty() ? "" : ", ") + query.text(0);
  return splits;
}

}  // namespace

StoredExamples::StoredExamples(Database& database, const std::string& metric) : database_(database), metric_(metric) {
  const auto slash = metric.find('/');
  const std::string name = metric.substr(slash + 1);
  split_ = slash == std::string::npos ? "" : metric.substr(0, slash);
  if (name == "bleu") {
    BleuTokens last{};
    statistics_ = [&database, run = std::int64_t{-1}, last](std::int64_t of, const std::string& said,
                                                            const std::string& reference) mutable {
      if (of != run) last = tokens_of(database, of);
      run = of;
      return bleu_numbers(said, reference, last);
    };
    score_ = [](std::span<const double> sums, std::size_t) { return bleu_of(sums); };
  } else if (name == "chrf") {
    statistics_ = [](std::int64_t, const std::string& said, const std::string& reference) {
      return chrf_numbers(said, reference);
    };
    score_ = [](std::span<const double> sums, std::size_t) { return chrf_of(sums); };
  } else if (name != "exact") {
    throw UserError(fmt::format(
        "--bootstrap resamples stored predictions, which give exact, bleu and chrf but not '{}'; try --metric test/exact",
        metric));
  } else {
    statistics_ = [](std::int64_t, const std::string& said, const std::string& reference) {
      return std::vector{is_exact(said, reference) ? 1.0 : 0.0};
    };
    score_ = [](std::span<const double> sums, std::size_t examples) { return sums[0] / static_cast<double>(examples); };
  }
}

std::vector<std::pair<std::int64_t, StoredExamples::Example>> StoredExamples::read(std::int64_t run) const {
  std::vector<std::pair<std::int64_t, Example>> examples;
  Statement query = database_.prepare(
      "SELECT number, source, reference, prediction FROM example WHERE run = ? AND split = ? ORDER BY number");
  query.bind_all(run, split_);
  while (query.step()) {
    Example example{query.text(1), query.text(2), {}};
    example.statistics = statistics_(run, query.text(3), example.reference);
    examples.emplace_back(query.integer(0), std::move(example));
  }
  return examples;
}

std::optional<std::int64_t> StoredExamples::in_split(std::int64_t run) const {
  // "test pairs", "test sequences" or "test examples", as the task calls them.
  Statement query = database_.prepare(
      "SELECT CAST(value AS INTEGER) FROM fact WHERE run = ?1 AND key IN (?2 || ' pairs', ?2 || ' sequences', ?2 || ' "
      "examples')");
  return query.bind_all(run, split_).step() ? query.maybe_integer(0) : std::nullopt;
}

std::vector<PairedExamples> StoredExamples::pairs(const std::vector<std::pair<std::int64_t, std::int64_t>>& runs) const {
  std::map<std::int64_t, std::map<std::int64_t, Example>> examples;  // by run and number
  std::map<std::int64_t, std::size_t> holders;                       // of each number
  for (const auto& [baseline, system] : runs) {
    for (const std::int64_t run : {baseline, system}) {
      const auto [place, is_new] = examples.try_emplace(run);
      if (!is_new) continue;
      for (auto& [number, example] : read(run)) {
        ++holders[number];
        place->second.emplace(number, std::move(example));
      }
      if (!place->second.empty()) continue;
      const std::string stored = stored_splits(database_, run);
      throw NothingMatched(fmt::format(
          "run #{} has stored no predictions of '{}'; {}", run, split_,
          stored.empty() ? "set run.keep_examples above 0 in the experiment"
                         : fmt::format("it has those of {}: --metric {}/{}", stored, stored.substr(0, stored.find(',')),
                                       metric_.substr(metric_.find('/') + 1))));
    }
  }
  std::erase_if(holders, [&](const auto& holder) { return holder.second != examples.size(); });
  if (holders.empty()) throw UserError("the runs have stored predictions of different examples: nothing can be paired");

  const auto& first = examples.begin()->second;
  std::map<std::int64_t, ExampleStatistics> statistics;
  for (const auto& [run, own] : examples) {
    ExampleStatistics& numbers = statistics[run];
    for (const auto& [number, holder_count] : holders) {
      const Example& example = own.at(number);
      const Example& other = first.at(number);
      if (example.source != other.source || example.reference != other.reference) {
        throw UserError(fmt::format(
            "example {} of '{}' is another one in run #{} than in run #{}: they saw different data and cannot be paired",
            number, split_, run, examples.begin()->first));
      }
      numbers.width = example.statistics.size();
      numbers.numbers.insert(numbers.numbers.end(), example.statistics.begin(), example.statistics.end());
    }
  }
  std::vector<PairedExamples> out;
  for (const auto& [baseline, system] : runs) out.push_back({statistics.at(baseline), statistics.at(system)});
  return out;
}

}  // namespace seqlab
