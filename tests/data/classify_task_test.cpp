#include "data/classify_task.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

ClassifyOptions text_options() {
  ClassifyOptions options;
  options.train = {"train.tsv"};
  options.valid = {"valid.tsv"};
  options.test = {"test.tsv"};
  return options;
}

void write_texts(const ScratchFolder& folder) {
  folder.write("train.tsv", "10\tA b\n9\tc\n9\tb b b\n");
  folder.write("valid.tsv", "9\tb\n10\tz\n");
  folder.write("test.tsv", "9\tb\n10\tc\n");
}

}  // namespace

TEST_CASE("labelled text becomes ids and classes", "[data][classify_task]") {
  const ScratchFolder folder;
  write_texts(folder);
  ClassifyOptions options = text_options();
  options.maximum_length = 2;
  const ClassifyData data = load_classify_data(options, folder.path());
  CHECK(data.classes == std::vector<std::string>{"9", "10"});
  CHECK(data.class_counts == std::vector<std::int64_t>{2, 1});
  CHECK(data.width == 0);
  CHECK(data.train[0].text == "a b");
  CHECK(data.train[0].label == 1);
  CHECK(data.train[2].ids == std::vector<int>{data.vocabulary.id("b"), data.vocabulary.id("b")});
  CHECK(data.valid[1].ids == std::vector<int>{Vocabulary::kUnknown});
  const ClassifyBatch batch = make_classify_batch(data.train, data.width, std::vector<int>{1, 0});
  CHECK(batch.inputs.are_tokens());
  CHECK(batch.inputs.lengths() == std::vector<int>{1, 2});
  CHECK(batch.classes == std::vector<int>{0, 1});
  const DataContent before = data_content(options, folder.path());
  CHECK(before.files.size() == 3);
  folder.write("test.tsv", "9\tb\n10\td\n");
  CHECK(data_content(options, folder.path()).identity != before.identity);
}

TEST_CASE("labels that do not fit are refused", "[data][classify_task]") {
  const ScratchFolder folder;
  write_texts(folder);
  const ClassifyOptions options = text_options();
  const auto refuses = [&](const std::string& file, const std::string& content, const std::string& message) {
    folder.write(file, content);
    CHECK_THROWS_AS(load_classify_data(options, folder.path()), UserError);
    CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring(message));
    write_texts(folder);
  };
  refuses("test.tsv", "9\tb\n11\tc\n", "test.tsv:2: the label '11' does not occur in the training examples");
  refuses("train.tsv", "9\tb\n9\tc\n", "all have the label '9'");
  refuses("valid.tsv", "9\tb\n9\tc\n", "all examples of the validation split have the label");
  ClassifyOptions none = options;
  none.train = {};
  CHECK_THROWS_WITH(load_classify_data(none, folder.path()), ContainsSubstring("'train' must name one file"));
  ClassifyOptions rare = options;
  rare.minimum_count = 100;
  CHECK_THROWS_WITH(load_classify_data(rare, folder.path()), ContainsSubstring("lower 'minimum_count'"));
}

TEST_CASE("a validation split is drawn from each class, by the seed alone", "[data][classify_task]") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 40; ++i) text += (i < 30 ? "a\tx" : "b\ty") + std::to_string(i) + "\n";
  folder.write("train.tsv", text);
  folder.write("test.tsv", "a\tx\nb\ty\n");
  ClassifyOptions options = text_options();
  options.valid = {};
  options.valid_share = 0.2;
  const ClassifyData data = load_classify_data(options, folder.path());
  CHECK(data.valid.size() == 8);
  CHECK(std::ranges::count(data.valid, 1, &ClassifyExample::label) == 2);
  CHECK(data.train.size() == 32);
  const auto texts = [](const ClassifyData& own) {
    std::vector<std::string> all;
    for (const auto& example : own.valid) all.push_back(example.text);
    return all;
  };
  CHECK(texts(load_classify_data(options, folder.path())) == texts(data));
  options.seed = 2;
  CHECK(texts(load_classify_data(options, folder.path())) != texts(data));
  options.train_size = 10;
  CHECK(load_classify_data(options, folder.path()).train.size() == 10);
  options.valid_share = 0;
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("raise it or name files in 'valid'"));
}

TEST_CASE("vectors are scaled by the training examples", "[data][classify_task]") {
  const ScratchFolder folder;
  folder.write("steps.csv", "sequence,step,x\na,0,0\na,1,2\nb,0,0\nb,1,2\nc,0,4\nd,0,\ne,0,1\nf,0,1\n");
  folder.write("labels.csv", "sequence,label,part\na,0,train\nb,1,train\nc,0,valid\nd,1,valid\ne,0,test\nf,1,test\n");
  ClassifyOptions options;
  options.format = "table";
  options.train = {"steps.csv", "labels.csv"};
  options.split = "part";
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("steps.csv:7: column 'x'"));
  options.missing = "carry";
  const ClassifyData data = load_classify_data(options, folder.path());
  CHECK(data.width == 2);
  CHECK(data.train[0].values == std::vector<float>{-1, 1, 1, 1});
  CHECK(data.valid[0].values == std::vector<float>{3, 1});
  CHECK(data.valid[1].values == std::vector<float>{0, 0});
  CHECK(length_of(data.train[0], data.width) == 2);
  const ClassifyBatch batch = make_classify_batch(data.train, data.width, std::vector<int>{0, 1});
  CHECK_FALSE(batch.inputs.are_tokens());
  CHECK(batch.inputs.vectors.values == std::vector<double>{-1, 1, -1, 1, 1, 1, 1, 1});
  options.test = {"steps.csv"};
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("column 'part' says the split"));
}

TEST_CASE("whole groups validate where the data say what belongs together", "[data][classify_task]") {
  const ScratchFolder folder;
  std::string steps = "sequence,step,x\n", labels = "sequence,label,part,person\n";
  for (int i = 0; i < 24; ++i) {
    const std::string name = "s" + std::to_string(i);
    steps += name + ",0," + std::to_string(i % 6) + "\n";
    labels += name + (i % 2 == 0 ? ",up," : ",down,") + (i < 20 ? "train" : "test") + ",p" + std::to_string(i % 5) + "\n";
  }
  folder.write("steps.csv", steps);
  folder.write("labels.csv", labels);
  ClassifyOptions options;
  options.format = "table";
  options.train = {"steps.csv", "labels.csv"};
  options.split = "part";
  options.group = "person";
  options.valid_share = 0.4;
  const ClassifyData data = load_classify_data(options, folder.path());
  CHECK(data.train.size() == 12);
  CHECK(data.valid.size() == 8);
  std::set<int> people;
  for (const auto& example : data.valid) people.insert(std::stoi(example.text.substr(1)) % 5);
  CHECK(people.size() == 2);
  CHECK(std::ranges::none_of(data.train, [&](const auto& e) { return people.contains(std::stoi(e.text.substr(1)) % 5); }));
  options.valid_share = 0.05;
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("in whole groups is none"));
  options.valid_share = 0.9;
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("takes all groups; lower it"));
  options.train = options.test = {"steps.csv"};
  options.split = "";
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("must name two files each"));
  options.train = {"steps.csv", "labels.csv"};
  options.group = "";
  options.constants = {"person"};
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("must name two files each"));
  options.source = "next_word";
  options.train = options.test = {};
  CHECK_THROWS_WITH(load_classify_data(options, folder.path()), ContainsSubstring("'constants' names columns of tables"));
}

TEST_CASE("the sets of the catalogue are what their notes say", "[data][classify_task]") {
  if (std::getenv("SEQLAB_DATA_MIRROR") == nullptr) {
    WARN("skipped: SEQLAB_DATA_MIRROR names no folder of data sets");
    return;
  }
  ClassifyOptions options;
  const auto load = [&](const std::string& source) {
    options.source = source;
    return load_classify_data(options, "");
  };
  const ClassifyData vowels = load("japanese_vowels");
  CHECK(vowels.width == 12);
  CHECK(vowels.classes.size() == 9);
  CHECK(vowels.train.size() == 243);
  CHECK(vowels.valid.size() == 27);
  CHECK(vowels.test.size() == 370);
  const ClassifyData actions = load("msr_action3d");
  CHECK(actions.width == 60);
  CHECK(actions.train.size() + actions.valid.size() == 284);
  CHECK(actions.test.size() == 273);
  const ClassifyData sentiment = load("sst2");
  CHECK(sentiment.train.size() == 6920);
  CHECK(sentiment.test.size() == 1821);
  const ClassifyData polarity = load("sentence_polarity");
  CHECK(polarity.train.size() + polarity.valid.size() + polarity.test.size() == 10662);
  std::set<std::string> test;
  for (const auto& example : polarity.test) test.insert(example.text);
  CHECK(std::ranges::none_of(polarity.train, [&](const auto& example) { return test.contains(example.text); }));
  options.missing = "carry";
  const ClassifyData visits = load("icu2012");
  CHECK(visits.width == 74);
  options.constants = {"age", "gender", "height", "admission_weight"};
  options.bin = 4;
  const ClassifyData stays = load("icu2012");
  CHECK(stays.width == 82);
  CHECK(length_of(stays.test[0], stays.width) == 12);
  CHECK(visits.train.size() == 2797);
  CHECK(visits.class_counts[1] == 390);
  CHECK(length_of(visits.test[0], visits.width) == 48);
}
