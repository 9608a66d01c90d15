#include <unistd.h>

#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/arguments.h"
#include "cli/compare.h"
#include "cli/read_database.h"
#include "cli/run_toml.h"
#include "core/error.h"
#include "laboratory.h"
#include "results/embedded.h"

using namespace seqlab;
using namespace seqlab::test;

TEST_CASE("arguments: options anywhere, words counted, errors with a hint") {
  const Command command{"demo", "a demonstration", "demo WORD [--rows K]", {}};
  po::options_description options("options");
  options.add_options()("rows", po::value<std::string>(), "rows")("set", po::value<std::vector<std::string>>(), "set")(
      "jobs,j", po::value<int>(), "jobs");
  const auto parse = [&](const std::vector<std::string>& arguments) {
    return *parse_arguments(arguments, command, options, {1, 2, "WORD"});
  };
  const Arguments given = parse({"a", "--rows", "x", "--set", "k=1", "-j4", "--set=l=2", "b"});
  CHECK(given.positional == std::vector<std::string>{"a", "b"});
  CHECK(given.text("rows") == "x");
  CHECK(given.text("cols", "fallback") == "fallback");
  CHECK(given.texts("set") == std::vector<std::string>{"k=1", "l=2"});
  CHECK(given.options["jobs"].as<int>() == 4);
  CHECK(parse({"--", "--rows"}).positional == std::vector<std::string>{"--rows"});
  CHECK(parse({"-"}).positional == std::vector<std::string>{"-"});

  CHECK_THROWS_WITH(parse({"a", "--rosw", "x"}), ContainsSubstring("did you mean '--rows'?"));
  CHECK_THROWS_WITH(parse({"a", "--ro", "x"}), ContainsSubstring("unknown option '--ro'"));
  CHECK_THROWS_AS(parse({"a", "--rows"}), UserError);
  CHECK_THROWS_AS(parse({"a", "-j", "many"}), UserError);
  CHECK_THROWS_AS(parse({"a", "--rows", "x", "--rows", "y"}), UserError);
  CHECK_THROWS_WITH(parse({}), ContainsSubstring("WORD is missing"));
  CHECK_THROWS_WITH(parse({"a", "b", "c"}), ContainsSubstring("unexpected argument 'c'"));

  const Captured captured;
  CHECK_FALSE(parse_arguments({"--help"}, command, options, {1, 2, "WORD"}));
  CHECK_THAT(captured.text(), ContainsSubstring("usage: seqlab demo WORD"));
  CHECK_THAT(captured.text(), ContainsSubstring("--rows"));
}

TEST_CASE("KEY=VALUE is cut at the first sign") {
  CHECK(key_and_value("a=b=c", "--set") == std::pair<std::string, std::string>{"a", "b=c"});
  CHECK(key_and_value("a=", "--set").second.empty());
  CHECK_THROWS_WITH(key_and_value("ab", "--set"), ContainsSubstring("--set wants KEY=VALUE"));
  CHECK_THROWS_AS(key_and_value("=b", "--set"), UserError);
}

TEST_CASE("reading commands say what to do where there is no database") {
  const Laboratory lab;
  for (const Command& command : {compare_command(), show_command(), sql_command()}) {
    INFO(command.name);
    CHECK_THROWS_AS(command.run({"x"}, lab.globals), NothingMatched);
    CHECK_THROWS_WITH(command.run({"x"}, lab.globals), ContainsSubstring("seqlab run"));
    CHECK_THROWS_WITH(command.run({"x"}, lab.globals), ContainsSubstring("--db"));
  }
  CHECK_THROWS_AS(status_command().run({}, lab.globals), NothingMatched);
  CHECK_FALSE(std::filesystem::exists(lab.globals.database));  // and make none
}

TEST_CASE("compare prints every format, and takes its options") {
  const Laboratory lab;
  lab.fill();
  const std::string table = lab(compare_command(), {"scores"});
  CHECK_THAT(table, ContainsSubstring("none       0.62 +-1.59"));
  CHECK_THAT(table, ContainsSubstring("failed #3 dot/lstm seed 1: loss is NaN at step 812"));
  CHECK(lab(compare_command(), {"scores", "--format", "csv"})
            .starts_with("attention,cell,n,mean,sd,low,high\nnone,lstm,2,0.625,"));
  CHECK_THAT(lab(compare_command(), {"scores", "--format=markdown"}), ContainsSubstring("| none | lstm | 2 | 0.62 |"));
  CHECK_THAT(lab(compare_command(), {"scores", "--only", "attention=none", "--which", "last"}),
             ContainsSubstring("last epoch"));
  CHECK_THROWS_AS(compare_command().run({"scroes"}, lab.globals), NothingMatched);
  CHECK_THROWS_AS(compare_command().run({"scores", "--format", "excel"}, lab.globals), UserError);
  CHECK(lab(compare_command(), {"scores", "--format", "latex"}) ==
        "\\begin{tabular}{llrrrrr}\n\\hline\nattention & cell & n & mean & sd & low & high \\\\\n\\hline\n"
        "none & lstm & 2 & 0.62 & 0.18 & $-$0.96 & 2.21 \\\\\ndot & lstm & 0 &  &  &  &  \\\\\n\\hline\n\\end{tabular}\n");
  CHECK_THROWS_AS(compare_command().run({}, lab.globals), UserError);
  Laboratory json;
  json.fill();
  json.globals.json = true;
  CHECK(nlohmann::json::parse(json(compare_command(), {"scores"}))[0]["mean"] == 0.625);

  const Captured captured;
  CHECK(print_comparison(lab.globals.database, "scores", "table") == 0);
  CHECK(captured.text() == table);
}

TEST_CASE("compare asks one question at a time") {
  const Laboratory lab;
  lab.fill();
  const Command compare = compare_command();
  CHECK_THAT(lab(compare, {"scores", "--baseline", "none"}), ContainsSubstring("dot: no block has a value of both."));
  CHECK_THAT(lab(compare, {"scores", "--baseline", "none", "--format", "csv"}),
             ContainsSubstring("contrast,baseline,pairs,incomplete,difference"));
  CHECK_THAT(lab(compare, {"scores", "--effect", "attention"}), ContainsSubstring("0 blocks of equal cell and seed"));
  CHECK_THAT(lab(compare, {"scores", "--per", "seconds"}),
             ContainsSubstring("none/lstm  0.62 +-1.59     2.00  0.32 +-0.21  yes"));
  CHECK_THAT(lab(compare, {"scores", "--per", "parameters", "--format", "csv"}),
             ContainsSubstring("\nnone,lstm,1,0.75,321,"));
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"scores", "--baseline", "none", "--effect", "cell"},
                                                {"scores", "--bootstrap", "100"},
                                                {"scores", "--baseline", "none", "--bootstrap", "many"},
                                                {"scores", "--baseline", "none", "--bootstrap", "0"},
                                                {"scores", "--effect", "attention", "--rows", "cell"},
                                                {"scores", "--baseline", "none", "--bootstrap-seed", "1"}}) {
    CHECK_THROWS_AS(compare.run(wrong, lab.globals), UserError);
  }
}

TEST_CASE("status counts the runs and tells what went wrong") {
  const Laboratory lab;
  lab.fill();
  CHECK(lab(status_command(), {}) == "scores  2 of 4 done, 1 queued, 1 failed\n");
  CHECK_THAT(lab(status_command(), {"scores"}),
             ContainsSubstring("failed #3 dot/lstm seed 1: loss is NaN at step 812\n    log run-3.log"));
  CHECK_THROWS_WITH(status_command().run({"score"}, lab.globals), ContainsSubstring("did you mean 'scores'?"));
  {
    Store store(lab.globals.database);
    REQUIRE(store.claim(4, ::getpid(), ""));
    store.record(4, ProgressEvent{5, 20, 50, 0.25, 0.125});
    store.flush();
  }
  const std::string running = lab(status_command(), {"scores"});
  CHECK_THAT(running,
             ContainsSubstring("1 running, 1 failed; about 1.7 s left"));  // three quarters of the mean of 2.0 and 2.5 s
  CHECK_THAT(running, ContainsSubstring("running #4 dot/lstm seed 2: epoch 5 of 20, loss 0.125"));
  {
    Database database(lab.globals.database, Access::write);
    database.execute("UPDATE run SET boot = 'earlier' WHERE id = 4");
  }
  CHECK_THAT(lab(status_command(), {}), ContainsSubstring("1 lost"));
}

TEST_CASE("show finds a run by number, as the last and as the best") {
  const Laboratory lab;
  lab.fill();
  for (const char* word : {"2", "#2", "@best"}) {
    const std::string text = lab(show_command(), {word});
    CHECK_THAT(text, ContainsSubstring("run #2, seed 2"));
    CHECK_THAT(text, ContainsSubstring("none/lstm in scores"));
    CHECK_THAT(text, ContainsSubstring("valid/exact best  0.75       epoch 3"));
    CHECK_THAT(text, ContainsSubstring("train.optimizer.rate  0.002"));
    CHECK_THAT(text, ContainsSubstring("cell/lstm  hash of lstm"));
    CHECK_THAT(text, ContainsSubstring("compiler  g++"));
    CHECK_THAT(text, ContainsSubstring("prediction  predicted"));
    CHECK_THAT(text, ContainsSubstring("parameters  321"));
  }
  CHECK_THAT(lab(show_command(), {"@last"}), ContainsSubstring("run #3"));
  CHECK_THAT(lab(show_command(), {"3"}), ContainsSubstring("loss is NaN at step 812"));
  CHECK_THROWS_AS(show_command().run({"99"}, lab.globals), NothingMatched);
  CHECK_THROWS_AS(show_command().run({"best"}, lab.globals), UserError);
  CHECK_THROWS_AS(show_command().run({"@best", "--experiment", "other"}, lab.globals), NothingMatched);
  Laboratory json;
  json.fill();
  json.globals.json = true;
  const auto object = nlohmann::json::parse(json(show_command(), {"2"}));
  CHECK(object["settings"]["train.epochs"] == 20);
  CHECK(object["results"][0]["value"] == 0.75);
  CHECK(object["state"] == "done");
  CHECK(object["seconds"] == 2.5);
}

TEST_CASE("show --toml prints a file that repeats the run under a name of its own") {
  const Laboratory lab;
  lab.fill();
  CHECK(lab(show_command(), {"2", "--toml"}) ==
        "# Repeats run #2 of scores.\n"
        "name = \"scores-run-2\"\n"
        "metric = \"valid/exact\"\n"
        "\n"
        "[data]\n"
        "source = \"dates\"\n"
        "\n"
        "[parts]\n"
        "attention = \"none\"\n"
        "cell = \"lstm\"\n"
        "\n"
        "[train]\n"
        "epochs = 20\n"
        "optimizer.rate = 0.002\n"
        "\n"
        "[grid]\n"
        "seed = [2]\n");
}

TEST_CASE("settings become TOML tables and values") {
  CHECK(
      to_toml({"n",
               "m",
               {{"cell.lstm.forget_bias", 1.0}, {"model.seq2seq.units", std::int64_t{64}}, {"model.seq2seq.deep.er", true}},
               3,
               ""}) ==
      "name = \"n\"\nmetric = \"m\"\n\n[cell.lstm]\nforget_bias = 1.0\n\n[model.seq2seq]\ndeep.er = true\nunits = "
      "64\n\n[grid]\nseed = [3]\n");
  CHECK(toml_value(std::string("a\"b\\c\n\x01")) == "\"a\\\"b\\\\c\\n\\u0001\"");
  CHECK(toml_value(1e-5) == "1e-05");
  CHECK(toml_value(2.0) == "2.0");
  CHECK(toml_value(std::vector<std::string>{"a", "b"}) == "[\"a\", \"b\"]");
}

TEST_CASE("sql prints queries and refuses changes") {
  const Laboratory lab;
  lab.fill();
  const Command sql = sql_command();
  CHECK(lab(sql, {"SELECT state, count(*) AS runs FROM run GROUP BY state ORDER BY state"}) ==
        "state   runs\n------  ----\ndone       2\nfailed     1\nqueued     1\n");
  CHECK(lab(sql, {"SELECT 1 AS a; -- two\nSELECT NULL AS b, 'x,y' AS c;", "--format", "csv"}) == "a\n1\n\nb,c\n,\"x,y\"\n");
  CHECK(nlohmann::json::parse(lab(sql, {"SELECT id FROM run WHERE id = :id", "id=2", "--format", "json"}))[0]["id"] == 2);
  CHECK(lab(sql, {"SELECT x'0102' AS b"}) == "b\n---------\n<2 bytes>\n");

  for (const char* change :
       {"DELETE FROM run", "UPDATE run SET state = 'done'", "DROP VIEW v_run", "CREATE TABLE x (y)", "ATTACH 'x.db' AS x",
        "PRAGMA user_version = 7", "VACUUM INTO 'copy.db'", "SELECT 1; DELETE FROM run"}) {
    INFO(change);
    const Captured captured;
    CHECK_THROWS_WITH(sql.run({change}, lab.globals), ContainsSubstring("read-only"));
    CHECK_THROWS_AS(sql.run({change}, lab.globals), UserError);
  }
  CHECK_FALSE(std::filesystem::exists("copy.db"));
  CHECK(lab(sql, {"SELECT count(*) AS n FROM run", "--format", "csv"}) == "n\n4\n");

  CHECK_THROWS_WITH(sql.run({"SELECT * FROM v_runs"}, lab.globals), ContainsSubstring("did you mean 'v_run'?"));
  CHECK_THROWS_AS(sql.run({"SELEC 1"}, lab.globals), UserError);
  CHECK_THROWS_WITH(sql.run({"  -- nothing"}, lab.globals), ContainsSubstring("empty"));
  CHECK_THROWS_WITH(sql.run({"SELECT :run", "rum=1"}, lab.globals), ContainsSubstring("did you mean 'run'?"));
  CHECK_THROWS_AS(sql.run({"SELECT ?"}, lab.globals), UserError);
}

TEST_CASE("every named query runs and says what it answers") {
  const Laboratory lab;
  lab.fill();
  const std::string list = lab(sql_command(), {"@"});
  std::size_t count = 0;
  for (const auto& query : named_queries()) {
    const std::string name = '@' + std::string(query.name);
    INFO(name);
    CHECK(query.sql.starts_with("-- "));
    CHECK_THAT(list, ContainsSubstring(name + "\n    "));
    CHECK_FALSE(lab(sql_command(), {name}).empty());
    ++count;
  }
  CHECK(count >= 7);
  CHECK(lab(sql_command(), {"@leaderboard", "experiment=scores", "--format", "csv"}) ==
        lab(sql_command(), {"@leaderboard", "--format", "csv"}));
  CHECK_THAT(lab(sql_command(), {"@leaderboard"}), ContainsSubstring("none/lstm"));
  CHECK_THAT(lab(sql_command(), {"@failures"}), ContainsSubstring("loss is NaN at step 812"));
  CHECK_THAT(lab(sql_command(), {"@missing_cells"}), ContainsSubstring("seed 1 failed, seed 2 queued"));
  CHECK_THAT(lab(sql_command(), {"@factor_effect"}), ContainsSubstring("parts.attention  none"));
  CHECK(lab(sql_command(), {"@slowest", "top=1", "--format", "csv"}).find("\n2,scores,none/lstm,2,2.5,") !=
        std::string::npos);
  CHECK_THROWS_WITH(sql_command().run({"@leaderbord"}, lab.globals), ContainsSubstring("did you mean 'leaderboard'?"));
}
