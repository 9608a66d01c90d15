#pragma once

// What is wrong with an experiment file, and where: shown with its line, a caret below the place, and what to do.

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace seqlab {

/// Every kind of mistake has a number of its own.
enum class ErrorCode {
  syntax = 101,
  unknown_plugin = 102,
  unknown_key = 103,
  wrong_type = 104,
  refused_value = 105,
  missing_key = 106,
  unknown_slot = 107,
  empty_slot = 108,
  unfit_model = 109,
  bad_grid = 110,
  list_outside_grid = 111,
  bad_base = 112,
  bad_name = 113,
  bad_metric = 114,
  unreadable_file = 115,
  bad_duration = 116,
  bad_zip = 117,
  bad_exclude = 118,
  bad_add = 119,
  bad_memory_size = 120,
  unfit_parts = 121,
};

struct ErrorCodeInfo {
  ErrorCode code;
  std::string_view explanation;  // one line
};
const std::vector<ErrorCodeInfo>& error_codes();
std::string code_text(ErrorCode code);  // "E0102"

/// Where in a file something stands. Columns and lengths count Unicode code points.
struct Place {
  int line = 0;    // 1-based; 0: the file as a whole
  int column = 0;  // 1-based
  int length = 0;  // at least one caret is drawn
};

struct Diagnostic {
  ErrorCode code = ErrorCode::syntax;
  std::string message;
  std::string file;    // as the user named it; "--set" for the command line
  int file_order = 0;  // 0: the experiment file, 1: its base, ...; then the command line
  Place place;
  std::string source_line;  // the text of line place.line, without its end
  std::string label;        // behind the carets: the hint. Further lines of it become notes.
};

/// In the order of files and places, each only once.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics);

/// One diagnostic with its line, as
///   error[E0102]: no cell named 'lsmt'
///     --> a.toml:7:8
///      |
///    7 | cell = "lsmt"
///      |        ^^^^^^ did you mean 'lstm'?
std::string render(const Diagnostic& diagnostic, bool color = false);
/// All of them, an empty line between two.
std::string render(const std::vector<Diagnostic>& diagnostics, bool color = false);

/// Everything that is wrong with a file, at once. what() is the text without colour.
class DiagnosticsError final : public UserError {
 public:
  explicit DiagnosticsError(std::vector<Diagnostic> diagnostics);
  DiagnosticsError(const DiagnosticsError&) = default;
  ~DiagnosticsError() override;
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;  // sorted
};

}  // namespace seqlab
