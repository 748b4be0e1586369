"""Tell Datadog of a deployment (a DORA event): what dashboards and DORA metrics show beside what happened then.

Run it when a deployment is done: `--started-at` is when it began. The commit and the repository are GitHub's own within
its CI. It needs DD_API_KEY alone. Exit 1: it was refused. Exit 2: it cannot be meant, or no answer: it may be there.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_datadog.options import json_option


class Moment(click.ParamType[dt.datetime]):
    """A time."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Return it, aware of its zone."""
        from sightline_datadog.deployments import moment

        try:
            return moment(str(value))
        except (ValueError, OverflowError) as error:
            return self.fail(f"`{value}`: {error}; write 2026-05-04T03:02:01Z, or seconds since 1970", param, ctx)


@click.command("deployed", help=__doc__)
@click.option("--service", required=True, help="The service.")
@click.option("--env", default="", help="The environment, such as production.")
@click.option("--version", default="", help="The version that runs now: that of traces and metrics.")
@click.option("--team", default="", help="The team; that of the catalog unless said.")
@click.option(
    "--started-at", "started", type=Moment(), help="When it began: `date +%s`, or ISO 8601. Default: its end."
)
@click.option("--finished-at", "finished", type=Moment(), help="When it was done; now unless said.")
@click.option("--commit", default="", metavar="SHA", help="The commit, whole.")
@click.option("--repository-url", "repository", default="", metavar="URL", help="The commit's repository.")
@click.option("--id", "identity", default="", help="An id of your own, 16 to 128 characters.")
@click.option("--tag", "tags", multiple=True, metavar="KEY:VALUE", help="A tag; repeatable.")
@json_option
def command(
    *,
    started: dt.datetime | None,
    finished: dt.datetime | None,
    commit: str,
    repository: str,
    identity: str,
    tags: tuple[str, ...],
    as_json: bool,
    **said: str,
) -> int:
    """Look at it, then send."""
    from sightline_datadog import deployments
    from sightline_datadog.clock import utc_now
    from sightline_datadog.session import open_session

    console = Console.detect()
    if not commit and not repository:
        commit, repository = deployments.source(os.environ)
    end = finished or utc_now()
    made = deployments.Deployment(
        started=started or end,
        finished=end,
        commit=commit,
        repository=deployments.without_secret(repository),
        id=identity,
        tags=tags,
        **said,
    )
    if faults := made.faults():
        raise click.UsageError("; ".join(faults))
    session = open_session(console, project="", cache=False, both_keys=False)
    told, refusal = deployments.tell(session.transport, made)
    if refusal:
        console.error(f"refused: {refusal}")
    elif not as_json:
        console.note(f"told of the deployment of {made.service} ({told})")
    if as_json:
        data = {**made.body()["data"]["attributes"], "id": told}
        console.out(dumps(envelope({"deployment": data, "refused": refusal or None})), end="")
    return ExitCode.NO if refusal else ExitCode.OK
