#include "experiment/diagnostic.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <tuple>

namespace seqlab {
namespace {

constexpr int kTabWidth = 4;

std::vector<Diagnostic> sorted(std::vector<Diagnostic> diagnostics) {
  sort_diagnostics(diagnostics);
  return diagnostics;
}

/// A line as it is printed, and at which display column each of its code points starts (one more entry for the end).
struct PrintedLine {
  std::string text;
  std::vector<int> columns;
};

PrintedLine printed(std::string_view line) {
  PrintedLine result;
  int column = 0;
  while (!line.empty()) {
    utf8proc_int32_t code = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(line.data());
    const utf8proc_ssize_t size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(line.size()), &code);
    const std::size_t used = size > 0 ? static_cast<std::size_t>(size) : 1;
    result.columns.push_back(column);
    if (size <= 0) {
      result.text += "\xEF\xBF\xBD";
      column += 1;
    } else if (code == '\t') {
      result.text.append(kTabWidth, ' ');
      column += kTabWidth;
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
      result.text += '?';
      column += 1;
    } else {
      result.text.append(line.substr(0, used));
      column += utf8proc_charwidth(code);
    }
    line.remove_prefix(used);
  }
  result.columns.push_back(column);
  return result;
}

std::string painted(bool color, std::string_view code, std::string_view text) {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

constexpr std::string_view kRed = "1;31";
constexpr std::string_view kBlue = "1;34";
constexpr std::string_view kBold = "1";

}  // namespace

const std::vector<ErrorCodeInfo>& error_codes() {
  static const std::vector<ErrorCodeInfo> codes = {
      {ErrorCode::syntax, "the file is not valid TOML"},
      {ErrorCode::unknown_plugin, "no installed plugin of this kind has this name"},
      {ErrorCode::unknown_key, "nothing reads this key"},
      {ErrorCode::wrong_type, "the value has another type than its option"},
      {ErrorCode::refused_value, "the value is out of range or not one of the choices"},
      {ErrorCode::missing_key, "a required key is absent"},
      {ErrorCode::unknown_slot, "the model has no slot of this name"},
      {ErrorCode::empty_slot, "a slot that the model needs is not filled"},
      {ErrorCode::unfit_model, "the model does not fit the task"},
      {ErrorCode::bad_grid, "an entry of [grid] cannot be swept as written"},
      {ErrorCode::list_outside_grid, "a list stands where one value is wanted"},
      {ErrorCode::bad_base, "the base file is missing or leads back to itself"},
      {ErrorCode::bad_name, "the experiment's name has characters other than letters, digits, '_', '.' and '-'"},
      {ErrorCode::bad_metric, "the task has no such metric, or runs cannot be ranked by it"},
      {ErrorCode::unreadable_file, "the file is missing, empty, a folder or not text"},
      {ErrorCode::bad_duration, "not a duration such as 45s, 30min or 1h30min"},
      {ErrorCode::bad_zip, "the lists of [zip] cannot vary together"},
      {ErrorCode::bad_exclude, "an [[exclude]] names what is not swept, or leaves out nothing or all"},
      {ErrorCode::bad_add, "an [[add]] is no combination of its own"},
      {ErrorCode::bad_memory_size, "not an amount of memory such as 500MB or 2GB"},
      {ErrorCode::unfit_parts, "a model cannot be made of its parts"},
  };
  return codes;
}

std::string code_text(ErrorCode code) { return fmt::format("E{:04}", static_cast<int>(code)); }

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  const auto position = [](const Diagnostic& d) { return std::tuple(d.file_order, d.place.line, d.place.column); };
  std::ranges::stable_sort(diagnostics, {}, position);
  const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    return position(a) == position(b) && a.file == b.file && a.message == b.message;
  };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

std::string render(const Diagnostic& diagnostic, bool color) {
  std::string text = fmt::format("{}{}\n", painted(color, kRed, fmt::format("error[{}]", code_text(diagnostic.code))),
                                 painted(color, kBold, ": " + diagnostic.message));
  std::vector<std::string_view> hints = lines_of(diagnostic.label);
  const std::string number = diagnostic.place.line > 0 ? std::to_string(diagnostic.place.line) : "";
  const std::string gutter(number.size() + 1, ' ');
  if (number.empty()) {
    text += fmt::format("  {} {}\n", painted(color, kBlue, "-->"), diagnostic.file);
  } else {
    text += fmt::format("{}{} {}:{}:{}\n", gutter, painted(color, kBlue, "-->"), diagnostic.file, diagnostic.place.line,
                        diagnostic.place.column);
    const PrintedLine line = printed(diagnostic.source_line);
    const auto column_of = [&](int position) {
      const auto last = static_cast<int>(line.columns.size()) - 1;
      return line.columns[static_cast<std::size_t>(std::clamp(position, 0, last))];
    };
    const int start = column_of(diagnostic.place.column - 1);
    const int end = column_of(diagnostic.place.column - 1 + diagnostic.place.length);
    std::string carets(static_cast<std::size_t>(std::max(1, end - start)), '^');
    if (!hints.empty()) {
      carets += fmt::format(" {}", hints.front());
      hints.erase(hints.begin());
    }
    const std::string bar = painted(color, kBlue, "|");
    text += fmt::format("{} {}\n", gutter, bar);
    text += fmt::format(" {} {}{}{}\n", painted(color, kBlue, number), bar, line.text.empty() ? "" : " ", line.text);
    text += fmt::format("{} {} {}{}\n", gutter, bar, std::string(static_cast<std::size_t>(start), ' '),
                        painted(color, kRed, carets));
  }
  for (const std::string_view hint : hints) text += fmt::format("{} {} {}\n", gutter, painted(color, kBlue, "="), hint);
  return text;
}

std::string render(const std::vector<Diagnostic>& diagnostics, bool color) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += render(diagnostic, color);
  }
  return text;
}

DiagnosticsError::DiagnosticsError(std::vector<Diagnostic> diagnostics)
    : UserError(render(sorted(diagnostics))), diagnostics_(sorted(std::move(diagnostics))) {}

DiagnosticsError::~DiagnosticsError() = default;

}  // namespace seqlab
