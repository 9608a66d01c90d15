#include "experiment/plan.h"

#include <algorithm>
#include <set>

#include "catch.h"
#include "core/error.h"
#include "experiment/data_check.h"
#include "experiment/diagnostic.h"
#include "fake_registry.h"
#include "temporary_folder.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

namespace {

const std::string kHead = "name = \"probe\"\n";
const std::string kParts =
    "[parts]\nmodel = \"seq2seq\"\ncell = \"lstm\"\nattention = \"additive\"\nembedding = \"learned\"\n";

Registry& registry() {
  static Registry filled;
  if (filled.names(Kind::model).empty()) test::fill(filled);
  return filled;
}

/// Plans one file with command line additions.
Plan plan_of(const std::string& text, PlanRequest request = {}) {
  const TemporaryFolder folder;
  request.file = folder.write("probe.toml", text);
  return make_plan(request, registry());
}

PlanRequest with_set(std::vector<std::string> set) {
  PlanRequest request;
  request.set = std::move(set);
  return request;
}

std::vector<Diagnostic> errors_of(const std::string& text, const PlanRequest& request = {}) {
  try {
    (void)plan_of(text, request);
  } catch (const DiagnosticsError& error) {
    return error.diagnostics();
  }
  FAIL("no error in:\n" << text);
  return {};
}

/// The only error of a file: its code, line, column, message and hint.
void check_error(const std::string& text, ErrorCode code, int line, int column, const std::string& message,
                 const std::string& hint = "") {
  INFO(text);
  const auto errors = errors_of(text);
  INFO(render(errors));
  REQUIRE(errors.size() == 1);
  CHECK(code_text(errors[0].code) == code_text(code));
  CHECK(errors[0].place.line == line);
  CHECK(errors[0].place.column == column);
  CHECK_THAT(errors[0].message, ContainsSubstring(message));
  CHECK_THAT(errors[0].label, ContainsSubstring(hint));
}

std::string setting(const PlannedRun& run, const std::string& name) {
  const auto found = run.spec.settings.find(name);
  return found == run.spec.settings.end() ? "(absent)" : to_text(found->second);
}

std::vector<std::string> labels(const Plan& plan) {
  std::vector<std::string> all;
  for (const auto& run : plan.runs) all.push_back(run.request.variant.label + "#" + std::to_string(run.request.seed));
  return all;
}

}  // namespace

TEST_CASE("one run has every option of its parts and nothing of others", "[experiment][plan]") {
  const Plan plan =
      plan_of(kHead + kParts + "[attention.dot]\n[cell.lstm]\nforget_bias = 2\n[run]\nthreads = 2\nkeep_examples = 5\n");
  REQUIRE(plan.runs.size() == 1);
  const PlannedRun& run = plan.runs[0];
  CHECK(setting(run, "cell.lstm.forget_bias") == "2");
  CHECK(std::holds_alternative<double>(run.spec.settings.at("cell.lstm.forget_bias")));  // the option's type, not the file's
  CHECK(setting(run, "cell.lstm.peephole") == "false");
  CHECK(setting(run, "attention.additive.units") == "64");
  CHECK(setting(run, "model.seq2seq.bidirectional") == "true");
  CHECK(setting(run, "train.optimizer.name") == "adam");
  CHECK(setting(run, "data.source") == "dates");
  CHECK(setting(run, "parts.decoder_cell") == "(absent)");  // a fallback that was not named
  CHECK(setting(run, "run.threads") == "(absent)");
  CHECK(run.spec.threads == 2);
  CHECK(run.spec.keep_examples == 5);
  CHECK(run.spec.metric == "valid/exact");
  CHECK(run.request.variant.settings == run.spec.settings);
  CHECK(run.request.variant.label == "probe");
  CHECK(run.request.seed == 1);
  CHECK(plan.experiment.task == "translate");
  CHECK(plan.experiment.maximize);
  CHECK(plan.experiment.factors.empty());
  CHECK_THAT(plan.experiment.text, ContainsSubstring("[cell.lstm]"));
}

TEST_CASE("an optional slot that is not named is none, as if it were named", "[experiment][plan]") {
  const std::string parts = "[parts]\nmodel = \"seq2seq\"\ncell = \"gru\"\nembedding = \"learned\"\n";
  const Plan silent = plan_of(kHead + parts);
  const Plan said = plan_of(kHead + parts + "attention = \"none\"\n");
  CHECK(setting(silent.runs[0], "parts.attention") == "none");
  CHECK(silent.runs[0].spec.settings == said.runs[0].spec.settings);
}

TEST_CASE("a slot of its own overrides its fallback and brings its options", "[experiment][plan]") {
  const Plan plan = plan_of(kHead + kParts + "decoder_cell = \"gru\"\n");
  CHECK(setting(plan.runs[0], "parts.decoder_cell") == "gru");
  std::vector<std::string> used;
  for (const auto& plugin : plan.runs[0].request.plugins) used.push_back(plugin.kind + "/" + plugin.name);
  CHECK(used ==
        std::vector<std::string>{"cell/gru", "cell/lstm", "attention/additive", "embedding/learned", "model/seq2seq"});
}

TEST_CASE("defaults < base < file < grid < --set", "[experiment][plan]") {
  const TemporaryFolder folder;
  folder.write("base/b.toml", kParts + "[train]\nepochs = 5\nbatch = 5\nevaluate_every = 5\n[model.seq2seq]\nunits = 5\n");
  PlanRequest request;
  request.file = folder.write(
      "a.toml", kHead +
                    "base = \"base/b.toml\"\n[train]\nbatch = 6\nevaluate_every = 6\n[model.seq2seq]\nunits = 6\n"
                    "[grid]\n\"train.evaluate_every\" = [7, 8]\n\"model.seq2seq.units\" = [7, 8]\n");
  request.set = {"model.seq2seq.units=9"};
  const Plan plan = make_plan(request, registry());
  REQUIRE(plan.runs.size() == 2);
  CHECK(setting(plan.runs[0], "train.clip") == "5");            // schema
  CHECK(setting(plan.runs[0], "train.epochs") == "5");          // base
  CHECK(setting(plan.runs[0], "train.batch") == "6");           // file
  CHECK(setting(plan.runs[0], "train.evaluate_every") == "7");  // grid
  CHECK(setting(plan.runs[1], "train.evaluate_every") == "8");
  CHECK(setting(plan.runs[0], "model.seq2seq.units") == "9");  // --set fixes a swept key
  CHECK(plan.runs[0].spec.folder == folder.path().string());
  CHECK(labels(plan) == std::vector<std::string>{"evaluate_every=7/units=9#1", "evaluate_every=8/units=9#1"});
}

TEST_CASE("a grid is swept in the file's order, the first factor slowest", "[experiment][plan]") {
  const Plan plan =
      plan_of(kHead + kParts + "[grid]\nattention = [\"none\", \"dot\"]\ncell = [\"lstm\", \"gru\"]\nseed = 2\n");
  CHECK(labels(plan) == std::vector<std::string>{"none/lstm#1", "none/lstm#2", "none/gru#1", "none/gru#2", "dot/lstm#1",
                                                 "dot/lstm#2", "dot/gru#1", "dot/gru#2"});
  CHECK(plan.experiment.factors == std::vector<std::string>{"parts.attention", "parts.cell"});
  CHECK(plan_line(plan) == "probe   2 attention x 2 cell x 2 seeds = 8 runs   metric valid/exact (max)");
  CHECK(plan_of(kHead + kParts + "[grid]\nseed = [7, 3]\n").runs[0].request.seed == 7);
  // Unquoted dotted keys and inline tables say the same as quoted names.
  const Plan dotted = plan_of(kHead + kParts + "[grid]\ntrain.batch = [8, 16]\n");
  CHECK(dotted.experiment.factors == std::vector<std::string>{"train.batch"});
  CHECK(plan_line(dotted) == "probe   2 batch x 1 seed = 2 runs   metric valid/exact (max)");
}

TEST_CASE("lists of [zip] vary together", "[experiment][plan]") {
  const Plan plan = plan_of(kHead + kParts +
                            "[zip]\ncell = [\"lstm\", \"gru\", \"gru\"]\n\"train.batch\" = [8, 8, 16]\n[grid]\nattention = "
                            "[\"none\", \"dot\"]\n");
  CHECK(labels(plan) == std::vector<std::string>{"lstm/batch=8/none#1", "lstm/batch=8/dot#1", "gru/batch=8/none#1",
                                                 "gru/batch=8/dot#1", "gru/batch=16/none#1", "gru/batch=16/dot#1"});
  CHECK(plan_line(plan) == "probe   3 cell+batch x 2 attention x 1 seed = 6 runs   metric valid/exact (max)");
  CHECK(plan.experiment.factors == std::vector<std::string>{"parts.cell", "train.batch", "parts.attention"});
  const Plan seeds = plan_of(kHead + kParts + "[zip]\nseed = 2\n\"data.seed\" = [5, 6]\n");
  CHECK(labels(seeds) == std::vector<std::string>{"seed=5#1", "seed=6#2"});
  CHECK(plan_line(seeds) == "probe   2 seed+data.seed = 2 runs   metric valid/exact (max)");
}

TEST_CASE("combinations are left out and added", "[experiment][plan]") {
  const std::string grid = "[grid]\nattention = [\"none\", \"dot\"]\ncell = [\"lstm\", \"gru\"]\nseed = 2\n";
  const Plan plan =
      plan_of(kHead + kParts + grid +
              "[[exclude]]\nattention = \"dot\"\ncell = [\"gru\"]\n[[exclude]]\nseed = 2\nattention = \"none\"\n"
              "[[add]]\nattention = [\"cosine\", \"additive\"]\n[[add]]\ncell = \"gru\"\nseed = 7\n");
  CHECK(labels(plan) == std::vector<std::string>{"none/lstm#1", "none/gru#1", "dot/lstm#1", "dot/lstm#2", "cosine/lstm#1",
                                                 "cosine/lstm#2", "additive/lstm#1", "additive/lstm#2", "additive/gru#7"});
  CHECK(plan_line(plan) ==
        "probe   2 attention x 2 cell x 2 seeds - 4 excluded + 5 added = 9 runs   metric valid/exact (max)");
  CHECK(plan_line(plan_of(kHead + kParts + "[[add]]\ncell = \"gru\"\n")) ==
        "probe   1 + 1 added = 2 runs   metric valid/exact (max)");
}

TEST_CASE("a file's exceptions replace those of its base", "[experiment][plan]") {
  const TemporaryFolder folder;
  folder.write("b.toml",
               kParts + "[grid]\ncell = [\"lstm\", \"gru\"]\n[[exclude]]\ncell = \"gru\"\n[[add]]\nattention = \"dot\"\n");
  PlanRequest request;
  request.file = folder.write("a.toml", kHead + "base = \"b.toml\"\n");
  CHECK(labels(make_plan(request, registry())) == std::vector<std::string>{"lstm/additive#1", "lstm/dot#1"});
  request.file = folder.write("c.toml", kHead + "base = \"b.toml\"\nadd = []\n[[exclude]]\ncell = \"lstm\"\n");
  CHECK(labels(make_plan(request, registry())) == std::vector<std::string>{"gru#1"});
}

TEST_CASE("the command line sweeps, seeds and selects", "[experiment][plan]") {
  PlanRequest request;
  request.grid = {"cell=lstm,gru", "train.batch=8,16"};
  request.seeds = 2;
  CHECK(plan_of(kHead + kParts, request).runs.size() == 8);
  request.only = {"cell=gru", "seed=2"};
  const Plan chosen = plan_of(kHead + kParts, request);
  CHECK(chosen.experiment.planned.size() > chosen.runs.size());  // the whole plan, --only or not
  CHECK(labels(chosen) == std::vector<std::string>{"gru/batch=8#2", "gru/batch=16#2"});
  CHECK(chosen.excluded == 6);
  CHECK_THAT(plan_line(chosen), ContainsSubstring("= 8 runs, 2 chosen by --only"));
  CHECK(chosen.experiment.factors.size() == 2);
  request.only = {"train.batch=8,16", "cell=lstm"};
  CHECK(plan_of(kHead + kParts, request).runs.size() == 4);
  CHECK(plan_of(kHead + kParts, with_set({"train.optimizer={name=\"sgd\", rate=0.5}"}))
            .runs[0]
            .spec.settings.at("train.optimizer.name") == OptionValue(std::string("sgd")));
  CHECK(plan_of(kHead + kParts, with_set({"seed=9"})).runs[0].request.seed == 9);
  CHECK(setting(plan_of(kHead + kParts, with_set({"cell=gru"})).runs[0], "parts.cell") == "gru");
  request.grid = {"cell=gru"};  // replaces the file's list
  request.only = {};
  request.seeds = std::nullopt;
  CHECK(plan_of(kHead + kParts + "[grid]\ncell = [\"lstm\", \"gru\"]\n", request).runs.size() == 1);
}

TEST_CASE("a selection that matches nothing or names nothing says so", "[experiment][plan]") {
  PlanRequest request;
  request.only = {"cell=gru"};
  CHECK_THROWS_AS(plan_of(kHead + kParts, request), NothingMatched);
  request.only = {"cel=gru"};
  CHECK_THROWS_WITH(plan_of(kHead + kParts, request), ContainsSubstring("did you mean 'cell'?"));
  request.only = {"cell"};
  CHECK_THROWS_WITH(plan_of(kHead + kParts, request), ContainsSubstring("expected KEY=VALUE"));
}

TEST_CASE("combinations that differ only in unused options are one run", "[experiment][plan]") {
  const Plan plan =
      plan_of(kHead + kParts + "[grid]\nattention = [\"additive\", \"dot\"]\n\"attention.additive.units\" = [8, 16]\n");
  CHECK(labels(plan) == std::vector<std::string>{"additive/units=8#1", "additive/units=16#1", "dot/units=-#1"});
  CHECK(plan.equal == 1);
  std::set<OptionValues> variants;
  for (const auto& run : plan.runs) variants.insert(run.spec.settings);
  CHECK(variants.size() == 3);
  check_error(kHead + kParts + "[grid]\n\"attention.cosine.units\" = [8, 16]\n", ErrorCode::unknown_key, 8, 1,
              "unknown key 'units'");
  check_error(kHead + kParts + "[grid]\n\"model.seq2seq.units\" = [8]\n\"cell.lstm.forget_bias\" = [1]\ncell = [\"gru\"]\n",
              ErrorCode::bad_grid, 9, 1, "no run uses 'cell.lstm.forget_bias'");
}

TEST_CASE("a metric is chosen by the data and checked", "[experiment][plan]") {
  CHECK(plan_of(kHead + kParts + "[data]\ntokens = \"whitespace\"\n").experiment.metric == "valid/bleu");
  const Plan loss = plan_of(kHead + "metric = \"loss\"\n" + kParts);
  CHECK(loss.experiment.metric == "valid/loss");
  CHECK_FALSE(loss.experiment.maximize);
  check_error(kHead + "metric = \"valid/blue\"\n" + kParts, ErrorCode::bad_metric, 2, 10, "bleu");
  check_error(kHead + "metric = \"test/bleu\"\n" + kParts, ErrorCode::bad_metric, 2, 10, "test split", "valid/bleu");
  check_error(kHead + "metric = 3\n" + kParts, ErrorCode::wrong_type, 2, 10, "'metric' must be a string, not integer");
}

TEST_CASE("misspelt keys are errors with a suggestion, wherever they stand", "[experiment][plan]") {
  check_error(kHead + "metrc = \"valid/exact\"\n" + kParts, ErrorCode::unknown_key, 2, 1, "unknown key 'metrc'", "'metric'");
  check_error(kHead + kParts + "[trian]\nepochs = 3\n", ErrorCode::unknown_key, 7, 2, "unknown table [trian]", "'train'");
  check_error(kHead + kParts + "[train]\nepocs = 3\n", ErrorCode::unknown_key, 8, 1, "unknown key 'epocs' in [train]",
              "'epochs'");
  check_error(kHead + kParts + "[train]\noptimizer = { nam = \"sgd\" }\n", ErrorCode::unknown_key, 8, 15, "'optimizer.nam'",
              "'optimizer.name'");
  check_error(kHead + kParts + "[data]\nlowercase = true\n", ErrorCode::unknown_key, 8, 1, "in [data]", "'lower_case'");
  check_error(kHead + kParts + "[run]\ntimout = \"3s\"\n", ErrorCode::unknown_key, 8, 1, "in [run]", "'timeout'");
  check_error(kHead + kParts + "[cell.lstm]\nforgetbias = 1\n", ErrorCode::unknown_key, 8, 1, "in [cell.lstm]",
              "'forget_bias'");
  check_error(kHead + kParts + "[cell.gru]\nbias = 1\n", ErrorCode::unknown_key, 8, 1, "in [cell.gru]", "no options");
  check_error(kHead + "epochs = 3\n" + kParts, ErrorCode::unknown_key, 2, 1, "unknown key 'epochs'", "[train]");
  check_error(kHead + "seed = 3\n" + kParts, ErrorCode::unknown_key, 2, 1, "unknown key 'seed'", "[grid]");
  check_error(kHead + kParts + "atention = \"dot\"\n", ErrorCode::unknown_slot, 7, 1, "no slot 'atention'", "'attention'");
  check_error(kHead + kParts + "[grid]\ncel = [\"lstm\"]\n", ErrorCode::bad_grid, 8, 1, "no slot 'cel'", "'cell'");
  check_error(kHead + kParts + "[grid]\nbatch = [8, 16]\n", ErrorCode::bad_grid, 8, 1, "no slot 'batch'", "\"train.batch\"");
  check_error(kHead + kParts + "[grid]\n\"trian.batch\" = [8]\n", ErrorCode::bad_grid, 8, 1, "unknown key 'trian.batch'",
              "'train.batch'");
}

TEST_CASE("unknown plugins are errors with a suggestion", "[experiment][plan]") {
  check_error(kHead + "[parts]\nmodel = \"seq2sec\"\ncell = \"lstm\"\nembedding = \"learned\"\n", ErrorCode::unknown_plugin,
              3, 9, "no model named 'seq2sec'", "'seq2seq'");
  check_error(kHead + kParts + "[grid]\nattention = [\"none\", \"additve\"]\n", ErrorCode::unknown_plugin, 8, 22,
              "no attention score named 'additve'", "did you mean 'additive'?");
  check_error(kHead + kParts + "[cell.lsmt]\nforget_bias = 1\npeephole = true\n", ErrorCode::unknown_plugin, 7, 7,
              "no cell named 'lsmt'", "'lstm'");
}

TEST_CASE("values of a wrong type or range are errors that say what is expected", "[experiment][plan]") {
  check_error(kHead + kParts + "[train]\nepochs = \"ten\"\n", ErrorCode::wrong_type, 8, 10,
              "wrong type for 'epochs' in [train]: string", "expected integer from 1");
  check_error(kHead + kParts + "[train]\nepochs = 1.5\n", ErrorCode::wrong_type, 8, 10, "number");
  check_error(kHead + kParts + "[train]\nbatch = 0\n", ErrorCode::refused_value, 8, 9,
              "'batch' in [train] is out of range: 0", "expected integer from 1");
  check_error(kHead + kParts + "[train]\nclip = nan\n", ErrorCode::refused_value, 8, 8, "out of range");
  check_error(kHead + kParts + "[train]\nprecision = \"f23\"\n", ErrorCode::refused_value, 8, 13, "cannot be 'f23'",
              "'f32'");
  check_error(kHead + kParts + "[train]\nepochs = 1979-05-27\n", ErrorCode::wrong_type, 8, 10, "date or time");
  check_error(kHead + kParts + "[train]\noptimizer = \"sgd\"\n", ErrorCode::wrong_type, 8, 1, "is a table",
              "optimizer = { name = ... }");
  check_error(kHead + kParts + "[data]\ntrain = [1, 2]\n", ErrorCode::wrong_type, 8, 9,
              "wrong type for 'train' in [data]: list");
  check_error("name = 3\n" + kParts, ErrorCode::wrong_type, 1, 8, "'name' must be a string");
  check_error(kHead + "train = 3\n" + kParts, ErrorCode::wrong_type, 2, 1, "'train' must be a table");
  check_error(kHead + "cell = \"lstm\"\n" + kParts, ErrorCode::wrong_type, 2, 1, "'cell' must be a table", "in [parts]");
  check_error(kHead + kParts + "[cell]\nlstm = 3\n", ErrorCode::wrong_type, 8, 1, "one table of options per cell");
  check_error(kHead + "[parts]\nmodel = \"seq2seq\"\ncell = 3\nembedding = \"learned\"\n", ErrorCode::wrong_type, 4, 8,
              "wrong type for 'cell' in [parts]");
  check_error(kHead + kParts + "[run]\ntimeout = \"30\"\n", ErrorCode::bad_duration, 8, 11, "a unit is missing");
}

TEST_CASE("lists sweep in [grid] alone", "[experiment][plan]") {
  check_error(kHead + kParts + "[train]\nbatch = [8, 16]\n", ErrorCode::list_outside_grid, 8, 9, "takes one value",
              "to sweep, put it in [grid]: \"train.batch\" = [...]");
  check_error(kHead + "[parts]\nmodel = \"seq2seq\"\ncell = [\"lstm\", \"gru\"]\nembedding = \"learned\"\n",
              ErrorCode::list_outside_grid, 4, 8, "takes one plugin", "to sweep, put it in [grid]: cell = [...]");
  check_error(kHead + kParts + "[grid]\ncell = \"gru\"\n", ErrorCode::bad_grid, 8, 8, "'cell' in [grid] must be a list");
  check_error(kHead + kParts + "[grid]\n\"train.batch\" = 8\n", ErrorCode::bad_grid, 8, 17, "must be a list");
  check_error(kHead + kParts + "[grid]\ncell = []\n", ErrorCode::bad_grid, 8, 8, "is empty");
  check_error(kHead + kParts + "[grid]\nseed = []\n", ErrorCode::bad_grid, 8, 8, "is empty");
  check_error(kHead + kParts + "[grid]\ncell = [\"lstm\", \"gru\", \"lstm\"]\n", ErrorCode::bad_grid, 8, 24, "stands twice");
  check_error(kHead + kParts + "[grid]\n\"train.clip\" = [1, 1.0]\n", ErrorCode::bad_grid, 8, 20, "stands twice");
  check_error(kHead + kParts + "[grid]\nseed = [1, 1]\n", ErrorCode::bad_grid, 8, 12, "stands twice");
  check_error(kHead + kParts + "[grid]\nseed = 0\n", ErrorCode::bad_grid, 8, 8, "'seed' is out of range");
  check_error(kHead + kParts + "[grid]\nseed = \"a\"\n", ErrorCode::wrong_type, 8, 8, "wrong type for 'seed'");
  check_error(kHead + kParts + "[grid]\nseed = [1, -1]\n", ErrorCode::refused_value, 8, 12, "a seed is an integer");
  check_error(kHead + kParts + "[grid]\n\"run.threads\" = [1, 2]\n", ErrorCode::bad_grid, 8, 1, "cannot be swept");
  check_error(kHead + kParts + "[grid]\n\"train.batch\" = [8, \"x\", 16]\n", ErrorCode::wrong_type, 8, 21,
              "wrong type for 'batch'");
  check_error(kHead + kParts + "grid = 3\n", ErrorCode::unknown_slot, 7, 1, "no slot 'grid'");
  check_error(kHead + "grid = 3\n" + kParts, ErrorCode::wrong_type, 2, 1, "'grid' must be a table");
  check_error(kHead + kParts + "[grid]\nseed = 10000\n\"data.seed\" = [1,2,3,4,5,6,7,8,9,10,11]\n", ErrorCode::bad_grid, 9,
              1, "too many combinations");
}

TEST_CASE("slots of the model are required, optional or unknown", "[experiment][plan]") {
  check_error(kHead + "[parts]\nmodel = \"seq2seq\"\nembedding = \"learned\"\ndecoder_cell = \"gru\"\n",
              ErrorCode::empty_slot, 3, 9, "slot 'cell' of model 'seq2seq' is not filled", "installed: gru, lstm");
  check_error(kHead + "[parts]\nmodel = \"seq2seq\"\nembedding = \"learned\"\ncell = \"none\"\n", ErrorCode::empty_slot, 5,
              8, "cannot be \"none\"");
  check_error(kHead + "[parts]\nmodel = \"tagger\"\ncell = \"gru\"\n", ErrorCode::unfit_model, 3, 9,
              "does not fit task 'translate'", "tag");
  check_error(kHead + "[train]\nepochs = 3\n", ErrorCode::missing_key, 0, 0, "no model is chosen",
              "installed: seq2seq, tagger");
  check_error(kParts, ErrorCode::missing_key, 0, 0, "no name");
  check_error("name = \"a/b\"\n" + kParts, ErrorCode::bad_name, 1, 8, "'a/b' cannot be");
  check_error("name = \"\"\n" + kParts, ErrorCode::bad_name, 1, 8, "cannot be");
}

TEST_CASE("all errors of a file are reported at once, in file order", "[experiment][plan]") {
  const TemporaryFolder folder;
  folder.write("b.toml", "[train]\nepocs = 5\n");
  PlanRequest request;
  request.file = folder.write("a.toml",
                              "metrc = \"valid/exact\"\nbase = \"b.toml\"\n"
                              "[grid]\nattention = [\"additve\", \"dto\"]\ncell = []\n"
                              "[parts]\nmodel = \"seq2seq\"\ncell = \"lsmt\"\n"
                              "[train]\nbatch = [8, 16]\nepochs = \"x\"\n");
  request.set = {"train.clip=-1"};
  try {
    (void)make_plan(request, registry());
    FAIL("no error");
  } catch (const DiagnosticsError& error) {
    std::vector<std::string> places;
    for (const auto& d : error.diagnostics()) {
      places.push_back(std::filesystem::path(d.file).filename().string() + ":" + std::to_string(d.place.line) + " " +
                       code_text(d.code));
    }
    CHECK(places == std::vector<std::string>{"a.toml:0 E0106", "a.toml:1 E0103", "a.toml:4 E0102", "a.toml:4 E0102",
                                             "a.toml:5 E0110", "a.toml:7 E0108", "a.toml:8 E0102", "a.toml:10 E0111",
                                             "a.toml:11 E0104", "b.toml:2 E0103", "--set:1 E0105"});
  }
}

TEST_CASE("errors of the command line point into it", "[experiment][plan]") {
  const auto errors = errors_of(kHead + kParts, with_set({"train.epocs=3"}));
  REQUIRE(errors.size() == 1);
  CHECK(render(errors) ==
        "error[E0103]: unknown key 'epocs' in [train]\n"
        "  --> --set:1:1\n"
        "   |\n"
        " 1 | train.epocs=3\n"
        "   | ^^^^^^^^^^^ did you mean 'epochs'?\n");
  const auto value = errors_of(kHead + kParts, with_set({"cell=lsmt"}));
  CHECK(value[0].place.column == 6);
  CHECK_THAT(value[0].message, ContainsSubstring("no cell named 'lsmt'"));
  PlanRequest request;
  request.grid = {"cell=lstm,grru"};
  CHECK(errors_of(kHead + kParts, request)[0].place.column == 11);
  CHECK_THROWS_AS(plan_of(kHead + kParts, with_set({"train.epochs"})), UserError);
  CHECK_THROWS_AS(plan_of(kHead + kParts, with_set({"base=x.toml"})), UserError);
}

TEST_CASE("the code identity follows the plugins' content alone", "[experiment][plan]") {
  const PluginFile lstm{"/a/lstm.so", "cell", "lstm", "11"};
  PluginFile moved = lstm;
  moved.path = "/b/lstm.so";
  PluginFile changed = lstm;
  changed.content_hash = "22";
  const PluginFile gru{"/a/gru.so", "cell", "gru", "33"};
  CHECK(code_identity({lstm, gru}) == code_identity({gru, moved}));
  CHECK(code_identity({lstm, gru}) != code_identity({changed, gru}));
  CHECK(code_identity({lstm}).size() == 64);
  CHECK(code_identity({lstm}, "build") == code_identity({lstm}) + "+build");
}

TEST_CASE("the content of the data is part of a variant", "[experiment][plan]") {
  const TemporaryFolder folder;
  folder.write("a.en", "a b\nc\n");
  folder.write("a.vi", "x\ny z\n");
  PlanRequest request;
  request.file =
      folder.write("probe.toml", kHead + kParts +
                                     "[data]\nsource = \"files\"\ntrain = [\"a.en\", \"a.vi\"]\nvalid = [\"a.en\", "
                                     "\"a.vi\"]\ntest = [\"a.en\", \"a.vi\"]\n");
  Plan first = make_plan(request, registry());
  check_data(first);
  Plan again = make_plan(request, registry());
  check_data(again);
  CHECK(first.runs[0].request.variant.settings == again.runs[0].request.variant.settings);
  CHECK(first.runs[0].request.variant.settings == first.runs[0].spec.settings);
  CHECK(first.runs[0].spec.content.at(folder.file("a.vi")).size() == 64);
  folder.write("a.vi", "x\ny y z\n");
  Plan changed = make_plan(request, registry());
  check_data(changed);
  CHECK(first.runs[0].request.variant.settings != changed.runs[0].request.variant.settings);
  Plan dates = plan_of(kHead + kParts);
  check_data(dates);
  CHECK(setting(dates.runs[0], std::string(kDataContent)) == "dates 1");
}

TEST_CASE("what a file sets and another setting silences is noted with its place, once", "[experiment][plan]") {
  const auto notes = [](const std::string& text, PlanRequest request = {}) {
    return plan_of(text, std::move(request)).notes;
  };
  const std::string file = kHead + kParts + "[data]\nsubwords = 500\n[grid]\nseed = 3\n";
  const auto found = notes(file);
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], ContainsSubstring("probe.toml:8: data.subwords changes nothing: tokens is not \"subword\""));
  CHECK(notes(file, with_set({"data.tokens=subword"})).empty());
  CHECK(notes(file, with_set({"data.subwords=8000"})).empty());  // the default
  const auto swept = notes(kHead + kParts + "[grid]\n\"train.optimizer.momentum\" = [0.5, 0.9]\n");
  REQUIRE(swept.size() == 1);
  CHECK_THAT(swept[0], ContainsSubstring("train.optimizer.momentum changes nothing: optimizer.name is not \"sgd\""));
  // Where one run of the sweep feels it, it is meant.
  CHECK(notes(kHead + kParts + "[train]\noptimizer.momentum = 0.5\n[grid]\n\"train.optimizer.name\" = [\"adam\", \"sgd\"]\n")
            .empty());
  const auto added = notes(kHead + kParts + "[grid]\nseed = 2\n[[add]]\n\"train.schedule.every\" = 4\n");
  REQUIRE(added.size() == 1);
  CHECK_THAT(added[0], ContainsSubstring("train.schedule.every changes nothing"));
  const auto over = notes(file, with_set({"data.subwords=600"}));
  REQUIRE(over.size() == 1);
  CHECK_THAT(over[0], ContainsSubstring("--set: data.subwords"));
  const auto set = notes(kHead + kParts, with_set({"train.schedule.every=3"}));
  REQUIRE(set.size() == 1);
  CHECK_THAT(set[0], ContainsSubstring("--set: train.schedule.every changes nothing"));
}
