#include "data/tagged_text.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"
#include "data/parallel_text.h"
#include "data/text.h"

namespace seqlab {

std::vector<TaggedText> read_tagged_text(const std::filesystem::path& file) {
  std::vector<TaggedText> texts;
  bool inside = false;
  std::int64_t number = 0;
  for (const std::string& line : read_lines(file)) {
    ++number;
    const std::vector<std::string> fields = tokenise(normalise(line, Tokens::whitespace, false), Tokens::whitespace);
    if (fields.empty()) {
      inside = false;
      continue;
    }
    if (fields.size() == 1) {
      throw UserError(fmt::format("{}:{}: the token '{}' has no tag; add it, or '_' where it is not judged", file.string(),
                                  number, fields[0]));
    }
    if (fields.size() != 2) {
      throw UserError(fmt::format("{}:{}: {} columns; a line is a token and its tag, and an empty line ends a sequence",
                                  file.string(), number, fields.size()));
    }
    if (!inside) texts.emplace_back().place = fmt::format("{}:{}", file.string(), number);
    inside = true;
    texts.back().tokens.push_back(fields[0]);
    texts.back().tags.push_back(fields[1] == "_" ? "" : fields[1]);
  }
  if (texts.empty()) throw UserError(fmt::format("{}: there is no token; a line is a token and its tag", file.string()));
  return texts;
}

std::vector<TaggedText> copy_memory(std::int64_t count, std::int64_t delay, std::uint64_t seed, std::string_view split) {
  constexpr int kSymbols = 8;
  constexpr std::size_t kRemembered = 10;
  Random random(seed, fmt::format("copy memory {}", split));
  std::vector<TaggedText> texts;
  for (std::int64_t i = 0; i < count; ++i) {
    TaggedText& text = texts.emplace_back();
    text.place = fmt::format("sequence {} of {}", i, split);
    std::vector<std::string> symbols;
    for (std::size_t k = 0; k < kRemembered; ++k)
      symbols.push_back(std::string(1, static_cast<char>('a' + random.below(kSymbols))));
    text.tokens = symbols;
    text.tokens.insert(text.tokens.end(), static_cast<std::size_t>(delay), "-");
    text.tokens.emplace_back("?");
    text.tokens.insert(text.tokens.end(), kRemembered - 1, "-");
    text.tags.assign(text.tokens.size(), "");
    std::copy(symbols.begin(), symbols.end(), text.tags.end() - static_cast<std::ptrdiff_t>(kRemembered));
  }
  return texts;
}

}  // namespace seqlab
