// `seqlab vectors nearest`, `seqlab vectors analogy`: questions to a file of word vectors.

#include <fmt/format.h>

#include <iostream>

#include "cli/fitted_table.h"
#include "cli/vectors.h"
#include "core/error.h"
#include "core/suggest.h"
#include "data/named_file.h"
#include "vectors/vector_file.h"
#include "vectors/word_index.h"

namespace seqlab {
namespace {

constexpr int kAnswers = 10;

void print_hits(const WordIndex& index, const std::vector<WordIndex::Hit>& hits, const Globals& globals) {
  TextTable table{{{"word"}, {"score"}}, {}};
  for (const auto& hit : hits) table.rows.push_back({index.word(hit.id), hit.score});
  std::cout << fitted(table, globals.json ? TableFormat::json : TableFormat::table) << std::flush;
}

}  // namespace

int nearest_words(const Arguments& given, const Globals& globals) {
  const WordIndex index(read_vectors(locate_file(given.positional[0], "")));
  std::vector<int> words;
  for (std::size_t i = 1; i < given.positional.size(); ++i) words.push_back(index.id(given.positional[i]));
  print_hits(index, index.nearest(words, count_given(given, "count", kAnswers)), globals);
  return 0;
}

int complete_analogy(const Arguments& given, const Globals& globals) {
  if (given.positional.size() > 4) throw UserError(fmt::format("unexpected argument '{}'", given.positional[4]));
  const std::string method = given.text("method", "add");
  const std::vector<std::string> methods{"add", "multiply"};
  if (method != "add" && method != "multiply") {
    throw UserError(fmt::format("--method '{}' is not known; {}", method, suggestion(method, methods)));
  }
  const WordIndex index(read_vectors(locate_file(given.positional[0], "")));
  const auto id = [&](std::size_t place) { return index.id(given.positional[place]); };
  print_hits(index,
             index.analogy(id(1), id(2), id(3), method == "add" ? AnalogyMethod::add : AnalogyMethod::multiply,
                           count_given(given, "count", kAnswers)),
             globals);
  return 0;
}

}  // namespace seqlab
