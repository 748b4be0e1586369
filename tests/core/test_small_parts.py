"""Atomic writes, the JSON envelope, the loopback guard, suggestions and errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.atomic import write_bytes, write_text
from sightline_core.diagnostics import Diagnostic, Severity, Span
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback, require_loopback, without_vendor_env
from sightline_core.suggest import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path


class TestAtomicWrite:
    def test_makes_folders_and_says_whether_it_changed(self, tmp_path: Path) -> None:
        """The first write changes, the same again does not and leaves the time stamp."""
        path = tmp_path / "a" / "b.txt"
        assert write_text(path, "é")
        before = path.stat().st_mtime_ns
        assert not write_text(path, "é")
        assert path.stat().st_mtime_ns == before
        assert path.read_bytes() == "é".encode()

    def test_keeps_the_mode(self, tmp_path: Path) -> None:
        """A private file stays private when it is rewritten."""
        path = tmp_path / "secret"
        write_bytes(path, b"1")
        path.chmod(0o600)
        write_bytes(path, b"2")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_failure_keeps_the_old_file_and_leaves_nothing_behind(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When the disk is full the old content is still whole."""
        path = tmp_path / "f"
        write_text(path, "old")

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_text(path, "new")
        assert path.read_text() == "old"
        assert [each.name for each in tmp_path.iterdir()] == ["f"]


class TestEnvelope:
    def test_has_one_shape(self) -> None:
        """Version, data and diagnostics stand there on success and on failure; empty parts are left out."""
        finding = Diagnostic("X1", Severity.ERROR, "bad", Span("f", 1, 2, 1, 3), help="mend it")
        assert json.loads(dumps(envelope({"a": 1}, [finding, Diagnostic("X2", Severity.INFO, "general")]))) == {
            "version": 1,
            "data": {"a": 1},
            "diagnostics": [
                {
                    "code": "X1",
                    "severity": "error",
                    "message": "bad",
                    "span": {"file": "f", "line": 1, "column": 2, "end_line": 1, "end_column": 3},
                    "help": "mend it",
                },
                {"code": "X2", "severity": "info", "message": "general", "span": None},
            ],
        }

    def test_refuses_what_json_cannot_hold(self) -> None:
        """NaN would make the output unreadable for every strict reader."""
        with pytest.raises(ValueError, match="JSON compliant"):
            dumps(envelope(float("nan")))


class TestLoopback:
    @pytest.mark.parametrize(
        "target",
        [
            "http://127.0.0.1:4280",
            "127.0.0.1:8125",
            "http://[::1]:1/",
            "::1",
            "localhost",
            "http://LOCALHOST:1",
            "127.8.9.1",
            "unix:///run/dsd.socket",
            "/run/dsd.socket",
        ],
    )
    def test_stays_here(self, target: str) -> None:
        """Literal loopback addresses, localhost and Unix sockets are this machine."""
        assert is_loopback(target)
        assert require_loopback(target, setting="X") == target

    @pytest.mark.parametrize(
        "target",
        [
            "https://api.datadoghq.com",
            "10.0.0.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "",
            "http://127.0.0.1@example.com/",
            "0.0.0.0",
            "http://[::1",
            "http://2130706433/",
            "http://user:x@",
        ],
    )
    def test_leaves(self, target: str) -> None:
        """Everything else is refused, look-alikes too."""
        assert not is_loopback(target)
        with pytest.raises(SightlineError, match="refused") as caught:
            require_loopback(target, setting="DD_HOST")
        assert "DD_HOST" in caught.value.frame()

    def test_vendor_variables_are_dropped(self) -> None:
        """No variable by which a vendor's client would find an account survives, whatever its case."""
        environ = {"DD_API_KEY": "k", "DATADOG_APP_KEY": "k", "OTEL_EXPORTER_OTLP_ENDPOINT": "x", "dd_site": "x"}
        assert without_vendor_env({**environ, "PATH": "/bin", "ODD_NAME": "1"}) == {"PATH": "/bin", "ODD_NAME": "1"}


def test_suggestions_overlook_case() -> None:
    """A near word is suggested as it is spelt; a far one is not."""
    assert did_you_mean("Objetive", ["objective", "name"]) == "objective"
    assert did_you_mean("pagealert", ["pageAlert"]) == "pageAlert"
    assert did_you_mean("zzz", ["objective"]) is None


def test_an_error_without_details_is_one_line() -> None:
    """Parts that are empty are not printed."""
    assert SightlineError("no").frame() == "error: no"
