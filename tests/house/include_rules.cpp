#include "house/include_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string_view>

namespace seqlab::house {
namespace {

namespace fs = std::filesystem;

// Which rooms a room may include besides itself: DESIGN's order, spelt out.
const std::map<std::string, std::set<std::string>, std::less<>>& allowed_rooms() {
  static const auto* rooms = [] {
    auto* made = new std::map<std::string, std::set<std::string>, std::less<>>();
    const auto room = [&](const std::string& name, std::initializer_list<std::string> below) {
      auto& all = (*made)[name];
      for (const std::string& one : below) {
        all.insert(one);
        all.insert((*made)[one].begin(), (*made)[one].end());
      }
    };
    room("core", {});
    room("kernels", {"core"});
    room("autodiff", {"kernels"});
    room("nn", {"autodiff"});
    room("data", {"nn"});
    room("sequence", {"nn"});
    room("vectors", {"data"});
    room("plugin", {"vectors", "sequence"});
    room("metrics", {"plugin"});
    room("experiment", {"metrics"});
    room("results", {"experiment"});
    room("cli", {"experiment", "results"});
    return made;
  }();
  return *rooms;
}

/// "nn" of "framework/nn/linear.h", "results" of "results/store.h"; "" elsewhere.
std::string room_of(std::string_view path) {
  constexpr std::string_view kFramework = "framework/";
  if (path.starts_with("results/")) return "results";
  if (!path.starts_with(kFramework)) return "";
  const auto rest = path.substr(kFramework.size());
  const auto slash = rest.find('/');
  return slash == std::string_view::npos ? "" : std::string(rest.substr(0, slash));
}

/// The path in the tree that an include of our own means; "" for foreign headers.
std::string target_of(const Include& include) {
  if (include.name.starts_with("results/")) return include.name;
  const auto slash = include.name.find('/');
  if (slash == std::string::npos) return "";
  return allowed_rooms().contains(include.name.substr(0, slash)) ? "framework/" + include.name : "";
}

std::string place(const Include& include) { return fmt::format("{}:{}", include.file, include.line); }

/// The line without comments; `inside` tells, and is told, whether a /* comment is open.
std::string without_comments(std::string_view line, bool& inside) {
  std::string code;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (inside) {
      if (line.substr(i, 2) == "*/") inside = false, ++i;
      continue;
    }
    if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && line.substr(i, 2) == "//") break;
    if (!quoted && line.substr(i, 2) == "/*") {
      inside = true;
      ++i;
      continue;
    }
    code += line[i];
  }
  return code;
}

SourceFile read_source(const fs::path& file, const std::string& path) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  SourceFile source{path, {}, 0};
  std::ifstream lines(file);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string code = without_comments(line, inside);
    if (code.find_first_not_of(" \t\r") != std::string::npos) ++source.code_lines;
    std::smatch match;
    if (std::regex_search(code, match, pattern)) source.includes.push_back({path, number, match[2], match[1] == "<"});
  }
  return source;
}

template <class Judge>
Offences each_include(const std::vector<SourceFile>& files, Judge&& judge) {
  Offences offences;
  for (const SourceFile& file : files) {
    for (const Include& include : file.includes) {
      if (const std::string wrong = judge(include); !wrong.empty()) offences.push_back(place(include) + ": " + wrong);
    }
  }
  return offences;
}

}  // namespace

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (const char* part : {"framework", "results", "plugins"}) {
    if (!fs::is_directory(root / part)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      files.push_back(read_source(entry.path(), entry.path().lexically_relative(root).generic_string()));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

Offences wrong_arrows(const std::vector<SourceFile>& files) {
  return each_include(files, [](const Include& include) -> std::string {
    const std::string from = room_of(include.file);
    if (from.empty()) return "";
    const auto known = allowed_rooms().find(from);
    if (known == allowed_rooms().end()) return fmt::format("the room '{}' has no place in the order of rooms", from);
    const std::string to = room_of(target_of(include));
    if (to.empty() || to == from || known->second.contains(to)) return "";
    return fmt::format("'{}' must not include '{}' ({})", from, to, include.name);
  });
}

Offences circles(const std::vector<SourceFile>& files) {
  std::map<std::string, const SourceFile*> by_path;
  for (const SourceFile& file : files) by_path[file.path] = &file;
  std::map<std::string, int> state;  // 1: on the way, 2: done
  Offences offences;
  std::function<void(const SourceFile&)> visit = [&](const SourceFile& file) {
    state[file.path] = 1;
    for (const Include& include : file.includes) {
      const auto found = by_path.find(target_of(include));
      if (found == by_path.end()) continue;
      const int seen = state[found->first];
      if (seen == 1) offences.push_back(fmt::format("{}: a circle: {} includes this file", place(include), found->first));
      if (seen == 0) visit(*found->second);
    }
    state[file.path] = 2;
  };
  for (const SourceFile& file : files) {
    if (state[file.path] == 0) visit(file);
  }
  return offences;
}

Offences stray_dnnl(const std::vector<SourceFile>& files) {
  return each_include(files, [](const Include& include) -> std::string {
    if (include.name.find("dnnl") == std::string::npos || room_of(include.file) == "kernels") return "";
    return fmt::format("'{}' belongs in framework/kernels alone", include.name);
  });
}

Offences repeated_toml(const std::vector<SourceFile>& files) {
  std::string first;
  return each_include(files, [&](const Include& include) -> std::string {
    if (include.name.find("toml++") == std::string::npos) return "";
    if (include.file.ends_with(".h")) return fmt::format("'{}' in a header", include.name);
    if (first.empty() || first == include.file) {
      first = include.file;
      return "";
    }
    return fmt::format("'{}' is included in {} already", include.name, first);
  });
}

Offences foreign_in_plugins(const std::vector<SourceFile>& files) {
  return each_include(files, [](const Include& include) -> std::string {
    if (!include.file.starts_with("plugins/")) return "";
    const bool standard = std::ranges::all_of(include.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (include.angled && (standard || include.name.starts_with("seqlab/"))) return "";
    return fmt::format("a plugin includes <seqlab/...> and the standard library, not {}", include.name);
  });
}

Offences long_plugins(const std::vector<SourceFile>& files) {
  constexpr int kCell = 45;
  constexpr int kScore = 25;
  Offences offences;
  for (const SourceFile& file : files) {
    const int limit = file.path.starts_with("plugins/cells/")       ? kCell
                      : file.path.starts_with("plugins/attention/") ? kScore
                                                                    : 0;
    if (limit > 0 && file.code_lines > limit) {
      offences.push_back(fmt::format("{}:{}: {} lines of code, at most {}", file.path, limit + 1, file.code_lines, limit));
    }
  }
  return offences;
}

}  // namespace seqlab::house
