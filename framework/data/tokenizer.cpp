#include "data/tokenizer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "data/words.h"

namespace seqlab {

Tokenizer::Tokenizer(Tokens tokens, bool lower_case) : tokens_(tokens), lower_case_(lower_case) {
  expect(tokens != Tokens::subword, "subwords are learnt first");
}

Tokenizer::Tokenizer(Subwords subwords, bool lower_case)
    : tokens_(Tokens::subword), lower_case_(lower_case), subwords_(std::move(subwords)) {}

std::string Tokenizer::normalised(std::string_view line) const { return normalise(line, tokens_, lower_case_); }

std::vector<std::string> Tokenizer::cut(std::string_view line) const {
  return subwords_ ? subwords_->cut(line) : tokenise(line, tokens_);
}

std::string Tokenizer::join(std::span<const std::string> tokens) const {
  if (tokens_ == Tokens::subword) return Subwords::join(tokens);
  if (tokens_ == Tokens::word) return join_words(tokens);
  std::string text;
  for (const std::string& token : tokens) {
    if (!text.empty()) text += token_separator(tokens_);
    text += token;
  }
  return text;
}

std::string Tokenizer::join(std::span<const int> ids, const Vocabulary& vocabulary) const {
  std::vector<std::string> tokens;
  for (const int id : ids) {
    if (id >= Vocabulary::kSpecial || id == Vocabulary::kUnknown) tokens.push_back(vocabulary.token(id));
  }
  return join(tokens);
}

void Tokenizer::store(const std::string& name, std::map<std::string, std::string>& texts) const {
  texts[name + ".tokens"] = token_names()[static_cast<std::size_t>(tokens_)];
  texts[name + ".lower_case"] = lower_case_ ? "true" : "false";
  if (subwords_) texts[name + ".subwords"] = subwords_->model();
}

Tokenizer Tokenizer::restore(const std::string& name, const std::map<std::string, std::string>& texts) {
  const Tokens tokens = tokens_named(stored_text(texts, name + ".tokens"));
  const bool lower_case = stored_text(texts, name + ".lower_case") == "true";
  if (tokens != Tokens::subword) return {tokens, lower_case};
  return {Subwords::from_model(stored_text(texts, name + ".subwords")), lower_case};
}

std::map<std::string, std::string> stored_lines(const Tokenizer& tokenizer, const Vocabulary& vocabulary,
                                                const std::vector<std::string>& classes) {
  std::map<std::string, std::string> texts;
  tokenizer.store("source", texts);
  texts["source.vocabulary"] = vocabulary.to_json();
  texts["classes"] = nlohmann::json(classes).dump();
  return texts;
}

const std::string& stored_text(const std::map<std::string, std::string>& texts, const std::string& name) {
  const auto found = texts.find(name);
  if (found == texts.end()) throw EnvironmentError(fmt::format("the checkpoint lacks '{}'", name));
  return found->second;
}

}  // namespace seqlab
