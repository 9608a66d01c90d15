#pragma once

// Judges every name and value of an experiment against what is installed. Collects diagnostics instead of stopping at the
// first.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/options.h"
#include "experiment/diagnostic.h"
#include "experiment/document.h"
#include "plugin/registry.h"

namespace seqlab {

struct Task;

/// A swept key and its values.
struct Factor {
  std::string name;                 // "parts.cell", "train.batch", "seed"
  std::vector<OptionValue> values;  // each once, at least one, in their options' types
};

class Validator {
 public:
  explicit Validator(const Registry& registry);

  /// The models of the plan: what they declare decides which slots exist. Call it before the checks below.
  void set_models(std::vector<const Component*> models);

  /// Whose table [data] is judged by; the first of all tasks until it is called.
  void set_task(const Task& task) { task_ = &task; }

  /// The value of an assignment in its option's type, or nothing and a diagnostic.
  std::optional<OptionValue> check(const FlatEntry& entry);
  /// A factor of [grid] or [zip], or nothing and diagnostics.
  std::optional<Factor> check_factor(const FlatEntry& entry, std::string_view table = "[grid]");
  /// A key of [[exclude]] or [[add]]: one value or a list of alternatives.
  std::optional<Factor> check_choice(const FlatEntry& entry, std::string_view table);

  void report(const SourceText& source, const Place& place, ErrorCode code, std::string message, std::string label = "");
  void report(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  /// Throws DiagnosticsError where something was reported.
  void throw_if_any() const;

 private:
  std::optional<OptionValue> check_root(const FlatEntry& entry);
  std::optional<OptionValue> check_option(const OptionTable& table, const std::string& section, const std::string& name,
                                          const FlatEntry& entry);
  /// A key that the table does not have, or a whole inner table.
  void report_unknown(const OptionTable& table, const std::string& section, const std::string& name, const FlatEntry& entry);
  std::optional<OptionValue> check_plugin_option(const FlatEntry& entry);
  std::optional<OptionValue> check_part(const FlatEntry& entry);
  std::optional<Factor> check_seeds(const FlatEntry& entry);
  /// Whether a key of [grid], [zip] or [[add]] can be swept at all.
  bool check_factor_name(const FlatEntry& entry, std::string_view table);
  [[nodiscard]] const OptionRule* rule_of(const std::string& name) const;  // nullptr where no option has this full name
  [[nodiscard]] std::vector<std::string> slot_names() const;               // keys of [parts]
  /// Where an option of this bare name lives: "train.batch", or "".
  [[nodiscard]] std::string home_of(const std::string& name) const;

  const Registry& registry_;
  const Task* task_;
  OptionTable train_;
  OptionTable run_;
  OptionTable attention_;  // what surrounds any score
  std::vector<const Component*> models_;
  std::vector<Diagnostic> diagnostics_;
  std::set<std::tuple<std::string, int, int, std::string>> unknown_;  // reported: file, line, column, message
  bool sweeping_ = false;                                             // the value stands in a list of [grid]
};

/// "attention score", "cell", ...: the word of a kind in messages.
std::string_view kind_word(Kind kind);

}  // namespace seqlab
