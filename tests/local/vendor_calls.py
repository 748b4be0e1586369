"""The calls of the vendor's client: which speaks to which route, as the client itself says, and one way to make any."""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import pkgutil
import re
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = ("v1", "v2")


class Client:
    """Makes any call by its name, with a body of plain data that the client's own types must take, and answers typed.

    Unstable calls are enabled first, as the client asks.
    """

    def __init__(self, api: str) -> None:
        datadog = importlib.import_module("datadog_api_client")
        settings = datadog.Configuration(host=api)
        settings.api_key |= {"apiKeyAuth": "any", "appKeyAuth": "any"}
        self._unstable = settings.unstable_operations
        self._client: Any = datadog.ApiClient(settings)
        self._families = {name: family for family in _families() for name in _named(family)}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __call__(self, version: str, name: str, body: Any = None, **parameters: Any) -> Any:
        """Make a call; nothing in the answer may be of no type that the client knows."""
        if name in self._unstable:
            self._unstable[name] = True
        family = self._families[version, name](self._client)
        if body is not None:
            types = vars(family)[f"_{name}_endpoint"].params_map["body"]["openapi_types"]
            parameters["body"] = self._client.deserialize(json.dumps(body), types, True)  # noqa: FBT003 - its own signature
            assert _known(parameters["body"]), f"{name}: the client's types do not take this body"
        answer = getattr(family, name)(**parameters)
        assert _known(answer), f"{name}: {answer}"
        return answer


def _known(value: Any) -> bool:
    """Whether the client had a type for every part of a value."""
    if isinstance(value, list):
        return all(map(_known, value))
    if getattr(value, "_unparsed", False):
        return False
    stored = getattr(value, "_data_store", None)
    return stored is None or all(map(_known, stored.values()))


def shape(method: str, path: str) -> tuple[str, str]:
    """Return a route without the names of its parameters, which client and backend choose each for itself."""
    return method, re.sub(r"\{[^}]*\}", "{}", path)


def calls() -> dict[tuple[str, str], set[str]]:
    """Return the names of the client's calls by the shape of their route."""
    found: dict[tuple[str, str], set[str]] = {}
    for family in _families():
        for (_, name), settings in _named(family).items():
            found.setdefault(shape(settings["http_method"], settings["endpoint_path"]), set()).add(name)
    return found


def _named(family: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the settings of a family's calls by version and name."""
    found = {}
    for name, endpoint in vars(family()).items():
        settings = getattr(endpoint, "settings", None)
        if isinstance(settings, dict) and "endpoint_path" in settings:
            found[settings["version"], name.removeprefix("_").removesuffix("_endpoint")] = settings
    return found


@functools.cache
def _families() -> tuple[Any, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's docstrings hold escapes that Python warns of
        return tuple(_found())


def _found() -> Iterator[Any]:
    for version in VERSIONS:
        package = importlib.import_module(f"datadog_api_client.{version}.api")
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if name.endswith("Api") and inspect.isclass(value):
                    yield value
