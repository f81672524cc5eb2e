"""serve, webhook-events, reprocess and import-webhook-event, as a person and a platform use them."""

import codecs
import json
import re
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shipconsole.operations.inbound.receive import NOT_VERIFIED
from tests.cli.program import Ended, Program, leave, line
from tests.receiver.senders import KeyServer, Signer, key_server, post, send, status_of, track

SHIPMENT = {"event": {"uuid": "u-1", "name": "shipment_notify"}, "data": {"id": 2, "order_id": "nobodys"}}


@pytest.fixture(scope="module")
def keys() -> Generator[KeyServer]:
    with key_server() as shop:
        yield shop


@pytest.fixture(scope="module")
def signer(keys: KeyServer) -> Signer:
    made = Signer.make("key-1")
    keys.keys.append(made.public())
    return made


@pytest.fixture(scope="module")
def warehouse(keys: KeyServer, program: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A profile of its own, with ShipEngine and SwiftPOD connected."""
    made = program.on(tmp_path_factory.mktemp("receiving") / "profile")
    made.done(
        "connect", "shipengine", "--name", "ShipEngine", "--url", keys.url, "--secret", "api_key", typed="TEST_k\n"
    )
    made.done("connect", "swiftpod", "--name", "Swift POD", "--url", keys.url)
    return made


def path_of(program: Program, name: str) -> str:
    return next(connection["webhook_path"] for connection in program.json("connections") if connection["name"] == name)


@contextmanager
def serving(program: Program, *words: str) -> Generator[tuple[str, "subprocess.Popen[str]"]]:
    """`serve` in the background, and the address that it says."""
    process = program.start("serve", "--port", "0", *words)
    try:
        assert process.stdout is not None
        yield first_url(process.stdout.readline()), process
    finally:
        leave(process)


def first_url(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    return found[0]


def ended(program: Program, process: "subprocess.Popen[str]") -> Ended:
    """Ask it to end as the system does; how it did."""
    process.send_signal(signal.SIGTERM)
    return program.end(process)


def test_a_webhook_event_is_received_listed_and_reprocessed(warehouse: Program, signer: Signer, tmp_path: Path) -> None:
    shipengine, swiftpod = path_of(warehouse, "ShipEngine"), path_of(warehouse, "Swift POD")
    assert re.fullmatch(r"/webhooks/ShipEngine/[\w-]{43}", shipengine)
    assert re.fullmatch(r"/webhooks/Swift%20POD/[\w-]{43}", swiftpod)
    with serving(warehouse) as (url, process):
        body = track(1)
        assert status_of(url, shipengine, body, *signer.headers(body)) == 200
        assert status_of(url, shipengine, body, *signer.headers(body)) == 200
        assert status_of(url, shipengine, body) == 404
        assert send(url, post(swiftpod, json.dumps(SHIPMENT).encode())).endswith(b"{}")
        until = time.monotonic() + 60
        while any(event["state"] == "new" for event in warehouse.json("webhook-events")):
            assert time.monotonic() < until
        again = warehouse.run("serve", "--port", "0")
        assert (again.code, "already has this database open" in again.err) == (5, True)
        how = ended(warehouse, process)
    assert how.code == 0
    assert "connections --json" in how.err
    log = (warehouse.profile / "logs" / "shipconsole.log").read_text()
    tokens = [path.rsplit("/", 1)[1] for path in (shipengine, swiftpod)]
    assert not [token for token in tokens if token in log + how.err + how.out]
    second, first = warehouse.json("webhook-events")
    assert (first["connection"], first["duplicates"], first["verified"], first["bytes"]) == (
        "ShipEngine",
        1,
        True,
        len(body),
    )
    assert (second["connection"], second["duplicates"], second["verified"]) == ("Swift POD", 0, None)
    assert warehouse.done("reprocess", str(first["id"])).out.startswith(first["state"])
    again = warehouse.json("reprocess", str(first["id"]))
    assert {**again, "processed_at": first["processed_at"]} == first
    assert warehouse.run("reprocess", "99", "--json").code == 2
    saved = tmp_path / "saved.json"
    saved.write_bytes(track(2))
    new = warehouse.done("import-webhook-event", str(saved), "--connection", "ShipEngine").out
    duplicate = warehouse.done("import-webhook-event", str(saved), "--connection", "shipengine").out
    assert (new.split()[1:], duplicate) == (["new"], new.replace("new", "received before"))
    in_json = warehouse.json("import-webhook-event", str(saved), "--connection", "ShipEngine")
    assert in_json.pop("is_duplicate") is True
    assert in_json == warehouse.json("webhook-events")[0]
    assert (in_json["state"], in_json["duplicates"], in_json["verified"]) == ("new", 2, None)
    saved.write_bytes(b"[]")
    assert warehouse.run("import-webhook-event", str(saved), "--connection", "ShipEngine").code == 2
    assert warehouse.run("import-webhook-event", str(tmp_path), "--connection", "ShipEngine").code == 2
    assert len(warehouse.done("webhook-events").out.splitlines()) == 3


def test_a_saved_webhook_event_is_imported_whatever_its_encoding(warehouse: Program, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_bytes(codecs.BOM_UTF8 + track(3))
    new = warehouse.done("import-webhook-event", str(saved), "--connection", "ShipEngine").out
    assert new.split()[1:] == ["new"]
    text = track(3).decode()
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"")
    for mark, encoding in zip(marks, ("utf-16-le", "utf-16-be", "utf-16-le"), strict=True):
        saved.write_bytes(mark + text.encode(encoding))
        duplicate = warehouse.done("import-webhook-event", str(saved), "--connection", "ShipEngine").out
        assert duplicate == new.replace("new", "received before"), encoding
    before = warehouse.json("webhook-events")
    saved.write_bytes('{"name": "Ström"}'.encode("cp1252"))
    refused = warehouse.run("import-webhook-event", str(saved), "--connection", "ShipEngine")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("saved.json can't be read as text: ")
    assert warehouse.json("webhook-events") == before


def test_an_open_host_and_unverified_webhooks_are_reported(warehouse: Program) -> None:
    warehouse.done("connect", "shipengine", "--name", "ShipEngine", "--option", "webhook_signature=off")
    process = warehouse.start("serve", "--port", "0", "--host", "0.0.0.0")
    assert process.stdout is not None
    process.stdout.readline()
    how = ended(warehouse, process)
    assert line("serve.reachable", host="0.0.0.0") in how.err
    assert line("serve.signatures_off", connection="ShipEngine") in how.err
    assert str(NOT_VERIFIED) in warehouse.done("connections").err
    found = {entry["what_code"]: entry for entry in warehouse.run("doctor", "--json").json}
    assert not found["health.webhooks"]["ok"]
    assert found["health.receiver"]["ok"]
    warehouse.done("connect", "shipengine", "--name", "ShipEngine", "--option", "webhook_signature=required")


def test_a_rotated_url_replaces_the_old_one_while_serving(warehouse: Program) -> None:
    old, body = path_of(warehouse, "Swift POD"), json.dumps(SHIPMENT).encode()
    with serving(warehouse) as (url, _):
        assert status_of(url, old, body) == 200
        moved = warehouse.done("webhooks", "Swift POD", "--rotate-url")
        assert "no longer works" in moved.err
        new = moved.out.strip()
        assert (status_of(url, old, body), status_of(url, new, body)) == (404, 200)
    assert path_of(warehouse, "Swift POD") == new


def test_a_port_in_use_is_reported(warehouse: Program) -> None:
    with serving(warehouse) as (url, _):
        port = url.rsplit(":", 1)[1]
        other = warehouse.on(warehouse.profile.with_name("other"))
        refused = other.run("serve", "--port", port)
    assert (refused.code, f"port {port}: Address already in use" in refused.err) == (5, True)


def test_an_unavailable_keyring_is_reported_once(warehouse: Program) -> None:
    alone = warehouse.on(warehouse.profile, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    listed = alone.done("connections", "--json")
    assert [row["webhook_path"] for row in listed.json] == [None, None]
    assert len(listed.err.splitlines()) == 1
