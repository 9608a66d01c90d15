#!/usr/bin/env python3
"""Writes metrics.json, the golden values of framework/metrics: BLEU under each tokenisation, chrF, ROUGE-L.

How the numbers were made: an implementation of its own, independent of the C++ code, of what is published. Python reaches no
package of sacreBLEU on the machines of this project, so the definitions are those of its documentation: 13a is the language-
independent and the Western part of the mteval-v13a script, intl that of mteval-v14 (regular expressions of Unicode classes, here
through unicodedata), chrF is Popovic (2015) with n-grams of 1 to 6 characters, b = 2, averaged over the orders that both sides have.
Counts are exact fractions, means are taken in 50 digits.

Cases with "published" hold numbers that sacreBLEU's own tests assert (test/test_chrf.py, effective order, b = 3), to the digits given
there; this script stops if its own value is further away.

Usage: python3 metrics_golden.py > metrics.json
"""

import json
import re
import unicodedata
from collections import Counter
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 50


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def cut_13a(line):
    for escaped, plain in (("<skipped>", ""), ("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        line = line.replace(escaped, plain)
    line = f" {line} "
    line = re.sub(r"([\x20-\x26\x28-\x2b\x2f\x3a-\x40\x5b-\x60\x7b-\x7e])", r" \1 ", line)
    line = re.sub(r"([^0-9])([.,])", r"\1 \2 ", line)
    line = re.sub(r"([.,])([^0-9])", r" \1 \2", line)
    line = re.sub(r"([0-9])(-)", r"\1 \2 ", line)
    return line.split()


def marked(line):
    """The line with a letter for the class of each code point: N, P, S or o."""
    return "".join(k if (k := unicodedata.category(c)[0]) in "NPS" else "o" for c in line)


def cut_intl(line):
    def pairs(line, pattern, first, second):
        classes, out, at = marked(line), [], 0
        for m in re.finditer(pattern, classes):
            out += [line[at : m.start()], first, line[m.start()], " ", line[m.start() + 1], second]
            at = m.end()
        return "".join(out) + line[at:]

    line = pairs(line, "[^N]P", "", " ")
    line = pairs(line, "P[^N]", " ", "")
    return "".join(f" {c} " if k == "S" else c for c, k in zip(line, marked(line))).split()


CUT = {"none": str.split, "char": lambda s: [c for c in s if not c.isspace()], "13a": cut_13a, "intl": cut_intl}


def grams(items, order):
    return Counter(tuple(items[i : i + order]) for i in range(len(items) - order + 1))


def bleu(hypotheses, references, cut):
    matches, totals, said, meant = [0] * 4, [0] * 4, 0, 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        h, r = cut(hypothesis), cut(reference)
        said, meant = said + len(h), meant + len(r)
        for n in range(1, 5):
            matches[n - 1] += sum((grams(h, n) & grams(r, n)).values())
            totals[n - 1] += sum(grams(h, n).values())
    if not any(matches) or 0 in totals:
        return 0.0
    product, zeros = Fraction(1), 0
    for m, t in zip(matches, totals):
        zeros += m == 0
        product *= Fraction(m, t) if m else Fraction(1, 2**zeros * t)
    mean = decimal(product).sqrt().sqrt()
    penalty = (1 - Decimal(meant) / Decimal(said)).exp() if meant > said else Decimal(1)
    return float(100 * mean * penalty)


def chrf(hypotheses, references, beta=2):
    counts = [[0, 0, 0] for _ in range(6)]
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        h, r = "".join(hypothesis.split()), "".join(reference.split())
        for n in range(1, 7):
            a, b = grams(h, n), grams(r, n)
            for i, part in enumerate((a & b, a if b else Counter(), b)):
                counts[n - 1][i] += sum(part.values())
    both = [c for c in counts if c[1] and c[2]]
    if not any(c[0] for c in both):
        return 0.0
    p = sum(Fraction(m, h) for m, h, _ in both) / len(both)
    r = sum(Fraction(m, t) for m, _, t in both) / len(both)
    return float(100 * (1 + beta**2) * p * r / (beta**2 * p + r))


def rouge_l(hypothesis, reference, cut):
    a, b = cut(hypothesis), cut(reference)
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    common = table[-1][-1]
    if not common:
        return 0.0
    p, r = Fraction(common, len(a)), Fraction(common, len(b))
    return float(100 * 2 * p * r / (p + r))


PAIRS = [
    ("It cost $1,234.50 (about 10%), she said - and left.", "It cost $1,234.50 (some 10 %), he said - and left."),
    ("The year was 2019.", "The year was 2019 ."),
    ("&quot;Well-known&quot; facts: A/B, C&amp;D; e.g. 3-4 <skipped>days.", '"Well-known" facts: A/B, C&D; e.g. 3-4 days.'),
    ("Größe: 5.000,25 €, „sehr gut“ – oder?", "Größe: 5.000,25 €, „gut“ — oder doch?"),
    ("Tôi đi học ở Hà Nội, năm 2003.", "Tôi đi học tại Hà Nội năm 2003."),
    ("我喜欢学习，你呢？", "我喜欢读书，你呢？"),
    ("x+y=z @home #tag ^^ `code` ~ {a} [b] |c|", "x + y = z @home #tag `code` {a} [b]"),
    ("Mr. O'Neil's dog didn't bark...", "Mr. O'Neil's dog did not bark."),
    ("১২,৩ ٣٫٥ Ⅷ. ½, 7.", "১২,৩ ٣٫٥ Ⅷ . ½ 7."),
    ("a b c d e f g", "a b c x e f g"),
    ("", "something"),
    ("something", "nothing at all"),
]
PUBLISHED_CHRF = [  # beta 3
    (["a"], ["a"], 100.0), ([""], ["reference"], 0.0), (["a b c"], ["a b c"], 100.0), (["a b c"], ["abc"], 100.0),
    ([""], ["c"], 0.0), (["a", "b"], ["a", "c"], 50.0), (["aa"], ["ab"], 25.0),
]


def main():
    cases = []
    hypotheses, references = [list(side) for side in zip(*PAIRS)]
    for name, cut in CUT.items():
        for h, r in PAIRS:
            cases.append({"metric": "tokens", "tokens": name, "text": h, "cut": cut(h)})
            cases.append({"metric": "rouge", "tokens": name, "hypothesis": h, "reference": r, "score": rouge_l(h, r, cut)})
        cases.append({"metric": "bleu", "tokens": name, "hypotheses": hypotheses, "references": references,
                      "score": bleu(hypotheses, references, cut)})
    for h, r in PAIRS:
        cases.append({"metric": "chrf", "hypotheses": [h], "references": [r], "beta": 2, "score": chrf([h], [r])})
    cases.append({"metric": "chrf", "hypotheses": hypotheses, "references": references, "beta": 2,
                  "score": chrf(hypotheses, references)})
    for h, r, score in PUBLISHED_CHRF:
        own = chrf(h, r, 3)
        assert abs(own - score) < 1e-4, (h, r, own, score)
        cases.append({"metric": "chrf", "hypotheses": h, "references": r, "beta": 3, "score": own, "published": score})
    print("[" + ",\n ".join(json.dumps(case, ensure_ascii=False) for case in cases) + "]")


main()
