#!/usr/bin/env python3
"""Writes models.json beside itself: golden values of the model seq2seq, for tests/golden/golden_test.cpp. What a case holds
and who computes it: make_golden.py; attention: scores_golden.py.

Usage: python3 seq2seq_golden.py [folder].
"""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from make_golden import beyond, cell_parameters, leaf, load, numbers, plain, recur, write
from scores_golden import attend_once, own_parameters

torch.manual_seed(22)

BEGIN, END = 2, 3
SOURCE_WORDS, TARGET_WORDS, DIMENSION, WIDTH = 8, 9, 3, 4
SOURCES = [[4, 6, 5, 7, 4], [5, 1], [7, 4, 4]]
TARGETS = [[8, 4, 5], [6], [7, 7, 5, 4]]
DEFAULTS = {"units": WIDTH, "bidirectional": True, "encoder_layers": 1, "decoder_layers": 1, "bridge": "linear",
            "wiring": "input_feeding", "context_at_steps": True, "tied": "none", "label_smoothing": 0.0}


def pad(rows):
    """Ids [T, B] padded with 0."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows])


class Seq2Seq:
    """Of one score in `heads` heads, or without attention ("none")."""

    def __init__(self, cell, score, options, around):
        self.cell, self.score, self.options, self.around = cell, score, DEFAULTS | options, around
        o = self.options
        self.attends = score != "none"
        self.source_words = TARGET_WORDS if o["tied"] == "all" else SOURCE_WORDS
        p = {"target_embedding": numbers(TARGET_WORDS, DIMENSION)}
        if o["tied"] != "all":
            p["source_embedding"] = numbers(SOURCE_WORDS, DIMENSION)
        self.directions = ["forward", "backward"] if o["bidirectional"] else ["forward"]
        for layer in range(o["encoder_layers"]):
            for direction in self.directions:
                p |= cell_parameters(cell, f"encoder.layer{layer + 1}.{direction}", WIDTH if layer else DIMENSION,
                                     WIDTH // len(self.directions))
        if self.attends:
            p |= self.attention_parameters()
        self.feeds = self.attends and o["wiring"] == "input_feeding"
        self.first = self.attends and o["wiring"] == "before"
        self.fixed = not self.attends and o["context_at_steps"]
        beside = WIDTH if self.feeds or self.first or self.fixed else 0
        kinds = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}
        self.decoder = []
        for layer in range(o["decoder_layers"]):
            inputs = WIDTH if layer else DIMENSION + beside
            p |= cell_parameters(cell, f"decoder.layer{layer + 1}.forward", inputs, WIDTH)
            self.decoder.append(kinds[cell](inputs, WIDTH))
            if o["bridge"] == "linear":
                p |= self.linear_parameters(f"bridge.layer{layer + 1}", WIDTH, WIDTH)
        p |= self.linear_parameters("decoder.combine", WIDTH * (2 if self.attends or self.fixed else 1), WIDTH)
        if o["tied"] == "none":
            p |= self.linear_parameters("output", WIDTH, TARGET_WORDS, 1.5)
        else:
            p |= {"output.narrow.weight": numbers(WIDTH, DIMENSION, scale=1.5), "output.bias": numbers(TARGET_WORDS)}
        self.parameters = {name: leaf(value) for name, value in p.items()}

    @staticmethod
    def linear_parameters(name, inputs, outputs, scale=0.8):
        return {name + ".weight": numbers(inputs, outputs, scale=scale), name + ".bias": numbers(outputs)}

    def attention_parameters(self):
        heads = self.around.get("heads", 1)
        p = {}
        if heads > 1:
            p |= {f"attention.project_{part}.weight": numbers(WIDTH, WIDTH) for part in ["query", "keys", "values"]}
        for head in range(heads):
            prefix = f"attention.head{head + 1}." if heads > 1 else "attention."
            own = own_parameters(self.score, WIDTH // heads, WIDTH // heads)
            if self.around.get("coverage"):
                own["coverage"] = numbers(1)
            if self.around.get("window") == "local_p":
                own |= {"window.hidden.weight": numbers(WIDTH, WIDTH), "window.direction": numbers(WIDTH)}
            p |= {prefix + key: value for key, value in own.items()}
        return p

    def linear(self, name, x):
        return F.linear(x, self.parameters[name + ".weight"].T, self.parameters[name + ".bias"])

    def target_words(self, ids):
        """Vectors of target tokens: times sqrt(D) where the table is the output's weights too."""
        vectors = F.embedding(ids, self.parameters["target_embedding"])
        return vectors if self.options["tied"] == "none" else vectors * math.sqrt(DIMENSION)

    def start(self, sources):
        p, o = self.parameters, self.options
        x = self.target_words(pad(sources)) if o["tied"] == "all" else F.embedding(pad(sources), p["source_embedding"])
        self.lengths = [len(source) for source in sources]
        finals = []
        for layer in range(o["encoder_layers"]):
            prefixes = [f"encoder.layer{layer + 1}.{direction}" for direction in self.directions]
            runs = recur(self.cell, p, prefixes, x, self.lengths, WIDTH // len(prefixes))
            x = torch.cat([output for output, _ in runs], 2)
            finals.append([torch.cat(parts, 1) for parts in zip(*[final for _, final in runs])])
        self.memory, self.last = x.transpose(0, 1), finals[-1][0]
        self.states = []
        for layer, cell in enumerate(self.decoder):
            load(cell, "", p, f"decoder.layer{layer + 1}.forward")
            zero = [torch.zeros_like(part) for part in finals[-1]]
            if o["bridge"] == "linear":
                zero[0] = torch.tanh(self.linear(f"bridge.layer{layer + 1}", self.last))
            self.states.append(finals[layer] if o["bridge"] == "copy" else zero)
        self.fed = torch.zeros_like(self.last)
        heads = self.around.get("heads", 1)
        self.asked = [{"queries": 0, "coverage": torch.zeros(len(sources), x.shape[0]), "centre": torch.tensor(-1.0)}
                      for _ in range(heads)]

    def ask(self, query):
        get = lambda key: self.parameters["attention." + key]
        heads = self.around.get("heads", 1)
        q, k, v = query[:, None], self.memory, self.memory
        if heads > 1:
            q, k, v = q @ get("project_query.weight"), k @ get("project_keys.weight"), v @ get("project_values.weight")
        contexts = []
        for head, (own_q, own_k, own_v) in enumerate(zip(q.chunk(heads, 2), k.chunk(heads, 2), v.chunk(heads, 2))):
            own = (lambda key, prefix=f"head{head + 1}.": get(prefix + key)) if heads > 1 else get
            contexts.append(attend_once(self.score, own_q, own_k, own_v, self.lengths, own, self.around, False,
                                        self.asked[head])[0])
        return torch.cat(contexts, 2)[:, 0]

    def advance(self, ids):
        x = self.target_words(ids)
        context = self.ask(self.states[-1][0]) if self.first else None
        beside = self.fed if self.feeds else context if self.first else self.last if self.fixed else None
        if beside is not None:
            x = torch.cat([x, beside], 1)
        for layer, cell in enumerate(self.decoder):
            state = self.states[layer]
            new = cell(x, tuple(state) if self.cell == "lstm" else state[0])
            self.states[layer] = list(new) if self.cell == "lstm" else [new]
            x = self.states[layer][0]
        if self.attends and not self.first:
            context = self.ask(x)
        seen = context if self.attends else self.last if self.fixed else None
        output = torch.tanh(self.linear("decoder.combine", torch.cat([seen, x], 1) if seen is not None else x))
        self.fed = output
        if self.options["tied"] == "none":
            return self.linear("output", output)
        p = self.parameters
        return output @ p["output.narrow.weight"] @ p["target_embedding"].T + p["output.bias"]

    def loss(self, sources, targets):
        """Mean over the true target tokens: of -log p, smoothed and not."""
        self.start(sources)
        logits = torch.stack([self.advance(ids) for ids in pad([[BEGIN, *target] for target in targets])])
        wanted = pad([[*target, END] for target in targets])
        wanted = wanted.masked_fill(beyond(len(wanted), [len(target) + 1 for target in targets]), -1)
        self.correct = (logits.argmax(2) == wanted).sum().item()
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-1,
                               label_smoothing=self.options["label_smoothing"])

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


def model_case(cell, score, curves=(), around=None, **options):
    around = around or {}
    model = Seq2Seq(cell, score, options, around)
    values = list(model.parameters.values())
    name = ", ".join([cell, score, *[f"{key} {value}" for key, value in (around | options).items()]])
    loss = model.loss(SOURCES, TARGETS)
    gradients = torch.autograd.grad(loss, values)
    tokens = sum(len(target) + 1 for target in TARGETS)
    case = {
        "name": name, "options": {"units": WIDTH} | options, "attention": around,
        "parts": {"cell": cell, "attention": score, "embedding": "learned"}, "dimension": DIMENSION,
        "source_words": model.source_words, "target_words": TARGET_WORDS, "sources": SOURCES, "targets": TARGETS,
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


def model_cases():
    return [
        model_case("lstm", "additive", curves=[(0.01, 5.0), (0.01, 0.5)]),
        model_case("lstm", "none"),
        model_case("gru", "general"),
        model_case("rnn", "dot", bidirectional=False, wiring="after"),
        model_case("gru", "additive", wiring="before", encoder_layers=2, decoder_layers=2, bridge="zero"),
        model_case("lstm", "general", wiring="after", encoder_layers=2, decoder_layers=2, bridge="copy"),
        model_case("lstm", "scaled_dot", around={"heads": 2, "coverage": True}, decoder_layers=2, label_smoothing=0.2),
        model_case("gru", "dot", around={"window": "local_p", "width": 2, "monotonic": True}, wiring="before"),
        model_case("gru", "none", context_at_steps=False, bridge="copy", tied="output"),
        model_case("lstm", "mlp", tied="all"),
    ]


if __name__ == "__main__":
    write((Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent) / "models.json", model_cases())
