#include "experiment/model_check.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "experiment/forked_teller.h"
#include "experiment/resolve.h"
#include "plugin/fit_embedding.h"
#include "plugin/model.h"

namespace seqlab {
namespace {

/// What a model is made of; the rest of the settings does not reach it.
OptionValues parts_of(const OptionValues& settings) {
  OptionValues parts;
  for (const auto& [name, value] : settings) {
    const bool of_others = name.starts_with("data.") || name.starts_with("train.") || name.starts_with("content.");
    if (!of_others || name == "data.joint") parts.emplace(name, value);
  }
  return parts;
}

const std::vector<std::vector<std::string>>& few_sentences(bool target) {
  static const std::vector<std::vector<std::string>> source_side{{"one", "two"}}, target_side{{"three", "four"}};
  return target ? target_side : source_side;
}

struct WidthUnknown {};

/// The columns of an embedding's table as far as they can be known without its text.
std::int64_t columns_of(const Component& embedding, const OptionValues& settings, const Vocabulary& vocabulary) {
  const OptionValues values =
      embedding.options->complete(settings_below(settings, fmt::format("embedding.{}.", embedding.name)));
  const auto dimension = values.find("dimension");
  if (dimension != values.end() && std::holds_alternative<std::int64_t>(dimension->second)) {
    const auto columns = std::get<std::int64_t>(dimension->second);
    if (columns > 0) return columns;
  }
  if (embedding.fits_corpus || values.contains("file")) throw WidthUnknown();
  try {
    const EmbeddingTable table = fit_table(embedding, values, vocabulary, {}, 1, "check");
    return table.identity ? 0 : table.dimension;
  } catch (const UserError&) {
    throw WidthUnknown();  // it may want more than a few words
  }
}

/// What the model of the run says against its parts; "": it can be made, or nobody can say.
std::string refusal(const PlannedRun& run, const Registry& registry) {
  const OptionValues& settings = run.spec.settings;
  const auto& name = std::get<std::string>(settings.at("parts.model"));
  const Vocabulary source = Vocabulary::build(few_sentences(false), 1, 0);
  const Vocabulary target = Vocabulary::build(few_sentences(true), 1, 0);
  const auto joint = settings.find("data.joint");
  const bool shared = joint != settings.end() && std::get<bool>(joint->second);
  ParameterSet parameters(Precision::f32, 1, Starts::left_out);
  const Component& component = registry.get(Kind::model, name);
  ModelContext context(parameters, registry, component, settings_below(settings, "parts."), settings, {&source, {}},
                       {shared ? &source : &target, {}}, 1);
  context.features = run.features;
  context.outputs = source.size();
  context.class_counts.assign(static_cast<std::size_t>(context.outputs), 1);
  context.stored_columns = [&](const std::string& /*parameter*/, const Component& embedding) {
    return columns_of(embedding, settings, source);
  };
  try {
    (void)component.make_model(settings_below(settings, fmt::format("model.{}.", name)), context);
  } catch (const UserError& error) {
    return error.what();
  } catch (...) {
    return "";
  }
  return "";
}

// The fork begins with a model by "+" and is done with it by "-MESSAGE" or "-".
constexpr char kBegun = '+';
constexpr char kDone = '-';

/// What is said against the model of each of `runs`, in their order; "" for nothing.
std::vector<std::string> refusals(const Plan& plan, const std::vector<std::size_t>& runs, const Registry& registry,
                                  std::chrono::milliseconds patience) {
  constexpr int kMostChildren = 100;  // each but the first stands for a model that broke the one before
  std::vector<std::string> said(runs.size());
  std::size_t done = 0;
  for (int children = 0; done < runs.size() && children < kMostChildren; ++children) {
    const std::size_t first = done;
    ForkedTeller teller([&](const ForkedTeller::Tell& tell) {
      for (std::size_t i = first; i < runs.size(); ++i) {
        if (!tell({kBegun}) || !tell(kDone + refusal(plan.runs[runs[i]], registry))) return;
      }
    });
    bool begun = false;
    std::string record;
    for (;;) {
      const auto heard = teller.next(record, patience);
      if (heard == ForkedTeller::Heard::silence) return said;
      if (heard == ForkedTeller::Heard::end || record.empty()) break;
      begun = record.front() == kBegun;
      if (!begun && done < runs.size()) said[done++] = record.substr(1);
    }
    if (!begun) break;  // it looked at all of them, or could not even start
    ++done;             // this one ended it
  }
  return said;
}

/// The setting that is named first in what is said, where the user gave it; else the model's.
Diagnostic place_of(const std::string& said, const Plan& plan, const PlannedRun& run) {
  constexpr std::string_view kBehind = " ,:;";  // a name: so that attention.heads is not found in attention.heads_of
  std::size_t first = std::string::npos;
  const Diagnostic* found = nullptr;
  for (const auto& [name, place] : plan.setting_places) {
    const std::size_t at = said.find(name);
    if (at >= first || name.find('.') == std::string::npos) continue;
    const std::size_t end = at + name.size();
    if (end < said.size() && kBehind.find(said[end]) == std::string_view::npos) continue;
    first = at;
    found = &place;
  }
  if (found != nullptr) return *found;
  const auto model = plan.model_places.find(std::get<std::string>(run.spec.settings.at("parts.model")));
  return model == plan.model_places.end() ? Diagnostic{} : model->second;
}

}  // namespace

void check_models(const Plan& plan, const Registry& registry, std::chrono::milliseconds patience) {
  std::vector<std::size_t> different;
  std::set<std::pair<OptionValues, int>> seen;
  for (std::size_t run = 0; run < plan.runs.size(); ++run) {
    if (seen.emplace(parts_of(plan.runs[run].spec.settings), plan.runs[run].features).second) different.push_back(run);
  }
  std::vector<Diagnostic> diagnostics;
  std::set<std::string> messages;
  const std::vector<std::string> said = refusals(plan, different, registry, patience);
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (said[i].empty() || !messages.insert(said[i]).second) continue;
    const PlannedRun& run = plan.runs[different[i]];
    Diagnostic& diagnostic = diagnostics.emplace_back(place_of(said[i], plan, run));
    diagnostic.code = ErrorCode::unfit_parts;
    diagnostic.message = said[i];
    if (plan.runs.size() > 1) diagnostic.label = fmt::format("in {}", run.request.variant.label);
  }
  if (!diagnostics.empty()) throw DiagnosticsError(std::move(diagnostics));
}

}  // namespace seqlab
