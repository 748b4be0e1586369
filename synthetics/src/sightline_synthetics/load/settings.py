"""How the command line hands a run to locust: by environment, because locust owns its process's arguments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_synthetics.load.thresholds import Thresholds
from sightline_synthetics.load.visits import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "SIGHTLINE_LOAD_"


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """One run.

    Args:
        seed: decides what every visit intends.
        rate: visits started per second, over all users; 0 = as fast as the users can.
        visits: stop after so many; 0 = no limit.
        ledger: where the book is kept.
        run_id: makes idempotency keys differ from those of other runs with the same seed.
        traffic: what the run calls itself: customer (no token), load or synthetic.
        declined, browse, leave, empty: see `Mix`.
        max_fail_ratio, max_p95_ms: see `Thresholds`.
        report_json: whether the report is the JSON envelope.
        think: the longest pause between two pages, in seconds.
    """

    seed: int = 1
    rate: float = 2.0
    visits: int = 0
    ledger: str = "load-ledger.jsonl"
    run_id: str = "run"
    traffic: str = "customer"
    declined: float = 0.05
    browse: float = 0.30
    leave: float = 0.06
    empty: float = 0.04
    max_fail_ratio: float = 0.01
    max_p95_ms: float = 1500.0
    report_json: bool = False
    think: float = 0.0

    @property
    def ledger_path(self) -> Path:
        """The book's place."""
        return Path(self.ledger)

    @property
    def mix(self) -> Mix:
        """The population."""
        return Mix(self.browse, self.leave, self.empty, self.declined)

    @property
    def thresholds(self) -> Thresholds:
        """The limits."""
        return Thresholds(self.max_fail_ratio, self.max_p95_ms)

    def as_env(self) -> dict[str, str]:
        """Return the variables that `from_env` reads back."""
        return {PREFIX + item.name.upper(): str(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> LoadSettings:
        """Read the variables; one that is missing keeps its default.

        Raises:
            ValueError: a variable is not of its type.
        """
        values: dict[str, str | int | float | bool] = {}
        for item in fields(cls):
            text = environ.get(PREFIX + item.name.upper())
            if text is None:
                continue
            values[item.name] = text == "True" if item.type == "bool" else _READ[str(item.type)](text)
        return cls(**values)  # type: ignore[arg-type] # each value was read by its own field's type


_READ = {"int": int, "float": float, "str": str}
