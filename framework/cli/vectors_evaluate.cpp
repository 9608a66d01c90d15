// `seqlab vectors evaluate`: word vectors held against people's judgements and analogy questions.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>

#include "cli/fitted_table.h"
#include "cli/vectors.h"
#include "core/error.h"
#include "data/catalogue.h"
#include "data/named_file.h"
#include "metrics/word_analogy.h"
#include "metrics/word_similarity.h"
#include "vectors/vector_file.h"

namespace seqlab {
namespace {

constexpr std::array<std::string_view, 6> kSets{"word_similarity/ws353_all.csv", "word_similarity/ws353_sim.csv",
                                                "word_similarity/ws353_rel.csv", "word_similarity/simlex999.csv",
                                                "word_similarity/men3000.csv",   "word_similarity/rg65.csv"};
constexpr std::array<std::string_view, 1> kQuestions{"analogies/questions-words.txt"};

std::vector<std::filesystem::path> similarity_files(const Arguments& given) {
  std::vector<std::filesystem::path> files;
  for (const std::string& file : given.texts("similarity")) files.emplace_back(file);
  if (!files.empty() || given.has("analogies")) return files;
  const auto folder = folder_of_data("word_similarity", kSets);
  for (const std::string_view file : kSets) files.push_back(folder / file);
  return files;
}

std::filesystem::path question_file(const Arguments& given) {
  if (given.has("analogies")) return given.text("analogies");
  if (given.has("similarity")) return {};
  return folder_of_data("analogies", kQuestions) / kQuestions[0];
}

/// Blank where there is nothing to divide by.
TableCell percent(int part, int whole) {
  if (whole == 0) return std::monostate{};
  return 100.0 * part / whole;
}

void add_analogies(const WordIndex& index, const std::filesystem::path& file, std::int64_t vocabulary, TextTable& table) {
  auto scores = evaluate_analogies(index, read_analogies(file), vocabulary);
  AnalogyScore all{"all analogies"};
  for (const AnalogyScore& score : scores) {
    all.right_add += score.right_add;
    all.right_multiply += score.right_multiply;
    all.covered += score.covered;
    all.questions += score.questions;
  }
  scores.push_back(all);
  for (const AnalogyScore& score : scores) {
    table.rows.push_back({score.category, percent(score.right_add, score.covered),
                          percent(score.right_multiply, score.covered), std::int64_t{score.covered},
                          std::int64_t{score.questions}});
  }
}

}  // namespace

int evaluate_vectors(const Arguments& given, const Globals& globals) {
  if (given.positional.size() > 1) throw UserError(fmt::format("unexpected argument '{}'", given.positional[1]));
  const auto similarities = similarity_files(given);
  const auto questions = question_file(given);
  const int vocabulary = count_given(given, "vocabulary", 0, 0);
  const WordIndex index(read_vectors(locate_file(given.positional[0], "")));
  const TableFormat format = globals.json ? TableFormat::json : TableFormat::table;
  TextTable similarity{{{"similarity"}, {"spearman"}, {"covered"}, {"pairs"}}, {}};
  for (const auto& file : similarities) {
    const SimilarityScore score = evaluate_similarity(index, read_word_pairs(file));
    similarity.rows.push_back(
        {file.stem().string(), score.spearman, std::int64_t{score.covered}, std::int64_t{score.pairs}});
  }
  TextTable analogy{{{"analogies"}, {"3CosAdd %"}, {"3CosMul %"}, {"covered"}, {"questions"}}, {}};
  if (!questions.empty()) add_analogies(index, questions, vocabulary, analogy);
  if (globals.json) {
    std::cout << "{\"similarity\": " << to_text(similarity, format) << ", \"analogies\": " << to_text(analogy, format) << "}"
              << std::endl;
    return 0;
  }
  if (!similarity.rows.empty()) std::cout << fitted(similarity, format);
  if (!similarity.rows.empty() && !analogy.rows.empty()) std::cout << '\n';
  if (!analogy.rows.empty()) std::cout << fitted(analogy, format);
  std::cout << std::flush;
  return 0;
}

}  // namespace seqlab
