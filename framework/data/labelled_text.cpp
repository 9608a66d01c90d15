#include "data/labelled_text.h"

#include <fmt/format.h>

#include "core/error.h"
#include "data/parallel_text.h"
#include "data/text.h"

namespace seqlab {
namespace {

void check_text(const RawExample& example) {
  if (!normalise(example.text, Tokens::character, false).empty()) return;
  throw UserError(fmt::format("{}: no text; fill it in or remove the line", example.place));
}

}  // namespace

RawExamples read_labelled_text(const std::filesystem::path& file) {
  RawExamples examples;
  for (const std::string& line : read_lines(file)) {
    RawExample& example = examples.emplace_back();
    example.place = fmt::format("{}:{}", file.string(), examples.size());
    const auto tab = line.find('\t');
    if (tab == std::string::npos) {
      throw UserError(fmt::format("{}: no tab; a line is a label, a tab and a text", example.place));
    }
    example.label = normalise(line.substr(0, tab), Tokens::whitespace, false);
    if (example.label.empty()) {
      throw UserError(fmt::format("{}: no label before the tab; fill it in or remove the line", example.place));
    }
    example.text = line.substr(tab + 1);
    check_text(example);
  }
  return examples;
}

RawExamples read_text_of_class(const std::filesystem::path& file, const std::string& label) {
  RawExamples examples;
  for (const std::string& line : read_lines(file)) {
    RawExample& example = examples.emplace_back();
    example.place = fmt::format("{}:{}", file.string(), examples.size());
    example.label = label;
    example.text = line;
    check_text(example);
  }
  return examples;
}

}  // namespace seqlab
