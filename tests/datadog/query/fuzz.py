"""Queries cut, joined, doubled and spoilt at random: each must be read and print back, or be refused with a caret.

python -m tests.datadog.query.fuzz [inputs] [seed]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

from sightline_datadog.query import canonical, guessed_type, parse_formula, parse_metric_query, read_monitor_query

from .samples import FORMULAS, METRICS, MONITORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.query.problems import Problem

    Parse = Callable[[str], tuple[Any, tuple[Problem, ...]]]

PIECES = (
    "(", ")", "{", "}", ",", ":", ".", "*", "!", "-", "+", "/", "&&", "||", "'", '"', "\\", '\\"', "[", "]", "=", ">",
    "<=", "5", "1e999", "9" * 30, "last_5m", "by {", ".as_count()", '.last("5m")', "AND", "OR", "NOT", "IN (", "avg:",
    "threshold", "$x", "é", "\x00", "\n", "\u2028", "😀", "\ud800", "v: v<", "((((", "!!!!", "a", " ",
)  # fmt: skip
DEEP = ("(", "-", "!", "NOT ", "-(", "f(", "{(", "[", "a+", "a OR ", '\\"', "(a ", "a:(", "1 && ")


def spoilt(random: Random, text: str, other: str) -> str:
    """Change a query in one to four places, or bury it."""
    for _ in range(random.randint(1, 4)):
        at, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
        match random.randrange(6):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + random.choice(PIECES) + text[at:]
            case 2:
                text = text[:at] + random.choice(PIECES) + text[at + 1 :]
            case 3:
                text = text[:at] + other[random.randint(0, len(other)) :]
            case 4:
                text = text[:end] + text[at:]
            case _:
                text = text[:at] + random.choice(DEEP) * random.choice((1, 2, 50, 300)) + text[at:]
    return text[:4000]


def squeezed(text: str) -> str:
    """Leave out all white space."""
    return "".join(text.split())


def hold(parse: Parse, text: str) -> bool:
    """Hold one answer to what is promised; return whether the query was taken."""
    found, problems = parse(text)
    if found is None:
        (problem,) = problems
        inside = 0 <= problem.start < problem.end <= len(text)
        assert inside or not text.strip(), (text, problem)
        assert problem.message, text
        return False
    assert problems == (), text
    printed = canonical(found)
    assert squeezed(printed) == squeezed(text), (text, printed)
    assert parse(printed) == (found, ()), (text, printed)
    return True


def parser(kind: str) -> Parse:
    """Return the parser of a kind, past its cache."""
    if kind == "metric":
        return parse_metric_query.__wrapped__
    if kind == "formula":
        return parse_formula.__wrapped__
    return lambda text: read_monitor_query(kind, text)


SAMPLES = [*(("metric", text) for text in METRICS), *(("formula", text) for text in FORMULAS), *MONITORS]


def fuzz(inputs: int, seed: int) -> Counter[bool]:
    """Run that many inputs; return how many were taken and how many refused."""
    random, counts = Random(seed), Counter[bool]()
    for _ in range(inputs):
        (kind, text), (_, other) = random.choice(SAMPLES), random.choice(SAMPLES)
        made = spoilt(random, text, other)
        guessed_type(made)
        counts[hold(parser(kind), made)] += 1
    return counts


if __name__ == "__main__":
    wanted, first = (int(each) for each in [*sys.argv[1:], *("1000000", "1")[len(sys.argv) - 1 :]])
    started = time.process_time()
    done = fuzz(wanted, first)
    spent = time.process_time() - started
    sys.stdout.write(f"{wanted:,} inputs: {done[True]:,} taken, {done[False]:,} refused, {spent:.0f} s CPU\n")
