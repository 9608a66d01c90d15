#include "data/subwords.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <set>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "data/text.h"

namespace seqlab {
namespace {

constexpr std::string_view kWordStart = "\xE2\x96\x81";  // U+2581

class Lines final : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(std::span<const std::string> lines) : lines_(lines) {}
  [[nodiscard]] bool done() const override { return next_ == lines_.size(); }
  void Next() override { ++next_; }
  [[nodiscard]] const std::string& value() const override { return lines_[next_]; }
  [[nodiscard]] sentencepiece::util::Status status() const override { return {}; }

 private:
  std::span<const std::string> lines_;
  std::size_t next_ = 0;
};

/// Each character is a piece, and so are the start of a word and three marks of sentencepiece's own.
int fewest_pieces(std::span<const std::string> lines) {
  std::set<std::int32_t> characters;
  for (const std::string& line : lines) {
    for_each_code_point(line, [&](std::int32_t point, std::string_view /*bytes*/) {
      if (!is_white_space(point)) characters.insert(point);
    });
  }
  return static_cast<int>(characters.size()) + 4;
}

}  // namespace

struct Subwords::Processor {
  sentencepiece::SentencePieceProcessor own;
};

Subwords::Subwords(std::string model) : model_(std::move(model)) {
  auto processor = std::make_shared<Processor>();
  const auto status = processor->own.LoadFromSerializedProto(model_);
  if (!status.ok()) throw EnvironmentError(fmt::format("the stored subword model is damaged: {}", status.ToString()));
  processor_ = std::move(processor);
}

Subwords Subwords::from_model(std::string model) { return Subwords(std::move(model)); }

Subwords Subwords::learn(std::span<const std::string> lines, int size, const std::string& kind) {
  // Normal forms and case are ours; one thread, so that the pieces do not depend on the machine.
  const std::unordered_map<std::string, std::string> settings = {{"vocab_size", std::to_string(size)},
                                                                 {"model_type", kind},
                                                                 {"character_coverage", "1.0"},
                                                                 {"normalization_rule_name", "identity"},
                                                                 {"remove_extra_whitespaces", "true"},
                                                                 {"hard_vocab_limit", "false"},
                                                                 {"max_sentence_length", "1000000"},
                                                                 {"num_threads", "1"},
                                                                 {"minloglevel", "2"}};
  Lines iterator(lines);
  std::string model;
  const auto status = sentencepiece::SentencePieceTrainer::Train(settings, &iterator, &model);
  if (const int needed = fewest_pieces(lines); !status.ok() && size < needed) {
    throw UserError(fmt::format("data.subwords = {} is too few: the characters of the {} training lines alone need {}", size,
                                lines.size(), needed));
  }
  if (!status.ok()) {
    throw UserError(
        fmt::format("sentencepiece cannot learn {} subwords from {} training lines: {}; choose another "
                    "'subwords'",
                    size, lines.size(), status.ToString()));
  }
  return Subwords(std::move(model));
}

std::vector<std::string> Subwords::cut(std::string_view line) const {
  std::vector<std::string> pieces;
  const auto status = processor_->own.Encode({line.data(), line.size()}, &pieces);
  expect(status.ok(), "sentencepiece cuts any text");
  return pieces;
}

std::string Subwords::join(std::span<const std::string> pieces) {
  std::string text;
  for (const std::string& piece : pieces) {
    std::string_view rest = piece;
    while (!rest.empty()) {
      if (rest.starts_with(kWordStart)) {
        if (!text.empty()) text += ' ';
        rest.remove_prefix(kWordStart.size());
      } else {
        text += rest.front();
        rest.remove_prefix(1);
      }
    }
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace seqlab
