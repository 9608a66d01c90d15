#pragma once

// Pages of HTML that need nothing else, and text inside of them or of SVG.

#include <string>
#include <string_view>

namespace seqlab {

/// With `& < > "` as entities: it can stand in an element or in an attribute between double quotes.
std::string escaped(std::string_view text);

/// A whole page under the heading `title` (plain text). `style`: rules of CSS beside those that all pages have; `body`:
/// HTML.
std::string html_page(std::string_view title, std::string_view style, std::string_view body);

}  // namespace seqlab
