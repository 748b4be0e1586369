"""What a service learns when a peer does not answer."""

from __future__ import annotations

import socket

import pytest

from sightline_telemetry import HttpClientError, active


def test_a_refused_connection_is_no_timeout() -> None:
    """Nobody listens: known at once, and not the same as a peer that takes too long."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(HttpClientError) as refused:
            active().http.get(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert not refused.value.timeout


def test_a_peer_that_says_nothing_is_a_timeout() -> None:
    """A connection that is taken and never answered ends after the time that was given."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(HttpClientError) as late:
            active().http.get(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.05)
    assert late.value.timeout
