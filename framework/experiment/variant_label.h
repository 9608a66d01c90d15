#pragma once

// How a variant is called in a plan, in the database and in every table: by the values of its factors.

#include <string>
#include <vector>

#include "core/options.h"

namespace seqlab {

/// What to call each factor: its last component ("attention" for "parts.attention") where only one has it, else the full
/// key.
std::vector<std::string> short_names(const std::vector<std::string>& factors);

/// One factor of a label: the word that fills a slot ("lstm"), all else with its name ("batch=32"). `word`: the value is a
/// text that is not empty.
std::string label_part(const std::string& factor, const std::string& name, const std::string& value, bool word);

/// "additive/lstm/batch=32"; "-" stands for a factor that does not apply. "" without factors.
std::string variant_label(const std::vector<std::string>& factors, const OptionValues& settings);

}  // namespace seqlab
