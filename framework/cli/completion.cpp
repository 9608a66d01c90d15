// `seqlab completion`: the scripts by which shells complete seqlab's command line. They are thin: what is possible is asked
// of the program itself (`seqlab __complete`), so that they never grow old.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/arguments.h"
#include "cli/completer.h"
#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

// In each script %PROGRAM% stands for the program, quoted for the shell.

constexpr std::string_view kBash = R"sh(# bash completion of seqlab. To use it, add to ~/.bashrc:
#   source <(seqlab completion bash)
_seqlab() {
  local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^=:]/} strip= candidate help
  local -a words
  read -r -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local current=${words[${#words[@]}-1]}
  # bash replaces only what follows the last '=' or ':' of a word
  [[ -n $breaks ]] && strip=${current%"${current##*[$breaks]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate help; do
    COMPREPLY+=("${candidate#"$strip"}")
  done < <(%PROGRAM% __complete "${words[@]:1}" 2>/dev/null)
  if [[ ${#COMPREPLY[@]} -gt 0 && -z ${COMPREPLY[*]##*[=/]} ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -F _seqlab seqlab
)sh";

constexpr std::string_view kZsh = R"sh(#compdef seqlab
# zsh completion of seqlab. To use it, add to ~/.zshrc, after compinit:
#   source <(seqlab completion zsh)
_seqlab() {
  local line
  local -a closed closed_help open open_help
  for line in "${(@f)$(%PROGRAM% __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    if [[ ${line%%$'\t'*} == *[=/] ]]; then
      open+=("${line%%$'\t'*}") open_help+=("${line/$'\t'/   }")
    else
      closed+=("${line%%$'\t'*}") closed_help+=("${line/$'\t'/   }")
    fi
  done
  (( $#closed )) && compadd -l -d closed_help -a closed
  (( $#open )) && compadd -S '' -l -d open_help -a open
  (( $#closed + $#open ))
}
if [[ $funcstack[1] == _seqlab ]]; then _seqlab "$@"; else compdef _seqlab seqlab; fi
)sh";

constexpr std::string_view kFish = R"sh(# fish completion of seqlab. To use it:
#   seqlab completion fish > ~/.config/fish/completions/seqlab.fish
function __seqlab_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l current (commandline -ct)
  %PROGRAM% __complete $words "$current" 2>/dev/null
end
complete -c seqlab -f -a '(__seqlab_complete)'
)sh";

/// In single quotes; the way of all three shells.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

int completion(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, completion_command());
  if (!given) return 0;
  const std::vector<std::string> shells{"bash", "zsh", "fish"};
  const auto shell = std::ranges::find(shells, given->positional[0]);
  if (shell == shells.end()) {
    throw UserError(
        fmt::format("no completion for the shell '{}'; {}", given->positional[0], suggestion(given->positional[0], shells)));
  }
  std::string script(std::array{kBash, kZsh, kFish}[static_cast<std::size_t>(shell - shells.begin())]);
  constexpr std::string_view kPlace = "%PROGRAM%";
  script.replace(script.find(kPlace), kPlace.size(), quoted(globals.program));
  std::cout << script << std::flush;
  return 0;
}

int complete(const std::vector<std::string>& words, const Globals& globals) {
  for (const Candidate& candidate : complete_words(words, globals.program, globals.database)) {
    // A line is a candidate, a tab and its help: a word that holds either cannot be offered.
    if (candidate.word.find_first_of("\t\n") != std::string::npos) continue;
    std::string help = candidate.help.substr(0, candidate.help.find('\n'));
    std::ranges::replace(help, '\t', ' ');
    std::cout << candidate.word << (help.empty() ? "" : "\t") << help << '\n';
  }
  std::cout << std::flush;
  return 0;
}

}  // namespace

Command completion_command() {
  return {"completion",
          "a script by which bash, zsh or fish completes the command line",
          "completion bash|zsh|fish",
          completion,
          nullptr,
          {1, 1, "bash|zsh|fish"}};
}

Command complete_command() { return {"__complete", "what the last word can become", "__complete WORDS...", complete}; }

}  // namespace seqlab
