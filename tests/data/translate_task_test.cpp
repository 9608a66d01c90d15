#include "data/translate_task.h"

#include <cstdlib>
#include <set>

#include "catch.h"
#include "core/error.h"
#include "scratch_folder.h"

using namespace seqlab;

namespace {

std::string complaint(const TranslateOptions& options, const ScratchFolder& folder) {
  try {
    load_translate_data(options, folder.path().string());
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// Three splits of the same two files, relative to the folder.
TranslateOptions file_options(const ScratchFolder& folder, std::string_view source, std::string_view target) {
  folder.write("x.en", source);
  folder.write("x.vi", target);
  TranslateOptions options;
  options.source = "files";
  options.tokens = "whitespace";
  options.train = options.valid = options.test = {"x.en", "x.vi"};
  return options;
}

}  // namespace

TEST_CASE("the options describe themselves") {
  const auto schema = translate_schema();
  CHECK(schema.names() == std::vector<std::string>{"task",
                                                   "source",
                                                   "format",
                                                   "tokens",
                                                   "subwords",
                                                   "subword_kind",
                                                   "joint",
                                                   "lower_case",
                                                   "leaves",
                                                   "closings",
                                                   "bleu",
                                                   "train",
                                                   "valid",
                                                   "test",
                                                   "train_size",
                                                   "valid_size",
                                                   "test_size",
                                                   "seed",
                                                   "minimum_count",
                                                   "vocabulary_size",
                                                   "maximum_length",
                                                   "decoding.beam",
                                                   "decoding.length_penalty",
                                                   "decoding.coverage_penalty",
                                                   "decoding.early_finish",
                                                   "decoding.maximum_ratio",
                                                   "decoding.replace_unknown"});
  for (const auto& rule : schema.rules()) CHECK_FALSE(rule.help.empty());
  const auto options = schema.read({{"source", "tatoeba_en_vi"}, {"tokens", "whitespace"}, {"train_size", std::int64_t{5}}});
  CHECK(options.source == "tatoeba_en_vi");
  CHECK(options.train_size == 5);
  CHECK_THROWS_WITH(schema.read({{"source", "tatoeba_envi"}}), ContainsSubstring("did you mean 'tatoeba_en_vi'"));
  CHECK_THROWS_WITH(schema.read({{"tokens", "words"}}), ContainsSubstring("tokens"));
  CHECK_THROWS_WITH(schema.read({{"minimum_count", std::int64_t{0}}}), ContainsSubstring("out of range"));
  CHECK_THROWS_WITH(schema.read({{"train_size", std::int64_t{-1}}}), ContainsSubstring("out of range"));
  CHECK_THROWS_WITH(schema.read({{"lowercase", true}}), ContainsSubstring("did you mean 'lower_case'"));
}

TEST_CASE("dates: the source's own sizes, ids that decode to the text") {
  const auto data = load_translate_data({}, "");
  CHECK(data.train.size() == 10000);
  CHECK(data.valid.size() == 1000);
  CHECK(data.test.size() == 1000);
  CHECK(data.files.empty());
  CHECK(data.target_tokenizer.join(std::vector<std::string>{"1", "-"}) == "1-");
  CHECK(data.target_vocabulary.size() == Vocabulary::kSpecial + 11);  // ten digits and the hyphen
  for (const auto* split : {&data.train, &data.test}) {
    for (const auto& pair : *split) {
      REQUIRE(pair.target_ids.size() == 10);
      REQUIRE(data.source_vocabulary.decode(pair.source_ids, "") == pair.source);
      REQUIRE(data.target_vocabulary.decode(pair.target_ids, "") == pair.target);
    }
  }
}

TEST_CASE("dates: sizes, seed and lower case") {
  TranslateOptions options;
  options.train_size = 200;
  options.valid_size = 20;
  options.test_size = 10;
  options.lower_case = true;
  const auto data = load_translate_data(options, "");
  CHECK(data.train.size() == 200);
  CHECK(data.test.size() == 10);
  std::set<std::string> train;
  for (const auto& pair : data.train) {
    train.insert(pair.source);
    REQUIRE(pair.source.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
  }
  for (const auto& pair : data.valid) CHECK_FALSE(train.contains(pair.source));
  CHECK(load_translate_data(options, "").train[7].source == data.train[7].source);
  options.seed = 2;
  CHECK(load_translate_data(options, "").train[7].source != data.train[7].source);
}

TEST_CASE("files: all lines, names relative to the folder, normalised text") {
  const ScratchFolder folder;
  auto options = file_options(folder, "the  cat\nthe dog \na cat\n", "con me\u0300o\ncon cho\u0301\nmột con mèo\n");
  const auto data = load_translate_data(options, folder.path().string());
  REQUIRE(data.train.size() == 3);
  CHECK(data.train[0].source == "the cat");
  CHECK(data.train[0].target == "con mèo");
  CHECK(data.train[0].target_ids == data.target_vocabulary.encode(std::vector<std::string>{"con", "mèo"}));
  CHECK(data.target_vocabulary.token(4) == "con");
  CHECK(data.target_vocabulary.count(4) == 3);
  CHECK(data.target_tokenizer.join(data.train[0].target_ids, data.target_vocabulary) == "con mèo");
  REQUIRE(data.files.size() == 6);
  CHECK(data.files[1] == (folder.path() / "x.vi").string());
  CHECK(data.left_out == 0);

  options.train_size = 2;
  options.test_size = 1;
  const auto fewer = load_translate_data(options, folder.path().string());
  CHECK(fewer.train.size() == 2);
  CHECK(fewer.valid.size() == 3);
  CHECK(fewer.test.size() == 1);
  CHECK(fewer.source_vocabulary.id("a") == Vocabulary::kUnknown);
  CHECK(fewer.source_vocabulary.decode(fewer.valid[2].source_ids, " ") == "<unk> cat");
}

TEST_CASE("files: one pair is enough, one target token is not") {
  const ScratchFolder folder;
  const auto data = load_translate_data(file_options(folder, "yes", "vâng ạ"), folder.path().string());
  CHECK(data.train.size() == 1);
  CHECK(data.source_vocabulary.size() == 5);
  CHECK(data.train[0].target_ids == std::vector<int>{4, 5});
  CHECK_THAT(complaint(file_options(folder, "yes\nno\n", "vâng\nvâng vâng\n"), folder),
             ContainsSubstring("knows a single token, 'vâng'") && ContainsSubstring("minimum_count"));
}

TEST_CASE("long training pairs are left out, but not all of them") {
  const ScratchFolder folder;
  auto options = file_options(folder, "a b c\na\na b\n", "x\nx v\nx y z w\n");
  options.maximum_length = 3;
  const auto data = load_translate_data(options, folder.path().string());
  CHECK(data.train.size() == 2);
  CHECK(data.left_out == 1);
  CHECK(data.valid.size() == 3);
  CHECK(data.target_vocabulary.id("w") == Vocabulary::kUnknown);

  options = file_options(folder, "a b c\na b c d\n", "x y\nx\n");
  options.maximum_length = 2;
  CHECK_THAT(complaint(options, folder),
             ContainsSubstring("'maximum_length' = 2 leaves no training pair") && ContainsSubstring("at least 3"));
}

TEST_CASE("options that contradict each other or the data") {
  const ScratchFolder folder;
  auto options = file_options(folder, "a\n", "x\n");

  auto minimum = options;
  minimum.minimum_count = 2;
  CHECK_THAT(complaint(minimum, folder), ContainsSubstring("lower 'minimum_count'"));

  auto generator = options;
  generator.source = "dates";
  CHECK_THAT(complaint(generator, folder), ContainsSubstring("'train' lists files but 'source' is 'dates'"));
  generator.train.clear();
  CHECK_THAT(complaint(generator, folder), ContainsSubstring("'valid' lists files"));

  auto three = options;
  three.train.push_back("y");
  CHECK_THAT(complaint(three, folder), ContainsSubstring("'train' must name two files") && ContainsSubstring("names 3"));
  auto none = options;
  none.test.clear();
  CHECK_THAT(complaint(none, folder), ContainsSubstring("'test' must name two files") && ContainsSubstring("names 0"));

  auto missing = options;
  missing.valid[1] = "none.vi";
  CHECK_THAT(complaint(missing, folder), ContainsSubstring((folder.path() / "none.vi").string() + ": no such file"));

  auto unknown = options;
  unknown.source = "datse";
  unknown.train = unknown.valid = unknown.test = {};
  CHECK_THAT(complaint(unknown, folder), ContainsSubstring("did you mean 'dates'"));

  TranslateOptions many;
  many.train_size = 1'000'000'000;
  CHECK_THAT(complaint(many, folder), ContainsSubstring("'train_size' = 1000000000"));
}

TEST_CASE("a translate batch carries the marks") {
  const std::vector<TextPair> split = {{"", "", {5, 6}, {7}}, {"", "", {8}, {9, 10}}};
  const std::vector<int> rows = {1, 0};
  const auto batch = make_translate_batch(split, rows);
  CHECK(batch.rows == rows);
  CHECK(batch.source.ids == std::vector<int>{8, 5, 0, 6});
  CHECK(batch.source.lengths == std::vector<int>{1, 2});
  CHECK(batch.target_in.ids == std::vector<int>{2, 2, 9, 7, 10, 0});
  CHECK(batch.target_out.ids == std::vector<int>{9, 7, 10, 3, 3, 0});
  CHECK(batch.target_out.lengths == std::vector<int>{3, 2});
  CHECK(batch.target_in.lengths == batch.target_out.lengths);
  CHECK_THROWS_AS(make_translate_batch(split, std::vector<int>{2}), InternalError);
}

TEST_CASE("a data set of the mirror is read whole") {
  if (std::getenv("SEQLAB_DATA_MIRROR") == nullptr) {
    WARN("skipped: SEQLAB_DATA_MIRROR is not set");
    return;
  }
  TranslateOptions options;
  options.source = "tatoeba_en_vi";
  options.tokens = "whitespace";
  options.minimum_count = 2;
  const auto data = load_translate_data(options, "");
  CHECK(data.train.size() == 7542);
  CHECK(data.valid.size() == 942);
  CHECK(data.test.size() == 942);
  CHECK(data.files.size() == 6);
  CHECK(data.source_vocabulary.id("Tom") != Vocabulary::kUnknown);
}
