#include "metrics/evalb.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/error.h"

namespace seqlab {
namespace {

using Bracket = std::tuple<std::string, int, int>;  // label, first word, behind the last word

bool is_punctuation(const std::string& tag) {
  static const std::set<std::string> tags{",", ":", "``", "''", ".", "-NONE-"};
  return tags.contains(tag);
}

/// Counts the brackets of `tree`, whose first leaf is number `leaf`; `place` is where each leaf stands among the words that
/// count.
void collect(const Tree& tree, const std::vector<int>& place, std::size_t& leaf, std::map<Bracket, int>& brackets) {
  if (tree.is_leaf()) {
    ++leaf;
    return;
  }
  const int first = place[leaf];
  for (const Tree& child : tree.children) collect(child, place, leaf, brackets);
  const int behind = place[leaf];
  if (tree.label != "TOP" && behind > first) ++brackets[{tree.label == "PRT" ? "ADVP" : tree.label, first, behind}];
}

}  // namespace

BracketStatistics& BracketStatistics::operator+=(const BracketStatistics& other) {
  matches += other.matches;
  said += other.said;
  gold += other.gold;
  return *this;
}

BracketStatistics compare_brackets(const Tree& said, const Tree& gold) {
  std::vector<int> place{0};
  for (const std::string& tag : tags_of(gold)) place.push_back(place.back() + (is_punctuation(tag) ? 0 : 1));
  expect(words_of(said).size() + 1 == place.size(), "both trees have the same words");
  std::map<Bracket, int> of_said, of_gold;
  std::size_t leaf = 0;
  collect(said, place, leaf, of_said);
  leaf = 0;
  collect(gold, place, leaf, of_gold);
  BracketStatistics statistics;
  for (const auto& [bracket, count] : of_gold) statistics.gold += count;
  for (const auto& [bracket, count] : of_said) {
    statistics.said += count;
    const auto found = of_gold.find(bracket);
    if (found != of_gold.end()) statistics.matches += std::min(count, found->second);
  }
  return statistics;
}

double bracket_f1(const BracketStatistics& statistics) {
  if (statistics.matches == 0) return 0;
  return 200 * static_cast<double>(statistics.matches) / static_cast<double>(statistics.said + statistics.gold);
}

}  // namespace seqlab
