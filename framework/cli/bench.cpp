// `seqlab bench`: training steps per second of known workloads, and where their time goes.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/bench_database.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "experiment/workload.h"
#include "kernels/denormals.h"
#include "kernels/parallel.h"
#include "kernels/product.h"
#include "kernels/profile.h"
#include "nn/optimizer.h"

namespace seqlab {
namespace {

constexpr std::string_view kDatabase = "database";  // no workload: how fast results are stored and read

struct Measurement {
  double median = 0;  // seconds a step
  double fastest = 0;
  double operations = 0;                    // floating-point operations of the products of a step
  std::array<double, kWorkKinds> shares{};  // of the profiled step's time
  double tape = 0;                          // what is left: records, allocation, the model's own code
};

Measurement measure(Workload& workload, int steps) {
  Tape tape(Precision::f32, true);
  Adam adam(workload.parameters(), 1e-3);
  std::uint64_t number = 0;
  const auto step = [&] {
    const auto start = std::chrono::steady_clock::now();
    tape.clear();
    tape.set_randomness(1, number++);
    tape.backward(workload.loss(tape));
    const double norm = gradient_norm(workload.parameters());
    adam.step(norm > 5.0 ? 5.0 / norm : 1.0);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (int i = 0; i < 2; ++i) step();
  std::vector<double> times;
  for (int i = 0; i < steps; ++i) times.push_back(step());
  std::ranges::sort(times);
  // The shares come from steps of their own: taking times costs time.
  Profile::reset();
  Profile::enabled = true;
  double profiled = 0;
  const int profiled_steps = std::max(1, steps / 3);
  for (int i = 0; i < profiled_steps; ++i) profiled += step();
  Profile::enabled = false;
  Measurement result;
  result.median = times[times.size() / 2];
  result.fastest = times.front();
  result.operations = Profile::operations / profiled_steps;
  double known = 0;
  for (std::size_t k = 0; k < kWorkKinds; ++k) known += result.shares[k] = Profile::seconds[k] / profiled;
  result.tape = std::max(0.0, 1.0 - known);
  return result;
}

void add_options(po::options_description& options) {
  options.add_options()("threads", po::value<std::string>()->value_name("N"), "threads; default: all cores")(
      "steps", po::value<std::string>()->value_name("N"), "timed steps; default 15")(
      "precision", po::value<std::string>()->value_name("P"), "f32 (default), or bf16: products round their factors")(
      "list", "the names of the workloads");
}

int run_bench(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, bench_command());
  if (!given) return 0;
  if (given->has("list")) {
    for (const std::string& name : workload_names()) std::cout << name << '\n';
    std::cout << kDatabase << '\n';
    return 0;
  }
  if (std::ranges::find(given->positional, kDatabase) != given->positional.end()) {
    if (given->positional.size() > 1) throw UserError("`seqlab bench database` stands alone: it measures no training");
    return bench_database(globals.json);
  }
  constexpr std::int64_t kMost = 10000;
  flush_denormals();
  set_thread_count(static_cast<int>(given->whole_number("threads", 1, kMost).value_or(thread_count())));
  const int steps = static_cast<int>(given->whole_number("steps", 1, kMost).value_or(15));
  const std::string precision = given->text("precision").empty() ? "f32" : given->text("precision");
  if (precision != "f32" && precision != "bf16") {
    throw UserError(fmt::format("--precision takes f32 or bf16, not '{}'", precision));
  }
  const Rounding rounding = precision == "bf16" ? Rounding::bf16 : Rounding::none;
  const auto names = given->positional.empty() ? workload_names() : given->positional;
  Registry registry;
  registry.scan(plugin_folders());
  std::vector<std::unique_ptr<Workload>> workloads;
  for (const std::string& name : names) workloads.push_back(make_workload(name, registry));
  for (const auto& workload : workloads) workload->parameters().set_rounding(rounding);
  const double limit = measure_product_limit(rounding);
  if (!globals.json) {
    std::cout << fmt::format("{} threads, {}, {}, large products reach {:.0f} GFLOP/s\n", thread_count(), product_library(),
                             precision, limit);
    std::cout << fmt::format("{:<18} {:>9} {:>12}      {:>7}   share of the time\n", "workload", "ms/step", "per second",
                             "limit");
  }
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Measurement m = measure(*workloads[i], steps);
    const double per_second = static_cast<double>(workloads[i]->items()) / m.median;
    const double product_share = m.operations / m.median * 1e-9 / limit;  // of what large products reach
    if (globals.json) {
      nlohmann::json shares = {{"tape", m.tape}};
      for (int k = 0; k < kWorkKinds; ++k)
        shares[std::string(work_name(static_cast<Work>(k)))] = m.shares[static_cast<std::size_t>(k)];
      list.push_back({{"workload", names[i]},
                      {"threads", thread_count()},
                      {"precision", precision},
                      {"ms_per_step", m.median * 1e3},
                      {"fastest_ms", m.fastest * 1e3},
                      {"per_second", per_second},
                      {"unit", workloads[i]->unit()},
                      {"product_share", product_share},
                      {"shares", shares}});
    } else {
      std::string line = fmt::format("{:<18} {:>9.2f} {:>12.0f} {}/s {:>6.0f} %  ", names[i], m.median * 1e3, per_second,
                                     workloads[i]->unit(), product_share * 100);
      for (int k = 0; k < kWorkKinds; ++k) {
        const double share = m.shares[static_cast<std::size_t>(k)];
        if (share >= 0.005) line += fmt::format(" {} {:.0f} %", work_name(static_cast<Work>(k)), share * 100);
      }
      line += fmt::format(" tape {:.0f} %", m.tape * 100);
      std::cout << folded(line, terminal_width(STDOUT_FILENO), "    ") << std::endl;
    }
    workloads[i].reset();
  }
  if (globals.json) std::cout << list.dump(2) << '\n';
  return 0;
}

}  // namespace

Command bench_command() {
  return {"bench",
          "training steps per second of known workloads; bench database: of the results",
          "bench [WORKLOAD...|database] [--threads N] [--steps N] [--precision bf16] [--json]",
          run_bench,
          add_options,
          {0, Positional::kAnyNumber, "WORKLOAD"}};
}

}  // namespace seqlab
