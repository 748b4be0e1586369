"""An object as somebody else keeps it, and what they call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.documents import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """A body of the vendor's, flat, with its `id` where it has one.

    `key` is what it is called where it comes from, empty for nothing but a title; `names` are texts by which others
    name it there, besides its id.
    """

    kind: Kind
    body: Mapping[str, Any]
    key: str = ""
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The vendor's id; nothing where it was never made."""
        return str(self.body.get("id") or "")
