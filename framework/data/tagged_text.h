#pragma once

// Tagged text as it stands in files, and the generated kind.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace seqlab {

/// One sequence; `tags` has one entry a token, "" where the step is not judged.
struct TaggedText {
  std::vector<std::string> tokens;
  std::vector<std::string> tags;
  std::string place;  // "FILE:LINE" of its first token
};

/// Two columns, token and tag, parted by a tab or blanks; an empty line ends a sequence; tag "_" is not judged. UserError,
/// naming file, line and remedy, for a line with one or three columns and where there is no token.
std::vector<TaggedText> read_tagged_text(const std::filesystem::path& file);

/// Counted up whenever the same sizes and seed would give other sequences.
inline constexpr int kCopyMemoryVersion = 1;

/// The copy memory problem (Hochreiter and Schmidhuber, 1997, in the form of Arjovsky et al., 2016): ten symbols out of
/// eight, `delay` blanks, a sign, and ten steps at which the symbols are to be said again; only those are judged. A pure
/// function of its arguments.
std::vector<TaggedText> copy_memory(std::int64_t count, std::int64_t delay, std::uint64_t seed, std::string_view split);

}  // namespace seqlab
