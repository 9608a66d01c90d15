#include "data/tag_task.h"

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"
#include "data/tagged_text.h"

using namespace seqlab;

TEST_CASE("tagged text becomes ids and tags", "[data][tag_task]") {
  const ScratchFolder folder;
  folder.write("train.txt", "The\tD\ncat N\n. _\n\n\nruns V\n");
  folder.write("test.txt", "cat N\nsleeps V\n");
  TagOptions options;
  options.train = {"train.txt"};
  options.valid = options.test = {"test.txt"};
  options.lower_case = true;
  const TagData data = load_tag_data(options, folder.path());
  CHECK(data.classes == std::vector<std::string>{"D", "N", "V"});
  REQUIRE(data.train.size() == 2);
  CHECK(data.train[0].text == "the cat .");
  CHECK(data.train[0].tags == std::vector<int>{0, 1, kNoTag});
  CHECK(data.test[0].ids == std::vector<int>{data.vocabulary.id("cat"), Vocabulary::kUnknown});
  const TagBatch batch = make_tag_batch(data.train, std::vector<int>{1, 0});
  CHECK(batch.tags.ids == std::vector<int>{2, 0, 0, 1, 0, -1});
  CHECK(targets_of(batch.tags) == std::vector<int>{2, 0, -1, 1, -1, -1});
}

TEST_CASE("tagged text that is damaged is refused with its line", "[data][tag_task]") {
  const ScratchFolder folder;
  TagOptions options;
  options.train = {"train.txt"};
  options.valid = options.test = {"test.txt"};
  const auto refuses = [&](const std::string& train, const std::string& test, const std::string& message) {
    folder.write("train.txt", train);
    folder.write("test.txt", test);
    CHECK_THROWS_AS(load_tag_data(options, folder.path()), UserError);
    CHECK_THROWS_WITH(load_tag_data(options, folder.path()), ContainsSubstring(message));
  };
  refuses("a A\nb B\nc\n", "a A\n", "train.txt:3: the token 'c' has no tag");
  refuses("a A\n", "a A\n", "1 different tags");
  refuses("a A\nb B\n", "a A\n\nb C\n", "test.txt:3: the sequence has the tag 'C'");
  refuses("a A\nb B\n", "\n\n", "test.txt: there is no token");
}

TEST_CASE("copy memory asks for its ten symbols at the end, and only then", "[data][tag_task]") {
  const auto texts = copy_memory(3, 5, 1, "train");
  REQUIRE(texts.size() == 3);
  for (const TaggedText& text : texts) {
    REQUIRE(text.tokens.size() == 10 + 5 + 10);
    CHECK(text.tokens[15] == "?");
    for (std::size_t t = 0; t < text.tokens.size(); ++t) {
      CHECK(text.tags[t] == (t < 15 ? "" : text.tokens[t - 15]));
    }
  }
  CHECK(copy_memory(3, 5, 1, "train")[2].tokens == texts[2].tokens);
  CHECK(copy_memory(3, 5, 1, "test")[2].tokens != texts[2].tokens);
}
