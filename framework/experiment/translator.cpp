#include "experiment/translator.h"

#include <algorithm>
#include <cmath>

namespace seqlab {

Translator::Translator(TranslateModel& model, const TranslateText& text, const TranslateOptions& options,
                       Precision precision)
    : model_(model), text_(text), options_(options), tapes_(precision) {}

std::vector<std::vector<Hypothesis>> Translator::translate(Tape& tape, const IdSequences& source, int best, bool weights,
                                                           bool scores) {
  constexpr int kMore = 10;  // longer than any reference of short sources
  std::vector<int> limits;
  for (const int length : source.lengths) {
    limits.push_back(static_cast<int>(std::ceil(options_.maximum_ratio * length)) + kMore);
  }
  const bool looks = weights || options_.replace_unknown;
  const DecodingBounds bounds{Vocabulary::kBegin, Vocabulary::kEnd, limits};
  tape.clear();
  const DecoderState start = model_.encode(tape, source);
  if (options_.beam > 1 || best > 1 || scores) {
    BeamOptions search;
    search.beam = std::max(best, static_cast<int>(options_.beam));
    search.best = best;
    search.length_penalty = options_.length_penalty;
    search.coverage_penalty = options_.coverage_penalty;
    search.early_finish = options_.early_finish;
    search.keep_weights = looks;
    return beam_search(tapes_, start, model_.step(), bounds, search);
  }
  std::vector<std::vector<Hypothesis>> results;
  for (Hypothesis& said : greedy(tapes_, start, model_.step(), bounds, looks)) {
    results.emplace_back();
    results.back().push_back(std::move(said));
  }
  return results;
}

std::vector<std::string> Translator::tokens_of(const Hypothesis& said, std::span<const std::string> source) const {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < said.ids.size(); ++i) {
    const int id = said.ids[i];
    const bool looked = i < said.weights.size() && !said.weights[i].empty();
    if (id == Vocabulary::kUnknown && options_.replace_unknown && looked) {
      const auto most = static_cast<std::size_t>(std::ranges::max_element(said.weights[i]) - said.weights[i].begin());
      if (most < source.size()) {
        tokens.push_back(source[most]);
        continue;
      }
    }
    if (id >= Vocabulary::kSpecial || id == Vocabulary::kUnknown) tokens.push_back(text_.target_vocabulary.token(id));
  }
  return tokens;
}

std::string Translator::text_of(const Hypothesis& said, std::span<const std::string> source) const {
  return text_.target_tokenizer.join(tokens_of(said, source));
}

}  // namespace seqlab
