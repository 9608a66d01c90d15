#include "experiment/document.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDeepestChain = 16;

Place place_of(const toml::source_region& region) {
  const auto line = static_cast<int>(region.begin.line);
  const auto column = static_cast<int>(region.begin.column);
  const bool one_line = region.end.line == region.begin.line && region.end.column > region.begin.column;
  return {line, column, one_line ? static_cast<int>(region.end.column) - column : 1};
}

TomlTable table_of(const toml::table& table);

TomlValue value_of(const toml::node& node) {
  TomlValue value{TomlTime{}, place_of(node.source())};
  if (const auto* boolean = node.as_boolean()) {
    value.data = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    value.data = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    value.data = real->get();
  } else if (const auto* text = node.as_string()) {
    value.data = text->get();
  } else if (const auto* list = node.as_array()) {
    TomlList values;
    for (const toml::node& item : *list) values.push_back(value_of(item));
    value.data = std::move(values);
  } else if (const auto* table = node.as_table()) {
    value.data = table_of(*table);
  }
  return value;
}

TomlTable table_of(const toml::table& table) {
  TomlTable entries;
  for (auto&& [key, node] : table) entries.push_back({std::string(key.str()), place_of(key.source()), value_of(node)});
  std::ranges::stable_sort(entries, {}, [](const TomlEntry& e) { return std::pair(e.place.line, e.place.column); });
  return entries;
}

std::optional<TomlTable> try_parse(const std::string& text) {
  try {
    return table_of(toml::parse(text));
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

[[noreturn]] void refuse_file(const std::string& path, int order, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.code = ErrorCode::unreadable_file;
  diagnostic.message = std::move(message);
  diagnostic.file = path;
  diagnostic.file_order = order;
  diagnostic.label = std::move(hint);
  throw DiagnosticsError({diagnostic});
}

void flatten_into(const Document& document, const TomlTable& table, const std::string& prefix,
                  const std::vector<Place>& path, std::vector<FlatEntry>& flat) {
  for (const TomlEntry& entry : table) {
    const std::string name = prefix.empty() ? entry.key : prefix + "." + entry.key;
    std::vector<Place> places = path;
    places.push_back(entry.place);
    const auto* inner = std::get_if<TomlTable>(&entry.value.data);
    if (inner != nullptr && !inner->empty()) {
      flatten_into(document, *inner, name, places, flat);
    } else {
      flat.push_back({name, std::move(places), entry.value, document.source});
    }
  }
}

}  // namespace

std::string SourceText::line(int number) const {
  std::size_t start = 0;
  for (int i = 1; i < number; ++i) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) return "";
    start = end + 1;
  }
  std::string result = text.substr(start, std::min(text.find('\n', start), text.size()) - start);
  if (!result.empty() && result.back() == '\r') result.pop_back();
  if (number == 1 && result.starts_with("\xEF\xBB\xBF")) result.erase(0, 3);
  return result;
}

std::string_view TomlValue::type_word() const {
  static constexpr std::string_view kWords[] = {"true or false", "integer", "number", "string",
                                                "date or time",  "list",    "table"};
  return kWords[data.index()];
}

Document parse_document(std::shared_ptr<const SourceText> source) {
  try {
    TomlTable entries = table_of(toml::parse(source->text, source->name));
    return {std::move(source), std::move(entries)};
  } catch (const toml::parse_error& error) {
    std::string message(error.description());
    std::ranges::replace(message, '\n', ' ');
    throw DiagnosticsError({diagnostic_at(*source, place_of(error.source()), ErrorCode::syntax, std::move(message))});
  }
}

Document read_document(const std::string& path, int order) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    refuse_file(path, order, fmt::format("'{}' is a folder, not an experiment file", path), "name a .toml file in it");
  }
  if (!fs::exists(path, ignored)) {
    refuse_file(path, order, fmt::format("no file '{}'", path), "name an existing experiment file (.toml)");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || file.bad()) {
    refuse_file(path, order, fmt::format("cannot read '{}'", path), "check the permissions of the file");
  }
  auto source = std::make_shared<SourceText>(SourceText{path, content.str(), order});
  Document document = parse_document(std::move(source));
  if (document.entries.empty()) {
    refuse_file(path, order, fmt::format("'{}' is empty", path),
                "an experiment needs at least: name = \"...\" and a table [parts] with model = \"...\"");
  }
  return document;
}

std::vector<Document> read_document_chain(const std::string& path) {
  std::vector<Document> chain;
  std::vector<fs::path> visited = {fs::weakly_canonical(path)};
  chain.push_back(read_document(path, 0));
  while (true) {
    const Document& last = chain.back();
    const auto base = std::ranges::find(last.entries, "base", &TomlEntry::key);
    if (base == last.entries.end()) return chain;
    const TomlValue& value = base->value;
    const auto refuse = [&](std::string message, std::string label) {
      throw DiagnosticsError(
          {diagnostic_at(*last.source, value.place, ErrorCode::bad_base, std::move(message), std::move(label))});
    };
    const auto* name = std::get_if<std::string>(&value.data);
    if (name == nullptr) {
      refuse(fmt::format("'base' must be a file name, not a {}", value.type_word()), "expected string");
    }
    const fs::path file = (fs::path(last.source->name).parent_path() / *name).lexically_normal();
    std::error_code error;
    if (name->empty() || !fs::is_regular_file(file, error)) {
      refuse(fmt::format("no base file '{}'", *name), fmt::format("looked for {}", file.string()));
    }
    const fs::path canonical = fs::weakly_canonical(file);
    if (std::ranges::find(visited, canonical) != visited.end()) {
      refuse(fmt::format("base '{}' leads back to itself", *name), "this file is already part of the chain");
    }
    if (chain.size() >= kDeepestChain) {
      refuse(fmt::format("more than {} base files in a row", kDeepestChain), "shorten the chain");
    }
    visited.push_back(canonical);
    chain.push_back(read_document(file.string(), static_cast<int>(chain.size())));
  }
}

TomlValue parse_argument_value(std::string_view text) {
  if (auto table = try_parse(fmt::format("v = {}", text)); table && table->size() == 1) {
    TomlValue value = std::move(table->front().value);
    value.place.column -= 4;
    return value;
  }
  const auto first = text.find_first_not_of(" \t");
  const auto last = text.find_last_not_of(" \t");
  std::string plain(first == std::string_view::npos ? "" : text.substr(first, last - first + 1));
  return {std::move(plain), {1, 1, static_cast<int>(text.size())}};
}

std::vector<TomlValue> parse_argument_list(std::string_view text) {
  if (const TomlValue whole = parse_argument_value(text); std::holds_alternative<TomlList>(whole.data)) {
    return std::get<TomlList>(whole.data);
  }
  std::vector<TomlValue> values;
  std::size_t start = 0;
  int depth = 0;
  char quote = '\0';
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (i == text.size() || (c == ',' && depth <= 0 && quote == '\0')) {
      TomlValue value = parse_argument_value(text.substr(start, i - start));
      value.place.column += static_cast<int>(start);
      values.push_back(std::move(value));
      start = i + 1;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return values;
}

std::vector<FlatEntry> flatten(const Document& document) {
  std::vector<FlatEntry> flat;
  flatten_into(document, document.entries, "", {}, flat);
  return flat;
}

Diagnostic diagnostic_at(const SourceText& source, const Place& place, ErrorCode code, std::string message,
                         std::string label) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.file = source.name;
  diagnostic.file_order = source.order;
  diagnostic.place = place;
  diagnostic.source_line = source.line(place.line);
  diagnostic.label = std::move(label);
  return diagnostic;
}

}  // namespace seqlab
