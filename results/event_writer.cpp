#include "results/event_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>
#include <type_traits>

namespace seqlab {
namespace {

constexpr std::size_t kMostWaiting = 500;
constexpr std::size_t kMostPointsWaiting = 20'000;
constexpr std::chrono::milliseconds kLongestWait{500};

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Fifty rows to a statement take half the time of fifty statements.
constexpr std::size_t kRowsAtOnce = 50;

std::string point_sql(std::size_t rows) {
  std::string sql = "INSERT INTO point (run, metric, step, epoch, value) VALUES ";
  for (std::size_t row = 0; row < rows; ++row) sql += row == 0 ? "(?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
  return sql + " ON CONFLICT DO UPDATE SET epoch = excluded.epoch, value = excluded.value";
}

}  // namespace

void EventWriter::add(std::int64_t run, const Event& event) {
  if (empty()) oldest_ = Clock::now();
  if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
    progress_[run] = *progress;
  } else if (const auto* point = std::get_if<PointEvent>(&event)) {
    add_point(run, *point);
  } else {
    events_.emplace_back(run, event);
  }
}

void EventWriter::add_point(std::int64_t run, const PointEvent& event) {
  auto place = place_of_name_.find(event.metric);
  if (place == place_of_name_.end()) {
    place = place_of_name_.emplace(event.metric, names_.size()).first;
    names_.push_back(event.metric);
  }
  const std::int64_t epoch = std::isfinite(event.epoch) ? std::llround(event.epoch * 1000) : 0;
  points_.push_back({run, place->second, event.step, epoch, event.value});
}

bool EventWriter::due() const {
  if (events_.size() >= kMostWaiting || points_.size() >= kMostPointsWaiting) return true;
  return !empty() && Clock::now() - oldest_ >= kLongestWait;
}

void EventWriter::write() {
  try {
    for (const auto& [run, event] : events_) {
      const auto write = [this, id = run](const auto& typed) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(typed)>, PointEvent>) write_one(id, typed);  // those are apart
      };
      std::visit(write, event);
    }
    write_points();
    for (const auto& [run, progress] : progress_) write_one(run, progress);
  } catch (const Error&) {
    metric_ids_.clear();  // those made in this transaction are rolled back with it
    throw;
  }
}

void EventWriter::clear() {
  events_.clear();
  points_.clear();
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

/// In the order of the table's key: neighbours on a page are written together.
void EventWriter::write_points() {
  if (points_.empty()) return;
  std::vector<std::int64_t> ids;
  for (const auto& name : names_) ids.push_back(metric_id(name));
  std::ranges::stable_sort(points_, {}, [&ids](const Point& p) { return std::tuple(p.run, ids[p.name], p.step); });
  if (!insert_point_) {
    insert_point_ = database_.prepare(point_sql(1));
    insert_points_ = database_.prepare(point_sql(kRowsAtOnce));
  }
  const auto bind = [&ids](Statement& statement, int row, const Point& p) {
    constexpr int kColumns = 5;
    const int first = row * kColumns;
    statement.bind(first + 1, p.run).bind(first + 2, ids[p.name]).bind(first + 3, p.step);
    statement.bind(first + 4, p.epoch).bind(first + 5, p.value);
  };
  std::size_t next = 0;
  for (; points_.size() - next >= kRowsAtOnce; next += kRowsAtOnce) {
    for (std::size_t row = 0; row < kRowsAtOnce; ++row) bind(*insert_points_, static_cast<int>(row), points_[next + row]);
    insert_points_->run();
  }
  for (; next < points_.size(); ++next) {
    bind(*insert_point_, 0, points_[next]);
    insert_point_->run();
  }
}

void EventWriter::write_one(std::int64_t run, const ResultEvent& event) {
  database_.prepare("INSERT OR REPLACE INTO result (run, metric, which, epoch, value) VALUES (?, ?, ?, ?, ?)")
      .bind_all(run, metric_id(event.metric), event.which, event.epoch, event.value)
      .run();
}

void EventWriter::write_one(std::int64_t run, const ExampleEvent& event) {
  if (!insert_example_) {
    insert_example_ = database_.prepare(
        "INSERT OR REPLACE INTO example (run, split, number, source, prediction, reference, score) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
  }
  insert_example_->bind_all(run, event.split, event.index, event.source, event.prediction, event.reference, event.score)
      .run();
}

void EventWriter::write_one(std::int64_t run, const AttentionEvent& event) {
  std::string bytes;
  for (const auto& row : event.weights) {
    bytes.append(reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float));
  }
  Statement insert = database_.prepare(
      "INSERT OR REPLACE INTO attention (run, split, number, part, head, target_length, source_length, weights, "
      "source_tokens, target_tokens) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS BLOB), ?, ?)");
  insert
      .bind_all(run, event.split, event.index, event.part, event.head, static_cast<std::int64_t>(event.target.size()),
                static_cast<std::int64_t>(event.source.size()), bytes, nlohmann::json(event.source).dump(),
                nlohmann::json(event.target).dump())
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
