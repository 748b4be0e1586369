"""Every call in a script is found, as a shell would find it."""

from __future__ import annotations

import pytest

from sightline_kube.runbooks.markdown import read_page
from sightline_kube.runbooks.shell import HIDDEN, Command, Unreadable, read_script


def calls(script: str, language: str = "sh") -> list[tuple[str, ...]]:
    (block,) = read_page(f"```{language}\n{script}\n```\n", "r.md").blocks
    return [each.words for each in read_script(block) if isinstance(each, Command)]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("kubectl get pods", [("kubectl", "get", "pods")]),
        ("# a comment\n\nkubectl get pods # and why", [("kubectl", "get", "pods")]),
        ("kubectl get pods \\\n  -n vault", [("kubectl", "get", "pods", "-n", "vault")]),
        ("A=1 B='2 3' vault status", [("vault", "status")]),
        ("A=1", []),
        (
            "vault status | jq .sealed && echo up || echo down; true",
            [("vault", "status"), ("jq", ".sealed"), ("echo", "up"), ("echo", "down"), ("true",)],
        ),
        ("vault read x > out.txt 2>&1", [("vault", "read", "x")]),
        ("cat < in.txt | sort", [("cat",), ("sort",)]),
        ("echo 'one\ntwo' x", [("echo", "one\ntwo", "x")]),
        ("for n in 0 1 2; do vault status; done", [("vault", "status")]),
        ("if vault status; then echo a; else echo b; fi", [("vault", "status"), ("echo", "a"), ("echo", "b")]),
        ("(cd x && ls)", [("cd", "x"), ("ls",)]),
        ("TOKEN=$(vault token create -field=token)", [("vault", "token", "create", "-field=token")]),
        ("echo `date` x", [("date",), ("echo", HIDDEN, "x")]),
        ("vault login <your token>", [("vault", "login", HIDDEN)]),
        ("cat <<EOF > f\nno command\nEOF\nls", [("cat",), ("ls",)]),
        ("! grep -q x f", [("grep", "-q", "x", "f")]),
        ("curl https://a.example/#part", [("curl", "https://a.example/#part")]),
    ],
)
def test_calls(script: str, found: list[tuple[str, ...]]) -> None:
    """Pipes, lists, loops, substitutions, assignments, redirections, here-documents and placeholders."""
    assert calls(script) == found


def test_of_a_console_the_prompts_are_meant() -> None:
    """Lines after `$ ` are typed, and those that a backslash continues; where none begins so, all of them are."""
    script = "$ vault \\\n  status\nSealed true\n$ ls\nkubectl is not typed here"
    assert calls(script, "console") == [("vault", "status"), ("ls",)]
    assert calls("vault status\nls", "console") == [("vault", "status"), ("ls",)]


@pytest.mark.parametrize("language", ["yaml", "text", "json", ""])
def test_other_blocks_are_no_scripts(language: str) -> None:
    """Only the shell's languages are read."""
    assert calls("kubectl get pods", language) == []


def test_a_quote_that_is_never_closed_is_told_at_its_line() -> None:
    """The place is the line where it begins."""
    (block,) = read_page("```sh\nls\necho 'a\nb\n```\n", "r.md").blocks
    (_, found) = read_script(block)
    assert isinstance(found, Unreadable)
    assert (found.span.line, found.span.column) == (3, 1)
