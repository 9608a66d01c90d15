#include "data/text.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("valid UTF-8 is accepted, NUL and the last code point included") {
  CHECK_FALSE(invalid_utf8(""));
  CHECK_FALSE(invalid_utf8("plain"));
  CHECK_FALSE(invalid_utf8("Tôi đã đi, 日本, \xF0\x9F\x98\x80"));
  CHECK_FALSE(invalid_utf8(std::string_view("a\0b", 3)));
  CHECK_FALSE(invalid_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("the first bad byte is found") {
  const auto [text, offset] = GENERATE(table<std::string, std::size_t>({
      {"ab\xFFz", 2},           // never a byte of UTF-8
      {"\xC3\xA9\xC3", 2},      // cut short at the end
      {"caf\xE9 au lait", 3},   // Latin-1
      {"x\x80", 1},             // continuation without a start
      {"\xC0\x80", 0},          // overlong NUL
      {"\xE0\x80\xAF", 0},      // overlong slash
      {"a\xED\xA0\x80", 1},     // surrogate
      {"\xF4\x90\x80\x80", 0},  // beyond U+10FFFF
      {"\xE2\x82z", 0},         // cut short in the middle
  }));
  CAPTURE(text);
  const auto found = invalid_utf8(text);
  REQUIRE(found.has_value());
  CHECK(*found == offset);
}

TEST_CASE("a bad line is reported with file, line, byte and remedy") {
  CHECK_NOTHROW(check_line("fine", "a.en", 1));
  CHECK_THROWS_AS(check_line("caf\xE9", "a.en", 7), UserError);
  CHECK_THROWS_WITH(check_line("caf\xE9", "a.en", 7),
                    ContainsSubstring("a.en:7: invalid UTF-8 at byte 4 of the line (0xE9)") && ContainsSubstring("iconv"));
  CHECK_THROWS_WITH(check_line(std::string_view("a\0b", 3), "a.en", 9), ContainsSubstring("a.en:9: NUL byte at byte 2"));
}

TEST_CASE("normal form C") {
  CHECK(to_nfc("plain") == "plain");
  CHECK(to_nfc("e\u0302\u0301") == "\u1EBF");  // three code points become one
  CHECK(to_nfc("\u1EBF") == "\u1EBF");
  CHECK(to_nfc("u\u031B\u0303a") == "ữa");
  CHECK(to_nfc("\u212B") == "\u00C5");              // Angstrom sign: a singleton
  CHECK(to_nfc("\uFB01") == "\uFB01");              // no compatibility mapping
  CHECK(to_nfc("\u1112\u1161\u11AB") == "\uD55C");  // Hangul
  CHECK(to_nfc(std::string_view("\u0065\u0301\0x", 5)) == std::string("\u00E9\0x", 4));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "\u1F82";  // decomposes to four code points
  CHECK(to_nfc(many) == many);
  CHECK_THROWS_AS(to_nfc("\xFF"), InternalError);
}

TEST_CASE("lower case of any script, in normal form C") {
  CHECK(to_lower("Sunday, APRIL the 3RD") == "sunday, april the 3rd");
  CHECK(to_lower("ĐƯỜNG TRẦN HƯNG ĐẠO") == "đường trần hưng đạo");
  CHECK(to_lower("E\u0301TE\u0301") == "été");
  CHECK(to_lower("ΑΒΓ ЖЗ 日本") == "αβγ жз 日本");
}

TEST_CASE("whitespace tokens: any white space splits, no token is empty") {
  using Words = std::vector<std::string>;
  CHECK(tokenise("the cat  sat", Tokens::whitespace) == Words{"the", "cat", "sat"});
  CHECK(tokenise(" \t a\u00A0b\u3000c\u2003d\u0085e\v\r", Tokens::whitespace) == Words{"a", "b", "c", "d", "e"});
  CHECK(tokenise("zero\u200Bwidth", Tokens::whitespace) == Words{"zero\u200Bwidth"});  // not white space
  CHECK(tokenise("", Tokens::whitespace).empty());
  CHECK(tokenise(" \u3000 ", Tokens::whitespace).empty());
}

TEST_CASE("character tokens: code points, white space among them") {
  using Words = std::vector<std::string>;
  CHECK(tokenise("3 Ả日", Tokens::character) == Words{"3", " ", "Ả", "日"});
  CHECK(tokenise("", Tokens::character).empty());
  CHECK(tokenise("e\u0301", Tokens::character).size() == 2);
  CHECK(tokenise(normalise("e\u0301", Tokens::character, false), Tokens::character).size() == 1);
}

TEST_CASE("tokens joined by the separator give the normalised text back") {
  const std::string text = "  Tôi\u00A0 \tđi  HỌC . ";
  for (const Tokens tokens : {Tokens::character, Tokens::whitespace}) {
    const std::string clean = normalise(text, tokens, true);
    std::string joined;
    for (const auto& token : tokenise(clean, tokens)) {
      if (!joined.empty()) joined += token_separator(tokens);
      joined += token;
    }
    CHECK(joined == clean);
  }
  CHECK(normalise(text, Tokens::whitespace, true) == "tôi đi học .");
  CHECK(normalise(text, Tokens::character, false) == "Tôi\u00A0 \tđi  HỌC .");
  CHECK(normalise(" \u3000 ", Tokens::character, false).empty());
}

TEST_CASE("a kind of token has a name") {
  CHECK(tokens_named("character") == Tokens::character);
  CHECK(tokens_named("whitespace") == Tokens::whitespace);
  CHECK_THROWS_WITH(tokens_named("charakter"), ContainsSubstring("did you mean 'character'"));
}
