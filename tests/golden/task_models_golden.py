#!/usr/bin/env python3
"""Writes task_models.json beside itself: golden values of the models of classify, tag, forecast and language_model, for
tests/golden/task_models_test.cpp.

Needs any Python 3.9 or later with PyTorch 2. Usage: python3 task_models_golden.py [folder]. Without a folder it writes
beside itself.

The networks are torch.nn.LSTM and GRU on packed sequences with torch.nn.functional around them, in double precision, with
PyTorch's automatic gradients. The layout of parameters is that of make_golden.py.
"""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from make_golden import MODULES, cell_parameters, leaf, load, numbers, plain, write

torch.manual_seed(22)

LENGTHS = [2, 4, 3]
WORDS, DIMENSION, FEATURES, UNITS = 10, 3, 2, 4


def stack(kind, parameters, name, x, layers, both):
    """Outputs [T, B, UNITS] and last outputs [B, UNITS] of layers above each other."""
    width = UNITS // 2 if both else UNITS
    module = MODULES[kind][0](x.shape[2], width, num_layers=layers, bidirectional=both)
    for i in range(layers):
        load(module, f"_l{i}", parameters, f"{name}.layer{i + 1}.forward")
        if both:
            load(module, f"_l{i}_reverse", parameters, f"{name}.layer{i + 1}.backward")
    module._flat_weights = [getattr(module, weight) for weight in module._flat_weights_names]
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(LENGTHS), enforce_sorted=False)
    out, final = module(packed)
    out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, total_length=x.shape[0])
    h = final[0] if isinstance(final, tuple) else final
    return out, torch.cat([h[-2], h[-1]], 1) if both else h[-1]


def stack_parameters(kind, name, inputs, layers, both):
    width = UNITS // 2 if both else UNITS
    parameters = {}
    for i in range(layers):
        for direction in ["forward", "backward"] if both else ["forward"]:
            parameters |= cell_parameters(kind, f"{name}.layer{i + 1}.{direction}", inputs if i == 0 else UNITS, width)
    return parameters


def linear(outputs):
    return {"output.weight": leaf(numbers(UNITS, outputs)), "output.bias": leaf(numbers(outputs))}


def table():
    return {"embedding": leaf(numbers(WORDS, DIMENSION))}


def ids(rows, low, high):
    return [torch.randint(low, high, (length,)).tolist() for length in rows]


def padded(rows):
    return torch.tensor([[row[t] if t < len(row) else 0 for row in rows] for t in range(max(LENGTHS))])


def mask():
    return torch.arange(max(LENGTHS))[:, None] < torch.tensor(LENGTHS)[None, :]


def finish(case, parameters, loss):
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    return case | {"parameters": {name: plain(value) for name, value in parameters.items()}, "loss": loss.item(),
                   "gradients": {name: plain(gradient) for name, gradient in zip(parameters, gradients)}}


def classifier(kind, layers, both, pooling, tokens, balanced):
    classes, outputs, counts = [2, 0, 2], 3, [5, 1, 4]
    parameters = table() if tokens else {}
    parameters |= stack_parameters(kind, "encoder", DIMENSION if tokens else FEATURES, layers, both) | linear(outputs)
    case = {"name": f"classifier {kind} {pooling}", "model": "classifier", "cell": kind,
            "options": {"units": UNITS, "layers": layers, "bidirectional": both, "pooling": pooling,
                        "class_weights": "balanced" if balanced else "none"},
            "output_size": outputs, "class_counts": counts, "classes": classes}
    if tokens:
        case["ids"] = ids(LENGTHS, 0, WORDS)
        x = parameters["embedding"][padded(case["ids"])]
    else:
        vectors = numbers(max(LENGTHS), len(LENGTHS), FEATURES)
        case["vectors"] = [plain(vectors[:length, b].reshape(-1)) for b, length in enumerate(LENGTHS)]
        x = vectors
    out, last = stack(kind, parameters, "encoder", x, layers, both)
    if pooling == "mean":
        last = (out * mask()[:, :, None]).sum(0) / torch.tensor(LENGTHS)[:, None]
    if pooling == "max":
        last = out.masked_fill(~mask()[:, :, None], -torch.inf).max(0).values
    scores = last @ parameters["output.weight"] + parameters["output.bias"]
    weight = sum(counts) / (len(counts) * torch.tensor(counts, dtype=torch.float64)) if balanced else None
    loss = F.cross_entropy(scores, torch.tensor(classes), weight=weight, reduction="sum") / len(classes)
    return finish(case, parameters, loss)


def tagger():
    parameters = table() | stack_parameters("lstm", "layers", DIMENSION, 1, True) | linear(3)
    case = {"name": "tagger", "model": "tagger", "cell": "lstm", "options": {"units": UNITS}, "output_size": 3,
            "ids": ids(LENGTHS, 0, WORDS), "tags": [[0, -1], [2, 1, 1, 0], [-1, 2, 2]]}
    out, _ = stack("lstm", parameters, "layers", parameters["embedding"][padded(case["ids"])], 1, True)
    scores = out @ parameters["output.weight"] + parameters["output.bias"]
    tags = padded(case["tags"]).masked_fill(~mask(), -1)
    return finish(case, parameters, F.cross_entropy(scores.reshape(-1, 3), tags.reshape(-1), ignore_index=-1))


def forecaster():
    parameters = stack_parameters("gru", "layers", FEATURES, 2, False) | linear(2)
    vectors = numbers(max(LENGTHS), len(LENGTHS), FEATURES)
    targets = numbers(len(LENGTHS), 2)
    case = {"name": "forecaster", "model": "forecaster", "cell": "gru", "options": {"units": UNITS, "layers": 2}, "output_size": 2,
            "vectors": [plain(vectors[:length, b].reshape(-1)) for b, length in enumerate(LENGTHS)],
            "targets": plain(targets.reshape(-1))}
    _, last = stack("gru", parameters, "layers", vectors, 2, False)
    return finish(case, parameters, F.mse_loss(last @ parameters["output.weight"] + parameters["output.bias"], targets))


def language(tied):
    parameters = table() | stack_parameters("lstm", "layers", DIMENSION, 2, False)
    if tied:
        parameters |= {"output.narrow.weight": leaf(numbers(UNITS, DIMENSION)), "output.bias": leaf(numbers(WORDS))}
    else:
        parameters |= linear(WORDS)
    case = {"name": f"language model{', tied' if tied else ''}", "model": "language_model", "cell": "lstm",
            "options": {"units": UNITS, "layers": 2, "tied": tied}, "output_size": WORDS, "ids": ids(LENGTHS, 0, WORDS),
            "next": ids(LENGTHS, 0, WORDS)}
    words = parameters["embedding"][padded(case["ids"])] * (math.sqrt(DIMENSION) if tied else 1)
    out, _ = stack("lstm", parameters, "layers", words, 2, False)
    if tied:
        scores = out @ parameters["output.narrow.weight"] @ parameters["embedding"].T
    else:
        scores = out @ parameters["output.weight"]
    scores = scores + parameters["output.bias"]
    targets = padded(case["next"]).masked_fill(~mask(), -1)
    return finish(case, parameters, F.cross_entropy(scores.reshape(-1, WORDS), targets.reshape(-1), ignore_index=-1))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    write(folder / "task_models.json",
          [classifier("lstm", 2, True, "last", True, True), classifier("gru", 1, True, "mean", False, False),
           classifier("gru", 1, False, "max", True, False), tagger(), forecaster(), language(False), language(True)])


if __name__ == "__main__":
    main()
