#include <fstream>

#include "catch.h"
#include "core/error.h"
#include "data/translate_task.h"
#include "scratch_folder.h"

using namespace seqlab;

namespace {

TranslateOptions trees(const ScratchFolder& folder, const std::string& text) {
  std::ofstream(folder.path() / "a.trees") << text;
  TranslateOptions options;
  options.source = "files";
  options.format = "trees";
  options.tokens = "whitespace";
  options.train = options.valid = options.test = {"a.trees"};
  return options;
}

const std::string kTrees =
    "(TOP (S (NP (DT The) (NN cat)) (VP (VBD sat)) (. .)))\n(TOP (NP (NN Cats)))\n(TOP (S (VP (VB Sit)) (. !)))\n";

}  // namespace

TEST_CASE("trees become pairs of words and brackets", "[data][trees_task]") {
  const ScratchFolder folder;
  auto options = trees(folder, kTrees);
  options.lower_case = true;
  const TranslateData data = load_translate_data(options, folder.path().string());
  REQUIRE(data.train.size() == 3);
  CHECK(data.train[0].source == "the cat sat .");
  CHECK(data.train[0].target == "(S (NP DT NN )NP (VP VBD )VP . )S");
  CHECK(data.target_tokenizer.join(data.train[0].target_ids, data.target_vocabulary) == data.train[0].target);
  REQUIRE(data.test_trees.size() == 3);
  CHECK(words_of(data.test_trees[1]) == std::vector<std::string>{"Cats"});
  options.leaves = "mark";
  CHECK(load_translate_data(options, folder.path().string()).train[2].target == "(S (VP XX )VP XX )S");
  options.test_size = 1;
  CHECK(load_translate_data(options, folder.path().string()).test_trees.size() == 1);
}

TEST_CASE("trees that cannot be read are refused with file and line", "[data][trees_task]") {
  const ScratchFolder folder;
  const auto message = [&](const TranslateOptions& options) {
    try {
      load_translate_data(options, folder.path().string());
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message(trees(folder, kTrees + "(S (NP a)\n")).find("a.trees:4: byte ") != std::string::npos);
  auto options = trees(folder, kTrees);
  options.tokens = "character";
  CHECK(message(options).find("tokens = \"whitespace\"") != std::string::npos);
  options = trees(folder, kTrees);
  options.valid = {"a.trees", "a.trees"};
  CHECK(message(options).find("'valid' must name one file of trees") != std::string::npos);
}

TEST_CASE("both sides of a text can share subwords and a vocabulary, and all of it is stored", "[data][trees_task]") {
  const ScratchFolder folder;
  std::ofstream en(folder.path() / "a.en"), fr(folder.path() / "a.fr");
  for (int i = 0; i < 40; ++i) {
    en << "The lowest tower, number " << i << ".\n";
    fr << "La tour la plus basse, nombre " << i << ".\n";
  }
  en.close();
  fr.close();
  TranslateOptions options;
  options.source = "files";
  options.train = options.valid = options.test = {"a.en", "a.fr"};
  options.tokens = "subword";
  options.subwords = 60;
  for (const bool joint : {true, false}) {
    options.joint = joint;
    const TranslateData data = load_translate_data(options, folder.path().string());
    CHECK((data.source_vocabulary.to_json() == data.target_vocabulary.to_json()) == joint);
    for (const TextPair& pair : data.train) {
      REQUIRE(data.target_tokenizer.join(pair.target_ids, data.target_vocabulary) == pair.target);
    }
    const TranslateText text = TranslateText::restore(data.stored());
    CHECK(text.joint == joint);
    CHECK(text.target_vocabulary.to_json() == data.target_vocabulary.to_json());
    CHECK(text.source_tokenizer.cut("The lost towers") == data.source_tokenizer.cut("The lost towers"));
  }
}
