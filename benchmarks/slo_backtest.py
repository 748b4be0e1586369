"""How long a backtest of many SLOs over thirty days at one minute takes.

    python benchmarks/slo_backtest.py [--slos 1000] [--days 30]

Each SLO has its own history (uneven traffic, some faults), three pairs of windows and a list of incidents. The clock
runs over the replays alone, and then over the command's whole way, from a Parquet file of all histories to the report.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import resource
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

from sightline_core.cli import run
from sightline_slo.backtesting.history import History
from sightline_slo.backtesting.incidents import Incident
from sightline_slo.backtesting.replay import replay
from sightline_slo.compile import compile_specs
from sightline_slo.model import Backend

START = 1_767_225_600
"""2026-01-01."""


def spec(count: int) -> str:
    """Write a spec of `count` SLOs that both backends measure."""
    slos = [
        f"""\
  - name: slo-{number}
    objective: {(99, 99.5, 99.9, 99.95)[number % 4]}
    sli:
      events:
        prometheus:
          error_query: sum(rate(failed{{slo="{number}"}}[{{{{.window}}}}]))
          total_query: sum(rate(tried{{slo="{number}"}}[{{{{.window}}}}]))
        datadog:
          error_query: sum:failed{{slo:{number}}}.as_count()
          total_query: sum:tried{{slo:{number}}}.as_count()
"""
        for number in range(count)
    ]
    return "version: sightline/v1\nservice: bench\nslos:\n" + "".join(slos)


def history(number: int, minutes: int) -> History:
    """Make one SLO's month: ten to one between noon and night, a background of failures, three faults."""
    rng = np.random.default_rng(number)
    wave = 550 - 450 * np.cos(np.arange(minutes) * 2 * np.pi / 1440)
    total = rng.poisson(wave).astype(np.float64)
    share = np.full(minutes, 0.0005)
    for begins in rng.integers(0, minutes, 3):
        share[begins : begins + rng.integers(5, 300)] = rng.choice([0.02, 0.1, 1.0])
    return History(START, rng.binomial(total.astype(np.int64), share).astype(np.float64), total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slos", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    options = parser.parse_args()
    minutes = options.days * 1440
    compiled = compile_specs({"bench.yaml": spec(options.slos)})
    assert not compiled.broken
    incidents = [Incident(START + day * 86400, START + day * 86400 + 3600) for day in range(0, options.days, 3)]
    for backend in Backend:
        wall, cpu, pages, tickets = 0.0, 0.0, 0, 0
        for number, slo in enumerate(compiled.slos):
            past = history(number, minutes)
            began, worked = time.perf_counter(), time.process_time()
            made = replay(slo, past, backend, incidents)
            wall, cpu = wall + time.perf_counter() - began, cpu + time.process_time() - worked
            pages += sum(each.severity == "page" for each in made.episodes)
            tickets += sum(each.severity == "ticket" for each in made.episodes)
        what = f"{backend}: {options.slos} SLOs x {options.days} d at 1 min"
        print(f"{what}: {wall:.1f} s, {cpu:.1f} s CPU; {pages} pages, {tickets} tickets")
    _whole_way(options.slos, minutes)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _whole_way(slos: int, minutes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, specs = Path(folder) / "history.parquet", Path(folder) / "bench.yaml"
        specs.write_text(spec(slos), encoding="utf-8")
        connection = duckdb.connect()
        connection.execute("CREATE TABLE h (slo VARCHAR, time BIGINT, bad DOUBLE, total DOUBLE)")
        clock = START + 60 * np.arange(minutes)
        for number in range(slos):
            past = history(number, minutes)
            part = {"time": clock, "bad": past.bad, "total": past.total}
            connection.register("part", part)
            connection.execute(f"INSERT INTO h SELECT 'bench-slo-{number}', time, bad, total FROM part")  # noqa: S608 - our own number
        connection.execute(f"COPY h TO '{file}' (FORMAT parquet)")
        connection.close()
        said = io.StringIO()
        began, worked = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(said):
            code = run(["slo", "backtest", str(specs), "--history", str(file), "--backend", "datadog"])
        wall, cpu = time.perf_counter() - began, time.process_time() - worked
        assert code == 0
        assert len(said.getvalue().splitlines()) == slos + 1
        size = file.stat().st_size / 1024**2
        what = f"whole way from {size:.0f} MB of Parquet: {slos} SLOs x {minutes // 1440} d at 1 min"
        print(f"{what}: {wall:.1f} s, {cpu:.1f} s CPU")


if __name__ == "__main__":
    main()
