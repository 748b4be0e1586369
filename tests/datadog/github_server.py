"""A small GitHub on this machine: comments and issues of one repository, in pages, by its documented rules."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
LONGEST = 65_536
REPOSITORY = "acme/shop"


@dataclass
class GitHubServer:
    """`issues` by number, `comments` by id; `broken` answers the next requests in its place (status, headers)."""

    token: str = "t0ken"
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    ids: int = 100

    def __enter__(self) -> Self:
        github = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                github.log.append((self.command, self.path))
                status, body, headers = github.answer(
                    self.command, self.path, json.loads(raw or b"null"), self.headers.get("authorization", "")
                )
                content = b"" if status == 204 else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815 - the base class's names

            def log_message(self, *_arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def environ(self) -> dict[str, str]:
        """What a job of its CI is told."""
        return {"GITHUB_API_URL": self.address, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": self.token}

    @property
    def writes(self) -> list[str]:
        """The methods of all that was no reading."""
        return [method for method, _ in self.log if method != "GET"]

    def add_comment(self, number: int, body: str, login: str = BOT) -> int:
        """Let somebody say something."""
        self.ids += 1
        url = f"https://github.com/{REPOSITORY}/pull/{number}#issuecomment-{self.ids}"
        made = {"id": self.ids, "body": body, "user": {"login": login}, "html_url": url, "issue": number}
        self.comments[self.ids] = made
        return self.ids

    def add_issue(self, title: str, body: str, login: str = BOT, **more: Any) -> int:
        """Let somebody open an issue."""
        self.ids += 1
        number = len(self.issues) + 1
        url = f"https://github.com/{REPOSITORY}/issues/{number}"
        made = {"id": self.ids, "number": number, "title": title, "body": body, "state": "open", "html_url": url}
        self.issues[number] = {**made, "user": {"login": login}, **more}
        return number

    def answer(self, method: str, path: str, body: Any, authorization: str) -> tuple[int, Any, dict[str, str]]:
        """Answer one request."""
        if self.broken:
            status, headers = self.broken.pop(0)
            return status, {"message": "broken"}, headers
        if authorization != f"Bearer {self.token}":
            return 401, {"message": "Bad credentials"}, {}
        if len((body or {}).get("body") or "") > LONGEST:
            return 422, {"message": "Validation Failed"}, {}
        steps = urlsplit(path).path.removeprefix(f"/repos/{REPOSITORY}")
        return self._about_comments(method, path, steps, body) or self._about_issues(method, path, steps, body)

    def _about_comments(self, method: str, path: str, steps: str, body: Any) -> tuple[int, Any, dict[str, str]] | None:
        if found := re.fullmatch(r"/issues/comments/(\d+)", steps):
            return self._one(method, self.comments, int(found[1]), body)
        found = re.fullmatch(r"/issues/(\d+)/comments", steps)
        if found and method == "POST":
            return 201, self.comments[self.add_comment(int(found[1]), body["body"])], {}
        if found:
            return self._page(path, [each for each in self.comments.values() if each["issue"] == int(found[1])])
        return None

    def _about_issues(self, method: str, path: str, steps: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        if found := re.fullmatch(r"/issues/(\d+)", steps):
            return self._one(method, self.issues, int(found[1]), body)
        if steps != "/issues":
            return 404, {"message": "Not Found"}, {}
        if method == "POST":
            return 201, self.issues[self.add_issue(body["title"], body["body"])], {}
        return self._page(path, [each for each in self.issues.values() if each["state"] == "open"])

    def _one(self, method: str, those: dict[int, Any], number: int, body: Any) -> tuple[int, Any, dict[str, str]]:
        if number not in those:
            return 404, {"message": "Not Found"}, {}
        if method == "DELETE":
            del those[number]
            return 204, None, {}
        those[number] |= body
        return 200, those[number], {}

    def _page(self, path: str, found: list[dict[str, Any]]) -> tuple[int, Any, dict[str, str]]:
        query = parse_qs(urlsplit(path).query)
        size, number = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        start = (number - 1) * size
        more = start + size < len(found)
        link = {"Link": f'<{self.address}/elsewhere?page={number + 1}>; rel="next"'} if more else {}
        return 200, found[start : start + size], link
