#pragma once

// The reading half of vector_file.h.

#include <optional>
#include <string>

#include "data/file_stream.h"
#include "data/word_table.h"
#include "vectors/vector_file.h"

namespace seqlab {

class VectorFileReader {
 public:
  explicit VectorFileReader(const std::filesystem::path& file);
  [[nodiscard]] const VectorFileHead& head() const { return head_; }
  /// The next word and its vector, valid until the next call; false at the end.
  bool next(std::string_view& word, std::span<const float>& vector);

 private:
  void recognise();
  bool fill();                                  // more bytes behind those that are left; false: there are none
  std::optional<std::string_view> peek_line();  // without its end; nothing at the end of the file
  void drop(std::size_t bytes) { begin_ += bytes; }
  bool next_line(std::string_view& word);
  bool next_binary(std::string_view& word);
  /// The word in normal form C; refused where it is damaged or was there before. Valid until the next call.
  std::string_view accept(std::string_view word);
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  [[nodiscard]] std::string place() const;  // "FILE:LINE" or "FILE: word N"
  [[noreturn]] void fail(const std::string& what) const;

  FileStream input_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  VectorFileHead head_;
  std::int64_t line_ = 1;
  std::int64_t read_ = 0;
  WordTable seen_;
  std::string normalised_;
  std::vector<float> vector_;
};

}  // namespace seqlab
