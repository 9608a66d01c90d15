#include "vectors/corpus.h"

#include <algorithm>

#include "core/error.h"

namespace seqlab {
namespace {

constexpr std::int64_t kBlock = 1 << 16;

}  // namespace

Corpus::Corpus(int vocabulary, std::int64_t memory_limit)
    : store_(memory_limit), counts_(static_cast<std::size_t>(vocabulary), 0) {}

Corpus::Corpus(std::span<const std::vector<int>> sentences, int vocabulary) : Corpus(vocabulary) {
  for (const auto& sentence : sentences) {
    for (const int id : sentence) add(id);
    end_sentence();
  }
  finish();
}

void Corpus::add(int id) {
  expect(id >= 0 && id < vocabulary(), "an id is inside its vocabulary");
  store_.add(id);
  ++counts_[static_cast<std::size_t>(id)];
  ++tokens_;
  if (++sentence_ == kLongestSentence) end_sentence();
}

void Corpus::end_sentence() {
  if (sentence_ > 0) store_.add(kSentenceEnd);
  sentence_ = 0;
}

void Corpus::finish() {
  end_sentence();
  store_.finish();
}

std::span<const int> Corpus::stretch(std::int64_t first, std::int64_t most, std::vector<int>& buffer) const {
  expect(most > kLongestSentence, "a stretch has room for a sentence");
  const std::int64_t left = size() - first;
  if (left <= 0) return {};
  const auto count = static_cast<std::size_t>(std::min(left, most));
  std::span<const int> ids;
  if (in_memory()) {
    ids = store_.ids().subspan(static_cast<std::size_t>(first), count);
  } else {
    buffer.resize(count);
    store_.read(first, buffer);
    ids = buffer;
  }
  std::size_t end = ids.size();
  while (end > 0 && ids[end - 1] != kSentenceEnd) --end;
  return ids.first(end);
}

CorpusReader::CorpusReader(const Corpus& corpus, int part, int parts)
    : corpus_(corpus), last_(corpus.size() * (part + 1) / parts), place_(corpus.size() * part / parts) {
  if (place_ == 0) return;
  // The sentence that covers this place is another part's.
  std::vector<int> buffer;
  --place_;
  const auto ids = corpus_.stretch(place_, kBlock, buffer);
  const auto mark = std::find(ids.begin(), ids.end(), Corpus::kSentenceEnd);
  place_ += mark - ids.begin() + 1;
}

bool CorpusReader::next(std::span<const int>& sentence) {
  if (place_ >= last_) return false;
  if (used_ == ready_.size()) {
    ready_ = corpus_.stretch(place_, kBlock, buffer_);
    used_ = 0;
  }
  const auto rest = ready_.subspan(used_);
  const auto length = static_cast<std::size_t>(std::find(rest.begin(), rest.end(), Corpus::kSentenceEnd) - rest.begin());
  sentence = rest.first(length);
  used_ += length + 1;
  place_ += static_cast<std::int64_t>(length) + 1;
  return true;
}

}  // namespace seqlab
