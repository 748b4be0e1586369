"""Filters, searches and composite conditions back to text."""

from __future__ import annotations

from sightline_datadog.query import tree


def filter_text(where: tree.All) -> str:
    """Print what stands in the braces; `*` for nothing, unless nothing was written."""
    if not where.parts:
        return "" if where.words else "*"
    return _joined(where, ",", 0)


def inner_text(node: tree.Filter) -> str:
    """Print a search or a condition."""
    return "" if isinstance(node, tree.All) and not node.parts else _filter(node, 0)


def _filter(node: tree.Filter, strength: int) -> str:
    needed = 0
    match node:
        case tree.Term(text=term, negated=negated):
            text = f"{_sign(node.sign)}{term}" if negated else term
        case tree.Membership():
            text = _membership(node)
        case tree.Not(part=part):
            # Without a bracket of its own a NOT takes one term; what is longer needs one.
            text = f"{_sign(node.sign)}{_filter(part, 3)}"
        case tree.Any():
            text, needed = _joined(node, "OR", 1), int(strength > 0)
        case tree.All():
            text = _joined(node, "AND", 2)
            needed = int(strength > (0 if node.words and node.words[0].startswith(",") else 1))
    count = max(node.brackets, needed)
    return "(" * count + text + ")" * count


def _sign(sign: str) -> str:
    return f"{sign} " if sign.isalpha() else sign


def _membership(node: tree.Membership) -> str:
    spelled = node.negated == (bool(node.sign) != (node.word[:1] in {"n", "N"}))
    sign, word = (node.sign, node.word or "IN") if spelled else ("", "NOT IN" if node.negated else "IN")
    words = node.words if len(node.words) == len(node.values) - 1 else (",",) * (len(node.values) - 1)
    values = "".join(
        each + ("," if after == "," else f" {after} " if after else "")
        for each, after in zip(node.values, (*words, ""), strict=True)
    )
    return f"{_sign(sign) if sign else ''}{node.key}{':' if word == ':' else f' {word} '}({values})"


def _joined(node: tree.All | tree.Any, usual: str, strength: int) -> str:
    missing = len(node.parts) - 1
    words = node.words if len(node.words) in {missing, missing + 1} and node.words else (usual,) * missing
    inside = 0 if words and words[0].startswith(",") else strength
    texts = [_filter(part, inside) for part in node.parts]
    between = [word if word.startswith(",") else f" {word} " if word else " " for word in words]
    return "".join(text + after for text, after in zip(texts, [*between, ""], strict=False))
