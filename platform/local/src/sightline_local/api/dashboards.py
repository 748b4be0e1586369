"""`/api/v1/dashboard`."""

from __future__ import annotations

import datetime as dt
import secrets
import string
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, integer, json_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "dashboard"
DELETED = "dashboard_deleted"
HANDLE = "local@sightline"
_SUMMARY = (
    "id",
    "title",
    "description",
    "layout_type",
    "url",
    "is_read_only",
    "created_at",
    "modified_at",
    "author_handle",
    "deleted_at",
)
_LISTS = ("template_variables", "template_variable_presets", "notify_list", "restricted_roles", "tabs")
_GIVEN = (*_LISTS, "reflow_type", "default_timeframe", "experience_type")
_MAX_WIDGETS = 500


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Dashboards(backend)
    return [
        Route("/api/v1/dashboard", family.create, methods=["POST"]),
        Route("/api/v1/dashboard", family.list, methods=["GET"]),
        Route("/api/v1/dashboard", family.delete_many, methods=["DELETE"]),
        Route("/api/v1/dashboard", family.restore, methods=["PATCH"]),
        Route("/api/v1/dashboard/{id}", family.get, methods=["GET"]),
        Route("/api/v1/dashboard/{id}", family.update, methods=["PUT"]),
        Route("/api/v1/dashboard/{id}", family.delete, methods=["DELETE"]),
    ]


class Dashboards:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create, with the vendor's defaults; each widget gets an id."""
        body = self._checked(await json_body(request))
        letters = string.ascii_lowercase + string.digits
        new_id = "-".join("".join(secrets.choice(letters) for _ in range(3)) for _ in range(3))
        now = self._iso()
        made = {
            **body,
            "id": new_id,
            "url": f"/dashboard/{new_id}/{_slug(body['title'])}",
            "author_handle": HANDLE,
            "author_name": None,
            "created_at": now,
            "modified_at": now,
        }
        await run_in_threadpool(self._objects.put, KIND, new_id, made)
        return answer(made)

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer(await self._found(request))

    async def list(self, request: Request) -> Response:
        """Return summaries."""
        count = integer(request, "count", 100, highest=1000) or 100
        start = integer(request, "start", 0, highest=10**9)
        everything = await run_in_threadpool(self._objects.all, KIND)
        if request.query_params.get("filter[deleted]") == "true":
            everything = await run_in_threadpool(self._objects.all, DELETED)
        if request.query_params.get("filter[shared]") == "true":
            everything = []  # nothing is shared beyond this machine
        summaries = [{key: each.get(key) for key in _SUMMARY} for each in everything]
        return answer({"dashboards": summaries[start : start + count]})

    async def update(self, request: Request) -> Response:
        """Replace; widgets that come without an id get a new one."""
        body = self._checked(await json_body(request))
        old = await self._found(request)
        body = {**{key: old[key] for key in ("tags",) if key in old}, **body}
        kept = {key: old[key] for key in ("id", "url", "author_handle", "author_name", "created_at")}
        made = {**body, **kept, "modified_at": self._iso()}
        await run_in_threadpool(self._objects.put, KIND, old["id"], made)
        return answer(made)

    async def delete(self, request: Request) -> Response:
        """Delete."""
        found = await self._found(request)
        await run_in_threadpool(self._delete, [found])
        return answer({"deleted_dashboard_id": found["id"]})

    async def delete_many(self, request: Request) -> Response:
        """Delete all of those named, or none."""
        found = await run_in_threadpool(self._named, await json_body(request), KIND)
        await run_in_threadpool(self._delete, found)
        return Response(status_code=204)

    async def restore(self, request: Request) -> Response:
        """Bring back what was deleted."""
        for each in await run_in_threadpool(self._named, await json_body(request), DELETED):
            await run_in_threadpool(self._objects.put, KIND, each["id"], {**each, "deleted_at": None})
            await run_in_threadpool(self._objects.delete, DELETED, each["id"])
        return Response(status_code=204)

    def _delete(self, found: Sequence[dict[str, Any]]) -> None:
        for each in found:
            self._objects.delete(KIND, each["id"])
            self._objects.put(DELETED, each["id"], {**each, "deleted_at": self._iso()})

    def _named(self, body: Mapping[str, Any], kind: str) -> Sequence[dict[str, Any]]:
        data = body.get("data")
        if not isinstance(data, list) or not data or not all(isinstance(each, dict) for each in data):
            raise Refusal(400, "Required parameter 'data' is missing")
        ids = [str(each.get("id")) for each in data]
        found = {each: self._objects.get(kind, each) for each in ids}
        missing = next((each for each, one in found.items() if one is None), None)
        if missing is not None:
            raise Refusal(404, f"Dashboard with ID {missing} not found")
        return [each for each in found.values() if each is not None]

    async def _found(self, request: Request) -> dict[str, Any]:
        dashboard_id = request.path_params["id"]
        found = await run_in_threadpool(self._objects.get, KIND, dashboard_id)
        if found is None:
            raise Refusal(404, f"Dashboard with ID {dashboard_id} not found")
        return found

    def _iso(self) -> str:
        return dt.datetime.fromtimestamp(self._backend.now_s(), dt.UTC).isoformat()

    def _checked(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if not isinstance(body.get("title"), str):
            raise Refusal(400, "'title' should be string")
        layout = body.get("layout_type")
        if layout not in ("ordered", "free"):  # a tuple: a list in its place has no hash
            raise Refusal(400, "Value of parameter 'layout_type' should be any of these ['ordered', 'free']")
        widgets = body.get("widgets")
        if not isinstance(widgets, list):
            raise Refusal(400, "Required parameter 'widgets' is missing")
        if len(widgets) > _MAX_WIDGETS:
            raise Refusal(400, f"A dashboard has {_MAX_WIDGETS} widgets at most")
        tags = fields.tags(body)
        if any(not tag.startswith("team:") for tag in tags):
            raise Refusal(400, "Invalid tag format. Valid tag keys are: team.")
        given: dict[str, Any] = {key: body.get(key) for key in _GIVEN if body.get(key) is not None}
        for key in _LISTS:
            if not isinstance(given.get(key, []), list):
                raise Refusal(400, f"'{key}' is invalid")
        _check_variables(given)
        kept = [self._widget(each) for each in widgets]
        if "notify_list" in given:
            given["notify_list"] = sorted(given["notify_list"], key=str)
        if "tabs" in given:
            given["tabs"] = [_tab(each, kept) for each in given["tabs"]]
        return {
            "title": _title(body),
            "description": fields.free_text(body, "description"),
            "layout_type": layout,
            "is_read_only": bool(body.get("is_read_only")),
            "template_variables": None,
            "notify_list": None,
            "restricted_roles": [],
            **given,
            **({"tags": list(body["tags"])} if body.get("tags") is not None else {}),
            "widgets": kept,
        }

    def _widget(self, widget: Any) -> dict[str, Any]:
        definition = widget.get("definition") if isinstance(widget, dict) else None
        if not isinstance(definition, dict) or not isinstance(definition.get("type"), str):
            raise Refusal(400, "Invalid widget definition: it has no type")
        if isinstance(definition.get("widgets"), list):
            definition = {**definition, "widgets": [self._widget(each) for each in definition["widgets"]]}
        number = widget.get("id")
        if isinstance(number, bool) or not isinstance(number, int):
            number = secrets.randbelow(2**53)
        return {**widget, "id": number, "definition": definition}


def _tab(tab: Any, widgets: Sequence[Mapping[str, Any]]) -> Any:
    """Put ids in the place of `@1`, `@2`, …: the widgets of the body that had none yet, by where they stand in it."""
    if not isinstance(tab, dict) or not isinstance(tab.get("widget_ids"), list):
        raise Refusal(400, "'tabs' is invalid")
    at = {f"@{number}": each["id"] for number, each in enumerate(widgets, 1)}
    return {**tab, "widget_ids": [at.get(str(each), each) for each in tab["widget_ids"]]}


def _title(body: Mapping[str, Any]) -> str:
    """An empty title is one; none at all is not."""
    return "" if body.get("title") == "" else str(fields.text(body, "title", longest=fields.MAX_NAME))


def _check_variables(given: Mapping[str, Any]) -> None:
    for variable in given.get("template_variables", []):
        if not isinstance(variable, dict) or not isinstance(variable.get("name"), str):
            raise Refusal(400, "'template_variables' is invalid")
        defaults = variable.get("defaults")
        if defaults is not None and (not isinstance(defaults, list) or variable.get("default") is not None):
            raise Refusal(400, "'template_variables' is invalid")
        if any(each == "" for each in defaults or []):
            raise Refusal(400, "Minimum length of parameter 'defaults' should be 1")
    for preset in given.get("template_variable_presets", []):
        variables = preset.get("template_variables") if isinstance(preset, dict) else None
        for variable in variables if isinstance(variables, list) else []:
            if isinstance(variable, dict) and {"value", "values"} <= variable.keys():
                raise Refusal(400, f"'template_variables' value '{variable}' is invalid")
            if isinstance(variable, dict) and variable.get("values") == []:
                raise Refusal(400, "Minimum number of elements in parameter 'values' should be 1")


def _slug(title: str) -> str:
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -")
    return "-".join(kept.split())[:80]
