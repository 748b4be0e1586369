"""A target that lies, sends away and talks nonsense; a command line that asks for the impossible."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core import cli
from sightline_synthetics.load.ledger import read
from sightline_synthetics.load.shop import Answer, JsonShop
from sightline_synthetics.load.shopper import Ending
from sightline_synthetics.load.visits import Card

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Target(ThreadingHTTPServer):
    """Answers with whatever `answer` gives for a path: status, headers, body."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target.asked.append(self.path)
                self.rfile.read(int(self.headers.get("content-length") or 0))
                status, headers, body = answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        target = self
        super().__init__(("127.0.0.1", 0), Handler)


@contextmanager
def serving(answer: Any) -> Iterator[Target]:
    """Serve until the block ends."""
    with Target(answer) as target:
        thread = threading.Thread(target=target.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield target
        target.shutdown()
        thread.join()


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"id":5}', '{"products":5}', '{"products":[1,{}]}', "[" * 99999])
def test_an_answer_of_nonsense_is_no_purchase(body: str) -> None:
    """A 200 that names no order bought nothing, and nothing raises into the visit."""

    def send(*_: object, **__: object) -> Answer:
        return Answer.of(200, body, "")

    shop = JsonShop(send)
    assert not shop.products(None)
    assert shop.checkout("cart", Card.GOOD, "key").ending is Ending.UNKNOWN


@pytest.mark.slow
def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """The load goes to its target and to nobody whom the target names."""
    book = tmp_path / "ledger"
    with serving(lambda _: (200, {}, b"{}")) as elsewhere:
        away = {"location": f"http://localhost:{elsewhere.server_port}/away", "content-type": "text/html; charset=no"}
        with serving(lambda _: (302, away, b"\xff")) as target:
            done = subprocess.run(
                [
                    *(sys.executable, "-P", "-c", "from sightline_core.cli import main; main()", "load", "run"),
                    *("--target", f"http://127.0.0.1:{target.server_port}", "--visits", "3", "--rate", "0"),
                    *("--users", "1", "--ledger", str(book), "--json"),
                ],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
    assert elsewhere.asked == []
    assert len(target.asked) >= 3
    assert json.loads(done.stdout)["data"]["bought"]["orders"] == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert read(book).visits == 3


@pytest.mark.parametrize("option", ["--rate", "--declined", "--max-fail-ratio", "--max-p95"])
def test_what_is_no_number_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`nan` lies within every range and would be found out in the middle of the run."""
    assert cli.run(["load", "run", "--target", "http://127.0.0.1:1", option, "nan"]) == 2
    assert "nan is no number to count with" in capsys.readouterr().err


def test_a_ledger_that_cannot_be_written_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before locust starts, with the place and a way out."""
    with serving(lambda _: (200, {}, b"")) as target:
        argv = ["load", "run", "--target", f"http://127.0.0.1:{target.server_port}", "--ledger", str(tmp_path)]
        assert cli.run(argv) == 2
    err = capsys.readouterr().err
    assert "error: the ledger cannot be written" in err
    assert str(tmp_path) in err
