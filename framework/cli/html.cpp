#include "cli/html.h"

#include <fmt/format.h>

namespace seqlab {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string html_page(std::string_view title, std::string_view style, std::string_view body) {
  return fmt::format(R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }}
h1 {{ font-size: 1.2rem; font-weight: 600; }}
p {{ color: #555; }}
{1}</style>
</head>
<body>
<h1>{0}</h1>
{2}</body>
</html>
)html",
                     escaped(title), style, body);
}

}  // namespace seqlab
