"""The shop's customers, for locust: `locust -f synthetics/load/locustfile.py --host http://127.0.0.1:4300`.

`sightline load run` starts the same with the settings of the command line. Everything that decides or counts is
next door and knows nothing of locust.
"""

import os
import sys
import time

import gevent  # type: ignore[import-untyped] # ships no types
from locust import FastHttpUser, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import WorkerRunner

from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_synthetics.load import ledger as book
from sightline_synthetics.load import report
from sightline_synthetics.load.pacing import Pacer
from sightline_synthetics.load.settings import LoadSettings
from sightline_synthetics.load.shop import Answer, shop_for
from sightline_synthetics.load.shopper import Shopper
from sightline_synthetics.load.thresholds import Outcome, judge
from sightline_synthetics.load.traceparent import traceparent
from sightline_synthetics.load.visits import visit
from sightline_telemetry import traffic

SETTINGS = LoadSettings.from_env(os.environ)
TOKEN_LIFE_S = 24 * 3600


class Run:
    """What the users of one run share."""

    def __init__(self) -> None:
        self.ledger = book.Ledger(SETTINGS.ledger_path, time.time)
        self.pacer = Pacer(SETTINGS.rate, SETTINGS.visits, time.monotonic())
        self.shopping = 0
        self.headers: dict[str, str] = {}
        key = os.environ.get("SIGHTLINE_TRAFFIC_KEY", "")
        if SETTINGS.traffic in {"load", "synthetic"} and key:
            kind: traffic.TrafficKind = "load" if SETTINGS.traffic == "load" else "synthetic"
            self.headers[traffic.HEADER] = traffic.mint(kind, key, int(time.time()) + TOKEN_LIFE_S)


RUN = Run()


class Customer(FastHttpUser):  # type: ignore[misc] # locust ships no types
    """Carries out one planned visit after the other."""

    network_timeout = 30.0
    connection_timeout = 10.0

    def wait_time(self) -> float:
        """Return the seconds until this user's next visit."""
        return RUN.pacer.wait(time.monotonic())

    def on_start(self) -> None:
        """Not all at once: the first visit waits for its slot too."""
        gevent.sleep(RUN.pacer.wait(time.monotonic()))

    @task  # type: ignore[untyped-decorator] # as above
    def shop(self) -> None:
        """Make one visit; the last one ends the run."""
        number = RUN.pacer.take()
        if number is None:
            if not RUN.shopping and self.environment.runner is not None:
                self.environment.runner.quit()
            raise StopUser
        RUN.shopping += 1
        try:
            plan = visit(SETTINGS.seed, number, SETTINGS.mix)
            shopper = Shopper(shop_for(self._send), RUN.ledger, SETTINGS.run_id, gevent.sleep, SETTINGS.think)
            # Every visitor is somebody new: a cookie kept would hand the last one's cart on.
            self.client.cookiejar.clear()
            shopper.carry_out(plan)
        finally:
            RUN.shopping -= 1

    def _send(self, method: str, path: str, *, name: str, json: object = None, headers: dict[str, str]) -> Answer:
        sent = {"traceparent": traceparent(), "accept": "application/json", **RUN.headers, **headers}
        # A redirect is an answer. Followed, it would carry the load and its token to whomever the target names.
        with self.client.request(
            method, path, name=name, json=json, headers=sent, catch_response=True, allow_redirects=False
        ) as response:
            # Not its `text`: that believes whatever the answer says about its encoding.
            text = (response.content or b"").decode("utf-8", "replace")
            answer = Answer.of(response.status_code, text, sent["traceparent"])
            # A customer's declined card or an item sold out is an answer; only these are failures.
            if answer.failed:
                response.failure(answer.problem or f"status {answer.status}")
            else:
                response.success()
        return answer


@events.quitting.add_listener  # type: ignore[untyped-decorator] # locust ships no types
def on_quitting(environment: Environment, **_: object) -> None:
    """Judge the run, print the report, set the exit code."""
    if isinstance(environment.runner, WorkerRunner):
        return
    total = environment.stats.total
    outcome = Outcome(
        requests=total.num_requests,
        failures=total.num_failures,
        p50_ms=float(total.get_response_time_percentile(0.50) or 0),
        p95_ms=float(total.get_response_time_percentile(0.95) or 0),
        p99_ms=float(total.get_response_time_percentile(0.99) or 0),
    )
    code, reasons = judge(outcome, SETTINGS.thresholds)
    bought = book.read(SETTINGS.ledger_path)
    if RUN.ledger.lost:
        code = ExitCode.UNANSWERED
        reasons.append(f"{RUN.ledger.lost} facts could not be written to the ledger, whose sums are too low")
    if SETTINGS.report_json:
        sys.stdout.write(dumps(envelope(report.as_json(SETTINGS, outcome, bought, reasons))))
    else:
        sys.stdout.write(report.as_text(SETTINGS, outcome, bought, reasons) + "\n")
    sys.stdout.flush()
    environment.process_exit_code = int(code)
