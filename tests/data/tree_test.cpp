#include "data/tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "catch.h"
#include "core/error.h"
#include "data/text.h"

using namespace seqlab;

namespace {

using Words = std::vector<std::string>;

std::string line(const std::string& tree, Leaves leaves) {
  return fmt::format("{}", fmt::join(linearise(read_tree(tree, "t"), leaves), " "));
}

SaidTree said(const std::string& tokens, const Words& words) {
  return read_linear(tokenise(tokens, Tokens::whitespace), words);
}

std::string form(const SaidTree& tree) { return fmt::format("{}", fmt::join(linearise(tree.tree, Leaves::word), " ")); }

}  // namespace

TEST_CASE("a bracketed tree becomes words, tags and a line", "[data][tree]") {
  const std::string text = "(TOP (S (NP (DT The) (NN cat)) (VP (VBD sat)) (. .)))";
  const Tree tree = read_tree(text, "t");
  CHECK(words_of(tree) == Words{"The", "cat", "sat", "."});
  CHECK(tags_of(tree) == Words{"DT", "NN", "VBD", "."});
  CHECK(line(text, Leaves::tag) == "(S (NP DT NN )NP (VP VBD )VP . )S");
  CHECK(line(text, Leaves::mark) == "(S (NP XX XX )NP (VP XX )VP XX )S");
  CHECK(line(text, Leaves::word) == "(S (NP The cat )NP (VP sat )VP . )S");
  CHECK(line("( (S (NP (NN a))))", Leaves::mark) == "(S (NP XX )NP )S");
  CHECK(line("(NN a)", Leaves::mark) == "XX");
  CHECK(leaves_named("mark") == Leaves::mark);
  CHECK_THROWS_AS(leaves_named("marks"), UserError);
}

TEST_CASE("a broken bracketed tree is refused with its place", "[data][tree]") {
  for (const auto& [text, what] :
       std::vector<std::pair<std::string, std::string>>{{"", "a bracket '(' is missing"},
                                                        {"the cat", "a bracket '(' is missing"},
                                                        {"(S (NP (NN a))", "the bracket of 'S' is not closed"},
                                                        {"(S (NP (NN a)))) x", "the tree has ended"},
                                                        {"(S)", "'S' has neither a word nor a phrase in it"},
                                                        {"(S (NN a b))", "the bracket of 'NN' is not closed"},
                                                        {"(S word (NN a))", "the word 'word' has a phrase beside it"},
                                                        {"(S ( ))", "'' has neither"}}) {
    CAPTURE(text);
    try {
      read_tree(text, "file.trees:7");
      FAIL("this is no tree");
    } catch (const UserError& error) {
      const std::string message = error.what();
      CHECK(message.find(what) != std::string::npos);
      CHECK(message.find("file.trees:7: byte ") == 0);
    }
  }
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "(A ";
  CHECK_THROWS_AS(read_tree(deep, "t"), UserError);
}

TEST_CASE("a line that is well formed is read as it stands", "[data][tree]") {
  const Words words{"The", "cat", "sat"};
  const SaidTree tree = said("(S (NP XX XX )NP (VP XX )VP )S", words);
  CHECK(tree.well_formed);
  CHECK(tree.balanced);
  CHECK(tree.repairs == 0);
  CHECK(tree.tree.label == "TOP");
  CHECK(form(tree) == "(S (NP The cat )NP (VP sat )VP )S");
  CHECK(said("XX XX XX", words).well_formed);
}

TEST_CASE("closing brackets may do without labels", "[data][tree]") {
  const Tree tree = read_tree("(TOP (S (NP (DT The) (NN cat)) (VP (VBD sat))))", "t");
  const auto tokens = linearise(tree, Leaves::tag, Closings::plain);
  CHECK(tokens == Words{"(S", "(NP", "DT", "NN", ")", "(VP", "VBD", ")", ")"});
  const SaidTree back = read_linear(tokens, words_of(tree));
  CHECK(back.well_formed);
  CHECK(bracketed(back.tree, Leaves::tag) == "(S (NP (DT The) (NN cat)) (VP (VBD sat)))");
  CHECK_FALSE(said("(S DT NN ) )", Words{"The", "cat"}).balanced);
  CHECK(said("(S DT NN ) )", Words{"The", "cat"}).repairs == 1);
  CHECK_FALSE(said("(S (NP DT NN )", Words{"The", "cat"}).balanced);
  CHECK(closings_named("plain") == Closings::plain);
  CHECK_THROWS_AS(closings_named("plane"), UserError);
}

TEST_CASE("brackets can match although the leaves do not", "[data][tree]") {
  const Words words{"a", "b"};
  for (const char* tokens : {"(S XX )S", "(S (NP XX XX )NP (VP XX )VP )S", "(S XX (NP XX )NP )S (S )S", "XX"}) {
    CAPTURE(tokens);
    CHECK(said(tokens, words).balanced);
    CHECK_FALSE(said(tokens, words).well_formed);
  }
  for (const char* tokens :
       {"", "(S XX XX", "(S XX XX )NP", "(S (NP XX )S )NP XX", "(S (NP XX XX )S", "XX )S XX", "(S XX XX )S )S"}) {
    CAPTURE(tokens);
    CHECK_FALSE(said(tokens, words).balanced);
  }
}

TEST_CASE("a said tree is written as treebanks write it", "[data][tree]") {
  const Words words{"The", "cat", "sat"};
  CHECK(bracketed(said("(S (NP DT NN )NP (VP VBD )VP )S", words).tree, Leaves::tag) ==
        "(S (NP (DT The) (NN cat)) (VP (VBD sat)))");
  CHECK(bracketed(said("(S (NP DT", words).tree, Leaves::tag) == "(S (NP (DT The) (XX cat) (XX sat)))");
  CHECK(bracketed(said("(S The cat sat )S", words).tree, Leaves::word) == "(S (XX The) (XX cat) (XX sat))");
  CHECK(bracketed(said("XX XX XX", words).tree, Leaves::mark) == "(TOP (XX The) (XX cat) (XX sat))");
  const std::string text = "(S (NP (DT The) (NN cat)) (VP (VBD sat)))";
  CHECK(bracketed(read_tree(text, "t"), Leaves::tag) == text);
}

TEST_CASE("a broken line becomes a tree of the words, and its repairs are counted", "[data][tree]") {
  const Words words{"a", "b", "c"};
  const auto check = [&](const std::string& tokens, const std::string& expected, int repairs) {
    CAPTURE(tokens);
    const SaidTree tree = said(tokens, words);
    CHECK_FALSE(tree.well_formed);
    CHECK(form(tree) == expected);
    CHECK(tree.repairs == repairs);
    CHECK(words_of(tree.tree) == words);
  };
  check("(S (NP XX XX )NP (VP XX", "(S (NP a b )NP (VP c )VP )S", 2);  // two closings lack
  check("(S (NP XX XX XX )S", "(S (NP a b c )NP )S", 1);               // NP is closed with S
  check("(S (NP XX XX )VP XX )NP )S", "(S (NP a b c )NP )S", 1);       // )VP matches nothing
  check("(S XX XX XX XX )S", "(S a b c )S", 1);                        // a leaf too many
  check("(S (NP XX )NP )S", "(S (NP a )NP b c )S", 2);                 // two words lack
  check("(S (NP XX", "(S (NP a b c )NP )S", 4);
  check("(S (NP )NP XX XX XX )S", "(S a b c )S", 2);  // a phrase without a word
  check("", "a b c", 3);
  check(")S )NP", "a b c", 5);
}
