#include "cli/attention_view.h"

#include "catch.h"

using namespace seqlab;

namespace {

const ExampleAttention kExample{0, {"a", "bc", " "}, {"x", "yz", "</s>"}, {{1, 0, 0}, {0.1F, 0.6F, 0.3F}, {0, 0, 1}}};

}  // namespace

TEST_CASE("attention is shown as shaded blocks under the source's tokens", "[cli][attention_view]") {
  CHECK(attention_text(kExample, 80) ==
        "        b\n"
        "      a c ␣\n"
        "   x  ██\n"
        "  yz  ░░▒▒░░\n"
        "</s>      ██\n");
}

TEST_CASE("attention wider than the terminal goes on below", "[cli][attention_view]") {
  CHECK(attention_text(kExample, 10) ==
        "        b\n"
        "      a c\n"
        "   x  ██\n"
        "  yz  ░░▒▒\n"
        "</s>\n"
        "\n"
        "      ␣\n"
        "   x\n"
        "  yz  ░░\n"
        "</s>  ██\n");
}

TEST_CASE("the page of attention stands alone, and tokens cannot break it", "[cli][attention_view]") {
  const std::vector<ExampleAttention> examples{kExample, {1, {"<script>"}, {"\"&"}, {{0.25F}}}};
  const std::string page = attention_page("Run <1>", examples);
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(page.find("<h1>Run &lt;1&gt;</h1>") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("title=\"&quot;&amp; ← &lt;script&gt;: 0.250\"") != std::string::npos);
}
