#!/usr/bin/env python3
"""Writes scores.json beside itself: golden values of attention scores and of what the host puts around them, for
tests/golden/golden_test.cpp. What a case holds and who computes it: make_golden.py.

Usage: python3 scores_golden.py [folder].
"""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from make_golden import beyond, cosine, additive, finish, general, leaf, location, numbers, write


def mlp(query, memory, p, layers=2):
    hidden = torch.tanh((query @ p("query.weight"))[:, :, None, :]
                        + (memory @ p("keys.weight") + p("keys.bias"))[:, None, :, :])
    for layer in range(1, layers):
        hidden = torch.tanh(hidden @ p(f"above.layer{layer}.weight") + p(f"above.layer{layer}.bias"))
    return (hidden @ p("above.output.weight"))[..., 0]


def concat(query, memory, p):
    """Luong's concat, written as he does: v . tanh(W [q; m])."""
    weight = torch.cat([p("query.weight"), p("keys.weight")])
    pairs = torch.cat([query[:, :, None].expand(-1, -1, memory.shape[1], -1),
                       memory[:, None].expand(-1, query.shape[1], -1, -1)], 3)
    return (torch.tanh(pairs @ weight + p("keys.bias")) @ p("above.output.weight"))[..., 0]


SCORES = {
    "dot": lambda query, memory, p: torch.einsum("btd,bsd->bts", query, memory),
    "scaled_dot": lambda query, memory, p: torch.einsum("btd,bsd->bts", query, memory) / math.sqrt(memory.shape[2]),
    "general": general,
    "additive": additive,
    "mlp": mlp,
    "cosine": cosine,
    "location": location,
}


def centre(query, lengths, p, options, before):
    """Where a local window looks [B, T]: a share of the length, or a step on from the centre `before`."""
    advice = torch.tanh(query @ p("window.hidden.weight")) @ p("window.direction")
    size = torch.tensor(lengths, dtype=advice.dtype)[:, None]
    if options.get("monotonic"):
        return torch.minimum(before + torch.exp(advice), size - 1)
    return size * torch.sigmoid(advice)


def attend_once(kind, query, memory, values, lengths, p, options, causal, state):
    """Queries of which none depends on another: context [B, T, V] and weights [B, T, S] of one head."""
    score = concat if kind == "mlp" and options.get("layers") == 1 else SCORES[kind]
    scores = score(query, memory, p)
    if options.get("coverage"):
        scores = scores + p("coverage") * state["coverage"][:, None]
    positions = torch.arange(memory.shape[1], dtype=query.dtype)[None, None]
    steps = state["queries"] + torch.arange(query.shape[1])
    hidden = beyond(memory.shape[1], lengths).T[:, None, :].expand(-1, query.shape[1], -1)
    if causal:
        hidden = hidden | (positions > steps[None, :, None])
    window, width = options.get("window", "global"), options.get("width", 10)
    if window != "global":
        if window == "local_m":
            middle = torch.minimum(steps[None, :], torch.tensor(lengths)[:, None] - 1).to(query.dtype)
        else:
            middle = state["centre"] = centre(query, lengths, p, options, state["centre"])
        far = positions - middle[:, :, None]
        hidden = hidden | (far.abs() > width)
    weights = torch.softmax(scores.masked_fill(hidden, -1e300), dim=2).masked_fill(hidden, 0.0)
    if window == "local_p":
        weights = weights * torch.exp(-far.square() / (2 * (width / 2) ** 2))
    state["queries"] += query.shape[1]
    state["coverage"] = state["coverage"] + weights.sum(1)
    return weights @ values, weights


def attend(kind, query, memory, lengths, p, options, causal):
    """context [B, T, V] and weights [B, T, S], the mean of all heads."""
    heads = options.get("heads", 1)
    keys, values = memory, memory
    if heads > 1 or "key_width" in options:
        query, keys = query @ p("project_query.weight"), memory @ p("project_keys.weight")
    if heads > 1 or "value_width" in options:
        values = memory @ p("project_values.weight")
    contexts, weights = [], []
    for head, (q, k, v) in enumerate(zip(query.chunk(heads, 2), keys.chunk(heads, 2), values.chunk(heads, 2))):
        own = (lambda key, prefix=f"head{head + 1}.": p(prefix + key)) if heads > 1 else p
        state = {"queries": 0, "coverage": torch.zeros(len(lengths), memory.shape[1]), "centre": torch.tensor(-1.0)}
        one_by_one = options.get("coverage") or options.get("monotonic")
        parts = [attend_once(kind, part, k, v, lengths, own, options, causal, state)
                 for part in (q.split(1, 1) if one_by_one else [q])]
        contexts.append(torch.cat([context for context, _ in parts], 1))
        weights.append(torch.cat([weight for _, weight in parts], 1))
    return torch.cat(contexts, 2), sum(weights) / heads


def check_multihead(query, memory, lengths, p, heads, context, weights):
    """Scaled dot product in heads is torch.nn.MultiheadAttention without its output projection."""
    width = query.shape[2]
    theirs = torch.nn.MultiheadAttention(width, heads, bias=False, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([p(f"project_{part}.weight").T for part in ["query", "keys", "values"]]))
        theirs.out_proj.weight.copy_(torch.eye(width))
    answer = theirs(query, memory, memory, key_padding_mask=beyond(memory.shape[1], lengths).T)
    assert torch.allclose(context, answer[0]) and torch.allclose(weights, answer[1])


def score_case(kind, parameters, query_size=4, memory_size=4, name="", zero_row=False, attention=None, causal=False,
               **options):
    attention = attention or {}
    batch, queries, positions, lengths = 3, 3 if attention else 2, 5, [5, 2, 3]
    memory = numbers(batch, positions, memory_size, scale=1.0)
    if zero_row:
        memory[0, 2] = 0
    values = {"score." + key: leaf(value) for key, value in parameters.items()}
    values |= {"query": leaf(numbers(batch, queries, query_size, scale=1.0)), "memory": leaf(memory)}
    get = lambda key: values["score." + key]
    context, weights = attend(kind, values["query"], values["memory"], lengths, get, attention | options, causal)
    if kind == "scaled_dot" and not attention:
        mask = ~beyond(positions, lengths).T[:, None, :]
        own = F.scaled_dot_product_attention(values["query"], values["memory"], values["memory"], mask)
        assert torch.allclose(context, own)
    if kind == "scaled_dot" and list(attention) == ["heads"]:
        check_multihead(values["query"], values["memory"], lengths, get, attention["heads"], context, weights)
    outputs = {"context": context, "weights": weights}
    case = {"name": f"{kind} {name}".strip(), "component": kind, "options": options, "attention": attention,
            "causal": causal, "lengths": lengths}
    return finish(case, values, outputs, {key: numbers(*value.shape, scale=1.0) for key, value in outputs.items()})


def own_parameters(kind, query, memory):
    """Of a score for queries and a memory of these widths."""
    if kind == "general":
        return {"keys.weight": numbers(memory, query)}
    if kind == "additive":
        return {"keys.weight": numbers(memory, query), "query.weight": numbers(query, query), "direction": numbers(query)}
    if kind == "mlp":
        return {"keys.weight": numbers(memory, query), "keys.bias": numbers(query), "query.weight": numbers(query, query),
                "above.layer1.weight": numbers(query, query), "above.layer1.bias": numbers(query),
                "above.output.weight": numbers(query, 1)}
    if kind == "cosine":
        return {"sharpness": numbers(1) + 5}
    if kind == "location":
        return {"where.weight": numbers(query, 5), "where.bias": numbers(5)}
    return {}


def own_options(kind):
    return {"positions": 5} if kind == "location" else {}


def head_case(kind, heads):
    """Queries and memory of 4 numbers: a head compares 4 / heads."""
    parameters = {f"project_{part}.weight": numbers(4, 4) for part in ["query", "keys", "values"]}
    for head in range(heads):
        own = own_parameters(kind, 4 // heads, 4 // heads)
        parameters |= {f"head{head + 1}.{key}": value for key, value in own.items()}
    return score_case(kind, parameters, attention={"heads": heads}, name=f"in {heads} heads", **own_options(kind))


def around_case(kind, attention, causal=False, name=""):
    """One head of a score with a window, coverage or projections."""
    width, parameters = 4, {}
    if "key_width" in attention:
        width = attention["key_width"]
        parameters |= {"project_query.weight": numbers(4, width), "project_keys.weight": numbers(4, width)}
    if "value_width" in attention:
        parameters["project_values.weight"] = numbers(4, attention["value_width"])
    if attention.get("window") == "local_p":
        parameters |= {"window.hidden.weight": numbers(width, width), "window.direction": numbers(width)}
    if attention.get("coverage"):
        parameters["coverage"] = numbers(1)
    parameters |= own_parameters(kind, width, width)
    return score_case(kind, parameters, attention=attention, causal=causal, name=name, **own_options(kind))


def score_cases():
    concat_parameters = {"keys.weight": numbers(3, 4), "keys.bias": numbers(4), "query.weight": numbers(4, 4),
                         "above.output.weight": numbers(4, 1)}
    windows = [("local_m", {}), ("local_p", {}), ("local_p", {"monotonic": True})]
    return [
        score_case("dot", {}),
        score_case("scaled_dot", {}),
        score_case("general", {"keys.weight": numbers(3, 4)}, memory_size=3),
        score_case("additive", {"keys.weight": numbers(3, 5), "query.weight": numbers(4, 5), "direction": numbers(5)},
                   memory_size=3, units=5),
        score_case("cosine", {"sharpness": numbers(1) + 5}),
        score_case("cosine", {"sharpness": numbers(1) + 5}, name="with a memory of zeros", zero_row=True),
        score_case("location", {"where.weight": numbers(4, 7), "where.bias": numbers(7)}, memory_size=3, positions=7),
        score_case("location", {"where.weight": numbers(4, 3), "where.bias": numbers(3)}, memory_size=3, positions=3,
                   name="with more memory than positions"),
        score_case("mlp", own_parameters("mlp", 4, 3), memory_size=3, name="with two layers"),
        score_case("mlp", concat_parameters, memory_size=3, layers=1, name="as Luong's concat"),
        *[head_case(kind, heads) for kind in SCORES for heads in [2, 4]],
        *[around_case(kind, {"window": window, "width": 1} | more, name=window + (" monotonic" if more else ""))
          for kind in SCORES for window, more in windows],
        *[around_case(kind, {"coverage": True}, name="with coverage") for kind in SCORES],
        around_case("dot", {"key_width": 3, "value_width": 5}, name="over projected keys and values"),
        around_case("additive", {"key_width": 3}, name="over projected keys"),
        around_case("scaled_dot", {"value_width": 2, "window": "local_p", "width": 2, "monotonic": True, "coverage": True},
                    name="with everything"),
        around_case("scaled_dot", {"key_width": 4}, causal=True, name="looking back alone"),
        around_case("general", {"window": "local_m", "width": 1}, causal=True, name="a window looking back alone"),
    ]


if __name__ == "__main__":
    write((Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent) / "scores.json", score_cases())
