#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

namespace seqlab {
namespace {

constexpr int kNarrowest = 20;  // fewer columns show nothing that can be read

/// Cuts the first code point off and returns its columns; an invalid byte counts one.
int take_code_point(std::string_view& text) {
  utf8proc_int32_t code = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 1);
  return size > 0 ? utf8proc_charwidth(code) : 1;
}

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

bool can_be_redrawn(int descriptor) {
  const char* term = std::getenv("TERM");
  return is_terminal(descriptor) && term != nullptr && std::string_view(term) != "dumb";
}

int terminal_height(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

std::optional<int> width_limit(int descriptor) {
  // As the shell and most programs do: COLUMNS, where someone has set it, wins.
  if (const char* columns = std::getenv("COLUMNS")) {
    const std::string_view text = columns;
    int width = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
    if (error == std::errc{} && end == text.data() + text.size() && width >= kNarrowest) return width;
  }
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= kNarrowest) return size.ws_col;
  return std::nullopt;
}

int terminal_width(int descriptor) { return width_limit(descriptor).value_or(80); }

bool use_color(const std::string& choice, int descriptor) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && *no_color != '\0';
  return !refused && can_be_redrawn(descriptor);
}

std::string cut_to_width(std::string_view line, int width) {
  std::string_view rest = line;
  for (int used = 0; !rest.empty();) {
    const std::size_t start = line.size() - rest.size();
    used += take_code_point(rest);
    if (used > width) return std::string(line.substr(0, start));
  }
  return std::string(line);
}

std::string shown_path(const std::string& path) {
  std::error_code error;
  const std::string near = std::filesystem::proximate(path, error).string();
  return error || near.empty() || near.size() > path.size() ? path : near;
}

}  // namespace seqlab
