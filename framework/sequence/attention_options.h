#pragma once

// What the host's attention adds to any score: keys of table [attention].

#include <string>

#include "core/options.h"

namespace seqlab {

struct AttentionOptions {
  int heads = 1;
  int key_width = 0;
  int value_width = 0;
  std::string window = "global";
  int width = 10;
  bool monotonic = false;
  bool coverage = false;
};

Schema<AttentionOptions> attention_schema();

/// The complete settings of [attention] out of `given`, which may also hold options of scores ("additive.units"); those
/// without an effect beside the others are left out, such as the width of a global window. Throws as
/// OptionTable::complete() does.
OptionValues attention_settings(const OptionValues& given);

}  // namespace seqlab
