// Stop + resume = uninterrupted, bit for bit; what a run does besides is tested here too.

#include "experiment/runner.h"

#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <map>

#include "catch.h"
#include "core/error.h"
#include "core/random.h"
#include "experiment/resolve.h"
#include "golden/golden_file.h"
#include "plugin/model.h"
#include "temporary_folder.h"

using namespace seqlab;
using test::TemporaryFolder;

namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

/// What a database would hold of a run, numbers as their bits: later rows replace earlier ones of the same key.
struct Rows final : public EventSink {
  std::map<std::pair<std::string, std::int64_t>, std::pair<std::uint64_t, std::uint64_t>> points;
  std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::uint64_t>> results;
  std::map<std::int64_t, std::string> examples;
  std::map<std::string, std::string> facts;
  bool done = false;
  std::int64_t events = 0;
  std::int64_t dies_at = 0;  // the event at which the process is killed; 0: never

  struct Killed {};
  void on(const Event& event) override {
    if (std::holds_alternative<ProgressEvent>(event)) return;  // comes by the clock: as many as the machine is slow
    if (++events == dies_at) throw Killed{};
    if (const auto* e = std::get_if<StartedEvent>(&event)) facts = e->facts;
    if (const auto* e = std::get_if<PointEvent>(&event)) points[{e->metric, e->step}] = {bits(e->epoch), bits(e->value)};
    if (const auto* e = std::get_if<ResultEvent>(&event)) results[{e->metric, e->which}] = {e->epoch, bits(e->value)};
    if (const auto* e = std::get_if<ExampleEvent>(&event)) examples[e->index] = e->prediction + fmt::format(" {}", e->score);
    if (std::holds_alternative<DoneEvent>(event)) done = true;
  }
  [[nodiscard]] double value(const std::string& metric, const std::string& which) const {
    return std::bit_cast<double>(results.at({metric, which}).second);
  }
  [[nodiscard]] std::size_t count(const std::string& metric) const {
    std::size_t count = 0;
    for (const auto& [key, row] : points) count += key.first == metric ? 1 : 0;
    return count;
  }
};

/// A run in its folder, and the rows that it has left so far.
struct Trial {
  explicit Trial(const RunSpec& of) : spec(of) { spec.checkpoint_folder = folder.file("run-1"); }

  /// `stop_at`: the question of the hook that is answered with yes; 0: none.
  RunEnd go(std::int64_t stop_at = 0) {
    RunHooks hooks;
    questions = 0;
    hooks.stop = [&, stop_at] { return ++questions == stop_at; };
    hooks.log = [&](const std::string& line) { log += line + '\n'; };
    return execute_run(spec, golden::registry(), rows, hooks);
  }
  [[nodiscard]] std::string best() const { return test::read_text(folder.file("run-1/best.safetensors")); }
  [[nodiscard]] bool has_last() const { return std::filesystem::exists(folder.file("run-1/last.safetensors")); }

  TemporaryFolder folder;
  RunSpec spec;
  Rows rows;
  std::string log;
  std::int64_t questions = 0;
};

RunSpec tiny(const OptionValues& more, const std::string& metric = "valid/loss") {
  OptionValues given{{"parts.model", std::string("seq2seq")},
                     {"parts.cell", std::string("lstm")},
                     {"parts.attention", std::string("dot")},
                     {"parts.embedding", std::string("learned")},
                     {"embedding.learned.dimension", std::int64_t{6}},
                     {"model.seq2seq.units", std::int64_t{8}},
                     {"model.seq2seq.dropout", 0.2},
                     {"data.source", std::string("dates")},
                     {"data.train_size", std::int64_t{56}},
                     {"data.valid_size", std::int64_t{12}},
                     {"data.test_size", std::int64_t{12}},
                     {"train.batch", std::int64_t{8}},
                     {"train.epochs", std::int64_t{4}},
                     {"train.optimizer.rate", 0.01}};
  for (const auto& [name, value] : more) given[name] = value;
  RunSpec spec;
  spec.experiment = "tiny";
  spec.metric = metric;
  spec.settings = resolve(given, golden::registry()).settings;
  spec.seed = 3;
  spec.checkpoint_every = "0";
  return spec;
}

RunSpec with_adam_and_plateau() {
  return tiny({{"train.epochs", std::int64_t{9}},
               {"train.optimizer.rate", 0.03},
               {"train.schedule.name", std::string("plateau")},
               {"train.schedule.patience", std::int64_t{1}},
               {"train.early_stop.patience", std::int64_t{3}},
               {"train.early_stop.metric", std::string("valid/token_accuracy")},
               {"train.early_stop.minimum_change", 0.1}},
              "valid/exact");
}

RunSpec with_momentum_and_cosine() {
  return tiny({{"train.optimizer.name", std::string("sgd")},
               {"train.optimizer.momentum", 0.8},
               {"train.optimizer.rate", 0.05},
               {"train.gradient_by_lag", true},
               {"train.clip", 0.5},
               {"train.schedule.name", std::string("cosine")},
               {"train.schedule.warmup", std::int64_t{5}},
               {"train.evaluate_steps", std::int64_t{3}}});
}

/// A language model: the state goes from batch to batch, through checkpoints too.
RunSpec with_carried_state(const TemporaryFolder& folder) {
  std::string text;
  for (int i = 0; i < 120; ++i) text += fmt::format("{} {} \n", "abcde"[i % 5], "xyz"[i % 3]);
  OptionValues given{{"parts.model", std::string("language_model")},
                     {"parts.cell", std::string("lstm")},
                     {"parts.embedding", std::string("learned")},
                     {"embedding.learned.dimension", std::int64_t{6}},
                     {"model.language_model.units", std::int64_t{8}},
                     {"model.language_model.dropout", 0.2},
                     {"data.task", std::string("language_model")},
                     {"data.train", std::vector<std::string>{folder.write("text.txt", text)}},
                     {"data.window", std::int64_t{5}},
                     {"train.batch", std::int64_t{8}},
                     {"train.epochs", std::int64_t{3}},
                     {"train.evaluate_steps", std::int64_t{4}}};
  RunSpec spec = tiny({});
  spec.settings = resolve(given, golden::registry()).settings;
  return spec;
}

void check_same(const Trial& trial, const Trial& whole) {
  CHECK(trial.rows.done);
  CHECK(trial.rows.points == whole.rows.points);
  CHECK(trial.rows.results == whole.rows.results);
  CHECK(trial.rows.examples == whole.rows.examples);
  CHECK(trial.best() == whole.best());
}

/// A model whose loss is log(-1), or sqrt(0) with its infinite slope.
class Broken final : public TranslateModel {
 public:
  struct Options {
    bool backward = false;
  };
  static Schema<Options> schema() {
    return Schema<Options>("a loss that is not finite").add("backward", &Options::backward, "only its gradient is not");
  }
  static std::vector<Slot> slots() { return {}; }
  Broken(const Options& options, ModelContext& context)
      : backward_(options.backward), scale_(context.parameter("scale", {1, 1}, init::constant(backward_ ? 0 : -1))) {}

  BatchLoss loss(Tape& tape, const TranslateBatch&) override {
    const Var y = bend(scale_.on(tape));
    return {y, y.value().at(0, 0), 1, 0};
  }
  DecoderState encode(Tape& tape, const IdSequences& source) override {
    return {{tape.zeros({source.batch, 1})}, {}, source.lengths};
  }
  DecoderOutput decode(Tape& tape, std::span<const int> previous, DecoderState&) override {
    return {tape.zeros({static_cast<std::int64_t>(previous.size()), 5}), {}};
  }

 private:
  [[nodiscard]] Var bend(Var x) const {
    if (backward_) return pointwise([](auto a) { return sqrt(a); }, x);
    return pointwise([](auto a) { return log(a); }, x);
  }
  bool backward_;
  Parameter scale_;
};

std::string failure(const RunSpec& spec) {
  Trial trial(spec);
  try {
    trial.go();
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a run sends its curves and results") {
  Trial trial(with_adam_and_plateau());
  CHECK(trial.go() == RunEnd::done);
  CHECK(trial.rows.done);
  const std::size_t epochs = trial.rows.count("train/loss");
  CHECK(epochs >= 4);
  CHECK(epochs < 9);  // it stops early
  for (const char* metric : {"train/gradient_norm", "train/rate", "valid/loss", "valid/exact", "valid/token_accuracy"}) {
    CAPTURE(metric);
    CHECK(trial.rows.count(metric) == epochs);
  }
  CHECK(trial.rows.results.size() == 10 * 4);
  CHECK(trial.rows.examples.size() == 12);
  CHECK_FALSE(trial.rows.facts.contains("resumed"));
  CHECK_FALSE(trial.has_last());
  CHECK_THAT(trial.log, ContainsSubstring("learning rate drops at step"));
}

TEST_CASE("where the metric stands still, the epoch of the lowest loss is the best one") {
  Trial trial(tiny({}, "valid/exact"));
  trial.go();
  REQUIRE(trial.rows.value("valid/exact", "best") == 0);
  const auto loss = [&](std::int64_t step) {
    return std::bit_cast<double>(trial.rows.points.at({"valid/loss", step}).second);
  };
  REQUIRE(loss(28) < loss(7));
  CHECK(trial.rows.results.at({"valid/exact", "best"}).first == 4);
}

TEST_CASE("stopped at random moments and resumed, a run ends as if undisturbed, to the bit") {
  const TemporaryFolder folder;
  for (const RunSpec& spec : {with_adam_and_plateau(), with_momentum_and_cosine(), with_carried_state(folder)}) {
    Trial whole(spec);
    REQUIRE(whole.go() == RunEnd::done);
    const std::int64_t questions = whole.questions;  // updates, and batches of evaluations
    Random random(5, "stops");
    for (int round = 0; round < 10; ++round) {
      Trial trial(spec);
      std::string stops;
      std::int64_t left = questions;
      for (int part = 0; part <= round % 3; ++part) {
        // The first and the last question belong to the cases.
        const std::int64_t at = round == 0 ? 1 : round == 1 ? left : 1 + random.below(static_cast<int>(left));
        stops += fmt::format(" {}", at);
        CAPTURE(stops);
        if (trial.go(at) == RunEnd::done) break;  // an evaluation that was begun again has taken more questions
        CHECK_FALSE(trial.rows.done);
        left = std::max<std::int64_t>(1, left - at);
      }
      CAPTURE(round, stops, questions);
      if (!trial.rows.done) {
        const bool saved = trial.has_last();
        CHECK(trial.go() == RunEnd::done);
        CHECK(trial.rows.facts.contains("resumed") == saved);
      }
      check_same(trial, whole);
    }
  }
}

TEST_CASE("what best.safetensors holds at the end of a run that always gets better are its final weights") {
  // So the case above compares final weights: the loss of this run falls until its end.
  Trial whole(with_momentum_and_cosine());
  REQUIRE(whole.go() == RunEnd::done);
  CHECK(whole.rows.results.at({"valid/loss", "best"}) == whole.rows.results.at({"valid/loss", "last"}));
  CHECK(whole.rows.results.at({"test/loss", "best"}) == whole.rows.results.at({"test/loss", "last"}));
}

TEST_CASE("killed at random moments, a run goes on from its last checkpoint and ends the same") {
  RunSpec spec = with_adam_and_plateau();
  Trial whole(spec);
  REQUIRE(whole.go() == RunEnd::done);
  spec.checkpoint_every = "1ms";
  Random random(6, "kills");
  bool resumed = false;
  for (int round = 0; round < 5; ++round) {
    Trial trial(spec);
    trial.rows.dies_at = 2 + random.below(static_cast<int>(whole.rows.events) - 2);
    CAPTURE(round, trial.rows.dies_at);
    CHECK_THROWS_AS(trial.go(), Rows::Killed);
    trial.rows.points.clear();  // as where the scheduler died before it could store them
    CHECK(trial.go() == RunEnd::done);
    resumed = resumed || trial.rows.facts.contains("resumed");
    check_same(trial, whole);
  }
  CHECK(resumed);
}

TEST_CASE("a damaged checkpoint is refused in the log and the one before is used") {
  Trial whole(with_momentum_and_cosine());
  REQUIRE(whole.go() == RunEnd::done);
  for (const bool both : {false, true}) {
    Trial trial(with_momentum_and_cosine());
    REQUIRE(trial.go(9) == RunEnd::stopped);
    REQUIRE(trial.go(7) == RunEnd::stopped);
    for (const char* name : {"run-1/last.safetensors", "run-1/last.1.safetensors"}) {
      std::string bytes = test::read_text(trial.folder.file(name));
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      trial.folder.write(name, bytes);
      if (!both) break;
    }
    CHECK(trial.go() == RunEnd::done);
    CHECK_THAT(trial.log, ContainsSubstring("last.safetensors' is damaged"));
    CHECK(trial.rows.facts.contains("resumed") == !both);
    check_same(trial, whole);
  }
}

TEST_CASE("a checkpoint of other settings is not used") {
  Trial trial(with_momentum_and_cosine());
  REQUIRE(trial.go(9) == RunEnd::stopped);
  trial.spec.settings["train.clip"] = 0.25;
  CHECK(trial.go() == RunEnd::done);
  CHECK_FALSE(trial.rows.facts.contains("resumed"));
  CHECK_THAT(trial.log, ContainsSubstring("other settings, another seed or other plugins"));
}

TEST_CASE("the time limit ends training in good order") {
  Trial trial(tiny({{"train.epochs", std::int64_t{100000}}, {"train.time_limit", std::string("20ms")}}));
  CHECK(trial.go() == RunEnd::done);
  CHECK(trial.rows.results.size() == 10 * 4);
  CHECK(trial.rows.count("train/loss") >= 1);
  CHECK(trial.rows.count("train/loss") < 100000);
}

TEST_CASE("evaluation comes every so many epochs or updates, and at the end") {
  Trial epochs(tiny({{"train.evaluate_every", std::int64_t{3}}}));
  epochs.go();
  CHECK(epochs.rows.points.contains({"valid/loss", 21}));
  CHECK(epochs.rows.points.contains({"valid/loss", 28}));
  CHECK(epochs.rows.count("valid/loss") == 2);
  Trial steps(tiny({{"train.evaluate_steps", std::int64_t{10}}}));
  steps.go();
  CHECK(steps.rows.points.contains({"valid/loss", 10}));
  CHECK(steps.rows.points.at({"valid/loss", 10}).first == bits(1 + 3.0 / 7.0));
  CHECK(steps.rows.points.contains({"valid/loss", 20}));
  CHECK(steps.rows.points.contains({"valid/loss", 28}));
  CHECK(steps.rows.count("valid/loss") == 3);
}

TEST_CASE("the gradient by lag is measured at the first update of each epoch, and changes nothing") {
  Trial plain(tiny({}));
  Trial looked(tiny({{"train.gradient_by_lag", true}}));
  plain.go();
  looked.go();
  CHECK(plain.rows.count("train/gradient_by_lag/1.backward/3") == 0);
  for (const char* metric : {"train/gradient_by_lag/1.forward/0", "train/gradient_by_lag/1.backward/3"}) {
    CAPTURE(metric);
    CHECK(looked.rows.count(metric) == 4);
    for (const std::int64_t step : {0, 7, 14, 21}) {
      const double norm = std::bit_cast<double>(looked.rows.points.at({metric, step}).second);
      CHECK(norm > 0);
      CHECK(norm < 10);
    }
  }
  // Those updates went step by step instead of as a scan: the same numbers but for their last bits.
  CHECK(looked.rows.value("valid/loss", "last") == Approx(plain.rows.value("valid/loss", "last")).epsilon(1e-3));
}

TEST_CASE("a run with bf16 products learns the same, not to the bit") {
  Trial exact(tiny({{"model.seq2seq.units", std::int64_t{32}}}));
  Trial rounded(tiny({{"model.seq2seq.units", std::int64_t{32}}, {"train.precision", std::string("bf16")}}));
  exact.go();
  rounded.go();
  CHECK(rounded.rows.value("valid/loss", "last") != exact.rows.value("valid/loss", "last"));
  CHECK(rounded.rows.value("valid/loss", "last") == Approx(exact.rows.value("valid/loss", "last")).epsilon(0.03));
}

TEST_CASE("the rate follows its schedule") {
  Trial trial(tiny({{"train.schedule.name", std::string("step")}, {"train.schedule.after", std::int64_t{2}}}));
  trial.go();
  const auto rate = [&](std::int64_t step) {
    return std::bit_cast<double>(trial.rows.points.at({"train/rate", step}).second);
  };
  CHECK(rate(7) == 0.01);
  CHECK(rate(14) == 0.01);
  CHECK(rate(21) == 0.005);
  CHECK(rate(28) == 0.0025);
}

TEST_CASE("a run whose loss explodes fails and says where") {
  const OptionValues wild{{"train.optimizer.name", std::string("sgd")},
                          {"train.optimizer.rate", 1000.0},
                          {"train.clip", 0.0},
                          {"train.epochs", std::int64_t{40}}};
  CHECK_THAT(failure(tiny(wild)), ContainsSubstring("training diverges: the loss is "));
}

TEST_CASE("a loss and a gradient that are not finite are traced to operation and parameter") {
  Registry registry;
  registry.add(plugin_detail::model_component<Broken>("broken"));
  const auto reason = [&](bool backward) -> std::string {
    OptionValues given{{"parts.model", std::string("broken")},
                       {"model.broken.backward", backward},
                       {"data.train_size", std::int64_t{8}},
                       {"data.valid_size", std::int64_t{2}},
                       {"data.test_size", std::int64_t{2}}};
    RunSpec spec;
    spec.metric = "valid/loss";
    spec.settings = resolve(given, registry).settings;
    Rows rows;
    try {
      execute_run(spec, registry, rows);
      return "";
    } catch (const UserError& error) {
      return error.what();
    }
  };
  CHECK(reason(false) ==
        "loss is NaN at step 0, first in pointwise in Broken::bend (value 2 of 2 on the tape, after scale); all parameters "
        "are "
        "finite; a lower train.optimizer.rate or train.clip may help");
  CHECK(reason(true) ==
        "the gradient is infinite at step 0, first, on the way back, in no value but the parameters' own; the gradient of "
        "parameter "
        "scale is not finite; a lower train.optimizer.rate or train.clip may help");
}

TEST_CASE("options that contradict each other are refused before anything runs") {
  CHECK_THROWS_WITH(tiny({{"train.schedule.name", std::string("noam")}}), ContainsSubstring("warmup"));
  CHECK_THROWS_WITH(
      tiny({{"train.early_stop.metric", std::string("valid/los")}}),
      ContainsSubstring("train.early_stop.metric: task 'translate' has no metric 'los'; did you mean 'loss'?"));
  CHECK_THROWS_WITH(tiny({{"train.early_stop.metric", std::string("test/loss")}}),
                    ContainsSubstring("only the validation split"));
}
