#include "results/event_writer.h"

#include <charconv>
#include <optional>

namespace seqlab {
namespace {

constexpr std::size_t kMostWaiting = 500;
constexpr std::chrono::milliseconds kLongestWait{500};

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void EventWriter::add(std::int64_t run, const Event& event) {
  if (empty()) oldest_ = Clock::now();
  if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
    progress_[run] = *progress;
  } else {
    events_.emplace_back(run, event);
  }
}

bool EventWriter::due() const {
  return !empty() && (events_.size() >= kMostWaiting || Clock::now() - oldest_ >= kLongestWait);
}

void EventWriter::write() {
  try {
    for (const auto& [run, event] : events_) {
      std::visit([this, id = run](const auto& typed) { write_one(id, typed); }, event);
    }
    for (const auto& [run, progress] : progress_) write_one(run, progress);
  } catch (const Error&) {
    metric_ids_.clear();  // those made in this transaction are rolled back with it
    throw;
  }
}

void EventWriter::clear() {
  events_.clear();
  progress_.clear();
}

std::int64_t EventWriter::metric_id(const std::string& name) {
  if (const auto found = metric_ids_.find(name); found != metric_ids_.end()) return found->second;
  database_.prepare("INSERT INTO metric (name) VALUES (?) ON CONFLICT DO NOTHING").bind_all(name).run();
  Statement query = database_.prepare("SELECT id FROM metric WHERE name = ?");
  query.bind_all(name).step();
  return metric_ids_[name] = query.integer(0);
}

void EventWriter::write_one(std::int64_t run, const StartedEvent& event) {
  Statement insert = database_.prepare("INSERT OR REPLACE INTO fact (run, key, value) VALUES (?, ?, ?)");
  for (const auto& [key, value] : event.facts) insert.bind_all(run, key, value).run();
  if (const auto found = event.facts.find("parameters"); found != event.facts.end()) {
    database_.prepare("UPDATE run SET parameters = ? WHERE id = ?").bind_all(whole_number(found->second), run).run();
  }
}

void EventWriter::write_one(std::int64_t run, const ProgressEvent& event) {
  database_
      .prepare(
          "INSERT OR REPLACE INTO progress (run, epoch, epochs, step, fraction, loss, time) "
          "VALUES (?, ?, ?, ?, coalesce(?, 0.0), ?, strftime('%Y-%m-%d %H:%M:%f', 'now'))")
      .bind_all(run, event.epoch, event.epochs, event.step, event.fraction, event.loss)
      .run();
}

void EventWriter::write_one(std::int64_t run, const PointEvent& event) {
  database_.prepare("INSERT OR REPLACE INTO point (run, metric, step, epoch, value) VALUES (?, ?, ?, coalesce(?, 0.0), ?)")
      .bind_all(run, metric_id(event.metric), event.step, event.epoch, event.value)
      .run();
}

void EventWriter::write_one(std::int64_t run, const ResultEvent& event) {
  database_.prepare("INSERT OR REPLACE INTO result (run, metric, which, epoch, value) VALUES (?, ?, ?, ?, ?)")
      .bind_all(run, metric_id(event.metric), event.which, event.epoch, event.value)
      .run();
}

void EventWriter::write_one(std::int64_t run, const ExampleEvent& event) {
  database_
      .prepare(
          "INSERT OR REPLACE INTO example (run, split, number, source, prediction, reference, score) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind_all(run, event.split, event.index, event.source, event.prediction, event.reference, event.score)
      .run();
}

void EventWriter::write_one(std::int64_t run, const ArtifactEvent& event) {
  database_.prepare("INSERT OR REPLACE INTO artifact (run, name, path, hash, size) VALUES (?, ?, ?, ?, ?)")
      .bind_all(run, event.name, event.path, event.hash, event.size)
      .run();
}

void EventWriter::write_one(std::int64_t run, const DoneEvent& event) {
  database_.prepare("UPDATE run SET seconds = ?, train_seconds = ? WHERE id = ?")
      .bind_all(event.seconds, event.train_seconds, run)
      .run();
}

void EventWriter::write_one(std::int64_t run, const FailedEvent& event) {
  database_
      .prepare("INSERT INTO event (run, time, kind, text) VALUES (?, strftime('%Y-%m-%d %H:%M:%f', 'now'), 'reported', ?)")
      .bind_all(run, event.reason)
      .run();
}

}  // namespace seqlab
