"""What a process needs to know to report about itself: read once, from the environment, by `from_env`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sightline_core.errors import SightlineError

Mode = Literal["none", "otel", "ddtrace"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Settings:
    """Identity and destinations of one process's telemetry.

    `dogstatsd` is `udp://host:port` or `unix:///path`. `log_file` empty means standard output.
    `traffic_key` empty means that no traffic token can be authentic, so all traffic is the customers'.
    `strict_signals` makes an undeclared metric, attribute or value raise instead of being counted and dropped.
    """

    service: str
    version: str = "0.0.0"
    env: str = "demo"
    mode: Mode = "none"
    agent_url: str = "http://127.0.0.1:8126"
    otlp_url: str = "http://127.0.0.1:4318"
    dogstatsd: str = "udp://127.0.0.1:8125"
    log_file: str = ""
    log_level: str = "info"
    traffic_key: str = ""
    strict_signals: bool = False
    metrics_interval_s: float = 10.0


def parse_mode(text: str) -> Mode:
    """The mode of this name; an unknown one is an error that names the three."""
    for mode in MODES:
        if text == mode:
            return mode
    raise SightlineError(
        f"`{text}` is no telemetry mode",
        where="SIGHTLINE_TELEMETRY",
        why=f"the modes are {', '.join(MODES)}",
        help="set `SIGHTLINE_TELEMETRY=otel`, `ddtrace` or `none`",
    )


def from_env(service: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `service` as the SIGHTLINE_* variables give them."""
    env = os.environ if environ is None else environ
    default = Settings(service)  # a slotted class keeps no defaults of its own to read
    name = env.get("SIGHTLINE_ENV", default.env)
    return Settings(
        service=service,
        version=env.get("SIGHTLINE_VERSION", default.version),
        env=name,
        mode=parse_mode(env.get("SIGHTLINE_TELEMETRY", default.mode)),
        agent_url=env.get("SIGHTLINE_AGENT_URL", default.agent_url).rstrip("/"),
        otlp_url=env.get("SIGHTLINE_OTLP_URL", default.otlp_url).rstrip("/"),
        dogstatsd=env.get("SIGHTLINE_DOGSTATSD", default.dogstatsd),
        log_file=env.get("SIGHTLINE_LOG_FILE", ""),
        log_level=env.get("SIGHTLINE_LOG_LEVEL", default.log_level),
        traffic_key=env.get("SIGHTLINE_TRAFFIC_KEY", ""),
        strict_signals=env.get("SIGHTLINE_STRICT_SIGNALS", "1" if name in {"dev", "test"} else "0") == "1",
        metrics_interval_s=_interval(env.get("SIGHTLINE_METRICS_INTERVAL", str(default.metrics_interval_s))),
    )


def _interval(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:  # `nan`, too
        raise SightlineError(
            "the interval of metrics is no number of seconds from 0.1 to 3600",
            where=f"SIGHTLINE_METRICS_INTERVAL={text}",
            help="set it to such a number, or unset it",
        )
    return seconds
