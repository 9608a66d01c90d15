#pragma once

// A variant's settings as canonical JSON, the text whose hash is the variant's identity; and the names of factors.

#include <string>
#include <string_view>
#include <vector>

#include "core/options.h"

namespace seqlab {

/// One line, keys sorted, every value in its own type: 1 and 1.0 differ. Equal settings give equal bytes.
std::string canonical_json(const OptionValues& settings);
/// InternalError where the text is not what canonical_json() writes.
OptionValues settings_from_json(std::string_view text);

/// JSON array of the factors' values: which cell of an experiment the settings belong to. null: the factor does not apply.
std::string cell_of(const OptionValues& settings, const std::vector<std::string>& factors);

/// The values of such a cell as a person reads them, "-" for null.
std::vector<std::string> values_of_cell(std::string_view cell);

/// The value as a person reads it, "-" where the settings have none.
std::string value_text(const OptionValues& settings, const std::string& key);

/// The place in `factors` of one named by its full key or by a unique end of it ("attention", "lstm.units").
/// UserError with did-you-mean where none or several match; `option` is what the message begins with.
std::size_t find_factor(const std::string& name, const std::vector<std::string>& factors, const std::string& option);

}  // namespace seqlab
