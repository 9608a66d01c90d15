#pragma once

// Options of a component: a plain struct with default member values, described once by a Schema. That one declaration gives
// parsing, validation, help, defaults, completion and the typed values stored with each run.
//
//   struct Options { double forget_bias = 1.0; };
//   Schema<Options>("LSTM ...").add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the forget
//   bias")

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace seqlab {

using OptionValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;
/// Values by option name. A table inside a table has dotted names: "optimizer.rate".
using OptionValues = std::map<std::string, OptionValue, std::less<>>;

enum class OptionType { boolean, integer, real, text, texts };

/// "true", "3", "0.5", "adam", "[a, b]": as a person reads it.
std::string to_text(const OptionValue& value);
/// "integer", "number", ...: the word for a type in messages and help.
std::string_view type_word(OptionType type);
OptionType type_of(const OptionValue& value);

/// What values an option accepts beyond its type.
struct Constraint {
  std::optional<double> minimum;     // numbers: inclusive
  std::optional<double> maximum;     // numbers: inclusive
  std::vector<std::string> choices;  // texts: one of these; empty: any
};
Constraint in_range(double minimum, double maximum);
Constraint at_least(double minimum);
Constraint one_of(std::vector<std::string> choices);
Constraint anything();

struct OptionRule {
  std::string name;
  OptionType type;
  OptionValue default_value;
  Constraint constraint;
  std::string help;

  /// "integer from 1 to 100000", "one of: adam, sgd": for help and messages.
  [[nodiscard]] std::string expectation() const;
  /// The value in the option's own type (an integer is accepted where a number is wanted), or nothing and the reason in
  /// `why`.
  [[nodiscard]] std::optional<OptionValue> accept(const OptionValue& value, std::string& why) const;
};

/// A schema without the type of its struct: what the host, help and validation work with.
class OptionTable {
 public:
  explicit OptionTable(std::string summary) : summary_(std::move(summary)) {}
  [[nodiscard]] const std::string& summary() const { return summary_; }
  [[nodiscard]] const std::vector<OptionRule>& rules() const { return rules_; }
  [[nodiscard]] const OptionRule* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] OptionValues defaults() const;
  /// The defaults overwritten by `given`, every value in its option's own type.
  /// Throws UserError on the first unknown name (with did-you-mean) or refused value, OptionError on the first demand that
  /// is not met.
  [[nodiscard]] OptionValues complete(const OptionValues& given) const;
  /// Why an option changes nothing among these complete values, as "tokens is not \"subword\""; nothing where it may.
  [[nodiscard]] std::optional<std::string> idle(std::string_view option, const OptionValues& values) const;

 protected:
  /// What several options must hold together.
  struct Demand {
    std::string option;  // the one that the message is about
    std::string message;
    std::function<bool(const OptionValues&)> holds;  // of complete values
  };
  /// Under what other values an option has a say.
  struct Use {
    std::vector<std::string> options;
    std::string otherwise;                             // why they have none where it does not hold
    std::function<bool(const OptionValues&)> matters;  // of complete values
  };
  void add_use(Use use);  // InternalError for an option that is not declared
  void add_demand(Demand demand) { demands_.push_back(std::move(demand)); }
  void include(const OptionTable& other);  // its rules, demands and uses too; InternalError where a name is taken
  void add_rule(OptionRule rule);          // InternalError where the default breaks its own constraint or the name is taken

 private:
  std::string summary_;
  std::vector<OptionRule> rules_;
  std::vector<Demand> demands_;
  std::vector<Use> uses_;
};

template <class Options>
class Schema : public OptionTable {
 public:
  explicit Schema(std::string summary) : OptionTable(std::move(summary)) {}

  /// A member of Options, or of a struct that it derives from.
  template <class Member, class Owner>
  Schema&& add(std::string name, Member Owner::*member, Constraint constraint, std::string help) && {
    insert<Member>(std::move(name), member, std::move(constraint), std::move(help));
    return std::move(*this);
  }
  template <class Member, class Owner>
  Schema&& add(std::string name, Member Owner::*member, std::string help) && {
    insert<Member>(std::move(name), member, anything(), std::move(help));
    return std::move(*this);
  }

  /// What the options added so far must hold together: holds(options). Where it fails, the message is shown at `option`.
  template <class Holds>
  Schema&& demand(std::string option, Holds holds, std::string message) && {
    add_demand({std::move(option), std::move(message), judged_by(holds)});
    return std::move(*this);
  }

  /// Options added so far that matter only where matters(options) holds. Who sets one elsewhere is told so, with
  /// `otherwise`: "tokens is not \"subword\"".
  template <class Matters>
  Schema&& used(std::vector<std::string> options, Matters matters, std::string otherwise) && {
    add_use({std::move(options), std::move(otherwise), judged_by(matters)});
    return std::move(*this);
  }

  /// The struct with `given` over its defaults. Throws UserError as complete() does.
  [[nodiscard]] Options read(const OptionValues& given) const {
    const OptionValues values = complete(given);
    Options options{};
    for (const auto& [name, set] : setters_) set(options, values.at(name));
    return options;
  }

 private:
  template <class Member>
  static constexpr OptionType type_for() {
    if constexpr (std::is_same_v<Member, bool>) {
      return OptionType::boolean;
    } else if constexpr (std::is_integral_v<Member>) {
      return OptionType::integer;
    } else if constexpr (std::is_floating_point_v<Member>) {
      return OptionType::real;
    } else if constexpr (std::is_same_v<Member, std::string>) {
      return OptionType::text;
    } else {
      static_assert(std::is_same_v<Member, std::vector<std::string>>,
                    "an option is a bool, an integer, a floating-point number, a std::string or a std::vector<std::string>");
      return OptionType::texts;
    }
  }

  /// The same question of values by name.
  template <class Question>
  std::function<bool(const OptionValues&)> judged_by(Question question) const {
    return [setters = setters_, question](const OptionValues& values) {
      Options options{};
      for (const auto& [name, set] : setters) set(options, values.at(name));
      return static_cast<bool>(question(options));
    };
  }

  template <class Member>
  void insert(std::string name, Member Options::*member, Constraint constraint, std::string help) {
    constexpr OptionType type = type_for<Member>();
    using Stored = std::conditional_t<type == OptionType::integer, std::int64_t,
                                      std::conditional_t<type == OptionType::real, double, Member>>;
    const Options defaults{};
    if constexpr (type == OptionType::integer && sizeof(Member) < sizeof(std::int64_t)) {
      // A value that the member cannot hold is refused, not cut.
      constexpr double lowest = std::numeric_limits<Member>::min();
      constexpr double highest = std::numeric_limits<Member>::max();
      constraint.minimum = std::max(constraint.minimum.value_or(lowest), lowest);
      constraint.maximum = std::min(constraint.maximum.value_or(highest), highest);
    }
    setters_.emplace_back(name, [member](Options& options, const OptionValue& value) {
      options.*member = static_cast<Member>(std::get<Stored>(value));
    });
    add_rule(
        {std::move(name), type, OptionValue(static_cast<Stored>(defaults.*member)), std::move(constraint), std::move(help)});
  }

  std::vector<std::pair<std::string, std::function<void(Options&, const OptionValue&)>>> setters_;
};

}  // namespace seqlab
