#!/usr/bin/env python3
"""Writes statistics.json, the golden values of results/statistics and results/bootstrap.

Intervals and exact sign-flip p-values come from scipy (stats.t.interval, stats.permutation_test over all flips); Holm's adjustment is
computed from its definition in exact fractions. The bootstrap is enumerated: of n examples all n^n samples, each as likely as any
other, are scored, so p and the quantiles are those of infinitely many samples. A quantile that could tip over by Monte Carlo
error is left open.

Usage: python3 statistics_golden.py > statistics.json        (needs python3-scipy)
"""

import itertools
import json
import random
import sys
from fractions import Fraction

import numpy
from scipy import stats

from bleu_golden import bleu, counts

rng = random.Random(20240607)


def interval_case(values):
    low, high = stats.t.interval(0.95, len(values) - 1, loc=numpy.mean(values), scale=stats.sem(values))
    return {"values": values, "mean": float(numpy.mean(values)), "sd": float(numpy.std(values, ddof=1)),
            "low": float(low), "high": float(high)}


def sign_flip_case(a, b):
    """scipy flips the pairs; its two-sided p doubles the smaller tail, which by symmetry is that of the absolute sum."""
    result = stats.permutation_test((a, b), lambda x, y: numpy.sum(x - y), permutation_type="samples", n_resamples=numpy.inf,
                                    alternative="two-sided")
    differences = [x - y for x, y in zip(a, b)]
    observed = abs(sum(differences))
    hits = sum(abs(sum(d * s for d, s in zip(differences, signs))) >= observed - 1e-12
               for signs in itertools.product((1, -1), repeat=len(a)))
    if abs(hits / 2 ** len(a) - min(1.0, result.pvalue)) > 1e-12:
        sys.exit(f"two ways to the p of {a}, {b} differ: {hits / 2 ** len(a)} and {result.pvalue}")
    return {"a": a, "b": b, "p": float(min(1.0, result.pvalue))}


def holm_case(p_values):
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, largest = [0.0] * len(order), Fraction(0)
    for rank, i in enumerate(order):
        largest = max(largest, min(Fraction(1), (len(order) - rank) * Fraction(p_values[i])))
        adjusted[i] = float(largest)
    return {"p": p_values, "adjusted": adjusted}


def bootstrap_case(kind, pairs, score, error=0.0025):
    """`pairs`: runs of several seeds, each (baseline rows, system rows) of statistics [examples][width]."""
    n = len(pairs[0][0])

    def mean_difference(sample):
        total = 0.0
        for baseline, system in pairs:
            columns = [numpy.sum([rows[i] for i in sample], axis=0) for rows in (baseline, system)]
            total += score(columns[1], n) - score(columns[0], n)
        return total / len(pairs)

    observed = mean_difference(range(n))
    differences = numpy.array([mean_difference(s) for s in itertools.product(range(n), repeat=n)])
    p = min(1.0, 2 * float(min(numpy.mean(differences <= 1e-12), numpy.mean(differences >= -1e-12))))
    ends = []
    for share in (0.025, 0.975):
        ends.append(float(numpy.quantile(differences, share)))
        near = [float(numpy.quantile(differences, share + shift)) for shift in (-error, error)]
        if max(abs(x - ends[-1]) for x in near) > 0.05 * max(1e-9, differences.std()):
            ends[-1] = None  # between two atoms: left open
    return {"kind": kind, "pairs": [{"baseline": b, "system": s} for b, s in pairs], "difference": float(observed), "p": p,
            "low": ends[0], "high": ends[1]}


def bleu_rows(hypotheses, references):
    rows = []
    for hypothesis, reference in zip(hypotheses, references):
        matches, totals, said, meant = counts([hypothesis], [reference], "whitespace")
        rows.append([*matches, *totals, said, meant])
    return rows


def bleu_score(sums, _):
    whole = [int(x) for x in sums]
    return bleu(whole[:4], whole[4:8], whole[8], whole[9], False)


def exact_score(sums, n):
    return float(sums[0]) / n


def main():
    normal = lambda mean, sd, n: [round(rng.gauss(mean, sd), 6) for _ in range(n)]
    intervals = [interval_case(v) for v in ([0.1, 0.2], [1.0, 2.0, 4.0], normal(0.9, 0.02, 5), normal(30, 2, 12),
                                            normal(-3, 1e-4, 40), normal(1e6, 1, 7))]
    flips = [sign_flip_case(*c) for c in (
        ([0.9, 0.8, 0.85], [0.7, 0.75, 0.8]),
        ([0.9, 0.8, 0.85, 0.7, 0.6], [0.7, 0.75, 0.8, 0.69, 0.5]),
        ([0.9, 0.8, 0.85, 0.7, 0.6, 0.95], [0.7, 0.75, 0.8, 0.69, 0.5, 0.9]),
        ([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0]),
        (normal(0.5, 0.1, 9), normal(0.4, 0.1, 9)),
        (normal(0.5, 0.1, 13), normal(0.5, 0.1, 13)))]
    holms = [holm_case(p) for p in ([0.01, 0.04, 0.03, 0.005], [0.2], [0.5, 0.03, 0.03, 0.9, 0.0125])]

    ones = lambda bits: [[int(b)] for b in bits]
    references = ["a b c d e f", "b c d e a", "f e d c b a g", "a c e b d f", "d e f a b"]
    good = ["a b c d e f", "b c d e f", "f e d c b a", "a c e d b f", "d e f a b"]
    poor = ["a b c e d f", "b c d a e", "f e d b c a", "a c e b f d", "d e a f b c"]
    other = ["a b c d f e", "b c d e a", "f d e c b a g", "a c b e d f", "e d f a b"]
    rows = lambda hypotheses: bleu_rows(hypotheses, references)
    bootstraps = [
        bootstrap_case("exact", [(ones("001110"), ones("111011"))], exact_score),
        bootstrap_case("exact", [(ones("010101"), ones("110110")), (ones("000101"), ones("010111"))], exact_score),
        bootstrap_case("exact", [(ones("101010"), ones("101010"))], lambda s, n: exact_score(s, n), 0.0),
        bootstrap_case("bleu", [(rows(poor), rows(good))], bleu_score),
        bootstrap_case("bleu", [(rows(poor), rows(other)), (rows(good), rows(other))], bleu_score)]
    parts = {"intervals": intervals, "sign_flip": flips, "holm": holms, "bootstrap": bootstraps}
    lists = [f"{json.dumps(name)}: [\n " + ",\n ".join(map(json.dumps, cases)) + "\n]" for name, cases in parts.items()]
    print("{" + ",\n".join(lists) + "}")


main()
