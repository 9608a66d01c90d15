#include "experiment/validate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/suggest.h"
#include "experiment/duration.h"
#include "experiment/layers.h"
#include "experiment/memory_size.h"
#include "experiment/task.h"
#include "experiment/train_options.h"
#include "sequence/attention_options.h"

namespace seqlab {
namespace {

constexpr std::int64_t kMostSeeds = 10000;

const std::vector<std::string>& root_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"name", "base", "metric", "data",    "parts", "train",
                                    "run",  "grid", "zip",    "exclude", "add"};
    all.insert(all.end(), kind_names().begin(), kind_names().end());
    return all;
  }();
  return names;
}

bool is_kind(std::string_view name) { return std::ranges::find(kind_names(), name) != kind_names().end(); }
bool is_table_list(std::string_view name) { return name == "exclude" || name == "add"; }
bool is_root_text(std::string_view name) { return name == "name" || name == "base" || name == "metric"; }

/// Of an option that holds a duration: the text that stands for none.
std::optional<std::string_view> no_duration(std::string_view option) {
  if (option == "run.timeout" || option == "train.time_limit") return "";
  if (option == "run.checkpoint_every") return "0";
  return std::nullopt;
}

std::pair<std::string, std::string> cut(const std::string& name) {
  const auto dot = name.find('.');
  return dot == std::string::npos ? std::pair(name, std::string()) : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

/// The value as an option may hold it; nothing for tables, dates and lists of other than strings.
std::optional<OptionValue> option_value(const TomlValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value.data)) return *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) return *integer;
  if (const auto* real = std::get_if<double>(&value.data)) return *real;
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* list = std::get_if<TomlList>(&value.data)) {
    std::vector<std::string> texts;
    for (const TomlValue& item : *list) {
      const auto* text = std::get_if<std::string>(&item.data);
      if (text == nullptr) return std::nullopt;
      texts.push_back(*text);
    }
    return texts;
  }
  return std::nullopt;
}

bool is_list(const TomlValue& value) { return std::holds_alternative<TomlList>(value.data); }
bool is_table(const TomlValue& value) { return std::holds_alternative<TomlTable>(value.data); }

}  // namespace

std::string_view kind_word(Kind kind) { return kind == Kind::attention ? "attention score" : kind_name(kind); }

Validator::Validator(const Registry& registry)
    : registry_(registry),
      task_(&tasks().front()),
      train_(train_schema()),
      run_(run_schema()),
      attention_(attention_schema()) {}

void Validator::set_models(std::vector<const Component*> models) { models_ = std::move(models); }

void Validator::report(const SourceText& source, const Place& place, ErrorCode code, std::string message,
                       std::string label) {
  diagnostics_.push_back(diagnostic_at(source, place, code, std::move(message), std::move(label)));
}

void Validator::throw_if_any() const {
  if (!diagnostics_.empty()) throw DiagnosticsError(diagnostics_);
}

std::vector<std::string> Validator::slot_names() const {
  std::vector<std::string> names = {"model"};
  for (const Component* model : models_) {
    for (const Slot& slot : model->slots) {
      if (std::ranges::find(names, slot.name) == names.end()) names.push_back(slot.name);
    }
  }
  if (models_.empty()) {
    for (const std::string& kind : kind_names()) {
      if (std::ranges::find(names, kind) == names.end()) names.push_back(kind);
    }
  }
  return names;
}

std::string Validator::home_of(const std::string& name) const {
  if (train_.find(name) != nullptr) return "train." + name;
  if (task_->data->find(name) != nullptr) return "data." + name;
  if (run_.find(name) != nullptr) return "run." + name;
  if (attention_.find(name) != nullptr) return "attention." + name;
  return "";
}

std::optional<OptionValue> Validator::check(const FlatEntry& entry) {
  const auto [head, rest] = cut(entry.name);
  if (rest.empty()) return check_root(entry);
  if (head == "data") return check_option(*task_->data, "data", rest, entry);
  if (head == "train") return check_option(train_, "train", rest, entry);
  if (head == "run") return check_option(run_, "run", rest, entry);
  if (head == "parts") return check_part(entry);
  if (is_kind(head)) return check_plugin_option(entry);
  if (is_root_text(head)) {
    report(*entry.source, entry.path.front(), ErrorCode::wrong_type,
           fmt::format("'{}' must be a string, not a table", head));
  } else if (is_table_list(head)) {
    report(*entry.source, entry.path.front(), ErrorCode::wrong_type, fmt::format("'{}' is a list of tables", head),
           fmt::format("write [[{}]], once for each", head));
  } else if (head == "grid" || head == "zip") {
    report(*entry.source, entry.path.front(), ErrorCode::unknown_key, fmt::format("'{}' cannot be set", entry.name),
           rest == "seed" ? "seeds: --seeds N, or --grid seed=5,6" : fmt::format("to sweep: --grid {}=A,B", rest));
  } else {
    report(*entry.source, entry.path.front(), ErrorCode::unknown_key, fmt::format("unknown table [{}]", head),
           suggestion(head, root_names()));
  }
  return std::nullopt;
}

std::optional<OptionValue> Validator::check_root(const FlatEntry& entry) {
  const std::string& name = entry.name;
  const SourceText& source = *entry.source;
  if (is_root_text(name)) {
    if (const auto* text = std::get_if<std::string>(&entry.value.data)) return *text;
    report(source, entry.value.place, ErrorCode::wrong_type,
           fmt::format("'{}' must be a string, not {}", name, entry.value.type_word()),
           fmt::format("write {} = \"...\"", name));
    return std::nullopt;
  }
  if (std::ranges::find(root_names(), name) != root_names().end()) {
    if (is_table_list(name)) {
      report(source, entry.key_place(), ErrorCode::wrong_type, fmt::format("'{}' is a list of tables", name),
             fmt::format("write [[{}]], once for each", name));
      return std::nullopt;
    }
    if (is_table(entry.value)) return std::nullopt;  // an empty table
    const std::string label = is_kind(name) ? fmt::format("to choose one, write {} = \"...\" in [parts]", name)
                                            : fmt::format("write [{}] and its keys below", name);
    report(source, entry.key_place(), ErrorCode::wrong_type, fmt::format("'{}' must be a table", name), label);
    return std::nullopt;
  }
  std::string label;
  if (name == "seed") {
    label = "put it in [grid]";
  } else if (const std::string home = home_of(name); !home.empty()) {
    label = fmt::format("put it in [{}]", cut(home).first);
  } else {
    label = suggestion(name, root_names());
  }
  report(source, entry.key_place(), ErrorCode::unknown_key,
         fmt::format("unknown {} '{}'", is_table(entry.value) ? "table" : "key", name), label);
  return std::nullopt;
}

void Validator::report_unknown(const OptionTable& table, const std::string& section, const std::string& name,
                               const FlatEntry& entry) {
  std::string key = name;
  std::vector<std::string> known = table.names();
  Place place = entry.key_place();
  const auto dots = static_cast<std::size_t>(std::ranges::count(name, '.'));
  const std::string head = cut(name).first;
  const bool inner = std::ranges::any_of(known, [&](const std::string& k) { return k.starts_with(head + "."); });
  if (dots > 0 && !inner && entry.path.size() > dots) {
    // The table itself is unknown: said once, whatever it holds.
    key = head;
    place = entry.path[entry.path.size() - 1 - dots];
    for (std::string& k : known) k = cut(k).first;
    known.erase(std::unique(known.begin(), known.end()), known.end());
  }
  const std::string message = fmt::format("unknown key '{}' in [{}]", key, section);
  if (!unknown_.emplace(entry.source->name, place.line, place.column, message).second) return;
  report(*entry.source, place, ErrorCode::unknown_key, message,
         known.empty() ? "it has no options" : suggestion(key, known));
}

std::optional<OptionValue> Validator::check_option(const OptionTable& table, const std::string& section,
                                                   const std::string& name, const FlatEntry& entry) {
  const SourceText& source = *entry.source;
  const TomlValue& value = entry.value;
  const OptionRule* rule = table.find(name);
  if (rule == nullptr) {
    const auto inner =
        std::ranges::find_if(table.rules(), [&](const OptionRule& r) { return r.name.starts_with(name + "."); });
    if (inner != table.rules().end()) {
      if (is_table(value)) return std::nullopt;  // an empty one
      report(source, entry.key_place(), ErrorCode::wrong_type, fmt::format("'{}' in [{}] is a table", name, section),
             fmt::format("write {} = {{ {} = ... }}", name, inner->name.substr(name.size() + 1)));
      return std::nullopt;
    }
    report_unknown(table, section, name, entry);
    return std::nullopt;
  }
  if (is_list(value) && rule->type != OptionType::texts) {
    std::string label = fmt::format("to sweep, put it in [grid]: \"{}.{}\" = [...]", section, name);
    if (section == "run" || sweeping_) label = fmt::format("expected {}", rule->expectation());
    report(source, value.place, ErrorCode::list_outside_grid,
           fmt::format("'{}' in [{}] takes one value, not a list", name, section), label);
    return std::nullopt;
  }
  const std::optional<OptionValue> raw = option_value(value);
  std::string why;
  const std::optional<OptionValue> accepted = raw ? rule->accept(*raw, why) : std::nullopt;
  if (!accepted) {
    const bool fits =
        raw && (type_of(*raw) == rule->type || (rule->type == OptionType::real && type_of(*raw) == OptionType::integer));
    if (!fits) {
      const std::string_view word = raw ? type_word(type_of(*raw)) : value.type_word();
      report(source, value.place, ErrorCode::wrong_type, fmt::format("wrong type for '{}' in [{}]: {}", name, section, word),
             fmt::format("expected {}", rule->expectation()));
    } else if (rule->type == OptionType::text) {
      report(source, value.place, ErrorCode::refused_value,
             fmt::format("'{}' in [{}] cannot be '{}'", name, section, to_text(*raw)),
             suggestion(std::get<std::string>(*raw), rule->constraint.choices));
    } else {
      report(source, value.place, ErrorCode::refused_value,
             fmt::format("'{}' in [{}] is out of range: {}", name, section, to_text(*raw)),
             fmt::format("expected {}", rule->expectation()));
    }
    return std::nullopt;
  }
  if (const auto off = no_duration(section + "." + name); off && std::get<std::string>(*accepted) != *off) {
    try {
      (void)parse_duration(std::get<std::string>(*accepted));
    } catch (const UserError& error) {
      report(source, value.place, ErrorCode::bad_duration, error.what());
      return std::nullopt;
    }
  }
  if (section == "run" && name == "memory" && !std::get<std::string>(*accepted).empty()) {
    try {
      (void)parse_memory_size(std::get<std::string>(*accepted));
    } catch (const UserError& error) {
      report(source, value.place, ErrorCode::bad_memory_size, error.what());
      return std::nullopt;
    }
  }
  return accepted;
}

std::optional<OptionValue> Validator::check_plugin_option(const FlatEntry& entry) {
  const auto [kind_text, rest] = cut(entry.name);
  const auto [plugin, option] = cut(rest);
  const Kind kind = kind_of(kind_text);
  const SourceText& source = *entry.source;
  if (kind == Kind::attention && option.empty()) {
    if (attention_.find(plugin) != nullptr) return check_option(attention_, "attention", plugin, entry);
    if (!is_table(entry.value)) {
      report(
          source, entry.key_place(), ErrorCode::unknown_key, fmt::format("unknown key '{}' in [attention]", plugin),
          nearest_name(plugin, attention_.names()).empty()
              ? fmt::format("it holds {}; options of a score stand in [attention.NAME]", fmt::join(attention_.names(), ", "))
              : suggestion(plugin, attention_.names()));
      return std::nullopt;
    }
  }
  if (option.empty() && !is_table(entry.value)) {
    report(source, entry.key_place(), ErrorCode::wrong_type,
           fmt::format("[{}] holds one table of options per {}", kind_text, kind_word(kind)),
           fmt::format("options stand in [{0}.NAME], the choice is {0} = \"...\" in [parts]", kind_text));
    return std::nullopt;
  }
  const Component* component = registry_.find(kind, plugin);
  if (component == nullptr) {
    report(source, entry.path[std::min<std::size_t>(1, entry.path.size() - 1)], ErrorCode::unknown_plugin,
           fmt::format("no {} named '{}'", kind_word(kind), plugin), registry_.absence(kind, plugin));
    return std::nullopt;
  }
  if (option.empty()) return std::nullopt;  // an empty table
  return check_option(*component->options, fmt::format("{}.{}", kind_text, plugin), option, entry);
}

std::optional<OptionValue> Validator::check_part(const FlatEntry& entry) {
  const std::string slot_name = cut(entry.name).second;
  const SourceText& source = *entry.source;
  const std::vector<std::string> known = slot_names();
  if (std::ranges::find(known, slot_name) == known.end()) {
    const std::string owner = models_.size() == 1
                                  ? fmt::format("model '{}' has no slot '{}'", models_.front()->name, slot_name)
                                  : fmt::format("no model of this experiment has a slot '{}'", slot_name);
    std::string label = suggestion(slot_name, known);
    if (const std::string home = home_of(slot_name); !home.empty()) label = fmt::format("did you mean '{}'?", home);
    // Without a model nobody knows its slots: that error is reported alone, unless the model's own key is misspelt.
    const bool misspelt = label == "did you mean 'model'?";
    if (!models_.empty()) report(source, entry.key_place(), ErrorCode::unknown_slot, owner, label);
    if (models_.empty() && misspelt) {
      report(source, entry.key_place(), ErrorCode::unknown_slot, fmt::format("unknown key '{}' in [parts]", slot_name),
             label);
    }
    return std::nullopt;
  }
  if (is_list(entry.value)) {
    report(source, entry.value.place, ErrorCode::list_outside_grid,
           fmt::format("'{}' in [parts] takes one plugin, not a list", slot_name),
           sweeping_ ? "expected the name of a plugin" : fmt::format("to sweep, put it in [grid]: {} = [...]", slot_name));
    return std::nullopt;
  }
  const auto* name = std::get_if<std::string>(&entry.value.data);
  if (name == nullptr) {
    report(source, entry.value.place, ErrorCode::wrong_type,
           fmt::format("wrong type for '{}' in [parts]: {}", slot_name, entry.value.type_word()),
           "expected the name of a plugin, a string");
    return std::nullopt;
  }
  std::vector<Slot> slots;
  for (const Component* model : models_) {
    const auto slot = std::ranges::find(model->slots, slot_name, &Slot::name);
    if (slot != model->slots.end()) slots.push_back(*slot);
  }
  if (slot_name == "model") slots = {{"model", Kind::model, "", false, ""}};
  if (slots.empty()) slots = {{slot_name, kind_of(slot_name), "", true, ""}};  // the model itself is unknown
  bool good = true;
  for (const Slot& slot : slots) {
    if (*name == "none") {
      if (slot.optional) continue;
      report(source, entry.value.place, ErrorCode::empty_slot, fmt::format("slot '{}' cannot be \"none\"", slot_name),
             fmt::format("the model needs one; known: {}", fmt::join(registry_.names(slot.kind), ", ")));
      good = false;
    } else if (registry_.find(slot.kind, *name) == nullptr) {
      report(source, entry.value.place, ErrorCode::unknown_plugin,
             fmt::format("no {} named '{}'", kind_word(slot.kind), *name),
             registry_.absence(slot.kind, *name,
                               slot.optional ? std::vector<std::string>{"none"} : std::vector<std::string>{}));
      good = false;
    }
  }
  return good ? std::optional<OptionValue>(*name) : std::nullopt;
}

bool Validator::check_factor_name(const FlatEntry& entry, std::string_view table) {
  const auto [head, rest] = cut(entry.name);
  const SourceText& source = *entry.source;
  const auto refuse = [&](std::string message, std::string label) {
    report(source, entry.key_place(), ErrorCode::bad_grid, std::move(message), std::move(label));
    return false;
  };
  if (head == "run") return refuse(fmt::format("'{}' cannot be swept", entry.name), "[run] is no part of what is compared");
  if (entry.name == "data.task") return refuse("'data.task' cannot be swept", "one experiment compares on one task");
  if (head == "parts") {
    std::vector<std::string> known = slot_names();
    if (std::ranges::find(known, rest) != known.end()) {
      for (const Component* model : models_) {
        if (rest == "model" || std::ranges::find(model->slots, rest, &Slot::name) != model->slots.end()) continue;
        return refuse(fmt::format("'{}' cannot be swept: model '{}' has no such slot", rest, model->name), "");
      }
      return true;
    }
    if (const std::string home = home_of(rest); !home.empty()) {
      return refuse(fmt::format("no slot '{}' to sweep", rest),
                    fmt::format("an option is swept by its full name: \"{}\"", home));
    }
    if (rest == "name" || rest == "metric" || rest == "base") return refuse(fmt::format("'{}' cannot be swept", rest), "");
    known.emplace_back("seed");
    if (!models_.empty()) refuse(fmt::format("no slot '{}' to sweep", rest), suggestion(rest, known));
    return false;
  }
  if (head == "data" || head == "train" || is_kind(head)) return true;
  const std::string near = nearest_name(head, root_names());
  return refuse(fmt::format("unknown key '{}' in {}", entry.name, table),
                near.empty() ? suggestion(head, root_names()) : fmt::format("did you mean '{}.{}'?", near, rest));
}

std::optional<Factor> Validator::check_seeds(const FlatEntry& entry) {
  const SourceText& source = *entry.source;
  Factor factor{"seed", {}};
  if (const auto* count = std::get_if<std::int64_t>(&entry.value.data)) {
    if (*count < 1 || *count > kMostSeeds) {
      report(source, entry.value.place, ErrorCode::bad_grid, fmt::format("'seed' is out of range: {}", *count),
             fmt::format("expected the number of seeds, from 1 to {}, or a list of seeds", kMostSeeds));
      return std::nullopt;
    }
    for (std::int64_t seed = 1; seed <= *count; ++seed) factor.values.emplace_back(seed);
    return factor;
  }
  const auto* list = std::get_if<TomlList>(&entry.value.data);
  if (list == nullptr) {
    report(source, entry.value.place, ErrorCode::wrong_type,
           fmt::format("wrong type for 'seed': {}", entry.value.type_word()),
           "expected the number of seeds or a list of seeds");
    return std::nullopt;
  }
  for (const TomlValue& value : *list) {
    const auto* seed = std::get_if<std::int64_t>(&value.data);
    if (seed == nullptr || *seed < 0) {
      report(source, value.place, seed == nullptr ? ErrorCode::wrong_type : ErrorCode::refused_value,
             "a seed is an integer, at least 0");
    } else {
      factor.values.emplace_back(*seed);
    }
  }
  return factor.values.size() == list->size() ? std::optional(factor) : std::nullopt;
}

const OptionRule* Validator::rule_of(const std::string& name) const {
  const auto [head, rest] = cut(name);
  if (head == "data") return task_->data->find(rest);
  if (head == "train") return train_.find(rest);
  if (!is_kind(head)) return nullptr;
  const auto [plugin, option] = cut(rest);
  if (head == "attention" && option.empty()) return attention_.find(plugin);
  const Component* component = registry_.find(kind_of(head), plugin);
  return component == nullptr ? nullptr : component->options->find(option);
}

std::optional<Factor> Validator::check_choice(const FlatEntry& entry, std::string_view table) {
  const auto* list = std::get_if<TomlList>(&entry.value.data);
  const OptionRule* rule = rule_of(entry.name);
  const bool holds_lists = rule != nullptr && rule->type == OptionType::texts;
  // A list stands for alternatives, unless the option's own value is a list: then its alternatives are lists in a list.
  if (list != nullptr && (!holds_lists || (!list->empty() && is_list(list->front())))) return check_factor(entry, table);
  FlatEntry wrapped = entry;
  wrapped.value = {TomlList{entry.value}, entry.value.place};
  return check_factor(wrapped, table);
}

std::optional<Factor> Validator::check_factor(const FlatEntry& entry, std::string_view table) {
  const SourceText& source = *entry.source;
  const std::string shown = entry.name.starts_with("parts.") ? entry.name.substr(6) : entry.name;
  const bool seeds = entry.name == "seed";
  const bool name_is_good = seeds || check_factor_name(entry, table);
  const auto* list = std::get_if<TomlList>(&entry.value.data);
  if (list != nullptr && list->empty()) {
    report(source, entry.value.place, ErrorCode::bad_grid, fmt::format("the list of '{}' in {} is empty", shown, table),
           "name at least one value, or leave the key out");
    return std::nullopt;
  }
  if (!name_is_good) return std::nullopt;
  std::optional<Factor> factor = seeds ? check_seeds(entry) : Factor{entry.name, {}};
  if (!seeds && list == nullptr) {
    report(source, entry.value.place, ErrorCode::bad_grid, fmt::format("'{}' in {} must be a list", shown, table),
           fmt::format("write [...] to sweep it, or move one value out of {}", table));
    return std::nullopt;
  }
  bool good = factor.has_value();
  if (!seeds) {
    sweeping_ = true;
    for (const TomlValue& value : *list) {
      FlatEntry one = entry;
      one.value = value;
      std::optional<OptionValue> accepted = check(one);
      good = good && accepted.has_value();
      factor->values.push_back(accepted.value_or(OptionValue()));
    }
    sweeping_ = false;
  }
  if (!good) return std::nullopt;
  if (table == "[zip]") return factor;  // there a value may meet several of its neighbours
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto earlier = factor->values.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(factor->values.begin(), earlier, *earlier) == earlier) continue;
    report(source, (*list)[i].place, ErrorCode::bad_grid,
           fmt::format("{} stands twice in the list of '{}'", to_text(*earlier), shown), "each value is run once");
    good = false;
  }
  return good ? factor : std::nullopt;
}

}  // namespace seqlab
