#include "experiment/model_run.h"

#include "experiment/batching.h"
#include "experiment/embedding_files.h"
#include "experiment/train_options.h"

namespace seqlab {
namespace {

TrainOptions train_options(const RunSpec& spec) { return train_schema().read(settings_below(spec.settings, "train.")); }

Precision precision_of(const RunSpec& spec) {
  return train_options(spec).precision == "f64" ? Precision::f64 : Precision::f32;
}

}  // namespace

ModelRun::ModelRun(const RunSpec& spec)
    : seed_(static_cast<std::uint64_t>(spec.seed)),
      batch_(static_cast<int>(train_options(spec).batch)),
      parameters_(precision_of(spec), seed_),
      reading_(precision_of(spec), false) {
  if (train_options(spec).precision == "bf16") parameters_.set_rounding(Rounding::bf16);
}

std::vector<std::vector<int>> ModelRun::batches(std::int64_t epoch) const {
  return training_batches(lengths_, batch_, seed_, epoch);
}

std::unique_ptr<Model> ModelRun::chosen_model(const RunSpec& spec, const Registry& registry,
                                              const std::function<void(ModelContext&)>& describe) {
  const Component& component = registry.get(Kind::model, std::get<std::string>(spec.settings.at("parts.model")));
  OptionValues settings = spec.settings;
  for (const auto& [name, path] : embedding_files(spec.settings, spec.folder)) settings[name] = path.string();
  ModelContext context(parameters_, registry, component, settings_below(spec.settings, "parts."), settings, {}, {}, seed_);
  describe(context);
  return component.make_model(settings_below(spec.settings, fmt::format("model.{}.", component.name)), context);
}

}  // namespace seqlab
