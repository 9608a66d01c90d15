#include "sequence/recurrent_decoder.h"

#include "autodiff/dropout.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/error.h"
#include "sequence/split_projection.h"

namespace seqlab {
namespace {

/// Columns that the first layer reads beside the words.
int beside_words(const RecurrentDecoderOptions& options, int fixed, const Attention& attention) {
  if (!attention.exists()) return fixed;
  switch (options.wiring) {
    case Wiring::input_feeding: return options.units;
    case Wiring::before: return attention.context_size();
    case Wiring::after: break;
  }
  return 0;
}

}  // namespace

RecurrentDecoder::RecurrentDecoder(ParameterSet& parameters, const std::string& name, int words, int fixed,
                                   const RecurrentDecoderOptions& options, const Layers::MakeCell& make, Attention attention)
    : options_(options), fixed_(fixed), attention_(std::move(attention)) {
  expect(fixed == 0 || !attention_.exists(), "a decoder with attention sees no fixed context");
  LayerOptions layers;
  layers.units = options.units;
  layers.layers = options.layers;
  layers.dropout = options.dropout;
  layers.residual = options.residual;
  layers_ = Layers(parameters, name, words + beside_words(options, fixed, attention_), layers, make);
  const int context = attention_.exists() ? attention_.context_size() : fixed;
  combine_ = Linear(parameters, name + ".combine", context + options.units, options.units, with_bias);
}

RecurrentDecoder::State RecurrentDecoder::start(const Memory& memory, LayerStates layers) const {
  State state{std::move(layers), {}, {}};
  if (attention_.exists()) state.asked = attention_.start(memory.attended);
  const Var h = state.layers.back()[0];
  if (feeds()) state.fed = h.tape().zeros(h.shape());
  return state;
}

std::vector<Var> RecurrentDecoder::hypotheses(const Memory& memory, const State& state) const {
  std::vector<Var> all;
  for (const seqlab::State& layer : state.layers) all.insert(all.end(), layer.begin(), layer.end());
  all.insert(all.end(), state.asked.carried.begin(), state.asked.carried.end());
  if (feeds()) all.push_back(state.fed);
  if (fixed_ > 0) all.push_back(memory.fixed);
  return all;
}

DecoderState RecurrentDecoder::pack(const Memory& memory, const State& state, std::vector<int> lengths) const {
  DecoderState packed;
  packed.lengths = std::move(lengths);
  packed.hypotheses = hypotheses(memory, state);
  packed.sentences = memory.attended.keys;
  packed.sentences.insert(packed.sentences.end(), memory.attended.values.begin(), memory.attended.values.end());
  return packed;
}

RecurrentDecoder::Said RecurrentDecoder::step(Var words, DecoderState& packed) const {
  Memory memory;
  const auto heads = static_cast<std::ptrdiff_t>(packed.sentences.size() / 2);
  memory.attended = {{packed.sentences.begin(), packed.sentences.begin() + heads},
                     {packed.sentences.begin() + heads, packed.sentences.end()},
                     packed.lengths};
  const std::span<const Var> all = packed.hypotheses;
  const std::size_t carried = attention_.carries();
  const std::size_t of_layers = all.size() - carried - (feeds() ? 1 : 0) - (fixed_ > 0 ? 1 : 0);
  const auto layers = static_cast<std::size_t>(options_.layers);
  State state;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const auto own = all.subspan(layer * of_layers / layers, of_layers / layers);
    state.layers.emplace_back(std::vector<Var>(own.begin(), own.end()));
  }
  const auto asked = all.subspan(of_layers, carried);
  state.asked = {packed.step, {asked.begin(), asked.end()}};
  if (feeds()) state.fed = all[of_layers + carried];
  if (fixed_ > 0) memory.fixed = all.back();
  const Said said = step(words, memory, state);
  packed.hypotheses = hypotheses(memory, state);
  return said;
}

Var RecurrentDecoder::beside(const Memory& memory, const State& state, Var context) const {
  if (asks_first()) return context;
  if (feeds()) return state.fed;
  return memory.fixed;
}

Attended RecurrentDecoder::ask(Var query, const Memory& memory, State& state) const {
  const auto sentences = static_cast<std::int64_t>(memory.attended.lengths.size());
  const std::int64_t rows = query.shape()[0];
  const Var side_by_side = reshape(query, {sentences, rows / sentences, query.shape().columns()});
  const Attended answer = attention_.step(side_by_side, memory.attended, state.asked);
  return {reshape(answer.context, {rows, answer.context.shape().columns()}),
          reshape(answer.weights, {rows, answer.weights.shape().columns()})};
}

Var RecurrentDecoder::combined(Var context, Var h) const {
  return dropout(tanh(combine_(context.exists() ? concat({context, h}) : h)), options_.dropout);
}

template <class Project>
RecurrentDecoder::Said RecurrentDecoder::advance(const Memory& memory, State& state, Project&& project) const {
  Attended answer;
  if (asks_first()) answer = ask(state.layers.back()[0], memory, state);
  const Var h = layers_.step(project(beside(memory, state, answer.context)), state.layers);
  if (attention_.exists() && !asks_first()) answer = ask(h, memory, state);
  const Var output = combined(attention_.exists() ? answer.context : memory.fixed, h);
  if (feeds()) state.fed = output;
  return {output, answer.weights};
}

RecurrentDecoder::Said RecurrentDecoder::step(Var words, const Memory& memory, State& state) const {
  return advance(memory, state, [&](Var beside) {
    return layers_.first().project(beside.exists() ? concat({words, beside}) : words);
  });
}

Var RecurrentDecoder::outputs(Var words, std::span<const int> lengths, const Memory& memory, State state) const {
  const auto steps = static_cast<std::size_t>(words.shape()[0]);
  if (feeds() || asks_first()) {
    const auto fed = feeds() ? options_.units : attention_.context_size();
    const SplitProjection inputs(layers_.first(), words, fed);
    std::vector<Var> outputs;
    for (std::size_t t = 0; t < steps; ++t) {
      outputs.push_back(advance(memory, state, [&](Var beside) { return inputs.at(static_cast<int>(t), beside); }).output);
    }
    return stack(outputs);
  }
  Var repeated;
  if (memory.fixed.exists()) repeated = stack(std::vector<Var>(steps, memory.fixed));
  const Var h = layers_(repeated.exists() ? concat({words, repeated}) : words, lengths, state.layers).outputs;
  if (!attention_.exists()) return combined(repeated, h);
  return combined(swap_outer(attention_(swap_outer(h), memory.attended).context), h);
}

}  // namespace seqlab
