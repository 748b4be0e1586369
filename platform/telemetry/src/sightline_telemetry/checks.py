"""Refuses what `signals.py` does not declare.

In tests and development an undeclared name, attribute or value raises: the mistake is in the code and must not be
merged. In production it is counted and dropped, and said once in the log: a metric is never worth an order.
"""

import math
import threading
from collections import Counter
from collections.abc import Mapping

from . import scope
from .logs import get_logger
from .signals import INSTRUMENTS, Instrument, InstrumentKind, Learnt


class UndeclaredSignalError(ValueError):
    """A metric that `signals.py` does not declare, by name, kind, attribute or value."""


class Checker:
    """Checks emissions against the declarations; remembers which it has accepted, so that a repeat costs a look-up."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._accepted: dict[tuple[str, frozenset[tuple[str, str]]], Instrument] = {}
        self._learnt: dict[tuple[str, str], set[str]] = {}
        self._lock = threading.Lock()
        self.dropped: Counter[str] = Counter()

    def check(
        self, name: str, kind: InstrumentKind, value: float, attributes: Mapping[str, str], *, kpi: bool
    ) -> tuple[Instrument, Mapping[str, str]] | None:
        """The instrument and its complete attributes (`traffic` filled in), or None when it is to be dropped.

        `kpi` says by which way it is to go: by the outbox or from memory; the wrong way is a violation too.
        """
        if "traffic" not in attributes:
            attributes = {**attributes, "traffic": scope.traffic()}
        try:
            return self._checked(name, kind, value, attributes, kpi=kpi), attributes
        except UndeclaredSignalError as error:
            if self._strict:
                raise
            with self._lock:
                self.dropped[name] += 1
                first = self.dropped[name] == 1
            if first:
                get_logger(__name__).error("undeclared signal dropped", signal=name, reason=str(error))
            return None

    def _checked(
        self, name: str, kind: InstrumentKind, value: float, attributes: Mapping[str, str], *, kpi: bool
    ) -> Instrument:
        if not math.isfinite(value) or (kind == "counter" and value < 0):
            raise UndeclaredSignalError(f"`{name}` cannot take the value {value}")
        key = (name, frozenset(attributes.items()))
        known = self._accepted.get(key)
        if known is not None and known.kind == kind and known.kpi == kpi:
            return known
        instrument = declared(name, kind)
        if instrument.kpi != kpi:
            raise UndeclaredSignalError(
                f"`{name}` is {'a KPI: write it to the outbox' if instrument.kpi else 'no KPI'}"
            )
        if attributes.keys() != instrument.attributes.keys():
            raise UndeclaredSignalError(
                f"`{name}` has the attributes {sorted(instrument.attributes)}, not {sorted(attributes)}"
            )
        with self._lock:
            for attribute, text in attributes.items():
                self._allow(instrument, attribute, text)
            self._accepted[key] = instrument
        return instrument

    def _allow(self, instrument: Instrument, attribute: str, text: str) -> None:
        values = instrument.attributes[attribute]
        if isinstance(values, Learnt):
            seen = self._learnt.setdefault((instrument.name, attribute), set())
            if text not in seen:
                if len(seen) >= values.limit:
                    raise UndeclaredSignalError(f"`{attribute}` of `{instrument.name}` has over {values.limit} values")
                seen.add(text)
        elif text not in values:
            raise UndeclaredSignalError(f"`{text}` is no value of `{attribute}` of `{instrument.name}`")


def declared(name: str, kind: InstrumentKind) -> Instrument:
    """The declared instrument of this name and kind."""
    instrument = INSTRUMENTS.get(name)
    if instrument is None:
        raise UndeclaredSignalError(f"`{name}` is not declared in signals.py")
    if instrument.kind != kind:
        raise UndeclaredSignalError(f"`{name}` is a {instrument.kind}, not a {kind}")
    return instrument
