#!/usr/bin/env python3
"""Writes layers.json beside itself: golden values of recurrent layers, for tests/golden/layers_test.cpp.

Needs any Python 3.9 or later with PyTorch 2. Usage: python3 layers_golden.py [folder]. Without a folder it writes beside
itself.

Stacks and directions of rnn, lstm and gru are torch.nn.RNN, LSTM and GRU on packed sequences, in double precision, with
PyTorch's automatic gradients. Cells and variants that PyTorch has no module for are written here from their papers, each
row of a batch alone, step by step. The form of a case and the layout of parameters are those of make_golden.py.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from make_golden import MODULES, beyond, finish, leaf, load, numbers, write

torch.manual_seed(21)

INPUTS, UNITS, STEPS = 3, 3, 4     # of each cell
PADDED, EQUAL = [2, 4, 1], [4, 4, 4]


# The equations: p(name) is a parameter of the cell; x [I], state a list of [H]; the new state is returned ---------------

def lstm(p, x, state, peepholes=False, coupled=False):
    """Hochreiter and Schmidhuber (1997); Gers and Schmidhuber (2000); Greff et al. (2017) for coupled gates."""
    h, c = state
    sums = (x @ p("input.weight") + p("input.bias") + h @ p("recurrent.weight")).split(UNITS)
    peep = list(p("peep")) if peepholes else [torch.zeros(UNITS)] * 3
    if coupled:
        peep = [None] + peep[-2:]
        sums = [None, *sums]
    forget = torch.sigmoid(sums[1] + peep[1] * c)
    write_gate = 1 - forget if coupled else torch.sigmoid(sums[0] + peep[0] * c)
    c = forget * c + write_gate * torch.tanh(sums[2])
    return [torch.sigmoid(sums[3] + peep[2] * c) * torch.tanh(c), c]


def layer_norm_lstm(p, x, state):
    """Ba et al. (2016), equations 20 to 22."""
    h, c = state
    norm = lambda name, value: F.layer_norm(value, value.shape, p(name + ".gain"), p(name + ".bias"))
    sums = norm("input_norm", x @ p("input.weight")) + norm("recurrent_norm", h @ p("recurrent.weight"))
    i, f, g, o = sums.split(UNITS)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(norm("memory_norm", c)), c]


def gru_before(p, x, state):
    """Cho et al. (2014): the reset gate acts before the product."""
    (h,) = state
    r, z, n = (x @ p("input.weight") + p("input.bias")).split(UNITS)
    hr, hz = (h @ p("recurrent.weight") + p("recurrent.bias")).split(UNITS)
    z = torch.sigmoid(z + hz)
    return [z * h + (1 - z) * torch.tanh(n + (torch.sigmoid(r + hr) * h) @ p("candidate.weight"))]


def mgu(p, x, state):
    """Zhou et al. (2016)."""
    (h,) = state
    f, n = (x @ p("input.weight") + p("input.bias")).split(UNITS)
    f = torch.sigmoid(f + h @ p("gate.weight"))
    return [(1 - f) * h + f * torch.tanh(n + (f * h) @ p("candidate.weight"))]


def ugrnn(p, x, state):
    """Collins et al. (2017)."""
    (h,) = state
    g, n = (x @ p("input.weight") + p("input.bias") + h @ p("recurrent.weight")).split(UNITS)
    g = torch.sigmoid(g)
    return [g * h + (1 - g) * torch.tanh(n)]


def indrnn(p, x, state, activation="relu"):
    """Li et al. (2018)."""
    total = x @ p("input.weight") + p("input.bias") + p("recurrent") * state[0]
    return [torch.relu(total) if activation == "relu" else torch.tanh(total)]


def with_recurrent(gates, bias=True):
    shapes = {"input.weight": (INPUTS, gates * UNITS), "input.bias": (gates * UNITS,),
              "recurrent.weight": (UNITS, gates * UNITS)}
    return shapes if bias else {key: shape for key, shape in shapes.items() if key != "input.bias"}


def norms(**sizes):
    return {f"{name}.{part}": (size,) for name, size in sizes.items() for part in ["gain", "bias"]}


# seqlab's name, its options, the equations, parts of the state, shapes of the parameters
EQUATIONS = [
    ("lstm", {"peepholes": True}, lstm, 2, with_recurrent(4) | {"peep": (3, UNITS)}),
    ("lstm", {"coupled": True}, lstm, 2, with_recurrent(3)),
    ("lstm", {"peepholes": True, "coupled": True}, lstm, 2, with_recurrent(3) | {"peep": (2, UNITS)}),
    ("gru", {"reset": "before"}, lambda p, x, state, reset: gru_before(p, x, state), 1,
     {"input.weight": (INPUTS, 3 * UNITS), "input.bias": (3 * UNITS,), "recurrent.weight": (UNITS, 2 * UNITS),
      "recurrent.bias": (2 * UNITS,), "candidate.weight": (UNITS, UNITS)}),
    ("mgu", {}, mgu, 1, {"input.weight": (INPUTS, 2 * UNITS), "input.bias": (2 * UNITS,), "gate.weight": (UNITS, UNITS),
                         "candidate.weight": (UNITS, UNITS)}),
    ("ugrnn", {}, ugrnn, 1, with_recurrent(2)),
    ("indrnn", {}, indrnn, 1, {"input.weight": (INPUTS, UNITS), "input.bias": (UNITS,), "recurrent": (UNITS,)}),
    ("indrnn", {"activation": "tanh"}, indrnn, 1,
     {"input.weight": (INPUTS, UNITS), "input.bias": (UNITS,), "recurrent": (UNITS,)}),
    ("layer_norm_lstm", {}, layer_norm_lstm, 2,
     with_recurrent(4, bias=False) | norms(input_norm=4 * UNITS, recurrent_norm=4 * UNITS, memory_norm=UNITS)),
]


def finish_layers(case, parameters, outputs, lengths):
    gaps = beyond(STEPS, lengths)
    weights = {name: numbers(*value.shape, scale=1.0) for name, value in outputs.items()}
    weights["outputs"] = weights["outputs"].masked_fill(gaps[:, :, None], 0.0)
    return finish(case | {"lengths": lengths}, parameters, outputs, weights, gaps)


def equations_case(component, options, step, parts, shapes):
    """One layer that reads both ways."""
    parameters = {f"layers.layer1.{way}.{name}": leaf(numbers(*shape)) for way in ["forward", "backward"]
                  for name, shape in shapes.items()}
    parameters["inputs"] = leaf(numbers(STEPS, len(PADDED), INPUTS, scale=1.0))
    outputs, finals = [], []
    for way in ["forward", "backward"]:
        p = lambda name: parameters[f"layers.layer1.{way}.{name}"]
        rows, ends = [], []
        for row, length in enumerate(PADDED):
            state = [torch.zeros(UNITS) for _ in range(parts)]
            own = [torch.zeros(UNITS)] * STEPS
            for t in range(length) if way == "forward" else reversed(range(length)):
                state = step(p, parameters["inputs"][t, row], state, **options)
                own[t] = state[0]
            rows.append(torch.stack(own))
            ends.append(state)
        outputs.append(torch.stack(rows, 1))
        finals.append([torch.stack([end[part] for end in ends]) for part in range(parts)])
    results = {"outputs": torch.cat(outputs, 2), "last": torch.cat([final[0] for final in finals], 1)}
    results |= {f"final.{cell}.{part}": value for cell, final in enumerate(finals) for part, value in enumerate(final)}
    name = " ".join([component, *(f"{key} {value}" for key, value in options.items())])
    case = {"name": name, "component": component, "options": options, "units": 2 * UNITS, "layers": 1, "reading": "both"}
    return finish_layers(case, parameters, results, PADDED)


def module_case(kind, layers, both, lengths):
    """torch.nn.RNN, LSTM or GRU with as many layers and directions."""
    make, gates = MODULES[kind]
    ways = ["forward", "backward"] if both else ["forward"]
    module = make(INPUTS, UNITS, num_layers=layers, bidirectional=both)
    parameters = {}
    for layer in range(layers):
        inputs = INPUTS if layer == 0 else len(ways) * UNITS
        for way in ways:
            prefix = f"layers.layer{layer + 1}.{way}"
            own = {"input.weight": (inputs, gates * UNITS), "input.bias": (gates * UNITS,),
                   "recurrent.weight": (UNITS, gates * UNITS)}
            if kind == "gru":
                own["recurrent.bias"] = (gates * UNITS,)
            parameters |= {f"{prefix}.{name}": leaf(numbers(*shape)) for name, shape in own.items()}
            load(module, f"_l{layer}" + ("_reverse" if way == "backward" else ""), parameters, prefix)
    module._flat_weights = [getattr(module, name) for name in module._flat_weights_names]
    parameters["inputs"] = leaf(numbers(STEPS, len(lengths), INPUTS, scale=1.0))
    packed = torch.nn.utils.rnn.pack_padded_sequence(parameters["inputs"], torch.tensor(lengths), enforce_sorted=False)
    out, final = module(packed)
    out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, total_length=STEPS)
    final = final if isinstance(final, tuple) else (final,)
    results = {"outputs": out, "last": torch.cat(list(final[0][-len(ways):]), 1)}
    results |= {f"final.{cell}.{part}": value[cell] for cell in range(layers * len(ways))
                for part, value in enumerate(final)}
    reading = "both" if both else "forward"
    name = f"{kind}, {layers} layers, {reading}" + (", equal lengths" if lengths == EQUAL else "")
    case = {"name": name, "component": kind, "options": {}, "units": len(ways) * UNITS, "layers": layers, "reading": reading}
    return finish_layers(case, parameters, results, lengths)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    shapes = [(1, True, PADDED), (2, False, PADDED), (2, True, PADDED), (2, True, EQUAL)]
    write(folder / "layers.json", [module_case(kind, *shape) for kind in MODULES for shape in shapes]
          + [equations_case(*row) for row in EQUATIONS])


if __name__ == "__main__":
    main()
