"""HCL as server configurations are written in is read as the JSON that means the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_vault.lint.hcl import BrokenHclError, parse

TEXT = """
# a comment
// another { with a brace
/* and = one
   over lines */
ui = true
api_addr = "https://a:8200" // behind
listener "tcp" {
  address = "[::]:8200", tls_disable = 0
  telemetry { unauthenticated_metrics_access = "false" }
}
storage "raft" {
  path = "/vault/data"
  retry_join { leader_api_addr = "https://b:8200" }
  retry_join { leader_api_addr = "https://c:8200" }
}
audit "file" "one" { options { file_path = "a\\\\b\\"c" } }
plugin = {
  "args" = ["-x", 1.5, -2,]
  note : <<EOT
two
lines
EOT
}
"""


def test_blocks_values_comments_and_texts() -> None:
    """Repeated blocks are a list, labels nest, and comments are none of it."""
    value = parse(TEXT).value
    assert value == {
        "ui": True,
        "api_addr": "https://a:8200",
        "listener": [
            {
                "tcp": {
                    "address": "[::]:8200",
                    "tls_disable": 0,
                    "telemetry": [{"unauthenticated_metrics_access": "false"}],
                }
            }
        ],
        "storage": [
            {
                "raft": {
                    "path": "/vault/data",
                    "retry_join": [{"leader_api_addr": "https://b:8200"}, {"leader_api_addr": "https://c:8200"}],
                }
            }
        ],
        "audit": [{"file": {"one": {"options": [{"file_path": 'a\\b"c'}]}}}],
        "plugin": {"args": ["-x", 1.5, -2], "note": "two\nlines\n"},
    }


def test_each_key_knows_its_line() -> None:
    """Lines count from 1, through comments and texts over several."""
    lines = parse(TEXT).lines
    rows = TEXT.split("\n")
    assert rows[lines["storage", 0, "raft", "retry_join", 1] - 1].strip().startswith("retry_join")
    assert lines["storage", 0, "raft", "retry_join", 1] == lines["storage", 0, "raft", "retry_join", 0] + 1
    assert rows[lines["plugin", "note"] - 1].strip().startswith("note")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nlistener {", 2),
        ("a = \n", 2),
        ('a "b" = 1', 1),
        ("}\n", 1),
        ("a = [1, 2", 1),
        ('\n\nb = "open\n', 3),
        ("a = 1\na {}", 2),
        ("a = " + "[" * 100, 1),
        ("a {\n" * 2000, 27),
        ("= 1", 1),
    ],
)
def test_what_is_no_hcl_is_told_with_its_line(text: str, line: int) -> None:
    """A brace, quote or list that is open, a name too few."""
    with pytest.raises(BrokenHclError) as error:
        parse(text)
    assert error.value.line == line


@given(st.text(alphabet='ab{}[]=",:#/*<\n 1-.\\', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No other error, and an end in any case."""
    try:
        parse(text)
    except BrokenHclError as error:
        assert 1 <= error.line <= text.count("\n") + 1  # noqa: PT017 - either answer is right
