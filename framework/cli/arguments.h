#pragma once

// The arguments of one subcommand, parsed by Boost.Program_options. Errors are UserError with did-you-mean; --help is part
// of every command.
//
//   void add_options(po::options_description& options) {    // command.options; command.positional = {1, 1, "EXPERIMENT"}
//     options.add_options()("rows", po::value<std::string>()->value_name("KEY"), "factor of the rows");
//   }
//   const auto given = parse_arguments(arguments, command);
//   if (!given) return 0;                                   // --help was asked for and printed
//   given->positional[0]; given->text("rows", "");

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"

namespace seqlab {

namespace po = boost::program_options;

struct Arguments {
  po::variables_map options;
  std::vector<std::string> positional;

  [[nodiscard]] bool has(const std::string& name) const { return options.count(name) != 0; }
  /// The value of an option declared as po::value<std::string>, or `fallback` where it is not given.
  [[nodiscard]] std::string text(const std::string& name, const std::string& fallback = "") const;
  /// The values of an option declared as po::value<std::vector<std::string>>, which may be given several times.
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  /// The number that such an option holds, or nothing where it is not given. UserError that names option and range where it
  /// is none from `least` to `most`.
  [[nodiscard]] std::optional<std::int64_t> whole_number(const std::string& name, std::int64_t least,
                                                         std::int64_t most = kAnyNumber) const;
  [[nodiscard]] std::optional<double> number(const std::string& name, double least, double most) const;
  static constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max();
};

/// Nothing where --help (or -h) is among the arguments: the help is then printed on stdout.
/// UserError: unknown option (with did-you-mean), missing or malformed value, too few or too many words.
/// `command.usage` and `command.summary` head the help. Options cannot be abbreviated. After `--` all are words.
std::optional<Arguments> parse_arguments(const std::vector<std::string>& arguments, const Command& command,
                                         const po::options_description& options, const Positional& positional);

/// The same with the options and words that the command itself declares.
std::optional<Arguments> parse_arguments(const std::vector<std::string>& arguments, const Command& command);

/// "KEY=VALUE" cut at the first '='. UserError that names `option` where there is no '=' or no key.
std::pair<std::string, std::string> key_and_value(const std::string& text, const std::string& option);

}  // namespace seqlab
