#pragma once

// Text inside of a page of HTML or SVG.

#include <string>
#include <string_view>

namespace seqlab {

/// With `& < > "` as entities: it can stand in an element or in an attribute between double quotes.
std::string escaped(std::string_view text);

}  // namespace seqlab
