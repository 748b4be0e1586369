"""The process under test: a small service that does everything once, in the mode its environment names.

Run as a script, in its own process: a tracer patches its process for good. Prints what it saw as one JSON line.
"""

import json
import os
import sys
import threading
from typing import Any

import redis
from flask import Flask, Response, request
from sqlalchemy import create_engine, text

import sightline_telemetry as st
from sightline_telemetry.broker import Broker, Message
from sightline_telemetry.threads import ContextExecutor

CANARIES = {
    "card": "4111111111111111",
    "spaced_card": "5500 0000 0000 0004",
    "amex": "378282246310005",
    "email": "canary.person@mail.example",
    "bearer": "Bearer canarybearer0123456789abcdef",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5",
    "stripe": "sk_live_canary0123456789ABCDEF",
    "password": "canary-hunter2-password",
    "api_key": "canary-api-key-0123456789",
    "cvv_field": "canary-cvv-987",
}


def build(telemetry: st.Telemetry, peer: str, broker: Broker | None) -> Flask:  # noqa: C901 - the routes of one small service
    """The app, instrumented as a service is."""
    app = Flask("scenario")
    telemetry.instrument_flask(app)
    engine = create_engine("sqlite://")
    telemetry.instrument_engine(engine)
    log = st.get_logger("scenario.app")
    pool = ContextExecutor(max_workers=2)

    @app.get("/ok/<int:number>")
    def ok(number: int) -> dict[str, Any]:
        log.info("in view", number=number)
        with st.span("work", attributes={"work.size": 3, "work.fast": True}):
            log.info("in span")
        pool.submit(log.info, "in pool").result()
        st.record_fault("slow_payment")
        return {"inject": st.inject(), "traffic": st.current_traffic(), "ids": _ids()}

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("it broke for canary.person@mail.example")

    @app.get("/sql")
    def sql() -> dict[str, int]:
        with engine.connect() as connection:
            return {"one": connection.execute(text("select :x"), {"x": 1}).scalar_one()}

    @app.get("/call")
    def call() -> dict[str, Any]:
        answer = telemetry.http.get(f"{peer}/peer?card={CANARIES['card']}")
        return {"status": answer.status, "json": answer.json()}

    @app.get("/healthz")
    def healthz() -> dict[str, Any]:
        log.info("in health check")
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        return {"status": "ok"}

    @app.get("/secrets")
    def secrets() -> str:
        for name, value in CANARIES.items():
            if name not in {"password", "api_key", "cvv_field"}:
                log.warning(f"saw {value} today", detail=f"<{value}>", nested={"deep": [value]})  # noqa: G004 - the message itself carries the secret
                st.set_attribute(f"canary.{name}", f"value {value} here")
        log.info("fields", password=CANARIES["password"], api_key=CANARIES["api_key"], cvv=CANARIES["cvv_field"])
        log.info("number", card=int(CANARIES["card"]))
        st.set_attribute("user.password", CANARIES["password"])
        st.set_attribute("http.request.header.authorization", CANARIES["bearer"])
        st.set_attribute("card_number", int(CANARIES["card"]))
        with st.span(f"pay {CANARIES['card']}"):
            try:
                raise ValueError(f"declined {CANARIES['spaced_card']} of {CANARIES['email']}")  # noqa: TRY301 - the handler below it is what is tried
            except ValueError as error:
                st.record_error(error)
                log.exception("declined")
        with engine.connect() as connection:
            connection.execute(text(f"select '{CANARIES['email']}', '{CANARIES['card']}'"))
        return "done"

    @app.post("/publish")
    def publish() -> dict[str, str]:
        assert broker is not None
        return {"id": broker.publish("orders", {"order": "42"})}

    @app.after_request
    def after(response: Response) -> Response:
        if request.path.startswith("/ok"):
            log.info("in after_request")
        return response

    @app.teardown_appcontext
    def teardown(_error: BaseException | None) -> None:
        log.info("in teardown")

    return app


def _ids() -> list[str]:
    ids = st.current_ids()
    return [ids.trace_id, ids.span_id] if ids else []


def consume(broker: Broker, count: int) -> None:
    """Handle `count` messages as a worker does."""
    stop = threading.Event()
    left = [count]
    log = st.get_logger("scenario.worker")

    def handle(message: Message) -> None:
        log.info("in worker", order=message.fields["order"], traffic_seen=st.current_traffic())
        left[0] -= 1
        if left[0] <= 0:
            stop.set()

    broker.consume("orders", "g", "c1", handle, stop=stop, block_ms=100)


def main() -> None:
    """Do everything once."""
    telemetry = st.configure_from_env("scenario")
    peer = os.environ["SCENARIO_PEER"]
    broker = None
    if os.environ.get("SCENARIO_BROKER"):
        client = redis.Redis(unix_socket_path=os.environ["SCENARIO_BROKER"], decode_responses=True)
        client.flushall()
        broker = Broker(client, relation="link" if os.environ.get("SCENARIO_LINK") else "parent")
    app = build(telemetry, peer, broker)
    seen: dict[str, Any] = {}
    web = app.test_client()
    for name, method, path, headers in json.loads(os.environ["SCENARIO_REQUESTS"]):
        with web.open(path, method=method, headers=headers) as response:
            seen[name] = {"status": response.status_code, "json": response.get_json(silent=True)}
    if broker is not None:
        consume(broker, 1)
        broker.redis.close()
    telemetry.shutdown()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()
