"""The backend's store and intake behind uvicorn, as `sightline local serve` runs them; prints its port."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from sightline_local.intake import Intake
from sightline_local.store import Store
from starlette.applications import Starlette


def main() -> None:
    store = Store.open(Path(sys.argv[1]))
    intake = Intake(store)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    routes = [*intake.agent_routes(), *intake.otlp_routes(), *intake.datadog_routes()]
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(64)
    sys.stdout.write(f"{bound.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(Starlette(routes=routes, lifespan=lifespan), log_level="warning", access_log=False)
    uvicorn.Server(config).run([bound])


if __name__ == "__main__":
    main()
