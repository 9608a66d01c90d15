#include "vectors/vector_file.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <limits>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

const WordVectors& sample() {
  static const WordVectors vectors{
      {"the", "phở", "Zürich", "."},
      3,
      {0.1F, -2.5e-7F, 3, 1.0F / 3, 0, -0.0F, 1e30F, 7, 8, std::numeric_limits<float>::min(), 1, 2}};
  return vectors;
}

void check_equal(const WordVectors& a, const WordVectors& b) {
  CHECK(a.words == b.words);
  CHECK(a.dimension == b.dimension);
  REQUIRE(a.values.size() == b.values.size());
  CHECK(std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0);
}

std::string floats(std::initializer_list<float> numbers) {
  std::string bytes;
  for (const float number : numbers) bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  return bytes;
}

}  // namespace

TEST_CASE("every format gives back every bit and every byte", "[vectors][files]") {
  const ScratchFolder folder;
  for (const std::string& format : vector_format_names()) {
    for (const char* ending : {"", ".gz"}) {
      INFO(format << ending);
      const auto file = folder.path() / (format + ending);
      write_vectors(file, vector_format_named(format), sample());
      check_equal(read_vectors(file), sample());
      CHECK_FALSE(std::filesystem::exists(file.string() + ".part"));
    }
  }
  CHECK_THROWS_WITH(vector_format_named("golve"), ContainsSubstring("did you mean 'glove'"));
}

TEST_CASE("files as other programs write them", "[vectors][files]") {
  const ScratchFolder folder;
  // word2vec.c: a blank at the end of each line, a line feed behind each binary vector; gensim: none behind.
  check_equal(read_vectors(folder.write("c.txt", "2 2\n</s> 1 2 \nw 3 +4e0 \n")), {{"</s>", "w"}, 2, {1, 2, 3, 4}});
  check_equal(read_vectors(folder.write("c.bin", "2 2\na " + floats({1, 2}) + "\nb " + floats({3, 4}) + "\n")),
              {{"a", "b"}, 2, {1, 2, 3, 4}});
  check_equal(read_vectors(folder.write("g.bin", "2 2\na " + floats({1, 2}) + "b " + floats({3, 4}))),
              {{"a", "b"}, 2, {1, 2, 3, 4}});
  // GloVe: no heading; tokens of several words; lines with CR; one dimension only.
  check_equal(read_vectors(folder.write("s.txt", "a 1 2\r\n. . . 3 4\r\n\n")), {{"a", ". . ."}, 2, {1, 2, 3, 4}});
  check_equal(read_vectors(folder.write("one.txt", "5 3\nthe 0.5\n")), {{"5", "the"}, 1, {3, 0.5F}});
  check_equal(read_vectors(folder.write("tiny.txt", "a 1e-60 1\n")), {{"a"}, 2, {0, 1}});
}

TEST_CASE("bad files of vectors are refused with place and remedy", "[vectors][files]") {
  const ScratchFolder folder;
  const auto refused = [&](const char* name, const std::string& content, const std::string& message) {
    INFO(name);
    CHECK_THROWS_WITH(read_vectors(folder.write(name, content)), ContainsSubstring(message));
    CHECK_THROWS_AS(read_vectors(folder.write(name, content)), UserError);
  };
  refused("empty.txt", "", "empty.txt:1: no vectors");
  refused("blank.txt", "\n\n", "no vectors");
  refused("word.txt", "word\n", "0 dimensions");
  refused("few.txt", "a 1 2\nb 3\n", "few.txt:2: 1 numbers instead of 2");
  refused("many.txt", "a 1 2\nb 3 4 5\n", "many.txt:2: 3 numbers instead of 2");
  refused("nan.txt", "a 1 nan\n", "nan.txt:1: 'nan' is not a finite number");
  refused("inf.txt", "a 1 -inf\n", "'-inf' is not a finite number");
  refused("huge.txt", "a 1 1e99\n", "'1e99' is not a finite number");
  refused("text.txt", "a 1 two\n", "'two' is not a finite number");
  refused("twice.txt", "a 1 2\nb 1 2\na 3 4\n", "twice.txt:3: the word 'a' is there already");
  refused("utf8.txt", "a 1 2\n\xC3 1 2\n", "utf8.txt:2: invalid UTF-8");
  refused("more.txt", "3 2\na 1 2\nb 3 4\n", "has 2 words, but its first line says 3");
  refused("less.txt", "1 2\na 1 2\nb 3 4\n", "has 2 words, but its first line says 1");
  refused("width.txt", "2 3\na 1 2\nb 3 4\n", "width.txt:2: 2 numbers instead of 3");
  refused("none.txt", "0 5\n", "cannot be");
  refused("zero.bin", "5 0\n", "0 dimensions");
  refused("vast.bin", "9999999999 9999999999\na \x01\x02", "dimensions cannot be");
  const std::string head = "2 3\nalpha " + floats({1, 2, 3}) + "\n";
  refused("cut.bin", head + "beta " + floats({4, 5}), "cut.bin: word 2: the file ends here");
  refused("cut2.bin", head + "bet", "word 2: the file ends here");
  refused("cut3.bin", head, "word 2: the file ends here");
  refused("nan.bin", head + "beta " + floats({4, std::numeric_limits<float>::quiet_NaN(), 6}), "not finite");
  refused("rest.bin", head + "beta " + floats({4, 5, 6}) + "\ngamma " + floats({4, 5, 6}), "more bytes than 2 words");
  refused("twice.bin", head + "alpha " + floats({4, 5, 6}), "'alpha' is there already");
  refused("plain.gz", "a 1 2\n", "not compressed by gzip");
  CHECK_THROWS_WITH(read_vectors(folder.path() / "absent"), ContainsSubstring("no such file"));
  CHECK_THROWS_WITH(read_vectors(folder.path()), ContainsSubstring("is a folder"));
}

TEST_CASE("a word with a blank cannot be written, nor a file where none may be", "[vectors][files]") {
  const ScratchFolder folder;
  CHECK_THROWS_WITH(write_vectors(folder.path() / "a", VectorFormat::glove, {{"two words"}, 1, {1}}),
                    ContainsSubstring("has a blank"));
  const WordVectors dots{{"a", ". . ."}, 1, {1, 2}};
  write_vectors(folder.path() / "dots", VectorFormat::glove, dots);
  CHECK(read_vectors(folder.path() / "dots").words == dots.words);
  CHECK_THROWS_WITH(write_vectors(folder.path() / "dots", VectorFormat::word2vec, dots),
                    ContainsSubstring("--format glove may"));
  CHECK_THROWS_WITH(write_vectors(folder.path() / "dots", VectorFormat::glove, {{"a", "at 5"}, 1, {1, 2}}),
                    ContainsSubstring("has a blank"));
  CHECK_THROWS_AS(write_vectors(folder.path() / "no" / "where", VectorFormat::glove, sample()), EnvironmentError);
}

TEST_CASE("words of a file are in normal form C, without blanks around them", "[vectors][files]") {
  const ScratchFolder folder;
  const auto file = folder.write("nfd.txt", "tie\u0302\u0301ng 1\n  house 2\nphở 3\n");
  CHECK(read_vectors(file).words == std::vector<std::string>{"tiếng", "house", "phở"});
  const auto both = folder.write("both.txt", "tiếng 1\ntie\u0302\u0301ng 2\n");
  CHECK(read_vectors(both).words == std::vector<std::string>{"tiếng", "tie\u0302\u0301ng"});
}
