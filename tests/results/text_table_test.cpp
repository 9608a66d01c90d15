#include "results/text_table.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

const TextTable& sample() {
  static const TextTable table{{{"name"}, {"count"}, {"value"}},
                               {{std::string("plain"), std::int64_t{7}, 0.5},
                                {std::string("a,b \"c\""), std::int64_t{1234}, std::monostate{}},
                                {std::string("日本|\n語"), std::int64_t{-1}, 1.0 / 3.0}}};
  return table;
}

}  // namespace

TEST_CASE("a table lines up by what a terminal shows") {
  CHECK(to_text(sample(), TableFormat::table) ==
        "name       count     value\n"
        "---------  -----  --------\n"
        "plain          7       0.5\n"
        "a,b \"c\"     1234\n"
        "日本|\\n語     -1  0.333333\n");
}

TEST_CASE("CSV is quoted where RFC 4180 says so, numbers at full precision") {
  CHECK(to_text(sample(), TableFormat::csv) ==
        "name,count,value\n"
        "plain,7,0.5\n"
        "\"a,b \"\"c\"\"\",1234,\n"
        "\"日本|\n語\",-1,0.3333333333333333\n");
}

TEST_CASE("JSON keeps types and digits") {
  const auto json = nlohmann::json::parse(to_text(sample(), TableFormat::json));
  REQUIRE(json.size() == 3);
  CHECK(json[0]["count"] == 7);
  CHECK(json[1]["value"].is_null());
  CHECK(json[2]["value"].get<double>() == 1.0 / 3.0);
  CHECK(json[2]["name"] == "日本|\n語");
}

TEST_CASE("JSON without a number for it is null, a second column of a name is told apart") {
  const TextTable table{{{"a"}, {"a"}, {"a_2"}},
                        {{std::numeric_limits<double>::infinity(), std::int64_t{2}, std::string("\xff")}}};
  const auto json = nlohmann::json::parse(to_text(table, TableFormat::json));
  CHECK(json[0]["a"].is_null());
  CHECK(json[0].size() == 3);
  CHECK(json[0]["a_2"] == 2);
}

TEST_CASE("Markdown escapes what would break a row") {
  CHECK(to_text(sample(), TableFormat::markdown) ==
        "| name | count | value |\n"
        "| --- | ---: | ---: |\n"
        "| plain | 7 | 0.5 |\n"
        "| a,b \"c\" | 1234 |  |\n"
        "| 日本\\|<br>語 | -1 | 0.3333333333333333 |\n");
}

TEST_CASE("an empty table is its head") {
  const TextTable table{{{"a"}, {"b"}}, {}};
  CHECK(to_text(table, TableFormat::table) == "a  b\n-  -\n");
  CHECK(to_text(table, TableFormat::csv) == "a,b\n");
  CHECK(to_text(table, TableFormat::json) == "[]\n");
}

TEST_CASE("display width counts columns, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("tháng") == 5);
  CHECK(display_width("e\xcc\x81") == 1);  // e and a combining accent
  CHECK(display_width("日本") == 4);
  CHECK(display_width("\xff\xfe") == 2);
  CHECK(padded("日本", 6) == "日本  ");
  CHECK(padded("é", 3, true) == "  é");
  CHECK(padded("long", 2) == "long");
}

TEST_CASE("control characters cannot reach the terminal") {
  CHECK(cell_text(std::string("a\tb\x1b[31m\r")) == "a\\tb\\x1b[31m\\x0d");
}

TEST_CASE("text is filled into lines") {
  CHECK(wrapped("aa bb cc dd", 5) == "aa bb\ncc dd");
  CHECK(wrapped("aa bb cc", 5, "  ") == "aa bb\n  cc");
  CHECK(wrapped("averylongword b", 5) == "averylongword\nb");
  CHECK(wrapped("", 5).empty());
}

TEST_CASE("an unknown format has a suggestion") {
  CHECK(table_format("csv") == TableFormat::csv);
  CHECK_THROWS_WITH(table_format("markdwon"), ContainsSubstring("did you mean 'markdown'?"));
}
