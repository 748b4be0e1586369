"""How long the compiler takes over specs of Sloth's form, beside Sloth itself where `--sloth PATH` names its binary.

Writes the specs itself, runs both in alternation on the same files, and prints the best of each: processor seconds,
wall seconds, resident memory and the ratios. The bounds: CPU and wall at most 0.8 of Sloth's, 200 MB at 10,000 SLOs,
one changed spec among 1,000 within 0.3 s, `--help` within 0.2 s.

    python benchmarks/slo_compile.py --sloth ~/go/bin/sloth --slos 1000 --files 100 --rounds 5
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
RATIO, MEMORY_MB, CHANGED_S, HELP_S = 0.8, 200, 0.3, 0.2

HEAD = 'version: "prometheus/v1"\nservice: "service-{file}"\nlabels:\n  owner: "team-{file}"\n  tier: "2"\nslos:\n'
SLO = """\
  # One of a thousand may fail.
  - name: "requests-availability-{number}"
    objective: 99.9
    description: "The share of requests that are answered without an error of ours."
    labels:
      category: availability
    sli:
      events:
        error_query: sum(rate(http_requests_total{{job="job-{file}-{number}",code=~"(5..|429)"}}[{window}]))
        total_query: sum(rate(http_requests_total{{job="job-{file}-{number}"}}[{window}]))
    alerting:
      name: "HighErrorRate{number}"
      labels:
        category: "availability"
      annotations:
        summary: "High error rate of 'service-{file}'"
      page_alert:
        labels:
          severity: "pageteam"
          routing_key: "team-{file}"
      ticket_alert:
        labels:
          severity: "slack"
          slack_channel: "#alerts-{file}"
"""


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    cpu_s: float
    wall_s: float
    memory_mb: float


def write_specs(directory: Path, slos: int, files: int) -> None:
    """Write so many SLOs into so many files."""
    directory.mkdir()
    for file in range(files):
        items = (SLO.format(file=file, number=number, window="{{.window}}") for number in range(slos // files))
        (directory / f"{file:05}.yml").write_text(HEAD.format(file=file) + "".join(items))


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command and wait for it."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024)


def best(costs: list[Cost]) -> Cost:
    """Return the least of each: what else ran on the machine is no cost of the program's."""
    return Cost(min(c.cpu_s for c in costs), min(c.wall_s for c in costs), max(c.memory_mb for c in costs))


class Bench:
    """A directory of specs, and both programs on it."""

    def __init__(self, root: Path, sloth: str | None, rounds: int) -> None:
        self.root, self.specs, self.sloth, self.rounds = root, root / "specs", sloth, rounds
        self.outs = {name: root / name for name in ("ours", "theirs")}
        for out in self.outs.values():
            out.mkdir()
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}

    def run(self, *arguments: str, own: tuple[str, ...] = ()) -> dict[str, Cost]:
        """Run a command of both in alternation, ours without anything cached; `own` is what ours is called instead."""
        taken: dict[str, list[Cost]] = {"ours": [], "theirs": []}
        programs = {"ours": [SIGHTLINE, "slo", *(own or ("sloth", *arguments))]}
        if self.sloth:
            programs["theirs"] = [self.sloth, *arguments]
        for _ in range(self.rounds):
            for name, program in programs.items():
                shutil.rmtree(self.root / "cache", ignore_errors=True)
                filled = [each.replace("OUT", str(self.outs[name])) for each in program]
                taken[name].append(cost(filled, self.environment))
        return {name: best(costs) for name, costs in taken.items() if costs}

    def report(self, what: str, costs: dict[str, Cost]) -> bool:
        """Print a line of the table, and say whether the bound is kept."""
        ours, theirs = costs["ours"], costs.get("theirs")
        line = f"{what:<24} {ours.cpu_s:6.2f} s CPU {ours.wall_s:6.2f} s wall {ours.memory_mb:5.0f} MB"
        if theirs is None:
            print(line)
            return True
        cpu, wall = ours.cpu_s / theirs.cpu_s, ours.wall_s / theirs.wall_s
        print(
            f"{line}   sloth {theirs.cpu_s:6.2f} s CPU {theirs.wall_s:6.2f} s wall {theirs.memory_mb:5.0f} MB"
            f"   ratio {cpu:.2f} CPU {wall:.2f} wall"
        )
        return cpu <= RATIO and wall <= RATIO

    def changed(self) -> float:
        """Compile all, change one spec, and compile again; the best of the rounds."""
        command = [SIGHTLINE, "slo", "sloth", "generate", "-i", str(self.specs), "-o", str(self.outs["ours"])]
        cost(command, self.environment)
        spec = next(iter(sorted(self.specs.iterdir())))
        walls = []
        for number in range(self.rounds):
            spec.write_text(f"{spec.read_text()}# changed {number}\n")
            walls.append(cost(command, self.environment).wall_s)
        return min(walls)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sloth", help="Sloth's binary")
    parser.add_argument("--slos", type=int, default=1000)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), chosen.sloth, chosen.rounds)
        write_specs(bench.specs, chosen.slos, chosen.files)
        print(f"{chosen.slos} SLOs in {chosen.files} files, best of {chosen.rounds}")
        generated = bench.run("generate", "-i", str(bench.specs), "-o", "OUT")
        specs = str(bench.specs)
        kept = [
            bench.report("sloth generate", generated),
            bench.report("sloth validate", bench.run("validate", "-i", specs)),
            generated["ours"].memory_mb <= MEMORY_MB,
        ]
        if chosen.sloth:
            different = filecmp.dircmp(*(str(each) for each in bench.outs.values())).diff_files
            print(f"{len(different)} of {chosen.files} files differ")
            kept.append(not different)
        # The strict compiler reads the same specs, with places for its findings, and makes twice as many rules.
        native = ("compile", "--backend", "prometheus", specs, "-o", str(bench.root / "native"))
        compiled = bench.run("generate", "-i", specs, "-o", "OUT", own=native)
        kept += [
            bench.report("compile", compiled),
            compiled["ours"].memory_mb <= MEMORY_MB,
            bench.report("validate", bench.run("validate", "-i", specs, own=("validate", specs))),
        ]
        changed = bench.changed()
        print(f"one of {chosen.files} files changed: {changed:.2f} s wall")
        helped = best([cost([SIGHTLINE, "slo", "--help"], bench.environment) for _ in range(chosen.rounds)]).wall_s
        print(f"slo --help: {helped:.2f} s wall")
        kept += [changed <= CHANGED_S or chosen.slos > 1000, helped <= HELP_S]
    print("every bound is kept" if all(kept) else "a bound is broken")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
