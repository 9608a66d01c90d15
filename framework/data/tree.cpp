#include "data/tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

constexpr std::string_view kRoot = "TOP";
constexpr std::string_view kMark = "XX";

class Reader {
 public:
  Reader(std::string_view text, const std::string& place) : text_(text), place_(place) {}

  Tree read() {
    skip_blanks();
    Tree tree = node();
    skip_blanks();
    if (at_ < text_.size()) fail("the tree has ended; a line holds one tree");
    return tree;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(fmt::format("{}: byte {} of the tree: {}", place_, at_ + 1, what));
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }

  std::string name() {
    skip_blanks();
    const std::size_t begin = at_;
    while (!ended() && text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '(' && text_[at_] != ')') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Tree node() {
    if (++depth_ > kDeepest) fail(fmt::format("phrases lie more than {} deep in each other", kDeepest));
    if (ended() || text_[at_] != '(') fail("a bracket '(' is missing");
    ++at_;
    Tree tree;
    tree.label = name();
    skip_blanks();
    if (!ended() && text_[at_] != '(' && text_[at_] != ')') tree.word = name();
    for (skip_blanks(); !ended() && text_[at_] == '('; skip_blanks()) {
      if (tree.is_leaf()) fail(fmt::format("the word '{}' has a phrase beside it", tree.word));
      tree.children.push_back(node());
    }
    if (ended() || text_[at_] != ')') fail(fmt::format("the bracket of '{}' is not closed with ')'", tree.label));
    if (!tree.is_leaf() && tree.children.empty())
      fail(fmt::format("'{}' has neither a word nor a phrase in it", tree.label));
    if (tree.label.empty()) {
      if (tree.is_leaf()) fail("a label is missing");
      tree.label = kRoot;  // the nameless outer bracket of treebanks
    }
    ++at_;
    --depth_;
    return tree;
  }

  static constexpr int kDeepest = 1000;
  std::string_view text_;
  const std::string& place_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

template <class Visit>
void each_leaf(const Tree& tree, Visit&& visit) {
  if (tree.is_leaf()) visit(tree);
  for (const Tree& child : tree.children) each_leaf(child, visit);
}

void write(const Tree& tree, Leaves leaves, Closings closings, std::vector<std::string>& tokens) {
  if (tree.is_leaf()) {
    tokens.push_back(leaves == Leaves::tag ? tree.label : leaves == Leaves::word ? tree.word : std::string(kMark));
    return;
  }
  tokens.push_back('(' + tree.label);
  for (const Tree& child : tree.children) write(child, leaves, closings, tokens);
  tokens.push_back(closings == Closings::label ? ')' + tree.label : ")");
}

/// Takes out phrases without a leaf; returns how many brackets that were.
int prune(Tree& tree) {
  int removed = 0;
  for (Tree& child : tree.children) removed += prune(child);
  const std::size_t before = tree.children.size();
  std::erase_if(tree.children, [](const Tree& child) { return !child.is_leaf() && child.children.empty(); });
  return removed + 2 * static_cast<int>(before - tree.children.size());
}

}  // namespace

Leaves leaves_named(std::string_view name) {
  if (name == "tag") return Leaves::tag;
  if (name == "mark") return Leaves::mark;
  if (name == "word") return Leaves::word;
  const std::vector<std::string> known{"tag", "mark", "word"};
  throw UserError(fmt::format("unknown leaves '{}'; {}", name, suggestion(name, known)));
}

Closings closings_named(std::string_view name) {
  if (name == "label") return Closings::label;
  if (name == "plain") return Closings::plain;
  const std::vector<std::string> known{"label", "plain"};
  throw UserError(fmt::format("unknown closings '{}'; {}", name, suggestion(name, known)));
}

Tree read_tree(std::string_view text, const std::string& place) { return Reader(text, place).read(); }

std::vector<std::string> words_of(const Tree& tree) {
  std::vector<std::string> words;
  each_leaf(tree, [&](const Tree& leaf) { words.push_back(leaf.word); });
  return words;
}

std::vector<std::string> tags_of(const Tree& tree) {
  std::vector<std::string> tags;
  each_leaf(tree, [&](const Tree& leaf) { tags.push_back(leaf.label); });
  return tags;
}

std::vector<std::string> linearise(const Tree& tree, Leaves leaves, Closings closings) {
  std::vector<std::string> tokens;
  if (tree.label == kRoot && !tree.is_leaf()) {
    for (const Tree& child : tree.children) write(child, leaves, closings, tokens);
  } else {
    write(tree, leaves, closings, tokens);
  }
  return tokens;
}

std::string bracketed(const Tree& tree, Leaves leaves) {
  if (tree.is_leaf()) {
    return fmt::format("({} {})", leaves == Leaves::word ? kMark : std::string_view(tree.label), tree.word);
  }
  std::vector<std::string> children;
  for (const Tree& child : tree.children) children.push_back(bracketed(child, leaves));
  const std::string inside = fmt::format("{}", fmt::join(children, " "));
  const bool says_nothing = tree.label == kRoot && children.size() == 1 && !tree.children[0].is_leaf();
  return says_nothing ? inside : fmt::format("({} {})", tree.label, inside);
}

SaidTree read_linear(std::span<const std::string> tokens, std::span<const std::string> words) {
  SaidTree said;
  std::vector<Tree> open(1);  // the root, and what lies open in it
  open[0].label = kRoot;
  std::size_t leaves = 0;
  bool balanced = true;
  const auto close = [&] {
    Tree done = std::move(open.back());
    open.pop_back();
    open.back().children.push_back(std::move(done));
  };
  const auto add_leaf = [&](std::string label) {
    Tree leaf;
    leaf.label = std::move(label);
    leaf.word = words[leaves++];
    open.back().children.push_back(std::move(leaf));
  };
  for (const std::string& token : tokens) {
    if (token.size() > 1 && token[0] == '(') {
      open.emplace_back();
      open.back().label = token.substr(1);
    } else if (token.starts_with(')')) {
      std::size_t match = open.size() - 1;
      while (match > 0 && token.size() > 1 && open[match].label != token.substr(1)) --match;
      balanced = balanced && match > 0 && match == open.size() - 1;
      if (match == 0) {
        ++said.repairs;
        continue;
      }
      said.repairs += static_cast<int>(open.size() - 1 - match);
      while (open.size() > match) close();
    } else if (leaves < words.size()) {
      add_leaf(token);
    } else {
      ++said.repairs;
    }
  }
  said.balanced = balanced && open.size() == 1 && !open[0].children.empty();
  if (leaves < words.size()) {
    // Where all is closed, the last phrase takes the words that are missing.
    const bool reopen = open.size() == 1 && !open[0].children.empty() && !open[0].children.back().is_leaf();
    if (reopen) {
      Tree last = std::move(open[0].children.back());
      open[0].children.pop_back();
      open.push_back(std::move(last));
    }
    while (leaves < words.size()) {
      add_leaf(std::string(kMark));
      ++said.repairs;
    }
    if (reopen) close();
  }
  said.repairs += static_cast<int>(open.size()) - 1;
  while (open.size() > 1) close();
  said.tree = std::move(open[0]);
  said.repairs += prune(said.tree);
  said.well_formed = said.repairs == 0 && !said.tree.children.empty();
  return said;
}

}  // namespace seqlab
