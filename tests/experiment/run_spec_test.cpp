#include "experiment/run_spec.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("a run specification survives its JSON", "[experiment][run_spec]") {
  RunSpec spec;
  spec.experiment = "näme \"quoted\"\n";
  spec.folder = "/somewhere/else";
  spec.metric = "valid/exact";
  spec.settings = {{"data.lower_case", true},
                   {"data.train", std::vector<std::string>{"a.en", "a.vi"}},
                   {"data.valid", std::vector<std::string>{}},
                   {"train.epochs", std::int64_t{20}},
                   {"train.optimizer.rate", 0.1 + 0.2},
                   {"train.clip", 5.0},
                   {"parts.cell", std::string("lstm")}};
  spec.seed = 3;
  spec.threads = 2;
  spec.keep_examples = 17;
  spec.checkpoint_every = "7min";
  spec.checkpoint_folder = "/a/run-1";
  spec.plugin_files = {"/a/lstm.so", "/a/seq2seq.so"};
  spec.content = {{"/a/lstm.so", "11"}, {"/data/a.en", "22"}};
  const std::string json = to_json(spec);
  CHECK(json.find('\n') == std::string::npos);
  const RunSpec back = run_spec_from_json(json);
  CHECK(back.experiment == spec.experiment);
  CHECK(back.folder == spec.folder);
  CHECK(back.metric == spec.metric);
  CHECK(back.settings == spec.settings);  // types included: 5.0 stays a number, not an integer
  CHECK(back.seed == 3);
  CHECK(back.threads == 2);
  CHECK(back.keep_examples == 17);
  CHECK(back.checkpoint_every == "7min");
  CHECK(back.checkpoint_folder == "/a/run-1");
  CHECK(back.plugin_files == spec.plugin_files);
  CHECK(back.content == spec.content);
}

TEST_CASE("a damaged run specification is our own bug", "[experiment][run_spec]") {
  CHECK_THROWS_AS(run_spec_from_json(""), InternalError);
  CHECK_THROWS_AS(run_spec_from_json("{}"), InternalError);
  const std::string json = to_json(RunSpec{});
  CHECK_THROWS_AS(run_spec_from_json(std::string_view(json).substr(0, json.size() - 1)), InternalError);
}

TEST_CASE("settings below a prefix lose it", "[experiment][run_spec]") {
  const OptionValues settings = {{"train.epochs", std::int64_t{2}}, {"train.optimizer.rate", 0.5}, {"trainer.x", true}};
  const OptionValues below = settings_below(settings, "train.");
  CHECK(below == OptionValues{{"epochs", std::int64_t{2}}, {"optimizer.rate", 0.5}});
}
