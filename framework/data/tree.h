#pragma once

// Phrase structure: bracketed trees, and trees written as a line of tokens that a decoder can say, as in "Grammar as a
// foreign language" (Vinyals et al., 2015): "(S (NP XX )NP (VP XX )VP )S".

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// A node: a phrase with children, or a word under its tag.
struct Tree {
  std::string label;  // of a phrase or the tag of a word
  std::string word;   // of a leaf; "": this is a phrase
  std::vector<Tree> children;

  [[nodiscard]] bool is_leaf() const { return !word.empty(); }
};

/// What stands for a word in the line: its tag, the mark XX for any, or the word itself.
enum class Leaves { tag, mark, word };
/// "tag", "mark" or "word". UserError with did-you-mean for any other.
Leaves leaves_named(std::string_view name);

/// How the end of a phrase is said: ")" and the label again, as Vinyals et al. (2015) have it, or ")" alone.
enum class Closings { label, plain };
/// "label" or "plain". UserError with did-you-mean for any other.
Closings closings_named(std::string_view name);

/// Reads "(S (NP (DT the) ...) ...)". UserError naming `place` ("FILE:LINE") and the byte where the brackets are wrong, a
/// label or a word is missing, or something stands behind the tree.
Tree read_tree(std::string_view text, const std::string& place);

/// The words of a tree and their tags, from left to right.
std::vector<std::string> words_of(const Tree& tree);
std::vector<std::string> tags_of(const Tree& tree);

/// The tokens of a tree: "(LABEL" and ")LABEL" (or ")") around each phrase, and its leaves. A root of one phrase named TOP
/// is left out: it says nothing.
std::vector<std::string> linearise(const Tree& tree, Leaves leaves, Closings closings = Closings::label);

/// "(S (NP (DT the) (NN cat)) ...)", as treebanks write it, the root left out as linearise() does; a leaf that has its word
/// for a label (Leaves::word) gets the mark.
std::string bracketed(const Tree& tree, Leaves leaves);

/// A tree that a decoder has said.
struct SaidTree {
  Tree tree;                 // its root is TOP
  bool balanced = false;     // as it was said: each bracket has its partner, of its label and in its order
  bool well_formed = false;  // and there is a leaf for each word, and in each phrase
  int repairs = 0;           // brackets added and taken out, leaves added and taken out
};

/// Makes a tree of any tokens. A closing bracket closes the innermost open phrase of its label, and what is open inside; one
/// without a label the innermost open phrase; one that matches none is taken out; what is still open at the end is closed;
/// leaves are added to the last phrase or taken out until there are as many as `words`, which they then hold; phrases
/// without a leaf are taken out.
SaidTree read_linear(std::span<const std::string> tokens, std::span<const std::string> words);

}  // namespace seqlab
