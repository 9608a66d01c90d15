#pragma once

#include <string_view>

namespace seqlab {

/// Whether `a` comes before `b` as a person sorts them: numbers by their size, and so the numbers in texts such as 2026-1-9,
/// 9:50 or "week 10".
bool comes_before(std::string_view a, std::string_view b);

}  // namespace seqlab
