"""Which requests are the orchestrator's and not the user's: no span, no SLI, no access line."""

PATHS = frozenset({"/healthz", "/readyz", "/livez"})
EXCLUDED_URLS = ",".join(rf"^[a-z]+://[^/]+{path}($|\?)" for path in sorted(PATHS))  # OpenTelemetry matches whole URLs


def is_health(path: str) -> bool:
    """Whether `path` is a health or readiness endpoint."""
    return path in PATHS
