#include "cli/attention_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "cli/html.h"
#include "data/text.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

constexpr int kCell = 2;  // columns of the terminal: a wide character has room
constexpr std::size_t kTallest = 14;

/// What is shown of a token: white space would not be seen.
std::string visible(const std::string& token) {
  if (token == " ") return "␣";
  if (token == "\n") return "↵";
  return token;
}

std::vector<std::string> letters_of(const std::string& token) {
  std::vector<std::string> letters;
  for_each_code_point(visible(token), [&](std::int32_t, std::string_view bytes) {
    // A sign that takes no column belongs to the one before.
    if (!letters.empty() && display_width(std::string(bytes)) == 0) {
      letters.back() += bytes;
    } else {
      letters.emplace_back(bytes);
    }
  });
  if (letters.size() > kTallest) {
    letters.resize(kTallest - 1);
    letters.emplace_back("…");
  }
  return letters;
}

std::string_view shade(float weight) {
  constexpr std::array<std::string_view, 5> kShades{"  ", "░░", "▒▒", "▓▓", "██"};
  const auto place = static_cast<std::size_t>(std::clamp(weight, 0.0F, 1.0F) * 4.999F);
  return kShades[weight > 0.05F ? std::max<std::size_t>(place, 1) : place];
}

void replace_trailing_blanks(std::string& line) {
  while (line.ends_with(' ')) line.pop_back();
}

constexpr std::string_view kStyle =
    R"css(p.scale span { display: inline-block; width: 2.2em; height: 1em; vertical-align: -0.15em; }
section { margin: 2.2rem 0; overflow-x: auto; }
table { border-collapse: separate; border-spacing: 1px; }
th { font-weight: 400; white-space: pre; }
tbody th { text-align: right; padding: 0 0.5em 0 0; }
thead th { vertical-align: bottom; padding: 0 0 0.3em; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block; }
thead.letters th span { writing-mode: horizontal-tb; transform: none; }
td { width: 1.5em; min-width: 1.5em; height: 1.5em; }
td:hover { outline: 2px solid #d95f02; }
)css";

constexpr std::string_view kLegend = R"html(<p class="scale">Columns: the source. Rows: what was said. A row sums to 1:
0 <span style="background:linear-gradient(to right,rgba(8,48,107,.04),rgba(8,48,107,1))"></span> 1;
the number stands under the pointer.</p>
)html";

}  // namespace

std::string attention_text(const ExampleAttention& attention, int width) {
  int names = 0;
  for (const std::string& token : attention.target) names = std::max(names, display_width(visible(token)));
  const int room = std::max(1, (width - names - 2) / kCell);
  std::string out;
  for (std::size_t first = 0; first < attention.source.size(); first += static_cast<std::size_t>(room)) {
    const std::size_t last = std::min(attention.source.size(), first + static_cast<std::size_t>(room));
    std::vector<std::vector<std::string>> heads;
    std::size_t tallest = 0;
    for (std::size_t s = first; s < last; ++s) {
      heads.push_back(letters_of(attention.source[s]));
      tallest = std::max(tallest, heads.back().size());
    }
    for (std::size_t i = 0; i < tallest; ++i) {
      std::string line(static_cast<std::size_t>(names) + 2, ' ');
      for (const auto& head : heads) {
        const std::size_t gap = tallest - head.size();
        line += padded(i < gap ? "" : head[i - gap], kCell);
      }
      replace_trailing_blanks(line);
      out += line + '\n';
    }
    for (std::size_t t = 0; t < attention.target.size(); ++t) {
      const std::string name = visible(attention.target[t]);
      std::string line(static_cast<std::size_t>(names - display_width(name)), ' ');
      line += name + "  ";
      for (std::size_t s = first; s < last; ++s) line += shade(attention.weights[t][s]);
      replace_trailing_blanks(line);
      out += line + '\n';
    }
    if (last < attention.source.size()) out += '\n';
  }
  return out;
}

std::string attention_page(const std::string& title, std::span<const ExampleAttention> examples) {
  std::string page(kLegend);
  for (const ExampleAttention& example : examples) {
    // Single letters need no room: they stand upright.
    const bool letters =
        std::ranges::all_of(example.source, [](const auto& token) { return letters_of(token).size() == 1; });
    page += fmt::format("<section><table>\n<thead{}><tr><th></th>", letters ? " class=\"letters\"" : "");
    for (const std::string& token : example.source) page += fmt::format("<th><span>{}</span></th>", escaped(visible(token)));
    page += "</tr></thead>\n<tbody>\n";
    for (std::size_t t = 0; t < example.target.size(); ++t) {
      const std::string name = escaped(visible(example.target[t]));
      page += fmt::format("<tr><th>{}</th>", name);
      for (std::size_t s = 0; s < example.source.size(); ++s) {
        const double weight = std::clamp(static_cast<double>(example.weights[t][s]), 0.0, 1.0);
        page += fmt::format("<td style=\"background:rgba(8,48,107,{:.3f})\" title=\"{} ← {}: {:.3f}\"></td>",
                            0.04 + 0.96 * weight, name, escaped(visible(example.source[s])), weight);
      }
      page += "</tr>\n";
    }
    page += "</tbody></table></section>\n";
  }
  return html_page(title, kStyle, page);
}

}  // namespace seqlab
