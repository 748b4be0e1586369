"""Documents by the grammar of the native form, right and wrong: each choice is a seeded one."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from sightline_slo.dialects._openslo_form import Anything, Named
from sightline_slo.form.scalars import Choice, Flag, Number, Text
from sightline_slo.form.structures import Either, Fields, Items, Texts

if TYPE_CHECKING:
    from random import Random

    from sightline_slo.form.structures import Form

TEXTS = [
    "", "a", "pay", "pay-ments", "-pay", "Pay", "pay_ments", "30d", "7d", "28d", "1h", "5m", "90s", "4w", "0d",
    "1h30m", "300ms", "2s", "05m", "9999999m", "@pagerduty-shop", "pagerduty", "@", "@a b", "SLO016", "CORE001",
    "slo016", "SLO16", "it is known and right", "short", "2026-12-31", "2026-13-99", "2026-12-31\n", "pay\n", "\n",
    " ", "ü", "日本", "\u2028", "sum:a.b{*}.as_count()", "sum(rate(x[{{.window}}]))", "${env}", "${", "yes", "null",
    "0x6h 20%x30m", "600/m", "FREQ=WEEKLY;BYDAY=SU", "2026-01-31T02:00", "Europe/Rome", "team", "a.b", "1a", "1",
    "google", "datadog", "page<=5m", "none", "/orders/:id", "POST", "https://runbooks.example/pay", "\x85", "a: b",
    "# c", "- d", "'", '"', "{{.window}}", "x" * 300,
]  # fmt: skip
NUMBERS: list[float] = [
    99.9, 99.5, 99, 95, 100, 0, 1, 2, 10, 14.4, -1, 0.001, 1e-300, 1e300, 5.0, 2.5, 10**400, -(10**400),
    float("inf"), float("nan"), 99.99999, 2**63,
]  # fmt: skip
ANY: list[Any] = [
    None,
    True,
    False,
    {},
    [],
    {"a": "b"},
    ["a"],
    [None],
    {"a": None},
    {"a": {"b": []}},
    "a",
    1,
    1.5,
    -0.0,
]


def document(form: Form, random: Random, wrong: float) -> Any:  # noqa: C901, PLR0911 - one for each form
    """Return a value of a form; each part is something else entirely with the probability `wrong`."""
    if random.random() < wrong:
        return copy.deepcopy(random.choice([*ANY, *TEXTS[:8], *NUMBERS[:8]]))
    match form:
        case Fields():
            return _fields(form, random, wrong)
        case Items():
            return [document(form.form, random, wrong) for _ in range(random.randint(form.least, form.least + 2))]
        case Texts():
            return {random.choice(TEXTS): document(Text(), random, wrong) for _ in range(random.randint(0, 2))}
        case Named():
            return {random.choice(TEXTS): document(form.form, random, wrong) for _ in range(random.randint(0, 2))}
        case Anything():
            return copy.deepcopy(random.choice(ANY))
        case Either():
            return document(random.choice(form.forms), random, wrong)
        case Choice():
            return random.choice(form.words) if random.random() > wrong else random.choice(TEXTS)
        case Flag():
            return random.choice([True, False])
        case Number():
            return random.choice(
                [each for each in NUMBERS if _fits(form, each)] if random.random() > wrong else NUMBERS
            )
        case Text():
            fitting = [each for each in TEXTS if re.fullmatch(form.pattern, each)] if form.pattern else TEXTS
            return random.choice(fitting if random.random() > wrong else TEXTS)
    raise AssertionError(f"nobody told how to make a {form}")


def _fits(form: Number, value: float) -> bool:
    if value != value or value in {float("inf"), float("-inf")} or abs(value) > 1e200:  # noqa: PLR0124 - NaN
        return False
    least = form.least if form.least is not None else form.above
    return (not form.whole or value == int(value)) and (least is None or value > least)


def _fields(form: Fields, random: Random, wrong: float) -> dict[str, Any]:
    groups = [form.one_of] * bool(form.one_of) + list(form.some_of)
    grouped = {name for names in groups for name in names}
    chosen = {name for name, key in form.keys.items() if key.required}
    chosen |= {name for name in form.keys if name not in grouped and random.random() < 0.2}
    for names in groups:
        chosen.add(random.choice(names))
    for name in sorted(chosen):
        if random.random() < wrong:
            chosen.discard(name)
    if random.random() < wrong:
        chosen.add(random.choice(list(form.keys)))
    made = {name: document(form.keys[name].form, random, wrong) for name in form.keys if name in chosen}
    if random.random() < wrong:
        made[random.choice([*TEXTS, "nmae", "Name", "slo"])] = copy.deepcopy(random.choice(ANY))
    return made


def mutated(value: Any, random: Random) -> Any:
    """Return a copy with one thing changed somewhere: lost, doubled, renamed, replaced, moved."""
    root = [copy.deepcopy(value)]
    places: list[tuple[Any, Any]] = []
    _walk(root, places)
    holder, at = random.choice(places)
    match random.randrange(6):
        case 0 if isinstance(holder, dict):
            del holder[at]
        case 1 if isinstance(holder, dict):
            holder[random.choice(TEXTS)] = holder.pop(at)
        case 2 if isinstance(holder, dict):
            name = str(at)
            cut = random.randrange(len(name) + 1)
            holder[name[:cut] + random.choice("aeX_ ") + name[cut + 1 :]] = holder.pop(at)
        case 3:
            other, where = random.choice(places)
            holder[at] = copy.deepcopy(other[where])
        case 4 if isinstance(holder, list) and holder is not root:
            holder.insert(at, copy.deepcopy(holder[at]))
        case _:
            holder[at] = copy.deepcopy(random.choice([*ANY, *TEXTS, *NUMBERS]))
    return root[0]


def _walk(holder: Any, places: list[tuple[Any, Any]]) -> None:
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    for key in keys:
        places.append((holder, key))
        if isinstance(holder[key], dict | list):
            _walk(holder[key], places)
