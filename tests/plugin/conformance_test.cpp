#include "plugin/conformance.h"

#include <fmt/format.h>

#include <set>

#include "catch.h"
#include "plugin/attention.h"
#include "plugin/cell.h"
#include "plugin/embedding.h"

using namespace seqlab;

namespace {

Registry& installed() {
  static Registry registry;
  if (registry.records().empty()) registry.scan({std::string(SEQLAB_BUILD_FOLDER) + "/plugins"});
  return registry;
}

/// Names of the checks that failed.
std::set<std::string> failures(const Component& component, const Registry& registry) {
  std::set<std::string> failed;
  for (const CheckResult& result : check_component(component, registry)) {
    if (!result.passed) failed.insert(result.name);
  }
  return failed;
}

/// The suite on a cell of tests/bad_plugins.
std::set<std::string> failures_of(const std::string& file, const std::string& cell) {
  Registry registry;
  registry.load(std::string(SEQLAB_BUILD_FOLDER) + "/bad_plugins/" + file + ".so");
  return failures(registry.get(Kind::cell, cell), registry);
}

using Names = std::set<std::string>;

/// A score that looks at the last position, behind the lengths or not; and a sound one.
template <bool Leaking>
class Score final : public AttentionScore {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("of the test"); }
  Score(const Options&, AttentionContext& context)
      : map_(context.linear("map", context.memory_size, context.query_size, no_bias)) {}
  Var keys(Var memory) const override {
    const Var keys = map_(memory);
    if constexpr (!Leaking) return keys;
    const Shape& s = keys.shape();
    const Var last = tanh(columns(reshape(keys, {s[0], s[1] * s[2]}), (s[1] - 1) * s[2], s[2]));
    return pointwise([](auto k, auto l) { return k * l; }, keys, reshape(last, {s[0], 1, s[2]}));
  }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }

 private:
  Linear map_;
};

class Transposed final : public AttentionScore {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("of the test"); }
  Transposed(const Options&, AttentionContext&) {}
  Var score(Var query, Var keys) const override { return batched_product(keys, false, query, true); }
};

class ShortTable final : public Embedding {
 public:
  struct Options {
    int dimension = 3;
  };
  static Schema<Options> schema() {
    return Schema<Options>("a row too few").add("dimension", &Options::dimension, in_range(1, 9), "D");
  }
  ShortTable(const Options&, EmbeddingContext&) {}
  EmbeddingTable fit(const EmbeddingContext& context) const override {
    return {false, 3, std::vector<float>(static_cast<std::size_t>(context.vocabulary.size() - 1) * 3, 0.5F)};
  }
};

/// Takes any option without looking.
class Careless final : public AttentionScore {
 public:
  struct Options {
    double sharpness = 1;
  };
  static Schema<Options> schema() {
    return Schema<Options>("of the test").add("sharpness", &Options::sharpness, in_range(0, 1), "never read");
  }
  Careless(const Options&, AttentionContext& context) { context.need_equal_sizes("careless"); }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }
};

}  // namespace

TEST_CASE("every installed plugin conforms", "[plugin][conformance]") {
  int components = 0;
  for (const PluginRecord& record : installed().records()) {
    INFO(record.file << ": " << record.reason);
    REQUIRE(record.status == PluginStatus::loaded);
  }
  for (const std::string& kind : kind_names()) {
    for (const std::string& name : installed().names(kind_of(kind))) {
      ++components;
      DYNAMIC_SECTION(kind << "/" << name) {
        const auto results = check_component(installed().get(kind_of(kind), name), installed());
        CHECK(results.size() >= 4);
        for (const CheckResult& result : results) {
          INFO(result.name << ": " << result.detail);
          CHECK(result.passed);
          CHECK(result.detail != "");
        }
      }
    }
  }
  CHECK(components >= 13);
}

TEST_CASE("a cell with a wrong gradient fails that check", "[plugin][conformance]") {
  CHECK(failures_of("gradient", "bad_gradient") ==
        Names{"a stack of two that reads both ways: gradient", "gradient in f64 agrees with finite differences"});
}

TEST_CASE("a cell with a parameter that nothing uses fails that check", "[plugin][conformance]") {
  CHECK(failures_of("unused_parameter", "bad_unused") == Names{"every parameter gets a gradient"});
}

TEST_CASE("a cell with hidden state fails that check", "[plugin][conformance]") {
  CHECK(failures_of("hidden_state", "bad_counter") == Names{"same seed, same bits"});
}

TEST_CASE("a cell of the wrong shape fails with the shapes in words", "[plugin][conformance]") {
  Registry registry;
  registry.load(std::string(SEQLAB_BUILD_FOLDER) + "/bad_plugins/wrong_shape.so");
  const auto results = check_component(registry.get(Kind::cell, "bad_shape"), registry);
  CHECK(results[0].name == "states keep their shapes");
  CHECK_FALSE(results[0].passed);
  CHECK_THAT(results[0].detail, ContainsSubstring("[2, 4]") && ContainsSubstring("[2, 3]"));
}

TEST_CASE("cells that throw or give NaN fail, and end no process", "[plugin][conformance]") {
  CHECK(failures_of("throws", "bad_throws").contains("states keep their shapes"));
  const Names broken = failures_of("nan", "bad_nan");
  CHECK(broken.contains("finite after 200 steps"));
  CHECK(broken.contains("gradient in f64 agrees with finite differences"));
  CHECK(broken.contains("learns to remember its first input"));
}

TEST_CASE("scores that look behind the lengths or turn the shapes fail", "[plugin][conformance]") {
  const Registry none;
  CHECK(failures(plugin_detail::attention_component<Score<false>>("sound"), none).empty());
  CHECK(failures(plugin_detail::attention_component<Score<true>>("leaking"), none) ==
        Names{"a padded batch row equals the sequence alone", "garbage in the padding changes nothing",
              "with heads, windows and coverage"});
  CHECK(failures(plugin_detail::attention_component<Transposed>("transposed"), none).contains("weights are shares"));
}

TEST_CASE("an embedding with a row too few fails", "[plugin][conformance]") {
  const Registry none;
  const Names failed = failures(plugin_detail::embedding_component<ShortTable>("short"), none);
  CHECK(failed.contains("the table has a finite row for every word"));
}

TEST_CASE("a component that takes options out of range fails that check", "[plugin][conformance]") {
  const Registry none;
  Component careless = plugin_detail::attention_component<Careless>("careless");
  CHECK(failures(careless, none).empty());
  careless.make_attention = [](const OptionValues&, AttentionContext& context) -> std::unique_ptr<AttentionScore> {
    return std::make_unique<Careless>(Careless::Options{}, context);
  };
  CHECK(failures(careless, none) == Names{"options out of range are refused"});
}
