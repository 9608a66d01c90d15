#include "nn/checkpoint.h"

#include "autodiff/affine.h"
#include "autodiff/cross_entropy.h"
#include "catch.h"
#include "core/error.h"
#include "experiment/temporary_folder.h"

using namespace seqlab;
using test::TemporaryFolder;

namespace {

/// Two parameters that follow the loss of a little classification.
struct Small {
  ParameterSet parameters;
  Parameter weight, bias;
  Adam optimizer;
  std::vector<double> best;
  StateValues state;

  explicit Small(Precision precision = Precision::f32, std::uint64_t seed = 1)
      : parameters(precision, seed),
        weight(parameters.add("weight", {3, 4}, init::xavier())),
        bias(parameters.add("bias", {4}, init::zeros())),
        optimizer(parameters, 0.1) {}

  void update() {
    Tape tape(parameters.precision(), true);
    const std::vector<int> targets{1, 3};
    const std::vector<double> inputs{0.5, -1, 2, 1, 1, -0.25};
    const Var x = tape.constant({2, 3}, inputs);
    tape.backward(cross_entropy(affine(x, weight.leaf(), &bias.leaf()), targets, 0.5).loss);
    optimizer.step(1.0);
  }
  TrainingMemory memory() { return {parameters, optimizer, best, state}; }
};

struct Refusals {
  std::vector<std::string> all;
  std::function<void(const std::string&)> hear = [this](const std::string& why) { all.push_back(why); };
};

}  // namespace

TEST_CASE("an optimiser goes on from its memory to the bit") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const TemporaryFolder folder;
    const CheckpointFolder checkpoints(folder.file("run-1"), "abc");
    Small whole(precision);
    for (int i = 0; i < 7; ++i) whole.update();

    Small first(precision);
    for (int i = 0; i < 3; ++i) first.update();
    first.best = first.parameters.snapshot();
    first.state = {
        {"step", std::int64_t{3}}, {"loss", 0.1 + 0.2}, {"points", std::string("a\nb")}, {"nothing", std::string()}};
    CHECK(checkpoints.save(first.memory()) > 100);

    Small second(precision, 2);  // started elsewhere
    Refusals refusals;
    CHECK(checkpoints.load(second.memory(), refusals.hear) == folder.file("run-1/last.safetensors"));
    CHECK(refusals.all.empty());
    CHECK(second.state == first.state);
    CHECK(second.best == first.best);
    for (int i = 0; i < 4; ++i) second.update();
    CHECK(second.parameters.snapshot() == whole.parameters.snapshot());
    CHECK_FALSE(second.parameters.snapshot() == first.parameters.snapshot());
  }
}

TEST_CASE("a damaged checkpoint is refused with its reason and the one before is used") {
  const TemporaryFolder folder;
  const CheckpointFolder checkpoints(folder.file("run-1"), "abc");
  Small small;
  Refusals refusals;
  CHECK(checkpoints.load(small.memory(), refusals.hear).empty());
  for (std::int64_t step = 1; step <= 3; ++step) {
    small.update();
    small.state = {{"step", step}};
    checkpoints.save(small.memory());
  }
  const std::string last = folder.file("run-1/last.safetensors");
  const std::string before = folder.file("run-1/last.1.safetensors");
  std::string bytes = test::read_text(last);
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 4);
  folder.write("run-1/last.safetensors", bytes);
  Small other;
  CHECK(checkpoints.load(other.memory(), refusals.hear) == before);
  REQUIRE(refusals.all.size() == 1);
  CHECK_THAT(refusals.all[0], ContainsSubstring(last + "' is damaged: tensor '"));
  CHECK(other.state == StateValues{{"step", std::int64_t{2}}});

  // Cut off between its two renames, the older one alone is there.
  std::filesystem::remove(last);
  folder.write("run-1/last.safetensors.new", "half of it");
  CHECK(checkpoints.load(other.memory(), refusals.hear) == before);
  CHECK(refusals.all.size() == 1);

  folder.write("run-1/last.1.safetensors", "nonsense");
  const std::vector<double> untouched = other.parameters.snapshot();
  CHECK(checkpoints.load(other.memory(), refusals.hear).empty());
  CHECK(refusals.all.size() == 2);
  CHECK(other.parameters.snapshot() == untouched);

  remove_unfinished(folder.file("run-1"));
  CHECK(std::filesystem::is_empty(folder.file("run-1")));
}

TEST_CASE("a checkpoint of other settings or another model is not used") {
  const TemporaryFolder folder;
  Small small;
  small.update();
  CheckpointFolder(folder.file("run-1"), "abc").save(small.memory());
  Refusals refusals;
  CHECK(CheckpointFolder(folder.file("run-1"), "abd").load(small.memory(), refusals.hear).empty());
  REQUIRE(refusals.all.size() == 1);
  CHECK_THAT(refusals.all[0], ContainsSubstring("other settings, another seed or other plugins"));

  Small wide(Precision::f64);
  CHECK(CheckpointFolder(folder.file("run-1"), "abc").load(wide.memory(), refusals.hear).empty());
  REQUIRE(refusals.all.size() == 2);
  CHECK_THAT(refusals.all[1], ContainsSubstring("tensor 'weight/weight' is F32 [3, 4], not F64 [3, 4]"));
}

TEST_CASE("without a folder nothing is kept, and a folder that cannot be written is an error of the environment") {
  const TemporaryFolder folder;
  Small small;
  Refusals refusals;
  CHECK(CheckpointFolder("", "abc").load(small.memory(), refusals.hear).empty());
  CHECK_FALSE(CheckpointFolder("", "abc").exists());
  const CheckpointFolder below_a_file(folder.write("file", "") + "/run-1", "abc");
  CHECK_THROWS_AS(below_a_file.save(small.memory()), EnvironmentError);
}

TEST_CASE("the best weights come back alone") {
  const TemporaryFolder folder;
  Small small;
  small.update();
  const std::string file = CheckpointFolder(folder.file("run-1"), "abc").save_best(small.parameters);
  CHECK(file == folder.file("run-1/best.safetensors"));
  Small other(Precision::f32, 9);
  CheckpointFolder::load_weights(file, other.parameters);
  CHECK(other.parameters.snapshot() == small.parameters.snapshot());
  remove_unfinished(folder.file("run-1"));
  CHECK(std::filesystem::exists(file));
}
