#include "core/options.h"

#include <limits>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

struct Sample {
  bool peephole = true;
  int units = 64;
  double rate = 0.5;
  float decay = 0.25F;
  std::string activation = "tanh";
  std::vector<std::string> files{"a", "b"};
};

Schema<Sample> sample_schema() {
  return Schema<Sample>("a sample")
      .add("peephole", &Sample::peephole, "gates see the memory")
      .add("units", &Sample::units, in_range(1, 100), "width")
      .add("rate", &Sample::rate, at_least(0), "learning rate")
      .add("decay", &Sample::decay, "of the mean")
      .add("activation", &Sample::activation, one_of({"tanh", "relu"}), "what squashes")
      .add("files", &Sample::files, "what is read");
}

std::string refusal(const OptionValues& values) {
  try {
    (void)sample_schema().read(values);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a schema reads its defaults from the struct", "[core][options]") {
  const Schema<Sample> schema = sample_schema();
  CHECK(schema.summary() == "a sample");
  CHECK(schema.names() == std::vector<std::string>{"peephole", "units", "rate", "decay", "activation", "files"});
  const OptionValues defaults = schema.defaults();
  CHECK(std::get<bool>(defaults.at("peephole")));
  CHECK(std::get<std::int64_t>(defaults.at("units")) == 64);
  CHECK(std::get<double>(defaults.at("rate")) == 0.5);
  CHECK(std::get<double>(defaults.at("decay")) == 0.25);
  CHECK(std::get<std::string>(defaults.at("activation")) == "tanh");
  CHECK(to_text(defaults.at("files")) == "[a, b]");
  const Sample read = schema.read({});
  CHECK(read.units == 64);
  CHECK(read.files == Sample().files);
}

TEST_CASE("a schema describes members of a struct that its own derives from", "[core][options]") {
  struct Common {
    int units = 64;
  };
  struct Own : Common {
    Own() { units = 20; }
    bool deep = false;
  };
  const auto schema =
      Schema<Own>("derived").add("units", &Common::units, in_range(1, 100), "width").add("deep", &Own::deep, "");
  CHECK(schema.read({}).units == 20);
  CHECK(schema.read({{"units", std::int64_t{7}}, {"deep", true}}).units == 7);
  CHECK_THROWS_AS(schema.read({{"units", std::int64_t{101}}}), UserError);
}

TEST_CASE("an option that another one silences says why", "[core][options]") {
  struct Drop {
    double dropout = 0;
    bool variational = false;
  };
  const auto drop = Schema<Drop>("drop")
                        .add("dropout", &Drop::dropout, in_range(0, 1), "")
                        .add("variational", &Drop::variational, "")
                        .used(
                            {"variational"}, [](const Drop& o) { return o.dropout > 0; }, "dropout is 0");
  CHECK(drop.idle("variational", drop.complete({{"variational", true}})) == "dropout is 0");
  CHECK_FALSE(drop.idle("variational", drop.complete({{"dropout", 0.5}})).has_value());
  CHECK_FALSE(drop.idle("dropout", drop.defaults()).has_value());
  CHECK_THROWS_AS(Schema<Drop>("drop").used(
                      {"dropuot"}, [](const Drop&) { return true; }, ""),
                  InternalError);
}

TEST_CASE("given values replace the defaults, each in its option's own type", "[core][options]") {
  const Sample read = sample_schema().read({{"peephole", false},
                                            {"units", std::int64_t{100}},
                                            {"rate", std::int64_t{2}},
                                            {"activation", std::string("relu")},
                                            {"files", std::vector<std::string>{}}});
  CHECK_FALSE(read.peephole);
  CHECK(read.units == 100);
  CHECK(read.rate == 2.0);
  CHECK(read.decay == 0.25F);
  CHECK(read.activation == "relu");
  CHECK(read.files.empty());
  const OptionValues complete = sample_schema().complete({{"rate", std::int64_t{2}}});
  CHECK(std::get<double>(complete.at("rate")) == 2.0);
  CHECK(complete.size() == 6);
}

TEST_CASE("a value of another type, range or choice is refused in words", "[core][options]") {
  CHECK(refusal({{"units", 1.5}}) == "'units' must be integer from 1 to 100, not number (1.5)");
  CHECK(refusal({{"units", std::int64_t{0}}}) == "'units' is out of range: 0 given, expected integer from 1 to 100");
  CHECK(refusal({{"units", std::int64_t{101}}}) == "'units' is out of range: 101 given, expected integer from 1 to 100");
  CHECK(refusal({{"rate", -0.1}}) == "'rate' is out of range: -0.1 given, expected number, at least 0");
  CHECK(refusal({{"rate", std::numeric_limits<double>::quiet_NaN()}}) != "accepted");
  CHECK(refusal({{"rate", std::numeric_limits<double>::infinity()}}) != "accepted");
  CHECK(refusal({{"peephole", std::int64_t{1}}}) == "'peephole' must be true or false, not integer (1)");
  CHECK(refusal({{"activation", std::string("rleu")}}) == "'activation' cannot be 'rleu'; did you mean 'relu'?");
  CHECK(refusal({{"activation", std::string("softplus")}}) == "'activation' cannot be 'softplus'; known: tanh, relu");
  CHECK(refusal({{"files", std::string("a")}}) == "'files' must be list of strings, not string (a)");
  CHECK(refusal({{"unit", std::int64_t{3}}}) == "unknown option 'unit'; did you mean 'units'?");
}

TEST_CASE("the words for what an option takes", "[core][options]") {
  const Schema<Sample> schema = sample_schema();
  CHECK(schema.find("units")->expectation() == "integer from 1 to 100");
  CHECK(schema.find("rate")->expectation() == "number, at least 0");
  CHECK(schema.find("activation")->expectation() == "one of: tanh, relu");
  CHECK(schema.find("peephole")->expectation() == "true or false");
  CHECK(schema.find("nothing") == nullptr);
  CHECK(to_text(OptionValue(0.1)) == "0.1");
  CHECK(to_text(OptionValue(true)) == "true");
}

TEST_CASE("an integer that the member cannot hold is refused, not cut", "[core][options]") {
  struct Narrow {
    int seed = 1;
  };
  const auto schema = Schema<Narrow>("an int without a range").add("seed", &Narrow::seed, "any");
  CHECK_THROWS_AS(schema.read({{"seed", std::int64_t{1} << 40}}), UserError);
}

TEST_CASE("a schema that contradicts itself is our own bug", "[core][options]") {
  CHECK_THROWS_AS(Schema<Sample>("").add("units", &Sample::units, in_range(1, 10), ""), InternalError);
  CHECK_THROWS_AS(Schema<Sample>("").add("activation", &Sample::activation, one_of({"relu"}), ""), InternalError);
  CHECK_THROWS_AS(Schema<Sample>("").add("units", &Sample::units, "").add("units", &Sample::units, ""), InternalError);
}
