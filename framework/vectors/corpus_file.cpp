#include "vectors/corpus_file.h"

#include <fmt/format.h>

#include "core/error.h"
#include "data/word_reader.h"
#include "data/word_table.h"

namespace seqlab {
namespace {

/// The vocabulary's id of each number of the table; -1 for words that were left out.
std::vector<int> ids_of(const WordTable& words, const Vocabulary& vocabulary) {
  std::vector<int> ids(static_cast<std::size_t>(words.size()), -1);
  for (int number = 0; number < words.size(); ++number) {
    const int id = vocabulary.id(words.word(number));
    if (id >= Vocabulary::kSpecial) ids[static_cast<std::size_t>(number)] = id;
  }
  return ids;
}

Vocabulary frequent_words(const WordTable& words, const CorpusFileOptions& options) {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (int number = 0; number < words.size(); ++number) {
    if (words.count_of(number) >= options.minimum_count)
      counts.emplace_back(std::string(words.word(number)), words.count_of(number));
  }
  return Vocabulary::of_counts(std::move(counts), options.limit);
}

}  // namespace

TextCorpus read_corpus(const std::filesystem::path& file, const CorpusFileOptions& options, const FitProgress& progress) {
  constexpr std::int64_t kReportEvery = 1 << 20;
  WordReader reader(file, options.lower_case);
  WordTable words;
  TokenStore read(options.memory_limit / 2);
  std::int64_t count = 0;
  for (auto token = reader.next(); token != WordReader::Token::end; token = reader.next()) {
    if (token == WordReader::Token::line_end) {
      read.add(Corpus::kSentenceEnd);
      continue;
    }
    read.add(words.count(reader.word()));
    if (++count % kReportEvery != 0) continue;
    if (progress) progress({"reading", reader.share(), count, "words"});
    if (static_cast<std::int64_t>(words.bytes()) > options.memory_limit) {
      throw UserError(
          fmt::format("{}: {} different words among the first {} do not fit the memory limit of {} MB; raise it, "
                      "or clean the text of words that occur once",
                      file.string(), words.size(), count, options.memory_limit >> 20));
    }
  }
  if (count == 0) throw UserError(fmt::format("{}: has no words; name a text file with a sentence a line", file.string()));
  TextCorpus text{frequent_words(words, options), Corpus(0), count, words.size()};
  if (text.vocabulary.size() == Vocabulary::kSpecial) {
    throw UserError(fmt::format("{}: none of its {} different words occurs {} times; set minimum_count lower", file.string(),
                                words.size(), options.minimum_count));
  }
  const std::vector<int> ids = ids_of(words, text.vocabulary);
  text.corpus = Corpus(text.vocabulary.size(), options.memory_limit / 2);
  std::vector<int> block(1 << 16);
  for (std::int64_t first = 0; first < read.size(); first += static_cast<std::int64_t>(block.size())) {
    block.resize(
        static_cast<std::size_t>(std::min<std::int64_t>(read.size() - first, static_cast<std::int64_t>(block.size()))));
    read.read(first, block);
    for (const int number : block) {
      if (number == Corpus::kSentenceEnd) {
        text.corpus.end_sentence();
      } else if (const int id = ids[static_cast<std::size_t>(number)]; id >= 0) {
        text.corpus.add(id);
      }
    }
  }
  text.corpus.finish();
  return text;
}

}  // namespace seqlab
