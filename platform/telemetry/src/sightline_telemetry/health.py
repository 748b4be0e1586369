"""Which requests are the orchestrator's and not the user's: no span, no SLI, no access line."""

PATHS = frozenset({"/healthz", "/readyz", "/livez"})
EXCLUDED_URLS = ",".join(f"{path}$" for path in sorted(PATHS))


def is_health(path: str) -> bool:
    """Whether `path` is a health or readiness endpoint."""
    return path in PATHS
