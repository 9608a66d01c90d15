#include "data/language_task.h"

#include <cstdlib>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

TEST_CASE("the windows of a text foretell each token once, each from the one before", "[data][language_task]") {
  const int tokens = GENERATE(1, 2, 7, 20, 23);
  const int rows = GENERATE(1, 3, 10);
  const int window = GENERATE(1, 4, 50);
  std::vector<int> text;
  for (int i = 0; i < tokens; ++i) text.push_back(10 + i);
  std::vector<int> seen(text.size(), 0);
  for (int index = 0; index < language_windows(text.size(), rows, window); ++index) {
    const LanguageBatch batch = make_language_batch(text, rows, window, index);
    REQUIRE(batch.in.steps >= 1);
    CHECK(batch.in.batch == rows);
    CHECK(batch.in.lengths == batch.out.lengths);
    for (int b = 0; b < rows; ++b) {
      for (int t = 0; t < batch.out.lengths[static_cast<std::size_t>(b)]; ++t) {
        const int place = batch.out.at(t, b) - 10;
        ++seen[static_cast<std::size_t>(place)];
        CHECK(batch.in.at(t, b) == (place == 0 ? Vocabulary::kEnd : 10 + place - 1));
      }
    }
  }
  CHECK(seen == std::vector<int>(text.size(), 1));
}

TEST_CASE("a row goes on in the next window where it ended", "[data][language_task]") {
  const std::vector<int> text{4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
  CHECK(make_language_batch(text, 2, 3, 0).out.ids == std::vector<int>{4, 9, 5, 10, 6, 11});
  CHECK(make_language_batch(text, 2, 3, 1).in.ids == std::vector<int>{6, 11, 7, 12});
  CHECK(language_windows(text.size(), 2, 3) == 2);
}

TEST_CASE("words end their lines with a mark, characters with a line feed", "[data][language_task]") {
  const ScratchFolder folder;
  folder.write("train.txt", " a b \n\na <unk>\n");
  folder.write("valid.txt", "b c\n");
  LanguageOptions options;
  options.train = {"train.txt"};
  options.valid = {"valid.txt"};
  const LanguageData words = load_language_data(options, folder.path());
  const auto id = [&](std::string_view word) { return words.vocabulary.id(word); };
  CHECK(words.train == std::vector<int>{id("a"), id("b"), Vocabulary::kEnd, Vocabulary::kEnd, id("a"), Vocabulary::kUnknown,
                                        Vocabulary::kEnd});
  CHECK(words.valid == std::vector<int>{id("b"), Vocabulary::kUnknown, Vocabulary::kEnd});
  CHECK(words.test == words.valid);
  CHECK(words.vocabulary.size() == Vocabulary::kSpecial + 2);
  options.tokens = "character";
  const LanguageData characters = load_language_data(options, folder.path());
  CHECK(characters.train.size() == 15);
  CHECK(characters.train.back() == characters.vocabulary.id("\n"));
  CHECK(characters.vocabulary.decode(characters.train, characters.token_separator) == " a b \n\na <unk>\n");
}

TEST_CASE("the end of a text validates where no file does", "[data][language_task]") {
  const ScratchFolder folder;
  folder.write("text.txt", "a b c d e f g h i\n");
  LanguageOptions options;
  options.train = {"text.txt"};
  options.valid_share = 0.2;
  const LanguageData data = load_language_data(options, folder.path());
  CHECK(data.train.size() == 8);
  CHECK(data.valid.size() == 2);
  CHECK(data.valid.back() == Vocabulary::kEnd);
  options.train_size = 3;
  CHECK(load_language_data(options, folder.path()).train.size() == 3);
  options.valid_share = 0.01;
  CHECK_THROWS_WITH(load_language_data(options, folder.path()), ContainsSubstring("leaves a split empty"));
  options.train = {};
  CHECK_THROWS_WITH(load_language_data(options, folder.path()), ContainsSubstring("'train' must name one file"));
}

TEST_CASE("the texts of the catalogue have the published numbers of tokens", "[data][language_task]") {
  if (std::getenv("SEQLAB_DATA_MIRROR") == nullptr) {
    WARN("skipped: SEQLAB_DATA_MIRROR names no folder of data sets");
    return;
  }
  LanguageOptions options;
  options.source = "ptb";
  const LanguageData ptb = load_language_data(options, "");
  CHECK(ptb.train.size() == 929589);
  CHECK(ptb.valid.size() == 73760);
  CHECK(ptb.test.size() == 82430);
  CHECK(ptb.vocabulary.size() == Vocabulary::kSpecial + 9998);  // of the 10,000, <unk> and the end mark are special
  options.source = "tinyshakespeare";
  options.tokens = "character";
  const LanguageData letters = load_language_data(options, "");
  CHECK(letters.train.size() + letters.valid.size() == 1115394);
  CHECK(letters.vocabulary.size() == Vocabulary::kSpecial + 65);
}
