#!/usr/bin/env python3
"""Writes bleu.json, the golden values of framework/metrics/bleu.

How the numbers were made: an implementation of its own, independent of the C++ code. Clipped n-gram counts and precisions are exact
fractions (Papineni et al., 2002); the geometric mean and the brevity penalty are taken in 50 digits and rounded to a double at the
end. Smoothing is method 3 of Chen and Cherry (2014), "exp": the k-th order without a match counts 1 / 2^k matches. Nothing matched
at all gives 0. A corpus with no n-gram of some order gives 0, unless effective order is on (sentences), which leaves such orders out.

The same numbers come from sacreBLEU 2: `sacrebleu REF -i HYP -tok none -s exp` for whitespace tokens, `-tok char` for characters,
and `-sl` with effective order for the kind "sentence".

Cases with "published" hold a number that sacreBLEU's own tests assert (test/test_bleu.py and test/test_sentence_bleu.py of its
repository), to the digits given there; so do the counts of "published: counts". BLEU sees only which tokens are equal, so the words
of those tests are letters here, or the case is given by its counts alone. This script stops if its own value is further away than
"tolerance".

Usage: python3 bleu_golden.py > bleu.json
"""

import json
from collections import Counter
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 50
ORDERS = range(1, 5)


def cut(text, tokens):
    return text.split() if tokens == "whitespace" else [c for c in text if not c.isspace()]


def grams(words, order):
    return Counter(zip(*(words[start:] for start in range(order))))


def counts(hypotheses, references, tokens):
    matches, totals = [0] * 4, [0] * 4
    hypothesis_length = reference_length = 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        said, meant = cut(hypothesis, tokens), cut(reference, tokens)
        hypothesis_length += len(said)
        reference_length += len(meant)
        for order in ORDERS:
            matches[order - 1] += (grams(said, order) & grams(meant, order)).total()
            totals[order - 1] += max(0, len(said) - order + 1)
    return matches, totals, hypothesis_length, reference_length


def bleu(matches, totals, hypothesis_length, reference_length, effective_order):
    if sum(matches) == 0:
        return 0.0
    precisions, zeros = [], 0
    for matched, total in zip(matches, totals):
        if total == 0:
            break
        zeros += matched == 0
        precisions.append(Fraction(matched, total) if matched else Fraction(1, 2**zeros * total))
    if len(precisions) < 4 and not effective_order:
        return 0.0
    product = Fraction(1)
    for precision in precisions:
        product *= precision
    mean = (Decimal(product.numerator) / Decimal(product.denominator)) ** (Decimal(1) / len(precisions))
    penalty = Decimal(1)
    if hypothesis_length < reference_length:
        penalty = (1 - Decimal(reference_length) / Decimal(hypothesis_length)).exp()
    return float(100 * penalty * mean)


# name, kind, tokens, [(hypothesis, reference) ...], published number or None, its tolerance
CASES = [
    ("perfect", "corpus", "whitespace", [("the cat sat on the mat", "the cat sat on the mat")], None, None),
    ("empty hypothesis", "corpus", "whitespace", [("", "the cat sat on the mat")], None, None),
    ("empty reference", "corpus", "whitespace", [("the cat sat on the mat", "")], None, None),
    ("both empty", "sentence", "whitespace", [("", "")], None, None),
    ("too short: brevity penalty", "corpus", "whitespace",
     [("a small dog runs over", "a small dog runs over the green field today")], None, None),
    ("too long: no penalty", "corpus", "whitespace",
     [("a small dog runs over the green field again and again", "a small dog runs over the field")], None, None),
    ("repeated words are clipped", "corpus", "whitespace",
     [("the the the the the the the", "the cat is on the mat"), ("on the mat it is", "on the mat it lies")], None, None),
    ("no match of order 4", "corpus", "whitespace", [("one two three x five six seven", "one two three four five six seven")],
     None, None),
    ("no match of orders 3 and 4", "corpus", "whitespace", [("one two x four five y", "one two three four five six")], None, None),
    ("no match of orders 2 to 4", "corpus", "whitespace", [("four three two one zero", "one two three four five")], None, None),
    ("nothing in common", "corpus", "whitespace", [("red green blue white", "one two three four")], None, None),
    ("Vietnamese", "corpus", "whitespace",
     [("Tôi không biết anh ấy đang ở đâu .", "Tôi không biết hôm nay anh ấy đang ở đâu ."),
      ("Chúng tôi thích uống cà phê buổi sáng .", "Buổi sáng chúng tôi thích uống cà phê .")], None, None),
    ("Unicode forms are different tokens", "sentence", "whitespace", [("cà phê sữa đá", "cà phê su\u031b\u0303a đá")], None, None),
    ("several sentences, one of them empty", "corpus", "whitespace",
     [("my house is near the river", "my house is close to the river"), ("", "we walk home"),
      ("they read a long book about trains", "they read a long book about old trains")], None, None),
    ("sum over the corpus, not mean of sentences", "corpus", "whitespace",
     [("yes", "yes"), ("no no", "no"), ("he buys five apples and a pear", "he bought five apples and a pear")], None, None),
    ("corpus of short sentences", "corpus", "whitespace", [("foo bar foobar", "foo bar foobar"), ("yes", "yes")], None, None),
    ("one word", "corpus", "whitespace", [("yes", "yes")], None, None),
    ("one word, sentence", "sentence", "whitespace", [("yes", "yes")], None, None),
    ("three words, sentence, one wrong", "sentence", "whitespace", [("we go home", "we walk home")], None, None),
    ("case is kept", "sentence", "whitespace", [("The dog bit the man", "the dog bit the man")], None, None),
    ("white space of all kinds", "sentence", "whitespace",
     [("\u3000one\u00a0two\tthree  four\u2003five ", "one two three four six")], None, None),
    ("characters of dates", "corpus", "character",
     [("2005-04-03", "2005-04-03"), ("1999-12-30", "1999-12-31"), ("2041-01", "2041-01-17")], None, None),
    ("characters, white space dropped", "sentence", "character", [("cà phê", "càphê sữa")], None, None),
    ("published: issue 98", "sentence", "whitespace", [("A B C D E F G H I J K L M", "N B C O P Q H C M")], 7.347, 1e-3),
    ("published: issue 141, nothing in common", "sentence", "whitespace", [("A B C D", "E F")], 0.0, 1e-3),
    ("published: one word of two", "sentence", "whitespace", [("B", "A B")], 36.78794411714425, 1e-6),
    ("published: two words", "sentence", "whitespace", [("A B", "A B")], 100.0, 1e-6),
    ("published: four words", "corpus", "whitespace", [("A B C D", "A B C D")], 100.0, 1e-6),
]

# name, matches, totals, hypothesis length, reference length, published number, its tolerance
STATISTICS = [
    ("published: scoring", [9, 7, 5, 3], [10, 8, 6, 4], 11, 11, 83.75922397, 1e-6),
    ("published: issue 98, characters", [37, 30, 21, 15], [61, 60, 59, 58], 61, 40, 40.8759, 1e-3),
]

# hypothesis, reference, published matches and totals
PUBLISHED_COUNTS = [("P Q P R S T", "Q P R U V T R R", [4, 2, 1, 0], [6, 5, 4, 3])]


def main():
    cases = []
    for name, kind, tokens, pairs, published, tolerance in CASES:
        hypotheses, references = [p[0] for p in pairs], [p[1] for p in pairs]
        if kind == "sentence":
            assert len(pairs) == 1
        found = counts(hypotheses, references, tokens)
        score = bleu(*found, effective_order=kind == "sentence")
        case = {"name": name, "kind": kind, "tokens": tokens, "hypotheses": hypotheses, "references": references,
                "matches": found[0], "totals": found[1], "score": score}
        if published is not None:
            assert abs(score - published) < tolerance, (name, score, published)
            case |= {"published": published, "tolerance": tolerance}
        cases.append(case)
    for name, matches, totals, hypothesis_length, reference_length, published, tolerance in STATISTICS:
        score = bleu(matches, totals, hypothesis_length, reference_length, False)
        assert abs(score - published) < tolerance, (score, published)
        cases.append({"name": name, "kind": "statistics", "matches": matches, "totals": totals,
                      "hypothesis_length": hypothesis_length, "reference_length": reference_length, "score": score,
                      "published": published, "tolerance": tolerance})
    for hypothesis, reference, matches, totals in PUBLISHED_COUNTS:
        found = counts([hypothesis], [reference], "whitespace")
        assert found[:2] == (matches, totals)
        cases.append({"name": "published: counts", "kind": "corpus", "tokens": "whitespace", "hypotheses": [hypothesis],
                      "references": [reference], "matches": matches, "totals": totals, "score": bleu(*found, False)})
    print("[", ",\n ".join(json.dumps(case, ensure_ascii=False) for case in cases), "\n]", sep="")


if __name__ == "__main__":
    main()
