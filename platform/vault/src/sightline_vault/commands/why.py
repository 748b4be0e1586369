"""Explain a refused login or request in words: whose fault it is, and what to do.

Ask about a login by --cluster, --role and --jwt (or --namespace, --service-account and --audience), about a request by
--path with the token that was refused, or about both. --kube-token, the reviewer's token best, lets the API server be
asked. Exit 0 where nothing is refused, 1 with a reason, 3 without one.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.client.options import client_options
from sightline_vault.commands._model import model_of
from sightline_vault.commands._options import json_option

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.auth.evidence import Evidence
    from sightline_vault.auth.gathering import Question
    from sightline_vault.model import VaultClusterSpec

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("why", help=__doc__)
@click.argument("spec", type=_FILE, required=False)
@click.option("--cluster", metavar="NAME", help="Whose pod logs in.")
@click.option("--role", metavar="NAME", help="As what.")
@click.option("--jwt", type=_FILE, help="The pod's token; it is not believed, and tried unless --no-login.")
@click.option("--namespace", metavar="NAME", help="Instead of --jwt: of which namespace the account is.")
@click.option("--service-account", metavar="NAME", help="Instead of --jwt: the account.")
@click.option("--audience", "audiences", multiple=True, metavar="NAME", help="Instead of --jwt: for whom. Repeatable.")
@click.option("--path", default="", metavar="PATH", help="What was asked for, such as secret/data/payments/key.")
@click.option("--want", default="read", show_default=True, help="What was to be done there.")
@click.option("--kube-token", type=_FILE, help="By which the API server reviews the token: the reviewer's best.")
@click.option("--no-login", is_flag=True, help="Do not try to log in.")
@click.option("--evidence", type=_FILE, help="Explain what `--json` printed as `evidence`; nobody is asked.")
@client_options
@json_option
def command(spec: Path | None, evidence: Path | None, *, as_json: bool, **flags: Any) -> int:
    """Gather, diagnose, say."""
    from sightline_core.located import load_all
    from sightline_vault.auth.explaining import findings, read_evidence
    from sightline_vault.model import spec_file_text

    console = Console.detect()
    if evidence is not None:
        text = _text(evidence)
        told, wrong = read_evidence(text, str(evidence))
        if told is None:
            return _unread(wrong, {str(evidence): text}, console, as_json=as_json)
        return _say(told, findings(told), {}, console, as_json=as_json)
    if spec is None:
        raise click.UsageError("give SPEC, or --evidence")
    model, text = model_of(spec, console, as_json=as_json), spec_file_text(spec)
    documents, _ = load_all(text, str(spec))
    told = _gathered(flags, model)
    return _say(told, findings(told, model, documents[0]), {str(spec): text}, console, as_json=as_json)


def _text(evidence: Path) -> str:
    try:
        return evidence.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError("the evidence cannot be read", where=str(evidence), why=str(error)) from error


def _unread(wrong: list[Diagnostic], sources: dict[str, str], console: Console, *, as_json: bool) -> int:
    if as_json:
        console.out(dumps(envelope(None, wrong)), end="")
    else:
        console.findings(wrong, sources)
    return ExitCode.UNANSWERED


def _gathered(flags: dict[str, Any], model: VaultClusterSpec) -> Evidence:
    import time

    from sightline_vault.auth.gathering import gather
    from sightline_vault.client.options import open_client
    from sightline_vault.model import Naming

    question = _question(flags, model)
    naming = Naming(model)
    default = [naming.api(each) for each in range(model.nodes)]
    client = open_client(flags, default=default, token=not question.role)
    return gather(question, model, client, int(time.time()))


def _question(flags: dict[str, Any], model: VaultClusterSpec) -> Question:
    from sightline_vault.auth import claims
    from sightline_vault.auth.evidence import Token
    from sightline_vault.auth.gathering import Question
    from sightline_vault.client.options import secret_file
    from sightline_vault.client.secret import Secret

    if bool(flags["cluster"]) != bool(flags["role"]):
        raise click.UsageError("a login needs --cluster and --role")
    if not flags["role"] and not flags["path"]:
        raise click.UsageError("ask about a login (--cluster, --role) or about a --path")
    asked = Question(path=flags["path"], want=flags["want"], try_login=not flags["no_login"])
    if not flags["role"]:
        return asked
    cluster = next((each for each in model.clusters if each.name == flags["cluster"]), None)
    if cluster is None:
        names = ", ".join(each.name for each in model.clusters)
        raise SightlineError(f"the model has no cluster {flags['cluster']}", help=f"it has {names}")
    kube_token = secret_file(flags["kube_token"]) if flags["kube_token"] else None
    jwt = None
    if flags["jwt"]:
        # Whatever the file holds is what was sent: garbage is an answer, too.
        text = flags["jwt"].read_text(encoding="utf-8", errors="replace").strip()
        jwt, token = Secret(text), claims.read(text)
    elif flags["service_account"]:
        audiences = tuple(flags["audiences"])
        account, namespace = flags["service_account"], flags["namespace"] or ""
        token = Token(issuer=cluster.issuer, audiences=audiences, namespace=namespace, service_account=account)
    else:
        token = Token(given=False)
    return Question(
        cluster.name, flags["role"], token, jwt, kube_token, asked.path, asked.want, try_login=asked.try_login
    )


def _say(told: Evidence, reasons: list[Diagnostic], sources: dict[str, str], console: Console, *, as_json: bool) -> int:
    from sightline_core.render import render
    from sightline_vault.auth.explaining import verdict

    line, code = verdict(told, reasons)
    if as_json:
        console.out(dumps(envelope({"verdict": line, "evidence": asdict(told)}, reasons)), end="")
        return code
    if reasons:
        console.out(render(reasons, sources, color=console.color_out, width=console.width), end="")
    console.out(line)
    return code
