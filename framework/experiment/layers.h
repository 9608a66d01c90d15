#pragma once

// The sources of an experiment's settings laid over each other: base < file < grid < --set.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiment/document.h"

namespace seqlab {

/// What the user asked for: a file and what the command line adds to it.
struct PlanRequest {
  std::string file;
  std::vector<std::string> set;       // "K=V"
  std::vector<std::string> grid;      // "K=A,B"
  std::optional<std::int64_t> seeds;  // 1..N
  std::vector<std::string> only;      // "K=V" or "K=A,B": runs whose K is another are left out
  bool rebuild_too = false;           // runs of another build of the framework do not count
};

/// One [[exclude]] or [[add]].
struct SweepTable {
  std::vector<FlatEntry> entries;  // names are full, or "seed"
  Place place;
  std::shared_ptr<const SourceText> source;
};

struct ExperimentLayers {
  std::vector<Document> documents;     // the file, its base, ...
  std::vector<FlatEntry> assignments;  // weakest first; names are full: "parts.cell", "train.epochs"
  std::vector<FlatEntry> factors;      // of [grid] and [zip] in order, each name once; names are full, or "seed"
  std::set<std::string> zipped;        // names of the factors that stand in [zip]
  std::vector<FlatEntry> repeated;     // factors that a file names in both tables
  std::vector<SweepTable> exclude;     // of the strongest file that has any
  std::vector<SweepTable> add;
};

/// Reads the files and the command line. DiagnosticsError for what cannot be read; names and values are not judged yet.
ExperimentLayers read_layers(const PlanRequest& request);

/// "cell" -> "parts.cell", as [grid] and the command line abbreviate slots; "seed" and names with a dot stay.
std::string full_name(const std::string& name);

/// Whether it was given with an option, not in a file.
bool from_command_line(const FlatEntry& entry);

/// "K=V" as K and V; UserError naming `option` where there is no '=' or no K.
std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text);

}  // namespace seqlab
