#include "data/word_reader.h"

#include <zlib.h>

#include <string>
#include <vector>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"
#include "data/word_table.h"

using namespace seqlab;

namespace {

/// Words, and "|" for the end of a line.
std::vector<std::string> tokens_of(const std::filesystem::path& file, bool lower_case = false) {
  WordReader reader(file, lower_case);
  std::vector<std::string> tokens;
  for (auto token = reader.next(); token != WordReader::Token::end; token = reader.next())
    tokens.push_back(token == WordReader::Token::word ? std::string(reader.word()) : "|");
  return tokens;
}

using Tokens = std::vector<std::string>;

}  // namespace

TEST_CASE("words stand between white space, lines are told apart", "[data][words]") {
  const ScratchFolder folder;
  CHECK(tokens_of(folder.write("a.txt", "I like\tdeep  learning .\r\n\n I  like NLP .")) ==
        Tokens{"I", "like", "deep", "learning", ".", "|", "|", "I", "like", "NLP", "."});
  CHECK(tokens_of(folder.write("bom.txt", "\xEF\xBB\xBFone\n")) == Tokens{"one", "|"});
  CHECK(tokens_of(folder.write("empty.txt", "")).empty());
  CHECK(tokens_of(folder.write("wide.txt", "a\u00A0b\u3000c \u00A0 d\n")) == Tokens{"a", "b", "c", "d", "|"});
}

TEST_CASE("words are in normal form C, and in lower case where asked", "[data][words]") {
  const ScratchFolder folder;
  const auto file = folder.write("vi.txt", "Tie\u0302\u0301ng VIỆT ok\n");
  CHECK(tokens_of(file) == Tokens{"Tiếng", "VIỆT", "ok", "|"});
  CHECK(tokens_of(file, true) == Tokens{"tiếng", "việt", "ok", "|"});
}

TEST_CASE("a line of many megabytes is read in pieces, a word of many is refused", "[data][words]") {
  const ScratchFolder folder;
  std::string line;
  for (int i = 0; i < 700'000; ++i) line += "xyz" + std::to_string(i % 10) + " ";
  const auto words = tokens_of(folder.write("long.txt", line));
  REQUIRE(words.size() == 700'000);
  CHECK(words[699'999] == "xyz9");
  CHECK_THROWS_WITH(tokens_of(folder.write("word.txt", "a\n" + std::string(3'000'000, 'x'))),
                    ContainsSubstring("word.txt:2: a word of more than 65536 bytes"));
}

TEST_CASE("bad text is refused with file, line and remedy", "[data][words]") {
  const ScratchFolder folder;
  CHECK_THROWS_WITH(tokens_of(folder.write("bad.txt", "one\ntwo \xFF\xFE three\n")),
                    ContainsSubstring("bad.txt:2: invalid UTF-8") && ContainsSubstring("iconv"));
  CHECK_THROWS_WITH(tokens_of(folder.write("nul.txt", std::string("one\0two", 7))),
                    ContainsSubstring("nul.txt:1: NUL byte"));
  CHECK_THROWS_WITH(tokens_of(folder.path() / "absent.txt"), ContainsSubstring("no such file"));
  CHECK_THROWS_WITH(tokens_of(folder.write("plain.gz", "not packed")), ContainsSubstring("not compressed by gzip"));
}

TEST_CASE("a character at the edge of a block is not cut", "[data][words]") {
  const ScratchFolder folder;
  std::string text((1 << 20) - 3, 'a');
  for (std::size_t i = 1000; i < text.size(); i += 1000) text[i] = ' ';
  text += "bộ end";
  const auto words = tokens_of(folder.write("edge.txt", text));
  CHECK(words.back() == "end");
  CHECK(words[words.size() - 2].ends_with("bộ"));
}

TEST_CASE("a word table counts each word once", "[data][words]") {
  WordTable table;
  for (int i = 0; i < 30'000; ++i) CHECK(table.count("w" + std::to_string(i % 10'000)) == i % 10'000);
  CHECK(table.size() == 10'000);
  CHECK(table.count_of(9'999) == 3);
  CHECK(table.word(7) == "w7");
  CHECK(table.find("w42") == 42);
  CHECK(table.find("other") == -1);
  CHECK(table.count("") == 10'000);
  CHECK(table.find("") == 10'000);
}
