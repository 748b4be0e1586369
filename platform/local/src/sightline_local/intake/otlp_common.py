"""What OTLP's three signals share: bodies in both encodings, attributes, resources, errors."""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from starlette.responses import Response

from sightline_local.intake.bodies import FullError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

JSON = "application/json"
PROTOBUF = "application/x-protobuf"
_ID_FIELDS = frozenset({"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"})
_MAX_ATTRIBUTES = 2000
_DEPTH = 12

M = TypeVar("M", bound=Message)


def parse(message: type[M], body: bytes, content_type: str) -> M:
    """Decode a request in the encoding that its content type names.

    Raises:
        RefusedError: another content type (415), or a body that is not what it says (400).
    """
    if content_type == PROTOBUF:
        try:
            return message.FromString(body)
        except DecodeError as error:
            raise RefusedError(400, f"the body is no {message.__name__}: {error}") from error
    if content_type != JSON:
        raise RefusedError(415, f"content-type `{content_type[:60]}` is not known here; send {PROTOBUF} or {JSON}")
    try:
        data = orjson.loads(body)
        if not isinstance(data, dict):
            raise RefusedError(400, f"the body is no {message.__name__} in JSON: no object")
        return json_format.ParseDict(_ids_as_base64(data), message(), ignore_unknown_fields=True)
    except (json_format.ParseError, ValueError, TypeError, RecursionError) as error:
        raise RefusedError(400, f"the body is no {message.__name__} in JSON: {str(error)[:300]}") from error


def _ids_as_base64(value: Any) -> Any:
    """OTLP's JSON writes ids in hexadecimal, against protobuf's own JSON rule (base64) that the parser follows."""
    if isinstance(value, dict):
        return {
            key: _base64(each) if key in _ID_FIELDS and isinstance(each, str) else _ids_as_base64(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_ids_as_base64(each) for each in value]
    return value


def _base64(text: str) -> str:
    try:
        return base64.b64encode(binascii.unhexlify(text)).decode()
    except ValueError as error:
        raise RefusedError(400, f"`{text[:40]}` is no id in hexadecimal") from error


def plain(value: AnyValue, depth: int = 0) -> Any:
    """Return an attribute's value as JSON has it; what JSON cannot say is left out as None."""
    kind = value.WhichOneof("value")
    found: Any = None
    if kind in {"string_value", "int_value", "bool_value"}:
        found = getattr(value, kind)
    elif kind == "double_value":
        found = value.double_value if math.isfinite(value.double_value) else None
    elif kind == "bytes_value":
        found = base64.b64encode(value.bytes_value).decode()
    elif kind == "array_value" and depth < _DEPTH:
        found = [plain(each, depth + 1) for each in value.array_value.values]
    elif kind == "kvlist_value" and depth < _DEPTH:
        found = {each.key: plain(each.value, depth + 1) for each in value.kvlist_value.values}
    return found


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Return attributes as a plain mapping.

    Raises:
        RefusedError: there are absurdly many.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        value = pair.value
        found[pair.key] = value.string_value or plain(value)
    if len(found) > _MAX_ATTRIBUTES:
        raise RefusedError(400, f"more than {_MAX_ATTRIBUTES} attributes in one place")
    return found


def identity(resource: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Return a resource's service, env and version, in either spelling of the environment."""
    env = resource.get("deployment.environment.name") or resource.get("deployment.environment")
    version = resource.get("service.version")
    return (
        str(resource.get("service.name") or "unknown_service"),
        None if env is None else str(env),
        None if version is None else str(version),
    )


def answer(content_type: str, message: Message) -> Response:
    """Answer 200 with a message in the request's encoding."""
    if content_type == JSON:
        return Response(orjson.dumps(json_format.MessageToDict(message)), media_type=JSON)
    return Response(message.SerializeToString(), media_type=PROTOBUF)


def problem(content_type: str, error: RefusedError) -> Response:
    """Answer an error with a `google.rpc.Status` in the request's encoding, and when to come again if at all."""
    code = 14 if isinstance(error, FullError) else 3  # UNAVAILABLE, INVALID_ARGUMENT
    headers = {"retry-after": "1"} if isinstance(error, FullError) else {}
    if content_type == JSON:
        body = orjson.dumps({"code": code, "message": error.reason})
        return Response(body, error.status, headers, JSON)
    text = error.reason[:250].encode()  # 250 characters are at most 1000 bytes, and none is cut in half
    # message Status { int32 code = 1; string message = 2; }: two fields do not earn a dependency.
    length = bytes([len(text)]) if len(text) < 128 else bytes([len(text) & 0x7F | 0x80, len(text) >> 7])
    return Response(bytes([0x08, code, 0x12]) + length + text, error.status, headers, PROTOBUF)
