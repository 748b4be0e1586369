"""`/api/v1/synthetics/tests` and what `/api/v2/synthetics/tests` adds; the tests are kept, not run from here."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_local.api import fields, people, synthetics_results
from sightline_local.api.answers import Refusal, answer, integer, json_body
from sightline_local.api.envelope import attributes, iso
from sightline_local.api.json_patch import patched
from sightline_local.api.synthetics_body import checked, monitor_of, short_id, uploaded
from sightline_local.api.synthetics_places import place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "synthetics"
KINDS = ("api", "browser", "mobile")
FIRST_MONITOR = 1_000_001
_SUMMARY = (
    "public_id", "name", "status", "type", "subtype", "tags", "created_at", "modified_at", "config", "message",
    "options", "locations", "monitor_id", "steps",
)  # fmt: skip


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes; the fixed paths come before the one with an id."""
    family = Synthetics(backend)
    base = "/api/v1/synthetics/tests"
    return [
        Route(base, family.list, methods=["GET"]),
        Route(base + "/search", family.search, methods=["GET"]),
        Route(base + "/delete", family.delete, methods=["POST"]),
        Route(base + "/trigger", family.trigger, methods=["POST"]),
        *(Route(f"{base}/{kind}", family.creator(kind), methods=["POST"]) for kind in KINDS),
        *(Route(f"{base}/{kind}/{{id}}", family.update, methods=["PUT"]) for kind in KINDS),
        *(Route(f"{base}/{kind}/{{id}}", family.get, methods=["GET"]) for kind in KINDS),
        *synthetics_results.routes(backend),
        Route(base + "/{id}", family.get_any, methods=["GET"]),
        Route(base + "/{id}", family.patch, methods=["PATCH"]),
        Route(base + "/{id}/status", family.pause, methods=["PUT"]),
        Route("/api/v2/synthetics/tests/network", family.create_network, methods=["POST"]),
        Route("/api/v2/synthetics/tests/network/{id}", family.get_network, methods=["GET"]),
        Route("/api/v2/synthetics/tests/network/{id}", family.update_network, methods=["PUT"]),
        Route("/api/v2/synthetics/tests/bulk-delete", family.bulk_delete, methods=["POST"]),
    ]


class Synthetics:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    def creator(self, kind: str) -> Any:
        """Return the handler that creates tests of a kind."""

        async def create(request: Request) -> Response:
            body = checked(await json_body(request), kind)
            made = await run_in_threadpool(self._create, body)
            return answer({**made, "creation_source": _source(request)})

        return create

    def _create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        now = iso(self._backend.now_s())
        public_id = short_id()
        number = self._objects.next_number("monitor", FIRST_MONITOR)
        made = {
            "public_id": public_id,
            **uploaded(body, f"api-upload-file/{public_id}/{now}"),
            "created_at": now,
            "modified_at": now,
            "deleted_at": None,
            "monitor_id": number,
            "org_id": 1,
            "created_by": people.AUTHOR,
            "modified_by": people.AUTHOR,
        }
        self._objects.put(KIND, str(made["public_id"]), made)
        self._objects.put("monitor", str(number), monitor_of(made, self._backend.now_s()))
        return made

    async def get(self, request: Request) -> Response:
        """Return one, with its steps."""
        found = await self._found(request)
        steps: dict[str, Any] = {"steps": []} if found["type"] == "browser" else {}
        return answer({**steps, **_shown(found, ("steps",))})

    async def get_any(self, request: Request) -> Response:
        """Return one of whatever type, without its steps."""
        return answer(_shown(await self._found(request)))

    async def list(self, request: Request) -> Response:
        """Return a page of summaries."""
        size = integer(request, "page_size", 100, highest=1000) or 100
        page = integer(request, "page_number", 0, highest=10**6)
        everything = await run_in_threadpool(self._objects.all, KIND)
        shown = [_summary(each) for each in everything[page * size : (page + 1) * size]]
        # Only a page is counted.
        counted = {"total": len(everything)} if "page_size" in request.query_params else {}
        return answer({"tests": shown, **counted})

    async def search(self, request: Request) -> Response:
        """Return those with the text in their name, or `tag:value` among their tags."""
        count = integer(request, "count", 50, highest=1000) or 50
        start = integer(request, "start", 0, highest=10**9)
        words = request.query_params.get("text", "").lower().split()
        everything = await run_in_threadpool(self._objects.all, KIND)
        kept = [each for each in everything if all(_says(each, word) for word in words)]
        only_facets = request.query_params.get("facets_only") == "true"
        shown = [] if only_facets else [_summary(each) for each in kept[start : start + count]]
        return answer({"tests": shown, "total": len(kept), "facets": []})

    async def update(self, request: Request) -> Response:
        """Replace what it says; the answer does not know of a deletion."""
        given = await json_body(request)
        old = await self._found(request)
        return answer({**_changed(await self._change(old, given)), "creation_source": _source(request)})

    async def patch(self, request: Request) -> Response:
        """Change the parts that a JSON Patch names."""
        operations = fields.items(await json_body(request), "data", dict)
        old = await self._found(request)
        given = patched({key: old[key] for key in _PATCHED if key in old}, operations)
        return answer(_changed(await self._change(old, given)))

    async def _change(self, old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        now = iso(self._backend.now_s())
        body = uploaded(checked(given, old["type"], new=False), f"api-upload-file/{old['public_id']}/{now}")
        emptied: dict[str, Any] = {"steps": []} if "steps" in old and given.get("steps") == [] else {}
        made = {**old, **emptied, **body, "modified_at": now, "modified_by": people.AUTHOR}
        await run_in_threadpool(self._keep, made)
        return made

    async def pause(self, request: Request) -> Response:
        """Pause or start."""
        status = fields.one_of(await json_body(request), "new_status", ("live", "paused"))
        found = await self._found(request)
        await run_in_threadpool(self._keep, {**found, "status": status})
        return answer(body=True)

    def _keep(self, made: Mapping[str, Any]) -> None:
        self._objects.put(KIND, made["public_id"], made)
        self._objects.put("monitor", str(made["monitor_id"]), monitor_of(made, self._backend.now_s()))

    async def delete(self, request: Request) -> Response:
        """Delete those named, or none; their monitors go with them."""
        ids = fields.items(await json_body(request), "public_ids", str)
        deleted = await run_in_threadpool(self._delete, ids)
        return answer({"deleted_tests": deleted})

    async def bulk_delete(self, request: Request) -> Response:
        """Delete, in the newer form."""
        ids = fields.items(attributes(await json_body(request)), "public_ids", str)
        deleted = await run_in_threadpool(self._delete, ids)
        return answer(
            {"data": [{"type": "delete_tests", "id": each["public_id"], "attributes": each} for each in deleted]}
        )

    def _delete(self, ids: Sequence[str]) -> Sequence[dict[str, str]]:
        found = {each: self._objects.get(KIND, each) for each in ids}
        missing = [each for each, test in found.items() if test is None]
        if missing:
            raise Refusal(404, f"Synthetics test not found: {', '.join(missing)}")
        for each, test in found.items():
            self._objects.delete(KIND, each)
            self._objects.delete("monitor", str((test or {})["monitor_id"]))
        return [{"public_id": each, "deleted_at": iso(self._backend.now_s())} for each in ids]

    async def trigger(self, request: Request) -> Response:
        """Answer with the ids under which results would be found; nothing is run."""
        ids = [str(each.get("public_id")) for each in fields.items(await json_body(request), "tests", dict)]
        tests = [await run_in_threadpool(self._objects.get, KIND, each) for each in ids]
        known = [each for each in tests if each is not None]
        if not known or len(known) < len(ids):
            raise Refusal(404, "Synthetics test not found")
        places = list(dict.fromkeys(where for each in known for where in each["locations"]))
        numbers = {where: number for number, where in enumerate(places, 30_001)}
        results = [
            {
                "public_id": each["public_id"],
                "location": numbers[where],
                "result_id": str(secrets.randbelow(9 * 10**18) + 10**18),
            }
            for each in known
            for where in each["locations"]
        ]
        locations = [place(name, number) for name, number in numbers.items()]
        return answer({"batch_id": None, "results": results, "triggered_check_ids": ids, "locations": locations})

    async def create_network(self, request: Request) -> Response:
        """Create a network path test, whose answer is in the newer form."""
        body = checked(attributes(await json_body(request)), "network")
        made = await run_in_threadpool(self._create, body)
        return answer(_network({**made, "creation_source": _source(request)}))

    async def get_network(self, request: Request) -> Response:
        """Return a network path test, in the newer form."""
        return answer(_network(await self._found(request)))

    async def update_network(self, request: Request) -> Response:
        """Replace what a network path test says, in the newer form."""
        given = attributes(await json_body(request))
        changed = await self._change(await self._found(request), given)
        return answer(_network({**changed, "creation_source": _source(request)}))

    async def _found(self, request: Request) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, request.path_params["id"])
        if found is None:
            raise Refusal(404, "Synthetics test not found")
        return found


NO_DATA = 2
"""The state of a test that was not run, as the vendor numbers them."""


def _network(test: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: test[key] for key in _NETWORK if key in test}
    shown["options"] = {key: value for key, value in test["options"].items() if key != "httpVersion"}
    return {"data": {"type": "network_test", "id": test["public_id"], "attributes": shown}}


_NETWORK = (
    "public_id", "name", "status", "type", "subtype", "tags", "config", "message", "options", "locations",
    "creation_source",
)  # fmt: skip


def _shown(test: Mapping[str, Any], also: Sequence[str] = ()) -> dict[str, Any]:
    """Return one as reads show it: who made it is there, what only answers to writes know is not."""
    return {**{key: test[key] for key in (*_READ, *also) if key in test}, "creator": test["created_by"]}


_READ = (
    "public_id", "name", "status", "type", "subtype", "tags", "created_at", "modified_at", "config", "message",
    "options", "locations", "monitor_id",
)  # fmt: skip
_PATCHED = ("name", "status", "subtype", "tags", "config", "message", "options", "locations", "steps")


def _changed(test: Mapping[str, Any]) -> dict[str, Any]:
    """Return one as the answer to a change shows it, which does not know of a deletion."""
    shown = {key: value for key, value in test.items() if key != "deleted_at"}
    return {**shown, "overall_state": NO_DATA, "overall_state_modified": None}


def _source(request: Request) -> str:
    """Return which sort of client writes, as the vendor tells it in its answers to that."""
    return "terraform" if "terraform" in request.headers.get("user-agent", "").lower() else "api"


def _summary(test: Mapping[str, Any]) -> dict[str, Any]:
    return {key: test[key] for key in _SUMMARY if key in test}


def _says(test: Mapping[str, Any], word: str) -> bool:
    return word in test["name"].lower() or word.removeprefix("tag:") in test["tags"]
