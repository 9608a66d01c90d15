#include "sequence/attention.h"

#include <fmt/format.h>

#include "autodiff/batched_product.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab {
namespace {

/// The columns of one head.
Var part(Var x, std::size_t head, std::size_t heads) {
  const auto width = x.shape().columns() / static_cast<std::int64_t>(heads);
  return columns(x, static_cast<std::int64_t>(head) * width, width);
}

int share(const std::string& option, int width, int heads) {
  if (width % heads == 0) return width / heads;
  throw UserError(fmt::format("attention.heads = {} does not divide {} = {}: choose numbers that do", heads, option, width));
}

}  // namespace

Attention::Attention(ParameterSet& parameters, const std::string& name, int query_size, int memory_size,
                     const AttentionOptions& options, const MakeScore& make)
    : projects_keys_(options.heads > 1 || options.key_width > 0),
      projects_values_(options.heads > 1 || options.value_width > 0),
      one_by_one_(options.coverage || (options.window == "local_p" && options.monotonic)),
      context_size_(memory_size) {
  int query_part = query_size;
  int key_part = memory_size;
  if (projects_keys_) {
    const int width = options.key_width > 0 ? options.key_width : query_size;
    query_part = key_part = share(options.key_width > 0 ? "attention.key_width" : "the query's width", width, options.heads);
    project_query_ = Linear(parameters, name + ".project_query", query_size, width, no_bias);
    project_keys_ = Linear(parameters, name + ".project_keys", memory_size, width, no_bias);
  }
  if (projects_values_) {
    context_size_ = options.value_width > 0 ? options.value_width : memory_size;
    (void)share(options.value_width > 0 ? "attention.value_width" : "the memory's width", context_size_, options.heads);
    project_values_ = Linear(parameters, name + ".project_values", memory_size, context_size_, no_bias);
  }
  for (int i = 0; i < options.heads; ++i) {
    const std::string own = options.heads == 1 ? name : fmt::format("{}.head{}", name, i + 1);
    Head head{make(own, query_part, key_part), {parameters, own + ".window", query_part, options}, {}};
    if (options.coverage) head.coverage = parameters.add(own + ".coverage", {1}, init::zeros());
    counts_steps_ = one_by_one_ || head.window.counts_steps();
    heads_.push_back(std::move(head));
  }
}

AttentionMemory Attention::remember(Var memory, std::span<const int> lengths, bool causal) const {
  AttentionMemory prepared{{}, {}, memory.tape().keep(lengths), causal};
  const Var keys = projects_keys_ ? project_keys_(memory) : memory;
  const Var values = projects_values_ ? project_values_(memory) : memory;
  for (std::size_t head = 0; head < heads_.size(); ++head) {
    prepared.keys.push_back(heads_[head].score->keys(part(keys, head, heads_.size())));
    prepared.values.push_back(part(values, head, heads_.size()));
  }
  return prepared;
}

AttentionState Attention::start(const AttentionMemory& memory, int hypotheses) const {
  AttentionState state;
  if (!one_by_one_) return state;
  Tape& tape = memory.keys[0].tape();
  const auto rows = static_cast<std::int64_t>(memory.lengths.size()) * hypotheses;
  for (const Head& head : heads_) {
    if (head.coverage.exists()) state.carried.push_back(tape.zeros({rows, memory.values[0].shape()[1]}));
    if (head.window.monotonic()) state.carried.push_back(tape.constant({rows, 1}, -1.0));
  }
  return state;
}

std::size_t Attention::carries() const {
  std::size_t parts = 0;
  for (const Head& head : heads_) parts += (head.coverage.exists() ? 1U : 0U) + (head.window.monotonic() ? 1U : 0U);
  return parts;
}

Attended Attention::step(Var query, const AttentionMemory& memory, AttentionState& state) const {
  return ask(projects_keys_ ? project_query_(query) : query, memory, state, true);
}

Attended Attention::operator()(Var query, const AttentionMemory& memory) const {
  const Shape shape = query.shape();
  expect(shape.size() == 3 && exists(), "queries are [B, T, Q], and there is a score to compare them");
  AttentionState state = start(memory);
  const Var projected = projects_keys_ ? project_query_(query) : query;
  if (!one_by_one_) return ask(projected, memory, state, false);
  const std::int64_t width = projected.shape().columns();
  const Var whole = projected.tape().value(projected).contiguous() ? projected : 1.0 * projected;
  std::vector<Var> contexts, weights;
  for (std::int64_t t = 0; t < shape[1]; ++t) {
    const Var own = whole.tape().view(whole, t * width, {shape[0], 1, width}, shape[1] * width);
    const Attended one = ask(own, memory, state, true);
    contexts.push_back(reshape(one.context, {shape[0], one.context.shape().columns()}));
    weights.push_back(reshape(one.weights, {shape[0], one.weights.shape().columns()}));
  }
  return {swap_outer(stack(contexts)), swap_outer(stack(weights))};
}

Attended Attention::ask(Var query, const AttentionMemory& memory, AttentionState& state, bool together) const {
  Attended all;
  std::vector<Var> contexts;
  for (std::size_t head = 0; head < heads_.size(); ++head) {
    const Attended own = ask(head, part(query, head, heads_.size()), memory, state, together);
    contexts.push_back(own.context);
    all.weights = all.weights.exists() ? all.weights + own.weights : own.weights;
  }
  ++state.step;
  all.context = contexts.size() == 1 ? contexts[0] : query.tape().joined(contexts);
  if (contexts.size() > 1) all.weights = 1.0 / static_cast<double>(contexts.size()) * all.weights;
  return all;
}

Attended Attention::ask(std::size_t head, Var query, const AttentionMemory& memory, AttentionState& state,
                        bool together) const {
  const Head& own = heads_[head];
  const Shape q = query.shape();
  const bool covers = own.coverage.exists();
  const bool moves = own.window.monotonic();
  const std::size_t first = head * ((covers ? 1U : 0U) + (moves ? 1U : 0U));  // of what this head carries
  const std::size_t at_centre = first + (covers ? 1U : 0U);
  const AttentionWindow::Query asked{query, state.step, together,
                                     moves ? reshape(state.carried[at_centre], {q[0], q[1]}) : Var()};
  const auto view = own.window.look(asked, memory.lengths, memory.causal);
  if (moves) state.carried[at_centre] = reshape(view.centre, {q[0] * q[1], 1});
  Var scores = own.score->score(query, memory.keys[head]);
  const Shape s{scores.shape()[0], scores.shape()[1], scores.shape()[2]};
  scores = reshape(scores, s);
  if (covers) {
    scores = pointwise([](auto score, auto had, auto w) { return score + w * had; }, scores,
                       reshape(state.carried[first], s), own.coverage);
  }
  Attended answer;
  if (own.window.predicts()) {
    answer.weights = own.window.weigh(masked_softmax(scores, view.reaches), view.centre);
    answer.context = batched_product(answer.weights, false, memory.values[head], false);
  } else {
    answer = attend(scores, memory.values[head], view.reaches);
  }
  if (covers) state.carried[first] = state.carried[first] + reshape(answer.weights, {s[0] * s[1], s[2]});
  return answer;
}

}  // namespace seqlab
