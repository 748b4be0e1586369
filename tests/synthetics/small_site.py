"""A site of three pages that remembers what was asked of it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = {
    "/": "<h1>Shop</h1><a id='go' href='/next'>next</a><img src='/pixel'>",
    "/next": "<h1>Next</h1><p data-testid='word'>done</p>",
    "/slow": "<h1>Slow</h1>",
}


@dataclass(slots=True)
class Site:
    """The running site."""

    url: str
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def small_site(slow_s: float = 5.0) -> Iterator[Site]:
    """Serve until the block ends; `/slow` answers after `slow_s`."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if self.path == "/slow":
                stopping.wait(slow_s)
            body = PAGES.get(self.path)
            content = (body or "nothing here").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    stopping = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
