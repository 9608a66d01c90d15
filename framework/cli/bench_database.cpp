#include "cli/bench_database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "results/comparison_table.h"
#include "results/contrast_table.h"
#include "results/store.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kRuns = 1000;      // 5 scores x 10 sizes x 20 seeds
constexpr std::int64_t kCurveRuns = 100;  // of them with curves,
constexpr std::int64_t kAtOnce = 4;       // so many at work at the same time
constexpr std::int64_t kSteps = 5000;
const std::vector<std::string> kMetrics{"train/loss", "valid/loss", "valid/exact", "valid/bleu"};

struct Folder {
  fs::path path = fs::temp_directory_path() / fmt::format("seqlab-bench-{}", ::getpid());
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    fs::remove_all(path, error);
  }
};

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median_seconds(const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < 11; ++i) times.push_back(seconds_of(work));
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// Values that neither repeat nor compress, as losses do.
double some_value(std::int64_t run, std::int64_t metric, std::int64_t step) {
  const auto x = static_cast<double>(run * 7919 + metric * 104729 + step);
  return 1 + std::sin(x) / (1 + static_cast<double>(step) / 100);
}

std::vector<std::int64_t> register_runs(Store& store) {
  ExperimentRecord experiment;
  experiment.name = "bench";
  experiment.task = "translate";
  experiment.metric = "valid/exact";
  experiment.factors = {"parts.attention", "model.seq2seq.units"};
  std::vector<RunRequest> requests;
  for (const char* attention : {"none", "dot", "general", "additive", "location"}) {
    for (std::int64_t units = 10; units <= 100; units += 10) {
      for (std::int64_t seed = 1; seed <= 20; ++seed) {
        RunRequest request;
        request.variant.settings = {{"parts.attention", std::string(attention)}, {"model.seq2seq.units", units}};
        for (int i = 0; i < 40; ++i) request.variant.settings[fmt::format("train.option_{}", i)] = 0.5 * i;
        request.variant.label = fmt::format("{}/{}", attention, units);
        request.seed = seed;
        request.code_identity = "bench";
        requests.push_back(std::move(request));
      }
    }
  }
  expect(static_cast<std::int64_t>(requests.size()) == kRuns, "the bench has its runs");
  std::vector<std::int64_t> ids;
  for (const RunTicket& ticket : store.register_plan(experiment, requests)) ids.push_back(ticket.id);
  return ids;
}

void record_curves(Store& store, const std::vector<std::int64_t>& runs) {
  constexpr double kStepsOfEpoch = 137;
  for (std::int64_t first = 0; first < kCurveRuns; first += kAtOnce) {
    for (std::int64_t step = 1; step <= kSteps; ++step) {
      for (std::int64_t r = first; r < first + kAtOnce; ++r) {
        for (std::size_t m = 0; m < kMetrics.size(); ++m) {
          const double value = some_value(r, static_cast<std::int64_t>(m), step);
          store.record(runs[static_cast<std::size_t>(r)],
                       PointEvent{kMetrics[m], step * 10, static_cast<double>(step) / kStepsOfEpoch, value});
        }
      }
    }
  }
  store.flush();
}

void finish_runs(Store& store, const std::vector<std::int64_t>& runs) {
  for (const std::int64_t run : runs) {
    expect(store.claim(run, ::getpid(), ""), "a run of the bench is free");
    for (const auto& metric : kMetrics) {
      for (const char* which : {"best", "last"}) store.record(run, ResultEvent{metric, which, 20, some_value(run, 1, 7)});
    }
    store.record(run, DoneEvent{2, 1});
    store.finish(run, RunState::done, "", 2);
  }
}

struct Figure {
  std::string name;
  double value;
  double goal;
  bool at_least;  // the goal is a lower bound
  std::string unit;

  [[nodiscard]] bool reached() const { return at_least ? value >= goal : value <= goal; }
};

std::vector<Figure> measure() {
  const Folder folder;
  const std::string path = (folder.path / "bench.db").string();
  constexpr auto kPoints = static_cast<double>(kCurveRuns * kSteps);
  const double points = kPoints * static_cast<double>(kMetrics.size());
  std::vector<std::int64_t> runs;
  double insertion = 0;
  double processor = 0;  // the same without what other processes took of the machine
  {
    Store store(path);
    runs = register_runs(store);
    finish_runs(store, runs);
    const std::clock_t before = std::clock();
    insertion = seconds_of([&] { record_curves(store, runs); });
    processor = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  }  // the last connection writes the log into the file
  Database database(path, Access::read);
  const auto size = static_cast<double>(fs::file_size(path));
  std::int64_t found = 0;
  const double curve = median_seconds([&] {
    found = 0;
    Statement query = database.prepare("SELECT step, epoch, value FROM v_curve WHERE run = ? AND metric = ? ORDER BY step");
    query.bind_all(runs[50], "valid/loss");
    while (query.step()) ++found;
  });
  expect(found == kSteps, "the curve of the bench is whole");
  const ComparisonQuery question{"bench", "", "best", {}};
  const double table = median_seconds([&] { (void)render(load_comparison(database, question), ComparisonLayout{}); });
  const double contrasts = median_seconds([&] {
    const Comparison comparison = load_comparison(database, question);
    (void)render(comparison, contrasts_with(comparison, "none"));
  });
  return {{"points stored", points / insertion, 500'000, true, "per second"},
          {"points stored", points / processor, 500'000, true, "per s of processor"},
          {"room of the database", size / points, 30, false, "bytes per point"},
          {"one curve read", curve * 1e3, 5, false, "ms"},
          {"compare, 1000 runs", table, 0.2, false, "s"},
          {"compare --baseline, 1000 runs", contrasts, 0.2, false, "s"}};
}

}  // namespace

int bench_database(bool json) {
  bool all = true;
  auto list = nlohmann::ordered_json::array();
  for (const Figure& figure : measure()) {
    all = all && figure.reached();
    list.push_back({{"figure", figure.name},
                    {"value", figure.value},
                    {"unit", figure.unit},
                    {"goal", figure.goal},
                    {"reached", figure.reached()}});
    if (json) continue;
    std::cout << fmt::format(
        "{:<30} {:>12} {:<18} {} {:g}{}\n", figure.name,
        figure.value >= 1000 ? fmt::format("{:.0f}", figure.value) : fmt::format("{:.3f}", figure.value), figure.unit,
        figure.at_least ? "at least" : "at most", figure.goal, figure.reached() ? "" : "   MISSED");
  }
  if (json) std::cout << list.dump(2) << '\n';
  std::cout << std::flush;
  return all ? 0 : 1;
}

}  // namespace seqlab
