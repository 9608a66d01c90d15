#include "experiment/event.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace seqlab {
namespace {

using nlohmann::json;

// JSON has no word for these three values, so they travel as strings.
json from_number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

double to_number(const json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string& word = value.get_ref<const std::string&>();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "inf") return std::numeric_limits<double>::infinity();
  if (word == "-inf") return -std::numeric_limits<double>::infinity();
  throw UserError(fmt::format("'{}' is not a number", word));
}

struct Encoder {
  json operator()(const StartedEvent& e) const { return {{"event", "started"}, {"facts", e.facts}}; }
  json operator()(const ProgressEvent& e) const {
    return {{"event", "progress"},
            {"epoch", e.epoch},
            {"epochs", e.epochs},
            {"step", e.step},
            {"fraction", from_number(e.fraction)},
            {"loss", from_number(e.loss)}};
  }
  json operator()(const PointEvent& e) const {
    return {{"event", "point"},
            {"metric", e.metric},
            {"step", e.step},
            {"epoch", from_number(e.epoch)},
            {"value", from_number(e.value)}};
  }
  json operator()(const ResultEvent& e) const {
    return {
        {"event", "result"}, {"metric", e.metric}, {"which", e.which}, {"epoch", e.epoch}, {"value", from_number(e.value)}};
  }
  json operator()(const ExampleEvent& e) const {
    return {{"event", "example"},           {"split", e.split},           {"index", e.index},
            {"source", e.source},           {"prediction", e.prediction}, {"reference", e.reference},
            {"score", from_number(e.score)}};
  }
  json operator()(const AttentionEvent& e) const {
    json rows = json::array();
    for (const auto& row : e.weights) {
      json& numbers = rows.emplace_back(json::array());
      // Five digits are more than an eye sees, and a quarter of the text.
      for (const float w : row) numbers.push_back(std::isfinite(w) ? std::round(static_cast<double>(w) * 1e5) / 1e5 : 0.0);
    }
    return {{"event", "attention"}, {"split", e.split},   {"index", e.index},   {"part", e.part},
            {"head", e.head},       {"source", e.source}, {"target", e.target}, {"weights", rows}};
  }
  json operator()(const ArtifactEvent& e) const {
    return {{"event", "artifact"}, {"name", e.name}, {"path", e.path}, {"hash", e.hash}, {"size", e.size}};
  }
  json operator()(const DoneEvent& e) const {
    return {{"event", "done"}, {"seconds", from_number(e.seconds)}, {"train_seconds", from_number(e.train_seconds)}};
  }
  json operator()(const FailedEvent& e) const {
    json object = {{"event", "failed"}, {"reason", e.reason}};
    if (e.environment) object["environment"] = true;
    return object;
  }
};

/// The fields of one event; every accessor throws where the field is missing or of another type.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object) {}
  [[nodiscard]] std::string text(const char* name) const { return object_.at(name).get<std::string>(); }
  [[nodiscard]] double number(const char* name) const { return to_number(object_.at(name)); }
  [[nodiscard]] std::int64_t integer(const char* name) const {
    const json& value = object_.at(name);
    if (!value.is_number_integer()) throw UserError(fmt::format("'{}' is not an integer", name));
    return value.get<std::int64_t>();
  }
  [[nodiscard]] bool flag(const char* name) const { return object_.value(name, false); }
  template <class Value>
  [[nodiscard]] Value as(const char* name) const {
    return object_.at(name).get<Value>();
  }
  [[nodiscard]] std::map<std::string, std::string> facts() const {
    return object_.at("facts").get<std::map<std::string, std::string>>();
  }

 private:
  const json& object_;
};

Event decode(const std::string& kind, const Fields& f) {
  if (kind == "started") return StartedEvent{f.facts()};
  if (kind == "progress") {
    return ProgressEvent{f.integer("epoch"), f.integer("epochs"), f.integer("step"), f.number("fraction"), f.number("loss")};
  }
  if (kind == "point") return PointEvent{f.text("metric"), f.integer("step"), f.number("epoch"), f.number("value")};
  if (kind == "result") {
    ResultEvent event{f.text("metric"), f.text("which"), f.integer("epoch"), f.number("value")};
    if (event.which != "best" && event.which != "last") throw UserError(fmt::format("'which' cannot be '{}'", event.which));
    return event;
  }
  if (kind == "example") {
    return ExampleEvent{f.text("split"),      f.integer("index"),  f.text("source"),
                        f.text("prediction"), f.text("reference"), f.number("score")};
  }
  if (kind == "attention") {
    AttentionEvent event{f.text("split"),
                         f.integer("index"),
                         f.text("part"),
                         f.integer("head"),
                         f.as<std::vector<std::string>>("source"),
                         f.as<std::vector<std::string>>("target"),
                         f.as<std::vector<std::vector<float>>>("weights")};
    bool fits = event.weights.size() == event.target.size();
    for (const auto& row : event.weights) fits = fits && row.size() == event.source.size();
    if (!fits) throw UserError("'weights' has not a number for each target and source token");
    return event;
  }
  if (kind == "artifact") return ArtifactEvent{f.text("name"), f.text("path"), f.text("hash"), f.integer("size")};
  if (kind == "done") return DoneEvent{f.number("seconds"), f.number("train_seconds")};
  if (kind == "failed") return FailedEvent{f.text("reason"), f.flag("environment")};
  throw UserError(fmt::format("unknown kind '{}'", kind));
}

}  // namespace

std::string to_json_line(const Event& event) {
  return std::visit(Encoder{}, event).dump(-1, ' ', false, json::error_handler_t::replace);
}

Event event_from_json_line(std::string_view line) {
  const auto refuse = [line](std::string_view why) -> UserError {
    constexpr std::size_t kShown = 80;
    return UserError(
        fmt::format("not an event line: {}: {}{}", why, line.substr(0, kShown), line.size() > kShown ? "..." : ""));
  };
  try {
    const json object = json::parse(line);
    return decode(object.at("event").get<std::string>(), Fields(object));
  } catch (const json::exception& error) {
    throw refuse(error.what());
  } catch (const UserError& error) {
    throw refuse(error.what());
  }
}

EventSink::~EventSink() = default;

}  // namespace seqlab
