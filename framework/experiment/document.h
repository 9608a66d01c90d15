#pragma once

// An experiment file as a plain tree that knows where everything stands. The order is the source's: a grid is swept as
// written.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "experiment/diagnostic.h"

namespace seqlab {

/// A text that diagnostics point into.
struct SourceText {
  std::string name;  // as the user named it
  std::string text;
  int order = 0;  // Diagnostic::file_order

  [[nodiscard]] std::string line(int number) const;  // 1-based, without its end; "" where absent
};

struct TomlValue;
struct TomlEntry;
/// A date or time, which no option wants.
struct TomlTime {};
using TomlList = std::vector<TomlValue>;
using TomlTable = std::vector<TomlEntry>;  // in source order

struct TomlValue {
  std::variant<bool, std::int64_t, double, std::string, TomlTime, TomlList, TomlTable> data;
  Place place;

  /// "integer", "string", "list", ...: for messages.
  [[nodiscard]] std::string_view type_word() const;
};

struct TomlEntry {
  std::string key;  // one component, unquoted: may hold a dot
  Place place;      // of the key
  TomlValue value;
};

struct Document {
  std::shared_ptr<const SourceText> source;
  TomlTable entries;
};

/// Parses TOML text. DiagnosticsError with line and column of the first syntax error.
Document parse_document(std::shared_ptr<const SourceText> source);

/// Reads one file. DiagnosticsError where it is missing, a folder, empty, not UTF-8 or not TOML.
Document read_document(const std::string& path, int order = 0);

/// The file, then its base, then the base of that, ...; a base is named relative to the file that names it.
/// DiagnosticsError for a base that is missing or leads back to a file of the chain.
std::vector<Document> read_document_chain(const std::string& path);

/// A value (or comma-separated values, as of --grid) of the command line. What is not TOML is taken as a plain string, so
/// that a shell user need not quote: lstm is "lstm".
TomlValue parse_argument_value(std::string_view text);
std::vector<TomlValue> parse_argument_list(std::string_view text);

/// One value with its full name, wherever and however it was written: [train] optimizer = { rate = 1 } is
/// "train.optimizer.rate".
struct FlatEntry {
  std::string name;
  std::vector<Place> path;  // of each key on the way, the last one included
  TomlValue value;          // never a table, unless an empty one
  std::shared_ptr<const SourceText> source;
  [[nodiscard]] const Place& key_place() const { return path.back(); }
};
std::vector<FlatEntry> flatten(const Document& document);

/// A diagnostic that points into `source`.
Diagnostic diagnostic_at(const SourceText& source, const Place& place, ErrorCode code, std::string message,
                         std::string label = "");

}  // namespace seqlab
