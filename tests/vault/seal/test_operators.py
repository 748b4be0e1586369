"""No share is encrypted to a key that nobody, or more than one, or everybody can open."""

from __future__ import annotations

import datetime as dt

import pysequoia
import pytest
import yaml
from pysequoia.packet import PacketPile

from sightline_core.diagnostics import Severity
from sightline_core.located import load_all
from sightline_vault.model.cluster import Operator
from sightline_vault.seal.operators import EXAMPLE, SHARED, UNUSABLE, Key, read_keys
from tests.vault.seal.people import person

NOW = dt.datetime.now(dt.UTC)


def read(*operators: Operator, now: dt.datetime = NOW, example: bool = False) -> tuple[list[Key], list[str], list[str]]:
    """Return the keys, the codes and the messages."""
    written = [{"name": each.name, "pgp_key": each.pgp_key} for each in operators]
    documents, _ = load_all(yaml.safe_dump({"operators": written}), "hub.yaml")
    keys, findings = read_keys(operators, documents[0], now, example=example)
    assert all(each.span is not None for each in findings)
    return keys, [each.code for each in findings], [each.message for each in findings]


def refused(text: str, now: dt.datetime = NOW) -> str:
    keys, codes, messages = read(Operator("ada", text), now=now)
    assert (keys, codes) == ([], [UNUSABLE])
    return messages[0]


def test_good_keys_are_sent_whole() -> None:
    """Each is told by its fingerprint, and goes to Vault in binary."""
    ada, grace = person("ada"), person("grace")
    keys, codes, _ = read(ada.operator, grace.operator)
    assert codes == []
    assert [each.fingerprint for each in keys] == [each.key.extract_certificate().fingerprint for each in (ada, grace)]
    assert keys[0].encoded.isascii()
    assert "\n" not in keys[0].encoded


def test_a_key_that_is_of_no_use_is_told_why() -> None:
    """Broken, two in one, secret, expired, revoked, unable to encrypt, of a version that Vault does not read."""
    ada = person("ada", validity_s=3600)
    public = ada.key.extract_certificate()
    packets = [*PacketPile.from_bytes(bytes(public))]
    revoked = pysequoia.Cert.from_bytes(bytes(public) + bytes(public.revoke(ada.key.certifier())))
    newer = pysequoia.Tsk.generate("ada", profile=pysequoia.Profile.RFC9580).extract_certificate()
    for text, why in (
        ("ada", "it is no OpenPGP key"),
        (f"{public}{person('b').operator.pgp_key}", "it holds 2 keys"),
        (str(ada.key), "it holds the secret key"),
        (str(revoked), "it is revoked"),
        (str(pysequoia.Cert.from_packets(packets[:-2])), "nothing can be encrypted to it"),
        (str(newer), "its version is not 4"),
    ):
        assert why in refused(text)
    assert "it expired on" in refused(str(public), NOW + dt.timedelta(hours=2))


def test_a_key_that_expires_soon_is_a_warning() -> None:
    """The shares stay readable, so it stops nobody."""
    ada = person("ada", validity_s=3600).operator
    documents, _ = load_all(yaml.safe_dump({"operators": [{"name": "ada", "pgp_key": ada.pgp_key}]}), "hub.yaml")
    keys, findings = read_keys([ada], documents[0], NOW)
    assert len(keys) == 1
    assert [(each.code, each.severity) for each in findings] == [(UNUSABLE, Severity.WARNING)]


def test_two_operators_have_two_keys() -> None:
    """Under another name the same key would be two shares in one hand."""
    ada = person("ada").operator
    _, codes, messages = read(ada, Operator("grace", ada.pgp_key))
    assert (codes, messages) == ([SHARED], ["grace and ada have one key"])


@pytest.mark.parametrize("domain", ["sightline.example", "example.com", "mail.example.org", "here.test"])
def test_keys_of_nobody_pass_as_an_example_alone(domain: str) -> None:
    """The domains that are reserved for examples."""
    ada = person("ada", domain).operator
    assert read(ada)[1] == [EXAMPLE]
    assert read(ada, example=True)[1] == []
