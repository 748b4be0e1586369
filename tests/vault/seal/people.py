"""Operators with keys of their own, made anew: no secret key is kept in the repository."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pysequoia

from sightline_vault.model.cluster import Operator


@dataclass(frozen=True)
class Person:
    """Somebody with both halves of a key."""

    name: str
    key: pysequoia.Tsk

    @property
    def operator(self) -> Operator:
        return Operator(self.name, str(self.key.extract_certificate()))

    def opens(self, message: str) -> bytes:
        """Return what a message in base64 was made of; fails where it is not to this person."""
        opened = pysequoia.decrypt(base64.b64decode(message), self.key.decryptor()).bytes
        assert opened is not None
        return opened


def person(name: str, domain: str = "sightline.internal", validity_s: int | None = None) -> Person:
    """Make a person with a new key."""
    return Person(name, pysequoia.Tsk.generate(f"{name} <{name}@{domain}>", validity_seconds=validity_s))
