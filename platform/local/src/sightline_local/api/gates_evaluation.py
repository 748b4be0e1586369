"""`/api/v2/deployments/gates/evaluation`: start an evaluation of a gate, then ask until it has passed or failed.

A `monitor` rule fails at the first look at which a monitor that it searches for alerts, and passes when `duration`
seconds went by without one. Detecting faulty deployments is not done here: such a rule fails, saying so, since what is
not evaluated has not passed. A rule or a gate that only watches (`dry_run`) fails nothing.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.states import State
from sightline_local.api import fields, gates
from sightline_local.api.answers import Refusal, answer, json_body
from sightline_local.api.envelope import attributes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "gate_evaluation"
SHORTEST_S = 1
_TITLES = {400: "Bad Request", 404: "Not Found"}


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Evaluations(backend)
    base = "/api/v2/deployments/gates/evaluation"
    return [
        Route(base, family.start, methods=["POST"]),
        Route(base + "/{id}", family.result, methods=["GET"]),
    ]


class Evaluations:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def start(self, request: Request) -> Response:
        """Start one for the gate of a service in an environment."""
        given = attributes(await json_body(request))
        for key in ("service", "env"):
            if given.get(key) in (None, ""):
                raise _refusal(400, f"required {key} field is missing")
        wanted = {key: fields.text(given, key, longest=fields.MAX_NAME) for key in ("service", "env")}
        wanted["identifier"] = fields.text(given, "identifier", required=False, longest=fields.MAX_NAME) or "default"
        for gate in await run_in_threadpool(self._objects.all, gates.KIND):
            if wanted.items() <= gate["attributes"].items():
                break
        else:
            raise _refusal(
                404,
                f"no gate found for service {wanted['service']}, env {wanted['env']},"
                f" and identifier {wanted['identifier']}",
            )
        made = {"id": str(uuid.uuid4()), "gate_id": gate["id"], "at": self._backend.now_s(), "failed": {}}
        await run_in_threadpool(self._objects.put, KIND, str(made["id"]), made)
        body = {"evaluation_id": made["id"]}
        data = {"id": made["id"], "type": "deployment_gates_evaluation_response", "attributes": body}
        return answer({"data": data}, 202)

    async def result(self, request: Request) -> Response:
        """Return how far it is."""
        text = request.path_params["id"]
        try:
            uuid.UUID(text)
        except ValueError:
            raise _refusal(400, 'attribute "id" Invalid id') from None
        found = await run_in_threadpool(self._objects.get, KIND, text)
        if found is None:
            raise _refusal(404, f"gate evaluation with id {text} not found")
        body = await run_in_threadpool(self._judged, found)
        return answer({"data": {"id": text, "type": "deployment_gates_evaluation_result_response", "attributes": body}})

    def _judged(self, evaluation: dict[str, Any]) -> dict[str, Any]:
        gate = self._objects.get(gates.KIND, evaluation["gate_id"]) or {"attributes": {"dry_run": False}}
        rules = [
            each for each in self._objects.all(gates.RULE) if each["attributes"]["gate_id"] == evaluation["gate_id"]
        ]
        shown = [self._rule(each, evaluation) for each in rules]
        deciding = [each["status"] for each in shown if not each["dry_run"]]
        dry = gate["attributes"]["dry_run"]
        status = "fail" if "fail" in deciding else "in_progress" if "in_progress" in deciding else "pass"
        return {
            "dry_run": dry,
            "evaluation_id": evaluation["id"],
            "evaluation_url": f"/ci/deployment-gates/evaluations?query=%40evaluation_id%3A{evaluation['id']}",
            "gate_id": evaluation["gate_id"],
            "gate_status": "pass" if dry and status == "fail" else status,
            "rules": shown,
        }

    def _rule(self, rule: Mapping[str, Any], evaluation: dict[str, Any]) -> dict[str, Any]:
        said = rule["attributes"]
        reason = evaluation["failed"].get(rule["id"])
        waited = self._backend.now_s() - evaluation["at"]
        if reason is None and said["type"] == "monitor":
            reason = self._alerting(said["options"])
        if said["type"] != "monitor" and waited >= SHORTEST_S:
            reason = "faulty deployments are not detected here"
        if reason is not None and evaluation["failed"].get(rule["id"]) is None:
            # What has failed once stays so, whatever recovers while others ask.
            evaluation["failed"][rule["id"]] = reason
            self._objects.put(KIND, evaluation["id"], evaluation)
        going = waited < max(SHORTEST_S, int(said["options"].get("duration") or 0))
        status = "fail" if reason else "in_progress" if going else "pass"
        shown = {"name": said["name"], "status": status, "dry_run": said["dry_run"]}
        return {**shown, "reason": reason} if reason else shown

    def _alerting(self, options: Mapping[str, Any]) -> str | None:
        met = self._monitors(options)
        if not met:
            return "no monitor was found" if options.get("fail_on_no_groups_found") else None
        bad = {State.ALERT} | ({State.NO_DATA} if options.get("fail_on_no_data") else set())
        standings = self._backend.standings.all()
        for monitor in met:
            standing = standings.get(str(monitor["id"]))
            if standing is not None and standing.state in bad:
                return f"{monitor['name']} is in {standing.state}"
        return None

    def _monitors(self, options: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
        everything = self._objects.all("monitor")
        named = options.get("monitor_ids") if isinstance(options.get("monitor_ids"), list) else []
        ids = {str(each.get("id")) for each in named or () if isinstance(each, dict)}
        words = str(options.get("query") or "").lower().split()
        if ids:
            return [each for each in everything if str(each["id"]) in ids]
        return [each for each in everything if words and all(_says(each, word) for word in words)]


def _says(monitor: Mapping[str, Any], word: str) -> bool:
    return word in monitor["name"].lower() or word in monitor["tags"] or word.removeprefix("tag:") in monitor["tags"]


def _refusal(status: int, detail: str) -> Refusal:
    return Refusal(status, body={"errors": [{"status": str(status), "title": _TITLES[status], "detail": detail}]})
