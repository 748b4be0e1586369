"""Compute which flows the NetworkPolicies allow, and hold them to a declaration; exit 1 where they differ."""

from __future__ import annotations

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_core.formats.option import format_option


@click.command("flows", help=__doc__)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--declared",
    "declaration",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True),
    help="The declared flows (version: sightline/flows/v1).",
)
@click.option("--mutate", is_flag=True, help="Also change each part of each policy, and say what nobody would notice.")
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(paths: tuple[str, ...], declaration: str, form: str, *, mutate: bool, as_json: bool) -> int:
    """Say what is missing and what is too much, in the form that is asked for; `data` of JSON holds every flow."""
    from sightline_core.diagnostics import has_errors, ordered
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Report
    from sightline_kube.files import read, same
    from sightline_kube.flows.prove import prove

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        ((file, content),) = read([declaration]).items()
        # A declaration often lies in the folder of the manifests, and is none of them.
        texts = {each: text for each, text in read(paths).items() if not same(each, file)}
    proof = prove(texts, content, file, mutate=mutate)
    findings = ordered(proof.findings)
    said = f"{proof.policies} policies, {len(proof.flows)} flows allowed{'' if findings else ', no findings'}"
    if mutate:
        said += f"; {proof.mutants} mutants, {proof.unnoticed} unnoticed"
    report = Report(findings, {**texts, file: content}, (), proof.flows, said, "sightline kube flows")
    broken = has_errors(findings) or proof.unnoticed > 0
    nothing = not proof.policies and not broken
    return emit(report, name, console, ExitCode.NOTHING if nothing else ExitCode.NO if broken else ExitCode.OK)
