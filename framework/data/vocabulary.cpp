#include "data/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace seqlab {

Vocabulary::Vocabulary() : tokens_{"<pad>", "<unk>", "<s>", "</s>"}, counts_(kSpecial, 0) {
  for (int id = 0; id < kSpecial; ++id) ids_.emplace(tokens_[static_cast<std::size_t>(id)], id);
}

Vocabulary Vocabulary::build(std::span<const std::vector<std::string>> sentences, int minimum_count, int limit) {
  expect(minimum_count >= 0 && limit >= 0, "a vocabulary's minimum count and limit are not negative");
  std::unordered_map<std::string, std::int64_t> counts;
  for (const auto& sentence : sentences) {
    for (const auto& token : sentence) ++counts[token];
  }
  std::vector<std::pair<std::string, std::int64_t>> kept;
  for (const auto& [token, count] : counts) {
    if (count >= minimum_count) kept.emplace_back(token, count);
  }
  return of_counts(std::move(kept), limit);
}

Vocabulary Vocabulary::of_counts(std::vector<std::pair<std::string, std::int64_t>> kept, int limit) {
  Vocabulary vocabulary;
  std::erase_if(kept, [&](const auto& word) { return vocabulary.ids_.contains(word.first); });
  std::ranges::sort(
      kept, [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  if (limit > 0 && kept.size() > static_cast<std::size_t>(limit)) kept.resize(static_cast<std::size_t>(limit));
  for (auto& [token, count] : kept) vocabulary.add(std::move(token), count);
  return vocabulary;
}

void Vocabulary::add(std::string token, std::int64_t count) {
  ids_.emplace(token, size());
  tokens_.push_back(std::move(token));
  counts_.push_back(count);
}

std::string Vocabulary::to_json() const {
  nlohmann::json rows = nlohmann::json::array();
  for (int id = kSpecial; id < size(); ++id) rows.push_back({token(id), count(id)});
  return rows.dump();
}

Vocabulary Vocabulary::from_json(std::string_view text) {
  Vocabulary vocabulary;
  try {
    for (const auto& row : nlohmann::json::parse(text)) {
      vocabulary.add(row.at(0).get<std::string>(), row.at(1).get<std::int64_t>());
    }
  } catch (const nlohmann::json::exception& error) {
    throw EnvironmentError(fmt::format("the stored vocabulary is damaged: {}", error.what()));
  }
  return vocabulary;
}

int Vocabulary::id(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? kUnknown : found->second;
}

const std::string& Vocabulary::token(int id) const {
  expect(id >= 0 && id < size(), "a token id is inside its vocabulary");
  return tokens_[static_cast<std::size_t>(id)];
}

std::int64_t Vocabulary::count(int id) const {
  expect(id >= 0 && id < size(), "a token id is inside its vocabulary");
  return counts_[static_cast<std::size_t>(id)];
}

std::vector<int> Vocabulary::encode(std::span<const std::string> tokens) const {
  std::vector<int> ids;
  ids.reserve(tokens.size());
  for (const auto& token : tokens) {
    const int found = id(token);
    ids.push_back(found < kSpecial ? kUnknown : found);
  }
  return ids;
}

std::string Vocabulary::decode(std::span<const int> ids, std::string_view separator) const {
  std::string text;
  bool first = true;
  for (const int id : ids) {
    const std::string& word = token(id);
    if (id < kSpecial && id != kUnknown) continue;
    if (!first) text += separator;
    first = false;
    text += word;
  }
  return text;
}

}  // namespace seqlab
