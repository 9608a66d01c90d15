#!/usr/bin/env python3
"""Writes cells.json and optimizers.json beside itself: golden values for
tests/golden/golden_test.cpp.

Needs any Python 3.9 or later with PyTorch 2. Usage: python3 make_golden.py [folder]. Without a folder it writes beside
itself.

Everything is computed in double precision by PyTorch's own modules and its automatic gradients: torch.nn.RNN, LSTM and
GRU on packed sequences, torch.nn.functional for cross entropy, torch.optim for the optimisers. Where PyTorch has no
module (peepholes, scores, the decoder's wiring) the equations are written here once more from their papers. Numbers that
go in (parameters, inputs, weights of the loss) have three decimals, so that a file holds exactly what was computed with;
numbers that come out have the digits that a double needs (repr).

A case holds "parameters" by seqlab's names and in its layout (weights [inputs, outputs]; inputs of a case are parameters
too, so that they get gradients), "outputs", "loss" and "gradients" of that loss by the names of the parameters. The loss
of a cell or score is the sum of all outputs times "loss_weights". null stands where an output behind a row's length may
be anything.

PyTorch's layout: weight_ih [gates, inputs] is our input.weight transposed, weight_hh our recurrent.weight transposed.
Gates of the LSTM are input, forget, candidate, output, those of the GRU reset, update, candidate: ours too. PyTorch has a
bias on either side; where ours has one only, bias_hh stays 0.
"""

import json
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)
torch.set_num_threads(1)


def numbers(*shape, scale=0.8):
    """Random numbers of three decimals."""
    return torch.round(torch.randn(*shape) * scale * 1000) / 1000


def plain(tensor):
    return tensor.detach().tolist()


def leaf(tensor):
    return tensor.detach().clone().requires_grad_(True)


def beyond(steps, lengths):
    """[T, B]: true behind each row's length."""
    return torch.arange(steps)[:, None] >= torch.tensor(lengths)[None, :]


def with_gaps(output, gaps):
    """Nested lists of [T, B, H] with null where `gaps` [T, B]."""
    return [[[None] * output.shape[2] if gaps[t, b] else plain(output[t, b]) for b in range(output.shape[1])]
            for t in range(output.shape[0])]


def finish(case, parameters, outputs, weights, gaps=None):
    """Loss and gradients of a cell or score."""
    loss = sum((outputs[name] * weights[name]).sum() for name in outputs)
    gradients = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True, materialize_grads=True)
    return case | {
        "parameters": {name: plain(value) for name, value in parameters.items()},
        "loss_weights": {name: plain(value) for name, value in weights.items()},
        "outputs": {name: with_gaps(value, gaps) if gaps is not None and name == "outputs" else plain(value)
                    for name, value in outputs.items()},
        "loss": loss.item(),
        "gradients": {name: plain(gradient) for name, gradient in zip(parameters, gradients)},
    }


# Cells ---------------------------------------------------------------------------------------------------------------

INPUTS, UNITS, STEPS = 3, 3, 4
LENGTHS = [2, 4, 3]
MODULES = {"rnn": (torch.nn.RNN, 1), "lstm": (torch.nn.LSTM, 4), "gru": (torch.nn.GRU, 3)}


def load(module, suffix, parameters, prefix):
    """Puts our parameters, transposed and still part of the graph, in the place of the module's own."""
    zero = torch.zeros(parameters[prefix + ".input.bias"].shape)
    for name, value in {"weight_ih": parameters[prefix + ".input.weight"].T,
                        "weight_hh": parameters[prefix + ".recurrent.weight"].T,
                        "bias_ih": parameters[prefix + ".input.bias"],
                        "bias_hh": parameters.get(prefix + ".recurrent.bias", zero)}.items():
        name += suffix
        if name in module._parameters:
            del module._parameters[name]
        setattr(module, name, value.contiguous())


def cell_parameters(kind, prefix, inputs, units):
    gates = MODULES[kind][1] if kind in MODULES else 4
    parameters = {prefix + ".input.weight": numbers(inputs, gates * units), prefix + ".input.bias": numbers(gates * units),
                  prefix + ".recurrent.weight": numbers(units, gates * units)}
    if kind == "gru":
        parameters[prefix + ".recurrent.bias"] = numbers(gates * units)
    if kind == "peephole_lstm":
        parameters[prefix + ".peep"] = numbers(3, units)
    return {name: leaf(value) for name, value in parameters.items()}


def recur(kind, parameters, prefixes, inputs, lengths, units, **options):
    """Outputs [T, B, H] and final states [B, H] of each direction's cell: one prefix for forward, two for both."""
    module = MODULES[kind][0](inputs.shape[2], units, bidirectional=len(prefixes) == 2, **options)
    for prefix, suffix in zip(prefixes, ["_l0", "_l0_reverse"]):
        load(module, suffix, parameters, prefix)
    module._flat_weights = [getattr(module, name) for name in module._flat_weights_names]
    packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, torch.tensor(lengths), enforce_sorted=False)
    out, final = module(packed)
    out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, total_length=inputs.shape[0])
    final = final if isinstance(final, tuple) else (final,)
    return [(out[:, :, i * units:(i + 1) * units], [part[i] for part in final]) for i in range(len(prefixes))]


def peephole(parameters, inputs, lengths, backward):
    """Gers and Schmidhuber (2000), each row alone, step by step."""
    w, b, u, peep = (parameters["cell." + name] for name in ["input.weight", "input.bias", "recurrent.weight", "peep"])
    rows, h_final, c_final = [], [], []
    for row, length in enumerate(lengths):
        h, c = torch.zeros(UNITS), torch.zeros(UNITS)
        outputs = [torch.zeros(UNITS)] * inputs.shape[0]
        for t in reversed(range(length)) if backward else range(length):
            gate_i, gate_f, candidate, gate_o = (inputs[t, row] @ w + b + h @ u).split(UNITS)
            c = torch.sigmoid(gate_f + peep[1] * c) * c + torch.sigmoid(gate_i + peep[0] * c) * torch.tanh(candidate)
            h = torch.sigmoid(gate_o + peep[2] * c) * torch.tanh(c)
            outputs[t] = h
        rows.append(torch.stack(outputs))
        h_final.append(h)
        c_final.append(c)
    return torch.stack(rows, 1), [torch.stack(h_final), torch.stack(c_final)]


def cell_case(kind, direction, **options):
    parameters = cell_parameters(kind, "cell", INPUTS, UNITS)
    parameters["inputs"] = leaf(numbers(STEPS, len(LENGTHS), INPUTS, scale=1.0))
    backward = direction == "backward"
    if kind == "peephole_lstm":
        output, final = peephole(parameters, parameters["inputs"], LENGTHS, backward)
    else:
        unused = cell_parameters(kind, "unused", INPUTS, UNITS)
        prefixes = ["unused", "cell"] if backward else ["cell"]
        torch_options = {"nonlinearity": options["activation"]} if "activation" in options else {}
        output, final = recur(kind, unused | parameters, prefixes, parameters["inputs"], LENGTHS, UNITS, **torch_options)[-1]
    outputs = {"outputs": output} | {f"final.{i}": part for i, part in enumerate(final)}
    gaps = beyond(STEPS, LENGTHS)
    weights = {name: numbers(*value.shape, scale=1.0) for name, value in outputs.items()}
    weights["outputs"] = weights["outputs"].masked_fill(gaps[:, :, None], 0.0)
    name = " ".join([kind, *options.values(), direction])
    case = {"name": name, "component": kind, "options": options, "direction": direction, "lengths": LENGTHS}
    return finish(case, parameters, outputs, weights, gaps)


# Attention scores ----------------------------------------------------------------------------------------------------

def additive(query, memory, p):
    hidden = torch.tanh((query @ p("query.weight"))[:, :, None, :] + (memory @ p("keys.weight"))[:, None, :, :])
    return hidden @ p("direction")


def general(query, memory, p):
    return torch.einsum("btq,mq,bsm->bts", query, p("keys.weight"), memory)


def cosine(query, memory, p):
    unit = lambda x: F.normalize(x, dim=-1, eps=1e-6)
    return torch.einsum("btd,bsd->bts", unit(query), unit(memory)) * p("sharpness")


def location(query, memory, p):
    scores = query @ p("where.weight") + p("where.bias")
    missing = memory.shape[1] - scores.shape[2]
    return F.pad(scores, (0, missing), value=-math.inf) if missing > 0 else scores[:, :, :memory.shape[1]]


SCORES = {
    "dot": lambda query, memory, p: torch.einsum("btd,bsd->bts", query, memory),
    "scaled_dot": lambda query, memory, p: torch.einsum("btd,bsd->bts", query, memory) / math.sqrt(memory.shape[2]),
    "general": general,
    "additive": additive,
    "cosine": cosine,
    "location": location,
}


def attend(kind, query, memory, lengths, p):
    """context [B, T, M] and weights [B, T, S]."""
    scores = SCORES[kind](query, memory, p)
    scores = scores.masked_fill(beyond(memory.shape[1], lengths).T[:, None, :], -math.inf)
    weights = torch.softmax(scores, dim=2)
    return weights @ memory, weights


# Optimisers and cross entropy ----------------------------------------------------------------------------------------

def optimizer_case(name, make, **settings):
    x = leaf(numbers(3, 4))
    case = {"name": name, "start": plain(x), "gradients": [], "values": []} | settings
    optimizer = make(x)
    for step in range(5):
        gradient = numbers(3, 4)
        gradient[0, 0] = 0.0                   # never a gradient
        gradient[0, 1] *= 1e-8                 # where Adam's epsilon counts
        if step == 2:
            gradient[2] = 0.0
        x.grad = gradient
        optimizer.step()
        case["gradients"].append(plain(gradient))
        case["values"].append(plain(x))
    return case


def lazy_case(name, make, **settings):
    """A table of which each batch looks up some rows, some of them twice."""
    table = torch.nn.Embedding(6, 3, sparse=True)
    with torch.no_grad():
        table.weight.copy_(numbers(6, 3))
    case = {"name": name, "start": plain(table.weight), "ids": [], "loss_weights": [], "values": []} | settings
    optimizer = make(table.weight)
    for ids in [[1, 3, 1], [3, 4, 0], [0, 1, 4], [4, 4, 4], [1, 3, 0]]:
        weights = numbers(3, 3)
        optimizer.zero_grad()
        (table(torch.tensor(ids)) * weights).sum().backward()
        optimizer.step()
        case["ids"].append(ids)
        case["loss_weights"].append(plain(weights))
        case["values"].append(plain(table.weight))
    return case


def entropy_case():
    logits = numbers(5, 6, scale=2.0)
    logits[3] = torch.tensor([300.0, -300.0, 299.0, 0.0, 301.5, -1.0])
    logits[4] = 1000.0
    logits = leaf(logits)
    targets = [2, -1, 5, 0, -1]
    loss = F.cross_entropy(logits, torch.tensor(targets), ignore_index=-1, reduction="sum")
    correct = (logits.argmax(1) == torch.tensor(targets)).sum().item()
    scaled = loss * 0.25
    return {"name": "cross entropy with ignored rows", "targets": targets, "scale": 0.25, "tokens": 3, "correct": correct,
            "nats": loss.item(), "parameters": {"logits": plain(logits)}, "loss": scaled.item(),
            "gradients": {"logits": plain(torch.autograd.grad(scaled, logits)[0])}}


def optimizer_cases():
    return [
        optimizer_case("adam", lambda x: torch.optim.Adam([x], lr=0.02), optimizer="adam", rate=0.02, beta1=0.9, beta2=0.999,
                       epsilon=1e-8),
        optimizer_case("adam, other betas", lambda x: torch.optim.Adam([x], lr=0.1, betas=(0.8, 0.95), eps=1e-3),
                       optimizer="adam", rate=0.1, beta1=0.8, beta2=0.95, epsilon=1e-3),
        optimizer_case("sgd", lambda x: torch.optim.SGD([x], lr=0.1), optimizer="sgd", rate=0.1, momentum=0.0),
        optimizer_case("sgd with momentum", lambda x: torch.optim.SGD([x], lr=0.1, momentum=0.9), optimizer="sgd", rate=0.1,
                       momentum=0.9),
        # SparseAdam adds its epsilon before the correction, ours (and Adam's) comes after it: a tiny one makes them agree.
        lazy_case("lazy rows: adam", lambda x: torch.optim.SparseAdam([x], lr=0.05, eps=1e-20), optimizer="adam", rate=0.05,
                  beta1=0.9, beta2=0.999, epsilon=1e-20),
        lazy_case("lazy rows: sgd", lambda x: torch.optim.SGD([x], lr=0.1), optimizer="sgd", rate=0.1, momentum=0.0),
    ]


# Files ---------------------------------------------------------------------------------------------------------------

def write(path, cases):
    """A line for each tensor, so that a difference between two files can be read."""
    def field(key, value):
        if isinstance(value, dict) and value:
            inner = ",\n".join(f"   {json.dumps(name)}: {json.dumps(item)}" for name, item in value.items())
            return f"  {json.dumps(key)}: {{\n{inner}}}"
        return f"  {json.dumps(key)}: {json.dumps(value)}"
    text = ",\n".join("{\n" + ",\n".join(field(key, value) for key, value in case.items()) + "}" for case in cases)
    path.write_text(f"[\n{text}\n]\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    directions = ["forward", "backward"]
    write(folder / "cells.json",
          [cell_case("rnn", d, activation=a) for a in ["tanh", "relu"] for d in directions]
          + [cell_case(kind, d) for kind in ["lstm", "gru", "peephole_lstm"] for d in directions])
    write(folder / "optimizers.json", optimizer_cases() + [entropy_case()])


if __name__ == "__main__":
    main()
