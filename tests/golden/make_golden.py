#!/usr/bin/env python3
"""Writes cells.json, scores.json, models.json and optimizers.json beside itself: golden values for
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
    gradients = torch.autograd.grad(loss, list(parameters.values()))
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


def score_case(kind, parameters, query_size=4, memory_size=4, name="", zero_row=False, **options):
    batch, queries, positions, lengths = 3, 2, 5, [5, 2, 3]
    memory = numbers(batch, positions, memory_size, scale=1.0)
    if zero_row:
        memory[0, 2] = 0
    values = {"score." + key: leaf(value) for key, value in parameters.items()}
    values |= {"query": leaf(numbers(batch, queries, query_size, scale=1.0)), "memory": leaf(memory)}
    context, weights = attend(kind, values["query"], values["memory"], lengths, lambda key: values["score." + key])
    if kind == "scaled_dot":
        mask = ~beyond(positions, lengths).T[:, None, :]
        own = F.scaled_dot_product_attention(values["query"], values["memory"], values["memory"], mask)
        assert torch.allclose(context, own)
    outputs = {"context": context, "weights": weights}
    case = {"name": f"{kind} {name}".strip(), "component": kind, "options": options, "lengths": lengths}
    return finish(case, values, outputs, {key: numbers(*value.shape, scale=1.0) for key, value in outputs.items()})


def score_cases():
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
    ]


# The model seq2seq ---------------------------------------------------------------------------------------------------

BEGIN, END = 2, 3
SOURCE_WORDS, TARGET_WORDS, DIMENSION, WIDTH = 8, 9, 3, 4
SOURCES = [[4, 6, 5, 7, 4], [5, 1], [7, 4, 4]]
TARGETS = [[8, 4, 5], [6], [7, 7, 5, 4]]


def pad(rows):
    """Ids [T, B] padded with 0."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows])


class Seq2Seq:
    def __init__(self, cell, score, bidirectional=True, feeding=True):
        self.cell, self.score, self.bidirectional, self.feeding = cell, score, bidirectional, feeding
        p = {"source_embedding": numbers(SOURCE_WORDS, DIMENSION), "target_embedding": numbers(TARGET_WORDS, DIMENSION)}
        own = WIDTH // 2 if bidirectional else WIDTH
        for direction in ["forward", "backward"] if bidirectional else ["forward"]:
            p |= cell_parameters(cell, "encoder." + direction, DIMENSION, own)
        if score == "additive":
            p |= {"attention.keys.weight": numbers(WIDTH, WIDTH), "attention.query.weight": numbers(WIDTH, WIDTH),
                  "attention.direction": numbers(WIDTH)}
        if score == "general":
            p["attention.keys.weight"] = numbers(WIDTH, WIDTH)
        fed = WIDTH if feeding or score == "none" else 0
        p |= cell_parameters(cell, "decoder", DIMENSION + fed, WIDTH)
        for name, inputs, outputs, scale in [("bridge", WIDTH, WIDTH, 0.8), ("combine", 2 * WIDTH, WIDTH, 0.8),
                                             ("output", WIDTH, TARGET_WORDS, 1.5)]:
            p |= {name + ".weight": numbers(inputs, outputs, scale=scale), name + ".bias": numbers(outputs)}
        self.parameters = {name: leaf(value) for name, value in p.items()}
        step = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[cell]
        self.decoder = step(DIMENSION + fed, WIDTH)

    def linear(self, name, x):
        return F.linear(x, self.parameters[name + ".weight"].T, self.parameters[name + ".bias"])

    def start(self, sources):
        p = self.parameters
        words = F.embedding(pad(sources), p["source_embedding"])
        self.lengths = [len(source) for source in sources]
        prefixes = ["encoder.forward", "encoder.backward"] if self.bidirectional else ["encoder.forward"]
        runs = recur(self.cell, p, prefixes, words, self.lengths, WIDTH // len(prefixes))
        self.memory = torch.cat([output for output, _ in runs], 2).transpose(0, 1)
        last = torch.cat([final[0] for _, final in runs], 1)
        h = torch.tanh(self.linear("bridge", last))
        load(self.decoder, "", p, "decoder")
        self.state = (h, torch.zeros_like(h)) if self.cell == "lstm" else h
        self.last = last
        self.fed = last if self.score == "none" else torch.zeros_like(h)

    def advance(self, ids):
        word = F.embedding(ids, self.parameters["target_embedding"])
        x = torch.cat([word, self.fed], 1) if self.feeding or self.score == "none" else word
        self.state = self.decoder(x, self.state)
        h = self.state[0] if self.cell == "lstm" else self.state
        context = self.last
        if self.score != "none":
            parameter = lambda key: self.parameters["attention." + key]
            context = attend(self.score, h[:, None], self.memory, self.lengths, parameter)[0][:, 0]
        output = torch.tanh(self.linear("combine", torch.cat([context, h], 1)))
        if self.score != "none":
            self.fed = output
        return self.linear("output", output)

    def loss(self, sources, targets):
        """Mean of -log p over the true target tokens."""
        self.start(sources)
        logits = torch.stack([self.advance(ids) for ids in pad([[BEGIN, *target] for target in targets])])
        wanted = pad([[*target, END] for target in targets])
        wanted = wanted.masked_fill(beyond(len(wanted), [len(target) + 1 for target in targets]), -1)
        self.correct = (logits.argmax(2) == wanted).sum().item()
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-1)

    @torch.no_grad()
    def predict(self, sources, limit):
        self.start(sources)
        ids = torch.full([len(sources)], BEGIN)
        rows = [[] for _ in sources]
        open_rows = set(range(len(sources)))
        for _ in range(limit):
            logits = self.advance(ids)
            best = logits.topk(2, dim=1).values
            assert (best[:, 0] - best[:, 1]).min() > 1e-3, "a prediction that rounding could change"
            ids = logits.argmax(1)
            for row in sorted(open_rows):
                if ids[row] == END:
                    open_rows.discard(row)
                else:
                    rows[row].append(ids[row].item())
        return rows


def model_case(cell, score, bidirectional=True, feeding=True, curves=()):
    model = Seq2Seq(cell, score, bidirectional, feeding)
    values = list(model.parameters.values())
    name = f"{cell}, {score}" + ("" if bidirectional else ", one direction") + ("" if feeding else ", no feeding")
    loss = model.loss(SOURCES, TARGETS)
    gradients = torch.autograd.grad(loss, values)
    tokens = sum(len(target) + 1 for target in TARGETS)
    case = {
        "name": name, "options": {"units": WIDTH, "bidirectional": bidirectional, "input_feeding": feeding},
        "parts": {"cell": cell, "attention": score, "embedding": "learned"}, "dimension": DIMENSION,
        "source_words": SOURCE_WORDS, "target_words": TARGET_WORDS, "sources": SOURCES, "targets": TARGETS,
        "tokens": tokens, "correct": model.correct, "limit": 6, "predictions": model.predict(SOURCES, 6),
        "parameters": {key: plain(value) for key, value in model.parameters.items()}, "loss": loss.item(),
        "gradients": {key: plain(gradient) for key, gradient in zip(model.parameters, gradients)}}
    start = [value.detach().clone() for value in values]
    case["curves"] = []
    for rate, clip in curves:
        with torch.no_grad():
            for value, first in zip(values, start):
                value.copy_(first)
        adam = torch.optim.Adam(values, lr=rate)
        curve = {"rate": rate, "clip": clip, "losses": [], "norms": []}
        for _ in range(10):
            adam.zero_grad()
            loss = model.loss(SOURCES, TARGETS)
            loss.backward()
            norm = math.sqrt(sum(value.grad.square().sum().item() for value in values))
            for value in values:
                value.grad *= min(1.0, clip / norm)
            adam.step()
            curve["losses"].append(loss.item())
            curve["norms"].append(norm)
        case["curves"].append(curve)
    return case


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
    write(folder / "scores.json", score_cases())
    write(folder / "models.json",
          [model_case("lstm", "additive", curves=[(0.01, 5.0), (0.01, 0.5)]), model_case("lstm", "none"),
           model_case("gru", "general"), model_case("rnn", "dot", bidirectional=False, feeding=False)])
    write(folder / "optimizers.json", optimizer_cases() + [entropy_case()])


if __name__ == "__main__":
    main()
