#include "results/bootstrap.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "results/contrast.h"
#include "results/contrast_table.h"
#include "results/stored_examples.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

double share(std::span<const double> sums, std::size_t examples) { return sums[0] / static_cast<double>(examples); }

struct Prediction {
  std::string source, prediction, reference;
};

/// Runs of none/lstm and dot/lstm, one seed, with these predictions of the test split.
struct Stored {
  Folder folder;
  Store store{folder.file("a.db")};
  std::vector<RunTicket> tickets;

  Stored(const std::vector<Prediction>& none, const std::vector<Prediction>& dot) {
    auto experiment = scores_experiment();
    experiment.metric = "test/exact";
    auto plan = grid({"none", "dot"}, {"lstm"}, 1);
    for (auto& request : plan) request.variant.settings["data.tokens"] = std::string("whitespace");
    tickets = store.register_plan(experiment, plan);
    fill(tickets[0].id, none);
    fill(tickets[1].id, dot);
  }

  void fill(std::int64_t run, const std::vector<Prediction>& predictions) {
    REQUIRE(store.claim(run, ::getpid(), ""));
    std::int64_t number = 0;
    for (const auto& p : predictions)
      store.record(run, ExampleEvent{"test", number++, p.source, p.prediction, p.reference, 0});
    for (const char* metric : {"test/exact", "test/bleu", "test/chrf", "valid/exact"}) {
      store.record(run, ResultEvent{metric, "best", 1, 0.5});
    }
    store.finish(run, RunState::done, "", 1);
  }

  Contrasts bootstrapped(const std::string& metric, std::int64_t samples = 500) {
    const Comparison data = load_comparison(store.database(), {"scores", metric, "best", {}});
    Contrasts contrasts = contrasts_with(data, "none");
    add_bootstrap(contrasts, store.database(), metric, samples, 7);
    return contrasts;
  }
};

}  // namespace

TEST_CASE("the bootstrap of a certain difference") {
  const PairedExamples pair{{1, std::vector<double>(50, 0.0)}, {1, std::vector<double>(50, 1.0)}};
  const BootstrapTest test = paired_bootstrap({pair}, share, 999, 1);
  CHECK(test.difference == 1);
  CHECK(test.p == Approx(0.002));  // no sample on the other side: twice 1 of 1000
  CHECK(test.interval.low == 1);
  CHECK(test.interval.high == 1);
  CHECK(test.examples == 50);
}

TEST_CASE("two systems that are the same differ with p = 1, and p goes with the interval") {
  std::vector<double> baseline(60, 0.0);
  std::ranges::fill(baseline.begin(), baseline.begin() + 30, 1.0);
  const auto against = [&](int worse, int better) {
    std::vector<double> system = baseline;
    for (int i = 0; i < worse; ++i) system[static_cast<std::size_t>(i)] = 0;
    for (int i = 0; i < better; ++i) system[static_cast<std::size_t>(59 - i)] = 1;
    return paired_bootstrap({{{1, baseline}, {1, system}}}, share, 2000, 1);
  };
  CHECK(against(0, 0).p == 1);
  CHECK(against(5, 5).p > 0.8);
  const BootstrapTest up = against(1, 12);
  CHECK(up.interval.low > 0);
  CHECK(up.p < 0.05);
  const BootstrapTest down = against(12, 1);
  CHECK(down.interval.high < 0);
  CHECK(down.p < 0.05);
  const BootstrapTest open = against(4, 8);
  CHECK(open.interval.low < 0);
  CHECK(open.p > 0.05);
}

TEST_CASE("the same seed gives the same samples, another seed others") {
  PairedExamples pair{{1, {}}, {1, {}}};
  for (int i = 0; i < 40; ++i) {
    pair.baseline.numbers.push_back(i % 3 == 0 ? 1 : 0);
    pair.system.numbers.push_back(i % 2 == 0 ? 1 : 0);
  }
  const auto once = paired_bootstrap({pair}, share, 300, 1);
  CHECK(paired_bootstrap({pair}, share, 300, 1).p == once.p);
  CHECK(paired_bootstrap({pair}, share, 300, 1).interval.low == once.interval.low);
  CHECK(paired_bootstrap({pair}, share, 3001, 2).p != once.p);
  CHECK_THROWS_AS(paired_bootstrap({}, share, 10, 1), InternalError);
}

TEST_CASE("stored predictions are scored again, exact match and corpus BLEU") {
  const std::vector<Prediction> none{
      {"s0", "a b c d", "a b c d e"}, {"s1", "x y z w v", "x y z w v"}, {"s2", "q", "r s t u"}};
  const std::vector<Prediction> dot{
      {"s0", "a b c d e", "a b c d e"}, {"s1", "x y z w v", "x y z w v"}, {"s2", "r s", "r s t u"}};
  Stored stored(none, dot);
  const Contrasts exact = stored.bootstrapped("test/exact");
  REQUIRE(exact.rows[0].bootstrap);
  CHECK(exact.rows[0].bootstrap->baseline == Approx(1.0 / 3));
  CHECK(exact.rows[0].bootstrap->difference == Approx(1.0 / 3));
  const Contrasts bleu = stored.bootstrapped("test/bleu");
  const std::vector<std::string> references{"a b c d e", "x y z w v", "r s t u"};
  const std::vector<std::string> said{"a b c d e", "x y z w v", "r s"};
  CHECK(bleu.rows[0].bootstrap->system == Approx(corpus_bleu(said, references, BleuTokens::plain)));

  CHECK(stored.bootstrapped("test/chrf").rows[0].bootstrap->system == Approx(corpus_chrf(said, references)));

  const Comparison data = load_comparison(stored.store.database(), {"scores", "test/bleu", "best", {}});
  CHECK_THAT(render(data, bleu),
             ContainsSubstring("paired bootstrap of test/bleu over 3 stored examples: 500 samples, seed 7"));
  CHECK_THAT(to_text(contrast_rows(data, bleu), TableFormat::csv), ContainsSubstring(",bootstrap_p\n"));
  CHECK_THAT(to_text(contrast_rows(data, bleu), TableFormat::csv), ContainsSubstring(",3,,500,7,"));
}

TEST_CASE("a bootstrap over a part of the examples says so") {
  const std::vector<Prediction> some{{"s", "a", "b"}, {"t", "c", "c"}};
  Stored stored(some, some);
  stored.store.record(stored.tickets[0].id, StartedEvent{{{"test pairs", "400"}}});
  stored.store.flush();
  const Contrasts found = stored.bootstrapped("test/exact");
  CHECK(found.split_examples == 400);
  CHECK(found.rows[0].bootstrap->p == 1);
  const Comparison data = load_comparison(stored.store.database(), {"scores", "test/exact", "best", {}});
  CHECK_THAT(render(data, found), ContainsSubstring("over the 2 stored of 400 examples: 500 samples"));
  CHECK_THAT(to_text(contrast_rows(data, found), TableFormat::csv), ContainsSubstring(",2,400,500,7,"));
  CHECK_THAT(to_text(contrast_rows(data, found), TableFormat::json), ContainsSubstring("\"exact\": true"));
}

TEST_CASE("what cannot be resampled says why") {
  const std::vector<Prediction> some{{"s", "a", "b"}, {"t", "c", "c"}};
  Stored stored(some, some);
  CHECK_THROWS_WITH(stored.bootstrapped("valid/exact"), ContainsSubstring("it has those of test: --metric test/exact"));
  CHECK_THROWS_WITH(StoredExamples(stored.store.database(), "test/loss"), ContainsSubstring("try --metric test/exact"));

  Stored different(some, {{"s", "a", "b"}, {"other", "c", "c"}});
  CHECK_THROWS_WITH(different.bootstrapped("test/exact"), ContainsSubstring("example 1 of 'test' is another one"));
  Stored none(some, {});
  CHECK_THROWS_WITH(none.bootstrapped("test/exact"), ContainsSubstring("run.keep_examples"));
}
