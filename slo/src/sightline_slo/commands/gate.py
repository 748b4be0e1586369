"""Hold a policy against how SLOs stand: exit 0 where a deploy may go ahead, 1 where it is frozen.

It exits 2 where the source does not answer and 3 where there is no SLO to judge: a gate that cannot see is not open.
SPECS limit it to their SLOs.
"""

from __future__ import annotations

import datetime as dt

import click

from sightline_core.console import Console
from sightline_core.diagnostics import has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._standing import source_options, standings


@click.command("gate", help=__doc__)
@source_options
@click.option("--policy", "policy_file", required=True, metavar="FILE", help="The policy; see slo/README.md.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    project: str | None,
    prometheus: str | None,
    policy_file: str,
    *,
    as_json: bool,
) -> int:
    """Read the policy, then the standings, then judge."""
    from sightline_slo.files import read as read_files
    from sightline_slo.reporting import gate, policy

    console = Console.detect()
    sources = read_files([policy_file])
    made, findings = policy.read("".join(sources.values()), next(iter(sources), policy_file))
    if made is None:
        if as_json:
            console.out(dumps(envelope(None, findings)), end="")
        else:
            console.findings(findings, sources)
        return ExitCode.NO
    today = dt.datetime.now(dt.UTC).date()
    paces = any(rule.burn_rate_above is not None for rule in made.rules)
    found, source, now = standings(specs, variables, project, prometheus, console, history=paces and not prometheus)
    verdicts = gate.judge(made, found, today)
    findings = [*findings, *gate.stale(made, found, today)]
    frozen = any(each.freezes for each in verdicts)
    if as_json:
        data = {"source": source, "at": now, "frozen": frozen, "verdicts": [each.as_data() for each in verdicts]}
        console.out(dumps(envelope(data, findings)), end="")
    else:
        console.findings(findings, sources)
        for each in verdicts:
            console.out(each.text())
        said = "frozen" if frozen else "open" if found else "there is no SLO to judge"
        console.note(f"{said}: {len(found)} SLO{'s' * (len(found) != 1)} at {source}")
    assert not has_errors(findings)  # noqa: S101 - a policy with errors was given back above
    if not found:
        return ExitCode.NOTHING
    return ExitCode.NO if frozen else ExitCode.OK
