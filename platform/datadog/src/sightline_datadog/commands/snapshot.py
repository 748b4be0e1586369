"""Write what a plan reads into a file, so that `plan --snapshot` needs no network and no keys: for pull requests.

PATHS are the documents that will be planned: their kinds are read, all kinds without them; and of objects that are not
ours those are named whose titles they bear. It holds no authors, no clocks and no secrets.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Kind
from sightline_datadog.options import cache_option, json_option, project_option

if TYPE_CHECKING:
    from sightline_datadog.documents import Document


@click.command("snapshot", help=__doc__)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@project_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@cache_option
@json_option
def command(paths: tuple[Path, ...], project: str, out: Path, *, no_cache: bool, as_json: bool) -> int:
    """Read, strip, write."""
    from sightline_core import atomic
    from sightline_datadog.clock import utc_now
    from sightline_datadog.directory import read
    from sightline_datadog.references import references
    from sightline_datadog.session import open_session
    from sightline_datadog.sync import snapshot
    from sightline_datadog.sync.holdings import title

    console = Console.detect()
    documents: list[Document] = read(paths)[0] if paths else []
    session = open_session(console, project=project, cache=not no_cache)
    asked = {each.kind for each in documents} | {kind for each in documents for kind, _ in references(each.body)}
    kinds = tuple(kind for kind in Kind if not documents or kind in asked)
    remote = session.read(documents, kinds, project)
    titles = {(each.kind, title(each)) for each in documents}
    taken = snapshot.take(
        snapshot.named_only(remote, titles),
        target=session.target.host,
        project=project,
        kinds=kinds,
        at=utc_now().isoformat(timespec="seconds"),
    )
    try:
        atomic.write_text(out, snapshot.to_text(taken))
    except OSError as error:
        way_out = "name a file in a directory that can be written"
        raise SightlineError(
            "the snapshot cannot be written", where=str(out), why=str(error.strerror), help=way_out
        ) from error
    count = sum(each.mark is not None for each in taken.objects)
    console.note(f"wrote {out}: {count} objects of {project}")
    if as_json:
        console.out(dumps(envelope({"file": str(out), "taken_at": taken.taken_at, "objects": count})), end="")
    return ExitCode.OK
