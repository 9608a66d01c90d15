#include "cli/triage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/version.h"
#include "experiment/duration.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

constexpr std::string_view kIndent = "     ";

std::string workers(int jobs, std::int64_t threads) {
  return fmt::format("on {} worker{}, {} thread{} each", jobs, jobs == 1 ? "" : "s", threads, threads == 1 ? "" : "s");
}

/// The median, of two in the middle the lower one: a mean would follow the one run that was stopped overnight.
double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

std::vector<RunRequest> requests_of(const Plan& plan) {
  std::vector<RunRequest> requests;
  for (const PlannedRun& run : plan.runs) requests.push_back(run.request);
  return requests;
}

Triage triage_runs(const Plan& plan, const std::vector<RunTicket>& tickets, bool retry) {
  expect(tickets.size() == plan.runs.size(), "the ledger gives a ticket to every run");
  Triage triage;
  std::vector<double> seconds;
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    const RunTicket& ticket = tickets[i];
    if (ticket.seconds) seconds.push_back(*ticket.seconds);
    const ScheduledRun run{ticket.id, plan.runs[i].request.variant.label, plan.runs[i].spec,
                           ticket.state == RunState::running};
    switch (ticket.state) {
      case RunState::done:
        ++triage.reused;
        if (ticket.other_build) ++triage.other_build;
        continue;
      case RunState::running: triage.elsewhere.push_back(run); continue;
      case RunState::failed:
      case RunState::timeout:
        ++(ticket.state == RunState::failed ? triage.failed_before : triage.timed_out_before);
        if (retry) triage.to_run.push_back(run);
        continue;
      case RunState::interrupted:
      case RunState::lost: ++triage.resumed; break;
      case RunState::queued:
        if (ticket.reason.empty()) {
          ++triage.fresh;
        } else {
          auto same = std::ranges::find(triage.repeated, ticket.reason, &std::pair<std::string, std::size_t>::first);
          if (same == triage.repeated.end()) same = triage.repeated.insert(same, {ticket.reason, 0});
          ++same->second;
        }
        break;
    }
    triage.to_run.push_back(run);
  }
  if (!seconds.empty()) triage.typical_seconds = median(std::move(seconds));
  return triage;
}

std::string work_lines(const Triage& triage, bool retry, int jobs, std::int64_t threads, int width) {
  std::vector<std::string> parts;
  if (triage.reused > 0) parts.push_back(fmt::format("{} done (reused)", triage.reused));
  if (triage.other_build > 0) {
    parts.push_back(fmt::format("{} of them by another build of seqlab {} (--rebuild-too runs them again)",
                                triage.other_build, framework_version()));
  }
  if (triage.fresh > 0 || triage.to_run.empty()) parts.push_back(fmt::format("{} to run", triage.fresh));
  for (const auto& [reason, count] : triage.repeated) parts.push_back(fmt::format("{} rerun: {}", count, reason));
  if (triage.resumed > 0) parts.push_back(fmt::format("{} interrupted before: go on", triage.resumed));
  const std::string then = retry ? ": tried again" : " (--retry runs them again)";
  if (triage.failed_before > 0) parts.push_back(fmt::format("{} failed before{}", triage.failed_before, then));
  if (triage.timed_out_before > 0) {
    parts.push_back(fmt::format("{} over the time limit before{}", triage.timed_out_before, then));
  }
  if (!triage.elsewhere.empty()) parts.push_back(fmt::format("{} at work in another process", triage.elsewhere.size()));
  if (!triage.to_run.empty() && jobs > 0) {
    std::string place = workers(jobs, threads);
    if (triage.typical_seconds) {
      const auto at_once = static_cast<double>(std::min<std::size_t>(triage.to_run.size(), static_cast<std::size_t>(jobs)));
      const double whole = *triage.typical_seconds * static_cast<double>(triage.to_run.size()) / at_once;
      place = fmt::format("about {} {}", spoken_duration(whole), place);
    }
    parts.push_back(std::move(place));
  }
  std::string text;
  std::string line;
  for (const std::string& part : parts) {
    if (!line.empty() && display_width(line) + 3 + display_width(part) > width) {
      text += line + '\n';
      line.clear();
    }
    line += fmt::format("{}{}", line.empty() ? fmt::format("{} ", kIndent) : "   ", part);
  }
  return text + line + '\n';
}

}  // namespace seqlab
