#include "experiment/model_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "experiment/descriptor.h"
#include "experiment/resolve.h"
#include "kernels/parallel.h"
#include "plugin/model.h"

namespace seqlab {
namespace {

/// What a model is made of; the rest of the settings does not reach it.
OptionValues parts_of(const OptionValues& settings) {
  OptionValues parts;
  for (const auto& [name, value] : settings) {
    if (!name.starts_with("data.") && !name.starts_with("train.")) parts.emplace(name, value);
  }
  if (const auto joint = settings.find("data.joint"); joint != settings.end()) parts.insert(*joint);
  return parts;
}

Vocabulary few_words(const std::string& word) {
  const std::vector<std::vector<std::string>> sentences{{word, word + "s"}};
  return Vocabulary::build(sentences, 1, 0);
}

/// What the model of the run says against its parts; "": it can be made.
std::string refusal(const PlannedRun& run, const Registry& registry) {
  const OptionValues& settings = run.spec.settings;
  const auto& name = std::get<std::string>(settings.at("parts.model"));
  const Vocabulary source = few_words("source");
  const Vocabulary target = few_words("target");
  const auto joint = settings.find("data.joint");
  const bool shared = joint != settings.end() && std::get<bool>(joint->second);
  ParameterSet parameters(Precision::f32, 1, Starts::left_out);
  const Component& component = registry.get(Kind::model, name);
  ModelContext context(parameters, registry, component, settings_below(settings, "parts."), settings, {&source, {}},
                       {shared ? &source : &target, {}}, 1);
  context.features = run.features;
  context.outputs = source.size();
  context.class_counts.assign(static_cast<std::size_t>(context.outputs), 1);
  constexpr std::int64_t kColumns = 4;  // nothing is fitted here
  context.stored_columns = [](const std::string& /*parameter*/) { return kColumns; };
  try {
    (void)component.make_model(settings_below(settings, fmt::format("model.{}.", name)), context);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// In the child: one record "INDEX MESSAGE\0" for each run whose model cannot be made. Does not return.
[[noreturn]] void tell(const Plan& plan, const std::vector<std::size_t>& runs, const Registry& registry, int to) {
  constexpr unsigned kSeconds = 20;
  alarm(kSeconds);
  set_thread_count(1);  // the parent's threads are not here
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
  try {
    for (const std::size_t run : runs) {
      const std::string message = refusal(plan.runs[run], registry);
      if (!message.empty() && !write_whole(to, fmt::format("{} {}", run, message) + '\0')) break;
    }
  } catch (...) {  // what is no word to the user is the run's to tell
  }
  _exit(0);
}

std::string read_all(int from) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

void check_models(const Plan& plan, const Registry& registry) {
  std::vector<std::size_t> different;
  std::set<std::pair<OptionValues, int>> seen;
  for (std::size_t run = 0; run < plan.runs.size(); ++run) {
    if (seen.emplace(parts_of(plan.runs[run].spec.settings), plan.runs[run].features).second) different.push_back(run);
  }
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return;  // the runs themselves will tell
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = fork();
  if (child == 0) tell(plan, different, registry, writing.number());
  writing.close();
  const std::string told = child < 0 ? "" : read_all(reading.number());
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  std::vector<Diagnostic> diagnostics;
  std::set<std::string> messages;
  for (std::size_t first = 0; first < told.size();) {
    const std::size_t end = std::min(told.find('\0', first), told.size());
    const std::size_t blank = told.find(' ', first);
    std::size_t run = 0;
    std::from_chars(told.data() + first, told.data() + blank, run);
    const std::string message = told.substr(blank + 1, end - blank - 1);
    first = end + 1;
    if (end == told.size() || run >= plan.runs.size()) break;  // it ended in the middle of a word
    if (!messages.insert(message).second) continue;
    const RunSpec& spec = plan.runs[run].spec;
    const auto place = plan.model_places.find(std::get<std::string>(spec.settings.at("parts.model")));
    Diagnostic& diagnostic = diagnostics.emplace_back(place == plan.model_places.end() ? Diagnostic{} : place->second);
    diagnostic.code = ErrorCode::unfit_parts;
    diagnostic.message = message;
    if (plan.runs.size() > 1) diagnostic.label = fmt::format("in {}", plan.runs[run].request.variant.label);
  }
  if (!diagnostics.empty()) throw DiagnosticsError(std::move(diagnostics));
}

}  // namespace seqlab
