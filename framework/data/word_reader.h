#pragma once

// The words of a text file, one after the other, in bounded memory: a line may be as long as it likes.

#include <deque>
#include <string>
#include <string_view>

#include "data/file_stream.h"

namespace seqlab {

class WordReader {
 public:
  /// Words stand between white space (see is_white_space) and are brought into normal form C, and into lower case where that
  /// is asked for. A byte-order mark at the beginning is skipped.
  WordReader(const std::filesystem::path& file, bool lower_case);

  enum class Token { word, line_end, end };
  /// What comes next; a word stands in word() until the next call. UserError "FILE:LINE: ..." for invalid UTF-8, a NUL byte
  /// or a word of more than 65,536 bytes.
  Token next();
  [[nodiscard]] std::string_view word() const { return word_; }
  [[nodiscard]] double share() const { return input_.share(); }  // of the file that has been read

  static constexpr std::size_t kLongestWord = 1 << 16;

 private:
  bool refill();
  Token scan();
  void cut(std::string_view bytes);
  [[nodiscard]] std::string place() const;

  FileStream input_;
  bool lower_case_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::int64_t line_ = 1;
  std::string_view word_;
  std::string mended_;              // a word that is not as it stands in the file
  std::deque<std::string> pieces_;  // of bytes that are no plain ASCII: the words to come
};

}  // namespace seqlab
