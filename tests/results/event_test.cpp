#include "experiment/event.h"

#include <cmath>
#include <limits>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

template <class Kind>
Kind through(const Kind& event) {
  const Event sent = event;
  const Event received = event_from_json_line(to_json_line(sent));
  return std::get<Kind>(received);
}

}  // namespace

TEST_CASE("every event survives a JSON line") {
  CHECK(through(StartedEvent{{{"parameters", "12345"}, {"train pairs", "10000"}}}).facts.at("train pairs") == "10000");

  const auto progress = through(ProgressEvent{3, 20, 4711, 0.15, 0.25});
  CHECK(progress.epoch == 3);
  CHECK(progress.epochs == 20);
  CHECK(progress.step == 4711);
  CHECK(progress.fraction == 0.15);
  CHECK(progress.loss == 0.25);

  const auto point = through(PointEvent{"train/loss", 9'007'199'254'740'993, 0.5, 0.1});
  CHECK(point.metric == "train/loss");
  CHECK(point.step == 9'007'199'254'740'993);
  CHECK(point.epoch == 0.5);
  CHECK(point.value == 0.1);

  const auto result = through(ResultEvent{"test/bleu", "best", 7, 31.25});
  CHECK(result.metric == "test/bleu");
  CHECK(result.which == "best");
  CHECK(result.epoch == 7);
  CHECK(result.value == 31.25);

  const auto example = through(ExampleEvent{"test", 4, "3 tháng tư\n", "a\"b\\c", "日本", 0.75});
  CHECK(example.split == "test");
  CHECK(example.index == 4);
  CHECK(example.source == "3 tháng tư\n");
  CHECK(example.prediction == "a\"b\\c");
  CHECK(example.reference == "日本");
  CHECK(example.score == 0.75);

  const auto attention = through(AttentionEvent{"test", 4, "decoder", 1, {"a", "\""}, {"日"}, {{0.25F, 0.75F}}});
  CHECK(attention.split == "test");
  CHECK(attention.index == 4);
  CHECK(attention.part == "decoder");
  CHECK(attention.head == 1);
  CHECK(attention.source == std::vector<std::string>{"a", "\""});
  CHECK(attention.target == std::vector<std::string>{"日"});
  CHECK(attention.weights == std::vector<std::vector<float>>{{0.25F, 0.75F}});
  CHECK_THROWS_AS(event_from_json_line(R"({"event":"attention","split":"test","index":1,"part":"d","head":0,"source":["a"],)"
                                       R"("target":["b"],"weights":[[1,0]]})"),
                  UserError);

  const auto artifact = through(ArtifactEvent{"best", "/a/run-7/best.safetensors", "0123", 5'000'000'000});
  CHECK(artifact.name == "best");
  CHECK(artifact.path == "/a/run-7/best.safetensors");
  CHECK(artifact.hash == "0123");
  CHECK(artifact.size == 5'000'000'000);

  const auto done = through(DoneEvent{12.5, 11.0});
  CHECK(done.seconds == 12.5);
  CHECK(done.train_seconds == 11.0);
  CHECK(through(FailedEvent{"loss is NaN at step 812"}).reason == "loss is NaN at step 812");
  CHECK_FALSE(through(FailedEvent{"loss is NaN"}).environment);
  CHECK(through(FailedEvent{"no space", true}).environment);
}

TEST_CASE("an event is one line whatever its texts hold") {
  CHECK(to_json_line(FailedEvent{"a\nb\r\n"}).find('\n') == std::string::npos);
}

TEST_CASE("NaN, infinities and extreme numbers survive") {
  CHECK(std::isnan(through(PointEvent{"train/loss", 1, 0, std::nan("")}).value));
  CHECK(through(PointEvent{"train/loss", 1, 0, std::numeric_limits<double>::infinity()}).value ==
        std::numeric_limits<double>::infinity());
  CHECK(through(ResultEvent{"train/loss", "last", 1, -std::numeric_limits<double>::infinity()}).value ==
        -std::numeric_limits<double>::infinity());
  for (const double value : {1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0}) {
    CHECK(through(PointEvent{"m", 1, 0, value}).value == value);
  }
}

TEST_CASE("invalid UTF-8 is replaced") { CHECK(through(FailedEvent{"bad \xff byte"}).reason == "bad \xef\xbf\xbd byte"); }

TEST_CASE("a line that is no event is refused") {
  const auto refused = [](std::string_view line) { CHECK_THROWS_AS(event_from_json_line(line), UserError); };
  refused("");
  refused("hello");
  refused("[1, 2]");
  refused("{}");
  refused(R"({"event": "party"})");
  refused(R"({"event": 3})");
  refused(R"({"event": "point", "metric": "m", "step": 1, "epoch": 0})");
  refused(R"({"event": "point", "metric": "m", "step": 1.5, "epoch": 0, "value": 1})");
  refused(R"({"event": "point", "metric": "m", "step": 1, "epoch": 0, "value": "many"})");
  refused(R"({"event": "result", "metric": "m", "which": "worst", "epoch": 1, "value": 1})");
  refused(R"({"event": "failed", "reason": "x")");
  CHECK_THROWS_WITH(event_from_json_line(R"({"event": "party"})"), ContainsSubstring("party"));
}
