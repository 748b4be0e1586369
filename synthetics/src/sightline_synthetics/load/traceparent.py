"""The W3C header that makes every request of a load run findable."""

from __future__ import annotations

import secrets


def traceparent() -> str:
    """Return a fresh, sampled `traceparent`.

    The ids are never seeded: two runs of one seed against one store must not share traces.
    All 128 bits are random: an upper half of zeros is read as a 64-bit id by some tracers, and then
    the ids in logs no longer match as text.
    """
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
