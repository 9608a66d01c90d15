#include "metrics/word_analogy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "data/parallel_text.h"
#include "data/text.h"

namespace seqlab {
namespace {

constexpr std::array kMethods{AnalogyMethod::add, AnalogyMethod::multiply};

struct Question {
  std::size_t category;
  std::array<int, 4> ids;
  std::array<int, 3> rows;  // of the first three words' cosines
  std::array<double, 2> best{-1e9, -1e9};
  std::array<int, 2> answer{-1, -1};
};

}  // namespace

std::vector<AnalogyCategory> read_analogies(const std::filesystem::path& file) {
  std::vector<AnalogyCategory> categories;
  std::int64_t number = 0;
  for (const std::string& line : read_lines(file)) {
    ++number;
    if (line.starts_with(":")) {
      categories.push_back({normalise(line.substr(1), Tokens::whitespace, false), {}});
      continue;
    }
    const auto words = tokenise(to_nfc(line), Tokens::whitespace);
    if (words.empty()) continue;
    if (words.size() != 4) {
      throw UserError(
          fmt::format("{}:{}: {} words instead of four; a question is \"a b c d\", and a line \": name\" opens a "
                      "category",
                      file.string(), number, words.size()));
    }
    if (categories.empty()) categories.push_back({"questions", {}});
    categories.back().questions.push_back({words[0], words[1], words[2], words[3]});
  }
  return categories;
}

std::vector<AnalogyScore> evaluate_analogies(const WordIndex& index, const std::vector<AnalogyCategory>& categories,
                                             std::int64_t vocabulary) {
  const std::int64_t words = vocabulary > 0 ? std::min(vocabulary, index.size()) : index.size();
  std::vector<AnalogyScore> scores;
  std::vector<Question> questions;
  std::vector<int> asked;  // each word of the questions once: their cosines with all words serve every question
  std::map<int, int> rows;
  for (const AnalogyCategory& category : categories) {
    scores.push_back({category.name, 0, 0, 0, static_cast<int>(category.questions.size())});
    for (const auto& texts : category.questions) {
      Question question{scores.size() - 1, {}, {}};
      for (std::size_t i = 0; i < 4; ++i) question.ids[i] = index.find_in_any_case(texts[i]);
      if (std::ranges::any_of(question.ids, [&](int id) { return id < 0 || id >= words; })) continue;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto [row, added] = rows.try_emplace(question.ids[i], static_cast<int>(asked.size()));
        if (added) asked.push_back(question.ids[i]);
        question.rows[i] = row->second;
      }
      ++scores.back().covered;
      questions.push_back(question);
    }
  }
  constexpr std::int64_t kBlock = 8192;
  for (std::int64_t first = 0; first < words && !questions.empty(); first += kBlock) {
    const std::int64_t count = std::min(kBlock, words - first);
    const std::vector<float> cosines = index.cosines(asked, first, count);
    const auto row = [&](int number) { return cosines.data() + number * count; };
    for (Question& question : questions) {
      const float* a = row(question.rows[0]);
      const float* b = row(question.rows[1]);
      const float* c = row(question.rows[2]);
      for (std::size_t m = 0; m < kMethods.size(); ++m) {
        for (std::int64_t i = 0; i < count; ++i) {
          const double score =
              analogy_score(static_cast<double>(a[i]), static_cast<double>(b[i]), static_cast<double>(c[i]), kMethods[m]);
          if (score <= question.best[m]) continue;
          const int id = static_cast<int>(first + i);
          if (id == question.ids[0] || id == question.ids[1] || id == question.ids[2]) continue;
          question.best[m] = score;
          question.answer[m] = id;
        }
      }
    }
  }
  for (const Question& question : questions) {
    scores[question.category].right_add += question.answer[0] == question.ids[3] ? 1 : 0;
    scores[question.category].right_multiply += question.answer[1] == question.ids[3] ? 1 : 0;
  }
  return scores;
}

}  // namespace seqlab
