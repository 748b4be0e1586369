"""What runs: the local backend, one Redis, six services; and the settings that join them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sightline_demo.api import Api
from sightline_demo.environment import require_all_loopback
from sightline_demo.options import SERVICES
from sightline_demo.scene import command, module
from sightline_demo.supervisor import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_demo.scene import Scene

__all__ = ["BACKEND", "BROKER", "SERVICES", "service_env", "specs", "telemetry_env"]

BACKEND = "backend"
BROKER = "redis"
PEERS = {
    "storefront": ("catalog", "cart", "orders"),
    "cart": ("catalog",),
    "orders": ("cart", "payments"),
    "catalog": (),
    "payments": (),
    "fulfilment": (),
}
"""Whom each service calls."""


def specs(scene: Scene) -> list[Spec]:
    """Return everything to start, at once and in any order: whoever needs another waits for it."""
    return [_backend(scene), _broker(scene), *(_service(scene, name) for name in SERVICES)]


def telemetry_env(scene: Scene, name: str) -> dict[str, str]:
    """Return the settings by which a process named `name` sends its telemetry to the backend."""
    env = {
        "SIGHTLINE_SERVICE": name,
        "SIGHTLINE_ENV": "demo",
        "SIGHTLINE_VERSION": "1.0.0",
        "SIGHTLINE_TELEMETRY": scene.options.mode_of(name) if name in SERVICES else _mode(scene),
        "SIGHTLINE_AGENT_URL": scene.ports.url("agent"),
        "SIGHTLINE_OTLP_URL": scene.ports.url("otlp"),
        "SIGHTLINE_DOGSTATSD": f"udp://127.0.0.1:{scene.ports['dogstatsd']}",
        "SIGHTLINE_LOG_FILE": str(scene.folder / "logs" / f"{name}.jsonl"),
    }
    require_all_loopback(env)
    return env


def service_env(scene: Scene, name: str) -> dict[str, str]:
    """Return a service's whole environment."""
    env = {
        **telemetry_env(scene, name),
        "SIGHTLINE_TRAFFIC_KEY": scene.traffic_key,
        "SIGHTLINE_ADMIN_TOKEN": scene.admin_token,
        "SIGHTLINE_HOST": "127.0.0.1",
        "SIGHTLINE_PORT": str(scene.ports[name]),
        "SIGHTLINE_DATA": str(scene.folder / "data"),
        "SIGHTLINE_REDIS_URL": f"unix://{redis_socket(scene.supervisor.run_id)}",
        **{f"SIGHTLINE_{peer.upper()}_URL": scene.ports.url(peer) for peer in PEERS[name]},
    }
    require_all_loopback(env)
    return {**scene.env, **env}


def _mode(scene: Scene) -> str:
    return "otel" if scene.options.telemetry == "mixed" else scene.options.telemetry


def _backend(scene: Scene) -> Spec:
    logs = scene.folder / "logs"
    api = Api(scene.ports.url("api"))
    return Spec(
        BACKEND,
        command(
            "local", "serve", "--data", str(scene.folder / "backend"),
            "--api-port", str(scene.ports["api"]), "--agent-port", str(scene.ports["agent"]),
            "--otlp-port", str(scene.ports["otlp"]), "--dogstatsd-port", str(scene.ports["dogstatsd"]),
            "--tail", str(logs / "*.jsonl"), "--evaluate-every", "10s",
        ),
        scene.env,
        logs / "backend.out",
        lambda: api.answers("/healthz"),
    )  # fmt: skip


def _broker(scene: Scene) -> Spec:
    data = scene.folder / "data" / "redis"
    socket = redis_socket(scene.supervisor.run_id)
    return Spec(
        BROKER,
        module("sightline_service.redis", "--data", str(data), "--socket", socket),
        scene.env,
        scene.folder / "logs" / "redis.out",
        lambda: os.path.exists(socket),  # noqa: PTH110 - the socket appears once the server answers
    )


def redis_socket(run_id: str) -> str:
    """Return the path of the broker's socket. A Redis that was killed leaves it behind."""
    # A Unix socket's path has 107 bytes at most; the run's folder may lie deep.
    return f"/tmp/sightline-{run_id}.sock"  # noqa: S108 - the run's id is random, and Redis refuses a taken name


def _service(scene: Scene, name: str) -> Spec:
    api = Api(scene.ports.url(name))
    env: Mapping[str, str] = service_env(scene, name)
    return Spec(
        name,
        module(f"sightline_{name}"),
        env,
        scene.folder / "logs" / f"{name}.out",
        lambda: api.answers("/readyz"),
    )
