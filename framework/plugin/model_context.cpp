#include <fmt/format.h>

#include "core/error.h"
#include "plugin/fit_embedding.h"
#include "plugin/model.h"

namespace seqlab {
namespace {

/// What stored numbers go into; the identity where there are no columns.
EmbeddingTable empty_table(std::int64_t rows, std::int64_t columns) {
  return {columns == 0, columns, std::vector<float>(static_cast<std::size_t>(rows * columns), 0.0F)};
}

}  // namespace

ModelContext::ModelContext(ParameterSet& parameters, const Registry& registry, const Component& model, OptionValues parts,
                           OptionValues settings, TextSide source_side, TextSide target_side, std::uint64_t run_seed)
    : Context(parameters, ""),
      source(source_side),
      target(target_side),
      registry_(registry),
      model_(model),
      parts_(std::move(parts)),
      settings_(std::move(settings)),
      seed_(run_seed) {}

const Component* ModelContext::chosen(const std::string& slot_name, Kind kind) const {
  for (const Slot& slot : model_.slots) {
    if (slot.name != slot_name) continue;
    expect(slot.kind == kind, fmt::format("slot '{}' holds a {}", slot_name, kind_name(slot.kind)));
    const auto found = parts_.find(slot_name);
    if (found == parts_.end()) {
      if (!slot.fallback.empty()) return chosen(slot.fallback, kind);
      if (slot.optional) return nullptr;
      throw UserError(
          fmt::format("model '{}' needs a {} in slot '{}' of table [parts]", model_.name, kind_name(kind), slot_name));
    }
    const auto& name = std::get<std::string>(found->second);
    if (slot.optional && name == "none") return nullptr;
    return &registry_.get(kind, name);
  }
  throw InternalError(fmt::format("model '{}' asks for the slot '{}', which it does not declare", model_.name, slot_name));
}

OptionValues ModelContext::options_of(const Component& component) const {
  const std::string prefix = fmt::format("{}.{}.", kind_name(component.kind), component.name);
  OptionValues own;
  for (const auto& [name, value] : settings_) {
    if (name.starts_with(prefix)) own[name.substr(prefix.size())] = value;
  }
  return own;
}

std::unique_ptr<Cell> ModelContext::cell(const std::string& slot, const std::string& name, int inputs, int units) {
  const Component* component = chosen(slot, Kind::cell);
  expect(component != nullptr, "a cell slot is not optional");
  CellContext context(parameters(), path(name), inputs, units);
  return component->make_cell(options_of(*component), context);
}

Layers ModelContext::layers(const std::string& slot, const std::string& name, int inputs, const LayerOptions& options) {
  return {parameters(), path(name), inputs, options, maker(slot)};
}

RecurrentDecoder ModelContext::decoder(const std::string& slot, const std::string& name, int words, int fixed,
                                       const RecurrentDecoderOptions& options, Attention attention) {
  return {parameters(), path(name), words, fixed, options, maker(slot), std::move(attention)};
}

Layers::MakeCell ModelContext::maker(const std::string& slot) {
  return [this, slot](const std::string& own, int columns, int units) -> std::unique_ptr<Recurrence> {
    return cell(slot, own, columns, units);
  };
}

Pooling ModelContext::pooling(const std::string& pool, const std::string& slot, const std::string& name, int width) {
  if (pool == "last") return {parameters(), path(name), width, Pool::last, {}};
  if (pool == "mean") return {parameters(), path(name), width, Pool::mean, {}};
  if (pool == "max") return {parameters(), path(name), width, Pool::max, {}};
  expect(pool == "attention", "the option of a pool is one of last, mean, max, attention");
  Attention attend = attention(slot, name, width, width);
  if (!attend.exists()) {
    throw UserError(
        fmt::format("model '{}' pools by attention and needs a score in slot '{}' of table [parts], such as "
                    "'additive'; or choose the pool last, mean or max",
                    model_.name, slot));
  }
  return {parameters(), path(name), width, Pool::attention, std::move(attend)};
}

Attention ModelContext::attention(const std::string& slot, const std::string& name, int query_size, int memory_size) {
  const Component* component = chosen(slot, Kind::attention);
  if (component == nullptr) return {};
  OptionValues around;
  constexpr std::string_view kPrefix = "attention.";
  for (const auto& [key, value] : settings_) {
    if (key.starts_with(kPrefix)) around[key.substr(kPrefix.size())] = value;
  }
  const auto make = [&](const std::string& own, int query, int memory) -> std::unique_ptr<Scoring> {
    AttentionContext context(parameters(), own, query, memory);
    return component->make_attention(options_of(*component), context);
  };
  return {parameters(), path(name), query_size, memory_size, attention_schema().read(attention_settings(around)), make};
}

Embedder ModelContext::embedding(const std::string& slot, const std::string& name, const TextSide& side, bool tied) {
  const Component* component = chosen(slot, Kind::embedding);
  expect(component != nullptr, "an embedding slot is not optional");
  const OptionValues values = component->options->complete(options_of(*component));
  const auto host_schema = host_embedding_schema(component->fits_corpus);
  const auto host = host_schema.read(known_to(host_schema, values));
  const std::string table_name = path(name);
  const EmbeddingTable table = stored_columns
                                   ? empty_table(side.vocabulary->size(), stored_columns(table_name, *component))
                                   : fit_table(*component, values, *side.vocabulary, side.sentences, seed_, table_name);
  const std::int64_t frozen = !host.frozen ? 0 : host.frozen_epochs > 0 ? host.frozen_epochs : ParameterSet::kForGood;
  return {parameters(), path(name), side.vocabulary->size(), table, {frozen, host.projection, host.scaled || tied}};
}

InputLayer ModelContext::inputs(const std::string& slot, const std::string& name) {
  const Component* component = chosen(slot, Kind::embedding);
  if (features > 0) {
    if (component == nullptr) return InputLayer(features);
    throw UserError(fmt::format("the data are vectors of {} numbers and need no embedding: leave slot '{}' of [parts] out",
                                features, slot));
  }
  if (component == nullptr) {
    throw UserError(
        fmt::format("the data are tokens: slot '{}' of [parts] must name an embedding, such as \"learned\"", slot));
  }
  return InputLayer(embedding(slot, name, source));
}

}  // namespace seqlab
