"""gunicorn's own lines in our format: set `logger_class = "sightline_telemetry.gunicorn_log.JsonLogger"`.

gunicorn writes its access line after the response was closed, when every tracer has forgotten the request; the ids
come from what the request middleware left in the WSGI environment.
"""

import logging
from typing import Any

from gunicorn.glogging import Logger

from . import logs, middleware, scope
from .settings import from_env


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Sends `gunicorn.error` and `gunicorn.access` through the process's JSON lines."""

    def setup(self, cfg: Any) -> None:
        """Configure the master, which makes no telemetry of its own; a worker's `configure` replaces it there."""
        super().setup(cfg)
        if not any(isinstance(handler, logs.ForeignHandler) for handler in logging.getLogger().handlers):
            logs.configure(from_env(cfg.proc_name), lambda: None)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """One line for one request, health checks aside; only where gunicorn's access log is on."""
        held = environ.get(middleware.ENVIRON_KEY)
        if not self.cfg.accesslog or not isinstance(held, scope.Scope) or not held.traced:
            return
        self.access_log.info(
            '"%s %s" %s in %d us',
            req.method,
            req.path,
            resp.status.partition(" ")[0],
            request_time.total_seconds() * 1e6,
            extra={"sightline_ids": held.ids},
        )
