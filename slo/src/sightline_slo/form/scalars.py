"""Forms of single values: texts, numbers, truth values, one of some words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sightline_core.suggest import did_you_mean
from sightline_slo import codes

if TYPE_CHECKING:
    from sightline_slo.form.place import Place


@dataclass(frozen=True)
class Text:
    """A text. `pattern` is of the whole; `code`, `why` and `fix` are what is said where it does not fit."""

    pattern: str = ""
    code: str = codes.BAD_FORM
    why: str = ""
    fix: str = ""
    wanted = "a text"

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, str)

    def check(self, at: Place) -> None:
        """Check one value."""
        if not isinstance(at.value, str):
            at.wrong_type(self.wanted)
        elif self.pattern and not self._whole.fullmatch(at.value):
            at.report(self.code, f"`{at.value}` cannot stand here", self.why, self.fix)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        # Where Python reads it, `$` alone also fits before a last line break.
        pattern = {"pattern": f"^(?:{self.pattern})$(?!\\n)"} if self.pattern else {}
        return {"type": "string", **pattern}


@dataclass(frozen=True)
class Number:
    """A number in bounds; `.inf` and `.nan`, which YAML knows too, are none."""

    whole: bool = False
    above: float | None = None
    least: float | None = None

    @property
    def wanted(self) -> str:
        """What is wanted."""
        bound = f" above {self.above:g}" if self.above is not None else ""
        bound += f" of {self.least:g} or more" if self.least is not None else ""
        return f"a {'whole ' * self.whole}number{bound}"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, int | float) and not isinstance(value, bool)

    def check(self, at: Place) -> None:
        """Check one value."""
        value = at.value
        if (
            not self.takes(value)
            or not _held(value)
            or (self.whole and value != int(value))
            or (self.above is not None and value <= self.above)
            or (self.least is not None and value < self.least)
        ):
            at.wrong_type(self.wanted)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        made: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if self.above is not None:
            made["exclusiveMinimum"] = self.above
        if self.least is not None:
            made["minimum"] = self.least
        return made


def _held(value: float) -> bool:
    """Whether a float holds it: a whole number of four hundred digits is none."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


@dataclass(frozen=True)
class Flag:
    """A truth value."""

    wanted = "true or false"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, bool)

    def check(self, at: Place) -> None:
        """Check one value."""
        if not isinstance(at.value, bool):
            at.wrong_type(self.wanted)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return f"one of {', '.join(self.words)}"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, str)

    def check(self, at: Place) -> None:
        """Check one value."""
        if not isinstance(at.value, str):
            at.wrong_type(self.wanted)
        elif at.value not in self.words:
            near = did_you_mean(at.value, list(self.words))
            help_text = f"did you mean `{near}`?" if near else f"write {self.wanted}"
            at.report(codes.BAD_FORM, f"`{at.value}` cannot stand here", help_text=help_text)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"enum": list(self.words)}
