"""moto, AWS's stand-in, as a process of its own: KMS, S3, STS and more on one port, all in memory.

It is not strict: it decrypts with a disabled key (`kms_faults` does not), and takes any credentials.
"""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import ports
from .asking import Answer, ask
from .process import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
"""What a client of it wants in its environment."""


@dataclass(frozen=True)
class Moto:
    """A running stand-in."""

    url: str
    server: Server

    def kms(self, operation: str, **body: object) -> Any:
        """Call an operation of KMS; return its answer."""
        return call_kms(self.url, operation, body).expect()

    def create_key(self) -> str:
        """Make a symmetric key; return its id."""
        return str(self.kms("CreateKey")["KeyMetadata"]["KeyId"])


def call_kms(url: str, operation: str, body: object) -> Answer:
    """Send one call of KMS; moto reads region and service from the head's scope and checks no signature."""
    scope = f"AWS4-HMAC-SHA256 Credential=testing/20260101/{REGION}/kms/aws4_request, SignedHeaders=host, Signature=0"
    headers = {"X-Amz-Target": f"TrentService.{operation}", "Authorization": scope}
    return ask("POST", f"{url}/", body, headers={**headers, "Content-Type": "application/x-amz-json-1.1"})


def installed() -> bool:
    """Whether moto is there: it comes with the development dependencies."""
    return importlib.util.find_spec("moto") is not None


@contextmanager
def moto(folder: Path, within: float = 30) -> Iterator[Moto]:
    """Serve an empty account."""
    (port,) = ports.free(1)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    made = Moto(f"http://127.0.0.1:{port}", Server("moto", command, folder, CREDENTIALS))
    try:
        made.server.start()
        made.server.until(lambda: ask("GET", f"{made.url}/moto-api/", timeout=5).ok, within)
        yield made
    finally:
        made.server.close()
