"""The arguments by which the chart runs our own image are ones that its commands take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from sightline_vault.cli import main
from sightline_vault.model.naming import SPEC_FILE, TLS_FOLDER
from sightline_vault.render.helpers import arguments, audit_shippers
from tests.vault.chart.clusters import HUB, hub

if TYPE_CHECKING:
    from pathlib import Path

LINES = {**arguments(hub()), **{str(each["name"]): each["arguments"] for each in audit_shippers(hub())}}


@pytest.mark.parametrize("name", LINES)
def test_every_container_of_ours_runs_a_command_that_is_there(name: str, tmp_path: Path) -> None:
    """Each argument is read by the command itself, its files put where the test may have them."""
    words = [str(each) for each in LINES[name]]  # type: ignore[attr-defined]
    assert words[0] == "vault"
    (tmp_path / "ca.crt").touch()
    words = [each.replace(SPEC_FILE, str(HUB)).replace(TLS_FOLDER, str(tmp_path)) for each in words[1:]]
    group: click.Command = main
    context: click.Context | None = None
    while isinstance(group, click.Group):
        context = click.Context(group, parent=context, info_name=words[0])
        _, found, words = group.resolve_command(context, words)
        assert found is not None
        group = found
    assert group.make_context(group.name, words, parent=context).params
