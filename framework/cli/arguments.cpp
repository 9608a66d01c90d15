#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <charconv>
#include <iostream>
#include <limits>
#include <sstream>
#include <type_traits>

#include "core/error.h"
#include "core/suggest.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

std::vector<std::string> long_names(const po::options_description& options) {
  std::vector<std::string> names{"--help"};
  for (const auto& option : options.options()) {
    if (!option->long_name().empty()) names.push_back("--" + option->long_name());
  }
  return names;
}

[[noreturn]] void unknown_option(const std::string& given, const po::options_description& options, const Command& command) {
  const std::string name = given.substr(0, given.find('='));
  throw UserError(
      fmt::format("unknown option '{}' of `seqlab {}`; {}", name, command.name, suggestion(name, long_names(options))));
}

po::parsed_options parse_tokens(const std::vector<std::string>& arguments, const Command& command,
                                const po::options_description& options, const po::options_description& all) {
  namespace style = po::command_line_style;
  try {
    return po::command_line_parser(arguments).options(all).style(style::unix_style & ~style::allow_guessing).run();
  } catch (const po::unknown_option& error) {
    unknown_option(error.get_option_name(), options, command);
  } catch (const po::error& error) {
    throw UserError(fmt::format("{}; usage: seqlab {}", error.what(), command.usage));
  }
}

void check_count(const std::vector<std::string>& words, const Positional& positional, const Command& command) {
  const int count = static_cast<int>(words.size());
  if (positional.at_most != Positional::kAnyNumber && count > positional.at_most) {
    throw UserError(fmt::format("unexpected argument '{}'; usage: seqlab {}",
                                words[static_cast<std::size_t>(positional.at_most)], command.usage));
  }
  if (count < positional.at_least) {
    throw UserError(fmt::format("{} is missing; usage: seqlab {}", positional.word(count), command.usage));
  }
}

template <class Number>
std::optional<Number> number_given(const Arguments& given, const std::string& name, Number least, Number most,
                                   const std::string& range) {
  if (!given.has(name)) return std::nullopt;
  const std::string text = given.text(name);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= least && number <= most)) {
    throw UserError(fmt::format("--{} takes a {} {}, not '{}'", name, std::is_integral_v<Number> ? "whole number" : "number",
                                range, text));
  }
  return number;
}

}  // namespace

std::string Positional::word(int place) const {
  std::istringstream places(words);
  std::string found;
  for (int i = 0; i <= place && places >> found; ++i) {
  }
  return found;
}

std::string Arguments::text(const std::string& name, const std::string& fallback) const {
  return has(name) ? options[name].as<std::string>() : fallback;
}

std::vector<std::string> Arguments::texts(const std::string& name) const {
  return has(name) ? options[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::optional<Arguments> parse_arguments(const std::vector<std::string>& arguments, const Command& command,
                                         const po::options_description& options, const Positional& positional) {
  po::options_description all("options");
  for (const auto& option : options.options()) all.add(option);
  all.add_options()("help,h", "print this help");
  const auto parsed = parse_tokens(arguments, command, options, all);

  Arguments result;
  bool help = false;
  for (const auto& option : parsed.options) {
    if (option.string_key == "help") help = true;
    if (option.position_key >= 0 && option.string_key.empty()) {
      result.positional.insert(result.positional.end(), option.value.begin(), option.value.end());
    }
  }
  if (help) {
    constexpr int kWidth = 80;
    std::cout << wrapped("usage: seqlab " + command.usage, kWidth, "    ") << "\n\n"
              << wrapped(command.summary, kWidth) << "\n\n"
              << all << std::flush;
    return std::nullopt;
  }
  try {
    po::store(parsed, result.options);
    po::notify(result.options);
  } catch (const po::error& error) {
    throw UserError(fmt::format("{}; usage: seqlab {}", error.what(), command.usage));
  }
  check_count(result.positional, positional, command);
  return result;
}

std::optional<Arguments> parse_arguments(const std::vector<std::string>& arguments, const Command& command) {
  po::options_description options("options");
  if (command.options != nullptr) command.options(options);
  return parse_arguments(arguments, command, options, command.positional);
}

std::optional<std::int64_t> Arguments::whole_number(const std::string& name, std::int64_t least, std::int64_t most) const {
  const std::string range =
      most == kAnyNumber ? fmt::format("from {} on", least) : fmt::format("from {} to {}", least, most);
  return number_given<std::int64_t>(*this, name, least, most, range);
}

std::optional<double> Arguments::number(const std::string& name, double least, double most) const {
  return number_given<double>(*this, name, least, most, fmt::format("from {} to {}", least, most));
}

std::pair<std::string, std::string> key_and_value(const std::string& text, const std::string& option) {
  const auto sign = text.find('=');
  if (sign == std::string::npos || sign == 0) {
    throw UserError(fmt::format("{} wants KEY=VALUE, not '{}'", option, text));
  }
  return {text.substr(0, sign), text.substr(sign + 1)};
}

}  // namespace seqlab
