// `seqlab vectors export`, `seqlab vectors map`: word vectors for other programs, and for the eye.

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <numeric>
#include <system_error>

#include "cli/fitted_table.h"
#include "cli/terminal.h"
#include "cli/vectors.h"
#include "core/error.h"
#include "data/named_file.h"
#include "vectors/principal_components.h"
#include "vectors/vector_file.h"
#include "vectors/word_index.h"

namespace seqlab {

int export_vectors(const Arguments& given, const Globals& globals) {
  if (given.positional.size() > 1) throw UserError(fmt::format("unexpected argument '{}'", given.positional[1]));
  const auto input = locate_file(given.positional[0], "");
  const std::string output = output_given(given, "export", input);
  const VectorFormat format = vector_format_named(format_given(given, output));
  WordVectors vectors = read_vectors(input);
  const auto count = static_cast<std::size_t>(count_given(given, "count", static_cast<int>(vectors.size())));
  if (count < vectors.words.size()) {
    vectors.words.resize(count);
    vectors.values.resize(count * static_cast<std::size_t>(vectors.dimension));
  }
  write_vectors(output, format, vectors);
  if (!globals.quiet) {
    std::cerr << fmt::format("{}: {} words of {} dimensions\n", shown_path(output), vectors.size(), vectors.dimension)
              << std::flush;
  }
  return 0;
}

int map_vectors(const Arguments& given, const Globals& globals) {
  constexpr int kWords = 500;
  const auto input = locate_file(given.positional[0], "");
  if (given.has("output") && given.text("output") != "-") check_output(given.text("output"), input);
  const WordVectors vectors = read_vectors(input);
  std::vector<int> ids;
  if (given.positional.size() > 1) {
    const WordIndex index(vectors);
    for (std::size_t i = 1; i < given.positional.size(); ++i) ids.push_back(index.id(given.positional[i]));
  } else {
    ids.resize(static_cast<std::size_t>(std::min<std::int64_t>(vectors.size(), count_given(given, "count", kWords))));
    std::iota(ids.begin(), ids.end(), 0);
  }
  const std::vector<double> places = principal_components(vectors, ids, 2);
  TextTable table{{{"word"}, {"x"}, {"y"}}, {}};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    table.rows.push_back({vectors.words[static_cast<std::size_t>(ids[i])], places[2 * i], places[2 * i + 1]});
  }
  if (given.text("output", "-") == "-") {
    std::cout << fitted(table, globals.json ? TableFormat::json : TableFormat::table) << std::flush;
    return 0;
  }
  const std::string output = given.text("output");
  std::ofstream file(output);
  file << to_text(table, output.ends_with(".json") ? TableFormat::json : TableFormat::csv) << std::flush;
  if (!file)
    throw EnvironmentError(fmt::format("{}: cannot be written ({})", output, std::generic_category().message(errno)));
  return 0;
}

}  // namespace seqlab
