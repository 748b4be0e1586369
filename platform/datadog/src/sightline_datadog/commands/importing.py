"""Write documents from what others hold: an organisation, exported JSON, Terraform's state, kennel's folder.

WHAT is a file or directory (exported bodies, a Terraform state, kennel's `generated/`), an address of Datadog's pages,
an id, or KIND:ID. Fields that nobody decides are left out, and ids of objects imported together become links.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Document, Kind
from sightline_datadog.options import json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.importing.found import Found

_KINDS = [kind.value for kind in Kind if kind is not Kind.METRIC]


@click.command("import", help=__doc__)
@click.argument("what", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every object of the organisation.")
@click.option("--title", metavar="GLOB", help="Every object of the organisation whose title fits, such as 'shop*'.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Of these kinds only; repeatable.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The directory to write.")
@json_option
def command(what: tuple[str, ...], title: str | None, kinds: tuple[str, ...], out: Path, **flags: bool) -> int:
    """Find, compose, write."""
    from sightline_datadog.importing.compose import documents

    console = Console.detect()
    if not what and not title and not flags["everything"]:
        raise click.UsageError("say what: files, addresses, ids, --title GLOB or --all")
    chosen = tuple(Kind(each) for each in kinds or _KINDS)
    found = [each for each in _files(what, console) if each.kind in chosen]
    words = [each for each in what if not Path(each).exists()]
    if words or title or flags["everything"]:
        found += _live(words, "*" if flags["everything"] else title, chosen, console)
    made = documents(found, console.warn)
    files = _written(out, made)
    console.note(f"{len(made)} documents in {out}")
    if flags["as_json"]:
        told = [{"kind": each.kind, "key": each.key, "file": str(file)} for each, file in zip(made, files, strict=True)]
        console.out(dumps(envelope(told)), end="")
    return ExitCode.OK if made else ExitCode.NOTHING


def _files(what: Sequence[str], console: Console) -> list[Found]:
    from sightline_datadog.importing.exported import exported
    from sightline_datadog.importing.kennel import is_kennel, kennel
    from sightline_datadog.importing.terraform import is_state, terraform

    found: list[Found] = []
    for given in (Path(each) for each in what if Path(each).exists()):
        for file in sorted(given.rglob("*.json")) if given.is_dir() else [given]:
            content = _content(file)
            if is_state(content):
                made, left = terraform(content)
                for each in left:
                    console.warn(f"{file}: {each}")
            else:
                made = [kennel(content, file.resolve())] if is_kennel(content) else list(exported(content))
            if not made:
                console.warn(f"{file}: holds no object of Datadog's")
            found += made
    return found


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SightlineError(
            "a file cannot be read", where=str(file), why=str(error.strerror), help="give a file that can be read"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SightlineError("this is no JSON", where=str(file), why=str(error), help="export it anew") from error


def _live(words: Sequence[str], title: str | None, kinds: tuple[Kind, ...], console: Console) -> list[Found]:
    from sightline_datadog.importing.live import matching, named, open_to_us
    from sightline_datadog.session import open_session

    transport = open_session(console, project="", cache=False).transport
    found = named(transport, words)
    return found + (matching(transport, open_to_us(transport, kinds, console.warn), title) if title else [])


def _written(out: Path, made: Sequence[Document]) -> list[Path]:
    from sightline_datadog.directory import file_name, to_json, write

    for each in made:
        path = out / file_name(each)
        # Whoever imported once may have changed it since.
        if path.exists() and path.read_text(encoding="utf-8") != to_json(each):
            raise SightlineError(
                "a document is there already and says something else", where=str(path), help="move it away"
            )
    return write(out, made)
