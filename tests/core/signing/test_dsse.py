"""Envelopes and statements: the vectors of the specifications, and everything that must not verify."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_core.signing import dsse, intoto
from sightline_core.signing.key_files import FileSigner, FileVerifier, KeyKind, generate, load_signer, load_verifier

if TYPE_CHECKING:
    from pathlib import Path

TYPE = "http://example.com/HelloWorld"
PREDICATE = "https://sightline.example/restore-drill/v1"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return generate(tmp_path_factory.mktemp("keys") / "key.pem")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return generate(tmp_path_factory.mktemp("keys") / "key.pem", KeyKind.ED25519)


def test_pae_is_that_of_the_specification() -> None:
    """The example of DSSE's protocol.md; lengths count bytes, not characters."""
    assert dsse.pae(TYPE, b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert dsse.pae("é", b"a b\n\x00") == b"DSSEv1 2 \xc3\xa9 5 a b\n\x00"


def test_the_envelope_of_the_specification_verifies() -> None:
    """protocol.md's key and envelope: P-256, its two numbers side by side, a key name that means nothing."""
    from cryptography.hazmat.primitives.asymmetric import ec

    numbers = ec.EllipticCurvePublicNumbers(
        46950820868899156662930047687818585632848591499744589407958293238635476079160,
        5640078356564379163099075877009565129882514886557779369047442380624545832820,
        ec.SECP256R1(),
    )
    content = json.dumps(
        {
            "payload": "aGVsbG8gd29ybGQ=",
            "payloadType": TYPE,
            "signatures": [
                {
                    "keyid": "66301bbf",
                    "sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==",
                }
            ],
        }
    ).encode()
    key = FileVerifier(numbers.public_key(), "spec")
    verified = dsse.verify(dsse.load(content, "spec.json"), [key], payload_type=TYPE)
    assert verified == dsse.Verified(b"hello world", ("spec",))


def test_ed25519_is_that_of_its_rfc(tmp_path: Path) -> None:
    """RFC 8032, section 7.1, test 2: the signature of one byte, by a key from a file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    file = tmp_path / "key.pem"
    file.write_bytes(
        Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    file.chmod(0o600)
    assert load_signer(file).sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("password", [None, b"correct horse"])
def test_a_key_survives_its_file(kind: KeyKind, password: bytes | None, tmp_path: Path) -> None:
    """What a made key signs, the read public key verifies; the private half is its owner's alone, and kept."""
    file = tmp_path / "key.pem"
    made = generate(file, kind, password)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read, public = load_signer(file, password), load_verifier(tmp_path / "key.pem.pub")
    assert made.keyid == read.keyid == public.keyid
    assert public.verify(b"x", read.sign(b"x"))
    assert not public.verify(b"y", read.sign(b"x"))
    assert not public.verify(b"x", b"\x00" * 64)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["key.pem", "key.pem.pub"]
    with pytest.raises(SightlineError, match="not overwritten"):
        generate(file, kind)
    if password:
        with pytest.raises(SightlineError, match="no private key that can be read"):
            load_signer(file)


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is a file is named, and nothing is left behind."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SightlineError, match="cannot be written"):
        generate(tmp_path / "file" / "key.pem")


def test_nothing_is_signed_without_a_signer() -> None:
    """An envelope that nobody signed is none."""
    with pytest.raises(ValueError, match="wants a type and a signer"):
        dsse.sign(TYPE, b"x", [])


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A key that lay open is no secret any more; the error says its mode."""
    file = tmp_path / "key.pem"
    generate(file)
    file.chmod(0o640)
    with pytest.raises(SightlineError, match="others may read") as caught:
        load_signer(file)
    assert "0640" in caught.value.frame()


@pytest.mark.parametrize("load", [load_signer, load_verifier])
def test_files_that_are_no_such_key_are_named(load: Any, tmp_path: Path) -> None:
    """Not there, no PEM, and another kind: each is told by what it is, with the file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    file = tmp_path / "key.pem"
    with pytest.raises(SightlineError, match="cannot be read") as missing:
        load(file)
    assert missing.value.where == str(file)
    file.write_text("no key")
    file.chmod(0o600)
    with pytest.raises(SightlineError, match=r"no (private|public) key"):
        load(file)
    key = ec.generate_private_key(ec.SECP384R1())
    pem = serialization.Encoding.PEM
    if load is load_signer:
        content = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    else:
        content = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    file.write_bytes(content)
    with pytest.raises(SightlineError, match="another kind"):
        load(file)


def test_an_envelope_reads_back(signer: FileSigner, other: FileSigner) -> None:
    """Written and read it is equal; either alphabet of base64 is read."""
    envelope = dsse.sign(TYPE, b"\xfb\xff hello", [signer, other])
    content = envelope.dump()
    assert dsse.load(content, "e") == envelope
    assert dsse.load(content.replace(b"+", b"-").replace(b"/8", b"_8"), "e").payload == envelope.payload


def test_changed_payload_type_or_signature_is_found(signer: FileSigner) -> None:
    """Any one change makes the signature fail, and the error says that something was changed."""
    envelope = dsse.sign(TYPE, b"hello", [signer])
    sig = bytearray(envelope.signatures[0].sig)
    sig[-1] ^= 1
    changed = [
        dsse.Envelope(TYPE, b"hellO", envelope.signatures),
        dsse.Envelope(TYPE, b"hello", (dsse.Signature(signer.keyid, bytes(sig)),)),
    ]
    for each in changed:
        with pytest.raises(dsse.VerificationError, match="0 of 1 signatures hold") as caught:
            dsse.verify(each, [signer.verifier()], payload_type=TYPE, where="e.json")
        assert "was changed" in caught.value.why
        assert caught.value.where == "e.json"
    renamed = dsse.Envelope("text/plain", b"hello", envelope.signatures)
    with pytest.raises(dsse.VerificationError, match="0 of 1"):
        dsse.verify(renamed, [signer.verifier()], payload_type="text/plain")
    with pytest.raises(dsse.VerificationError, match="not one of type text/plain"):
        dsse.verify(envelope, [signer.verifier()], payload_type="text/plain")


def test_a_threshold_counts_keys_not_signatures(signer: FileSigner, other: FileSigner) -> None:
    """One key that signs twice, or under a false name, is one key; a stranger's signature beside it does no harm."""
    keys = [signer.verifier(), other.verifier()]
    twice = dsse.sign(TYPE, b"x", [signer, signer])
    false_name = dsse.Envelope(
        TYPE, b"x", (*twice.signatures, dsse.Signature("", twice.signatures[0].sig), dsse.Signature("?", b"junk"))
    )
    for each in (twice, false_name):
        assert dsse.verify(each, keys, payload_type=TYPE).keyids == (signer.keyid,)
        with pytest.raises(dsse.VerificationError, match="1 of 2"):
            dsse.verify(each, keys, payload_type=TYPE, threshold=2)
    both = dsse.sign(TYPE, b"x", [other, signer])
    assert dsse.verify(both, keys, payload_type=TYPE, threshold=2).keyids == (other.keyid, signer.keyid)
    for threshold in (0, 3):
        with pytest.raises(ValueError, match="cannot give"):
            dsse.verify(both, keys, payload_type=TYPE, threshold=threshold)


def test_a_stranger_s_signature_is_told_from_a_broken_one(signer: FileSigner, other: FileSigner) -> None:
    """Whoever holds the wrong public key is told so, and not that the file was changed."""
    envelope = dsse.sign(TYPE, b"x", [other])
    with pytest.raises(dsse.VerificationError) as caught:
        dsse.verify(envelope, [signer.verifier()], payload_type=TYPE)
    assert "signed by other keys" in caught.value.why
    assert other.keyid in caught.value.why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (b"\xff", "utf-8"),
        (b"1" * 5000, "digits"),
        (b"[]", "no JSON object"),
        (b'{"payload":"","payload":"eA==","payloadType":"t","signatures":[{"sig":""}]}', "stands twice"),
        (b'{"payload":"","signatures":[{"sig":""}]}', "payloadType"),
        (b'{"payload":"","payloadType":"t","signatures":[]}', "signatures"),
        (b'{"payload":"*","payloadType":"t","signatures":[{"sig":""}]}', "`payload` is no base64"),
        (b'{"payload":"","payloadType":"t","signatures":[{"sig":7}]}', "signatures[0].sig"),
        (b'{"payload":"","payloadType":"t","signatures":["x"]}', "signatures[0]"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_envelope_says_why(content: bytes, why: str) -> None:
    """Each wrong part is named, and the file with it; JSON's own errors with line and column."""
    with pytest.raises(dsse.VerificationError, match="no signed envelope") as caught:
        dsse.load(content, "e.json")
    assert why in caught.value.why
    assert caught.value.where.startswith("e.json")


def statement(predicate: dict[str, Any] | None = None) -> intoto.Statement:
    subject = intoto.Subject("snapshot", {"sha256": "ab" * 32})
    return intoto.Statement((subject,), PREDICATE, predicate or {"result": "passed"})


def test_a_statement_reads_back(signer: FileSigner) -> None:
    """Signed, written, read and verified, it says the same of the same thing."""
    content = intoto.attest(statement(), [signer]).dump()
    payload = json.loads(base64.b64decode(json.loads(content)["payload"]))
    assert payload == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "snapshot", "digest": {"sha256": "ab" * 32}}],
        "predicateType": PREDICATE,
        "predicate": {"result": "passed"},
    }
    read = intoto.verified(content, [signer.verifier()], predicate_type=PREDICATE, where="s", digest="ab" * 32)
    assert read == statement()


def test_a_claim_of_another_kind_or_about_another_thing_is_refused(signer: FileSigner) -> None:
    """A signed claim is no signature of everything: its kind and its subject must be those that are wanted."""
    content = intoto.attest(statement(), [signer]).dump()
    keys = [signer.verifier()]
    with pytest.raises(dsse.VerificationError, match="not https://other"):
        intoto.verified(content, keys, predicate_type="https://other", where="s")
    with pytest.raises(dsse.VerificationError, match="something else") as caught:
        intoto.verified(content, keys, predicate_type=PREDICATE, where="s", digest="cd" * 32)
    assert "snapshot" in caught.value.why


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"_type": intoto.STATEMENT, "subject": {}, "predicateType": "t"},
        {"_type": intoto.STATEMENT, "subject": [{"name": "x"}], "predicateType": "t"},
        {"_type": intoto.STATEMENT, "subject": [{"digest": {"sha256": 7}}], "predicateType": "t"},
        {"_type": intoto.STATEMENT, "subject": [], "predicateType": "t", "predicate": []},
    ],
)
def test_a_signed_payload_that_is_no_statement_is_refused(payload: dict[str, Any], signer: FileSigner) -> None:
    """A signature does not make a statement of it."""
    content = dsse.sign(intoto.PAYLOAD_TYPE, json.dumps(payload).encode(), [signer]).dump()
    with pytest.raises(dsse.VerificationError, match="no in-toto statement"):
        intoto.verified(content, [signer.verifier()], predicate_type="t", where="s")


@pytest.mark.parametrize(
    "subjects",
    [(), (intoto.Subject("x", {}),), (intoto.Subject("x", {"sha256": "AB"}),)],
    ids=["none", "bare", "large"],
)
def test_a_statement_about_nothing_is_not_signed(subjects: tuple[intoto.Subject, ...]) -> None:
    """Without a subject and its digest a claim could be held to anything."""
    with pytest.raises(ValueError, match=r"subject"):
        intoto.Statement(subjects, PREDICATE, {}).dump()


def test_the_command_does_not_load_the_library() -> None:
    """`sightline --help` imports neither the signer nor what it stands on."""
    script = (
        "import sys; from sightline_core import cli; cli.run(['--help']);"
        "print([m for m in sys.modules if m.startswith(('cryptography', 'sightline_core.signing'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is not installed, whoever asks for a key is told what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SightlineError) as caught:
        generate(tmp_path / "key.pem")
    assert "sightline-core[sign]" in caught.value.help
