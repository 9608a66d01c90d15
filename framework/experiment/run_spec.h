#pragma once

// One run, fully resolved: every option of every chosen part has its value. A variant is a RunSpec without seed and threads.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/options.h"

namespace seqlab {

struct RunSpec {
  std::string experiment;  // name
  std::string folder;      // folder of the experiment file: relative data files start there
  std::string metric;      // what the best epoch is chosen by, "valid/exact"
  OptionValues settings;   // dotted: "data.task", "parts.cell", "cell.lstm.forget_bias", "train.epochs"; defaults
                           // filled in; the variant's identity
  std::int64_t seed = 1;
  std::int64_t threads = 1;
  std::int64_t keep_examples = 200;            // [run] keep_examples: no part of the identity
  std::string checkpoint_every = "5min";       // [run] checkpoint_every: no part of the identity
  std::string checkpoint_folder;               // absolute; "": none are kept
  std::vector<std::string> plugin_files;       // absolute paths of the .so files whose components are used
  std::map<std::string, std::string> content;  // SHA-256 of every plugin and data file that the run reads, by absolute path
};

/// The setting that stands for the content of the data: no key of the experiment file, but part of the variant's identity.
inline constexpr std::string_view kDataContent = "content.data";

/// The setting that stands for the metric of the best epoch: the key `metric` of an experiment file, and part of the
/// variant's identity.
inline constexpr std::string_view kMetricSetting = "metric";

/// The values below `prefix`, its name cut off: settings_below(s, "train.") has "epochs".
OptionValues settings_below(const OptionValues& settings, std::string_view prefix);

std::string to_json(const RunSpec& spec);           // one line
RunSpec run_spec_from_json(std::string_view text);  // InternalError where damaged

}  // namespace seqlab
