"""Bins of a distribution: decimal, three significant digits, so that every threshold of three digits is exact.

A value on the grid (0.3) has a bin of its own, `low == high`; a value between two neighbours (0.2996) falls into the
open interval between them (0.299, 0.3). Bins of the same bounds are added, which makes slices mergeable; the width is
at most one percent of the value. Bins of an OpenTelemetry histogram are kept with the sender's bounds, `(low, high]`.
"""

from __future__ import annotations

from functools import lru_cache

Bin = tuple[float, float]


@lru_cache(maxsize=65536)
def bin_of(value: float) -> Bin:
    """Return the bin of a finite value."""
    if value == 0:
        return (0.0, 0.0)
    if value < 0:
        low, high = bin_of(-value)
        return (-high, -low)
    # The decimal text finds the nearest grid point exactly; arithmetic on doubles would miss by one in the last place.
    text = f"{value:.2e}"
    near = float(text)
    if near == value:
        return (near, near)
    digits, exponent = text.split("e")
    mantissa, power = int(digits.replace(".", "")), int(exponent) - 2
    if near < value:
        return (near, float(f"{mantissa + 1}e{power}"))
    # Below a power of ten the grid is ten times finer.
    return (float(f"999e{power - 1}") if mantissa == 100 else float(f"{mantissa - 1}e{power}"), near)
