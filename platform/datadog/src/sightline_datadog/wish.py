"""What a command asks for, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.options import chosen, command_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.documents import Document, Kind


@dataclass(frozen=True, slots=True)
class Wish:
    """Documents, and how they are to be planned and pushed.

    `kinds` is what the documents speak for: of these kinds, what is ours and not among them is deleted. `allow_empty`
    lets an empty set delete everything, `allow_deletes` so many (None for what goes without saying). `targets` are
    patterns of `kind.key`; none of them means all. `out` is where the plan is saved, `snapshot` what it is made from
    instead of the target. `findings` are the author's warnings, which stand in the JSON beside the plan. `form` is how
    a plan is said, and `command` who says it. With `allow_changes` a plan is wrong only where there are problems.
    """

    documents: Sequence[Document]
    kinds: tuple[Kind, ...]
    project: str
    sources: Mapping[str, str]
    adopt: bool = False
    json: bool = False
    allow_empty: bool = False
    yes: bool = False
    findings: Sequence[Diagnostic] = ()
    allow_deletes: int | None = None
    allow_recreate: bool = False
    targets: tuple[str, ...] = ()
    cache: bool = True
    out: Path | None = None
    snapshot: Path | None = None
    allow_changes: bool = False
    form: str = "text"
    command: str = "sightline datadog plan"

    @property
    def saying(self) -> str:
        """The form in which it is said: `--json` is one."""
        return "json" if self.json else self.form

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        kinds: tuple[Kind, ...],
        project: str,
        sources: Mapping[str, str],
        flags: Mapping[str, Any],
        *,
        findings: Sequence[Diagnostic] = (),
    ) -> Wish:
        """Make one from a command's flags, as `push_options` and `plan_options` name them."""
        return cls(
            documents,
            kinds,
            project,
            sources,
            adopt=flags["adopt"],
            json=flags["as_json"],
            allow_empty=flags["allow_empty"],
            yes=flags["yes"],
            findings=findings,
            allow_deletes=flags["allow_deletes"],
            allow_recreate=flags["allow_recreate"],
            targets=tuple(flags["targets"]),
            cache=not flags["no_cache"],
            out=flags.get("out"),
            snapshot=flags.get("snapshot"),
            allow_changes=flags.get("allow_changes", False),
            form=chosen(flags.get("form", "text")),
            command=command_path(),
        )
