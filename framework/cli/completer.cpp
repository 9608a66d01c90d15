#include "cli/completer.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "cli/arguments.h"
#include "cli/manual.h"

namespace seqlab {
namespace {

using Candidates = std::vector<Candidate>;

const Command* find_command(const std::string& name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

/// "table (default), csv or json" -> "table|csv|json": the help of an option whose value is a WORD lists what it can be.
std::string listed_words(const std::string& help) {
  std::string pattern;
  std::istringstream words(help);
  for (std::string word; words >> word;) {
    std::erase(word, ',');
    if (word != "or" && !word.starts_with('(')) pattern += word + "|";
  }
  return pattern;
}

/// The words of a line, sorted into what they are.
class Line {
 public:
  Line(const std::string& program, const std::string& database) : context_{program, database, "", {}} {
    add_common_options(options_);
    options_.add_options()("help,h", "help");
  }

  void read(const std::string& word) {
    if (pending_ != nullptr) {
      take_value(*pending_, word);
      pending_ = nullptr;
    } else if (only_words_ || !word.starts_with('-') || word == "-") {
      read_plain(word);
    } else if (word == "--") {
      only_words_ = true;
    } else {
      const auto sign = word.find('=');
      const po::option_description* option = find(word.starts_with("--") ? word.substr(2, sign - 2) : word.substr(0, 2));
      if (option == nullptr) return;
      given_.insert(option->long_name());
      if (!takes_value(*option)) return;
      if (word.starts_with("--") && sign != std::string::npos) {
        take_value(*option, word.substr(sign + 1));
      } else if (word.starts_with("--") || word.size() == 2) {
        pending_ = option;
      }
    }
  }

  [[nodiscard]] Candidates complete(const std::string& word) const {
    if (pending_ != nullptr) return values(*pending_, word);
    if (!only_words_ && word.starts_with("--") && word.find('=') != std::string::npos) return behind_sign(word);
    if (!only_words_ && word.starts_with('-')) return option_names(word);
    if (lost_) return {};
    if (command_ == nullptr) {
      return completion_values(help_ ? "COMMAND" : "COMMAND|help", word, context_);
    }
    const int place = static_cast<int>(context_.positional.size());
    const Positional& positional = command_->positional;
    if (positional.at_most != Positional::kAnyNumber && place >= positional.at_most) return {};
    return completion_values(positional.word(place), word, context_);
  }

 private:
  static bool takes_value(const po::option_description& option) { return option.semantic()->max_tokens() > 0; }

  static bool may_repeat(const po::option_description& option) {
    return dynamic_cast<const po::typed_value<std::vector<std::string>>*>(option.semantic().get()) != nullptr;
  }

  void read_plain(const std::string& word) {
    if (command_ != nullptr) {
      context_.positional.push_back(word);
    } else if (word == "help") {
      help_ = true;
    } else if (!help_) {
      command_ = find_command(word);
      lost_ = command_ == nullptr;
      if (command_ != nullptr && command_->options != nullptr) command_->options(options_);
    }
  }

  void take_value(const po::option_description& option, const std::string& value) {
    if (option.long_name() == "db") context_.database = value;
    if (option.long_name() == "experiment") context_.experiment = value;
  }

  /// By "long" or "-s".
  [[nodiscard]] const po::option_description* find(const std::string& name) const {
    return options_.find_nothrow(name, false);
  }

  [[nodiscard]] Candidates values(const po::option_description& option, const std::string& word) const {
    if (option.long_name() == "experiment") return completion_values("EXPERIMENT", word, context_);
    std::string pattern = option.semantic()->name();
    if (pattern == "WORD") pattern = listed_words(option.description());
    return completion_values(pattern, word, context_);
  }

  /// "--format=c" -> "--format=csv".
  [[nodiscard]] Candidates behind_sign(const std::string& word) const {
    const auto sign = word.find('=');
    const po::option_description* option = find(word.substr(2, sign - 2));
    if (option == nullptr || !takes_value(*option)) return {};
    Candidates found = values(*option, word.substr(sign + 1));
    for (Candidate& candidate : found) candidate.word.insert(0, word.substr(0, sign + 1));
    return found;
  }

  [[nodiscard]] Candidates option_names(const std::string& word) const {
    Candidates found;
    for (const auto& option : options_.options()) {
      const std::string name = "--" + option->long_name();
      const bool again = !given_.contains(option->long_name()) || may_repeat(*option);
      if (again && name.starts_with(word)) found.push_back({name, option->description()});
    }
    std::ranges::sort(found, {}, &Candidate::word);
    return found;
  }

  CompletionContext context_;
  po::options_description options_;
  const Command* command_ = nullptr;
  const po::option_description* pending_ = nullptr;  // the option whose value comes next
  std::set<std::string> given_;
  bool help_ = false;
  bool lost_ = false;        // the command is none
  bool only_words_ = false;  // after "--"
};

}  // namespace

std::vector<Candidate> complete_words(const std::vector<std::string>& words, const std::string& program,
                                      const std::string& database) {
  Line line(program, database);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) line.read(words[i]);
  return line.complete(words.empty() ? "" : words.back());
}

}  // namespace seqlab
