#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/terminal.h"
#include "experiment/duration.h"

namespace seqlab {
namespace {

constexpr int kBarWidth = 18;
constexpr std::size_t kMostRunningLines = 8;
constexpr auto kRedraw = std::chrono::milliseconds(200);

/// "valid/exact" -> "exact".
std::string metric_word(const std::string& metric) { return metric.substr(metric.rfind('/') + 1); }

std::string name_of(const RunningView& run) { return fmt::format("#{} {} seed {}", run.id, run.label, run.seed); }

}  // namespace

std::string bar_line(const ScheduleView& view) {
  const std::size_t ended = view.done + view.failed;
  double share = static_cast<double>(ended);
  for (const auto* runs : {&view.running, &view.elsewhere}) {
    for (const RunningView& run : *runs) share += std::clamp(run.progress.fraction, 0.0, 1.0);
  }
  share = view.total == 0 ? 1 : std::min(1.0, share / static_cast<double>(view.total));
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  std::string line =
      fmt::format("[{}{}]  {}/{}", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), ended, view.total);
  if (view.failed > 0) line += fmt::format("   {} failed", view.failed);
  if (!view.running.empty()) line += fmt::format("   {} running", view.running.size());
  if (!view.elsewhere.empty()) line += fmt::format("   {} in another process", view.elsewhere.size());
  if (view.remaining) line += fmt::format("   ETA {}", spoken_duration(*view.remaining));
  return line;
}

std::string running_line(const RunningView& run) {
  std::string line = "  " + name_of(run);
  if (run.progress.epochs > 0) {
    line += fmt::format("   epoch {}/{}   loss {:.4g}", run.progress.epoch, run.progress.epochs, run.progress.loss);
  } else {
    line += "   starting";
  }
  if (run.value) line += fmt::format("   {} {:.4g}", metric_word(run.metric), *run.value);
  return line;
}

std::string finished_line(const RunningView& run, RunState state, const std::string& reason) {
  std::string line = fmt::format("{:<6} {}", state_name(state), name_of(run));
  if (state != RunState::done) return line + ": " + reason;
  if (run.elsewhere) return line + "   in another process";
  if (run.best) line += fmt::format("   {} {:.4g}", metric_word(run.metric), *run.best);
  return line + "   " + spoken_duration(run.seconds);
}

ProgressLine::ProgressLine(const Globals& globals, std::string log_folder)
    : log_folder_(std::move(log_folder)), quiet_(globals.quiet), live_(!globals.quiet && can_be_redrawn(STDERR_FILENO)) {}

ProgressLine::~ProgressLine() { erase(); }

void ProgressLine::erase() {
  if (lines_ > 0) std::cerr << fmt::format("\x1b[{}F\x1b[J", lines_) << std::flush;
  lines_ = 0;
}

void ProgressLine::finished(const RunningView& run, RunState state, const std::string& reason, const ScheduleView& view) {
  if (quiet_ && state == RunState::done) return;
  erase();
  std::string line = finished_line(run, state, reason);
  if (!live_ && !quiet_) line += fmt::format("   [{}/{}]", view.done + view.failed, view.total);
  std::cerr << line << '\n';
  if (state == RunState::failed || state == RunState::timeout) {
    const auto log = std::filesystem::path(log_folder_) / fmt::format("run-{}.log", run.id);
    std::cerr << "       log: " << shown_path(log.string()) << '\n';
  }
  std::cerr << std::flush;
  drawn_ = {};
}

void ProgressLine::tick(const ScheduleView& view) {
  const auto now = std::chrono::steady_clock::now();
  if (!live_ || now - drawn_ < kRedraw) return;
  drawn_ = now;
  const int width = terminal_width(STDERR_FILENO) - 1;
  std::string block = cut_to_width(bar_line(view), width) + '\n';
  const std::size_t shown = std::min(view.running.size(), kMostRunningLines);
  for (std::size_t i = 0; i < shown; ++i) block += cut_to_width(running_line(view.running[i]), width) + '\n';
  erase();
  std::cerr << block << std::flush;
  lines_ = static_cast<int>(shown) + 1;
}

}  // namespace seqlab
