"""A proxy before KMS that breaks it as AWS does: the words and codes are those of KMS's API reference.

<https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html> and the errors of Decrypt and DescribeKey.
A key that is disabled or pending deletion can still be described, and says so; denied, throttled and cut off hold for
every call. `calls` keeps what was asked and how it was answered.
"""

from __future__ import annotations

import enum
import json
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from .asking import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Iterator


class Fault(enum.Enum):
    """How KMS fails."""

    NONE = "none"
    DISABLED = "disabled"
    PENDING_DELETION = "pending-deletion"
    DENIED = "denied"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"


STATES = {Fault.DISABLED: "Disabled", Fault.PENDING_DELETION: "PendingDeletion"}
ERRORS = {
    Fault.DISABLED: ("DisabledException", "arn:aws:kms:eu-west-1:123456789012:key is disabled."),
    Fault.PENDING_DELETION: (
        "KMSInvalidStateException",
        "arn:aws:kms:eu-west-1:123456789012:key is pending deletion.",
    ),
    Fault.DENIED: (
        "AccessDeniedException",
        "User: arn:aws:sts::123456789012:assumed-role/vault is not authorized to perform: kms:{operation}",
    ),
    Fault.THROTTLED: (
        "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
    ),
}


class FaultyKms:
    """The proxy: set `fault` at any time; it holds from the next call on."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.fault = Fault.NONE
        self.calls: list[tuple[str, str]] = []
        """Each call's operation, and `ok`, the code of its error, or `cut`."""
        self.url = ""

    def answer(self, operation: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        """Return what KMS answers to one call; None where the connection is cut."""
        fault = self.fault
        if fault is Fault.UNREACHABLE:
            self.calls.append((operation, "cut"))
            return None
        if fault in ERRORS and not (fault in STATES and operation == "DescribeKey"):
            code, words = ERRORS[fault]
            self.calls.append((operation, code))
            told = {"__type": code, "message": words.format(operation=operation)}
            return Answer(400, json.dumps(told).encode())
        real = ask("POST", f"{self.upstream}/", body, headers=headers, timeout=30)
        self.calls.append((operation, "ok" if real.ok else str(real.json.get("__type", real.status))))
        if fault in STATES and real.ok:
            told = real.json
            told["KeyMetadata"] |= {"KeyState": STATES[fault], "Enabled": False}
            return Answer(real.status, json.dumps(told).encode())
        return real


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultyKms

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        passed = {key: value for key, value in self.headers.items() if key.lower() not in {"host", "content-length"}}
        answer = self.proxy.answer(operation, body, passed)
        if answer is None:
            self.close_connection = True
            # Linger for no time: the client sees a reset, not an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        with suppress(ConnectionError):  # a client that was killed meanwhile
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parameter's name in http.server
        """Keep quiet: `calls` tells it."""


@contextmanager
def faulty_kms(upstream: str) -> Iterator[FaultyKms]:
    """Stand before a KMS, in threads of this process."""
    made = FaultyKms(upstream)
    handler = type("Handler", (_Handler,), {"proxy": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
