"""The simulator itself: connections, commands, and a complete log."""

import ast
import asyncio
import contextlib
import socket
import threading
from pathlib import Path

import httpx
import pytest

from shipconsole import simulator as package
from shipconsole.simulator.server import SimulatorServer, running_simulator, serve
from shipconsole.simulator.texts import sentence
from tests.support import local_http


def talk(server: SimulatorServer, sent: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(sent)
        received = b""
        while chunk := line.recv(65536):
            received += chunk
    return received


def test_the_page_says_that_it_is_simulated(switches: httpx.Client, simulator: SimulatorServer) -> None:
    answer = switches.get("/")
    assert answer.text.startswith("Simulator. These are not the real")
    assert f"{simulator.url}/shipengine" in answer.text
    assert "drop_after" in answer.text
    assert "notify_shipped" in answer.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/shipup/v2/orders", "/_simulator/effects", "/_simulator/no"])
def test_every_response_says_that_it_is_simulated(switches: httpx.Client, path: str) -> None:
    assert switches.get(path).headers["X-Simulator"] == "not the real platform"


def test_unknown_paths_and_methods(switches: httpx.Client) -> None:
    assert switches.get("/nowhere").status_code == 404
    assert switches.get("/_simulator/nothing").status_code == 404
    assert switches.post("/").status_code == 405
    refused = switches.put("/_simulator/faults")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST, GET, DELETE")


def test_head_has_a_length_and_no_body(switches: httpx.Client) -> None:
    answer = switches.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 100
    assert switches.get("/").status_code == 200


def test_one_connection_serves_many_requests(simulator: SimulatorServer) -> None:
    get = b"GET / HTTP/1.1\r\nHost: simulator\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n"
    assert talk(simulator, get + get + last).count(b"HTTP/1.1 200") == 3


def test_invalid_http_gets_a_response_and_is_closed(simulator: SimulatorServer) -> None:
    assert talk(simulator, b"\x16\x03\x01\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert talk(simulator, b"GET http://[ HTTP/1.1\r\nHost: p\r\n\r\n").startswith(b"HTTP/1.1 400")
    endless = b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000
    assert talk(simulator, endless).startswith(b"HTTP/1.1 431")


def test_a_repeated_header_is_refused(simulator: SimulatorServer) -> None:
    twice = b"GET / HTTP/1.1\r\nHost: p\r\nContent-Type: application/json\r\ncontent-type: application/json\r\n\r\n"
    answer = talk(simulator, twice)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"The header content-type came more than once." in answer


def test_a_caller_that_waits_for_100_gets_it(simulator: SimulatorServer) -> None:
    head = b"GET / HTTP/1.1\r\nHost: p\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    port = int(simulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head)
        assert line.recv(65536).startswith(b"HTTP/1.1 100")
        line.sendall(b"{}")
        assert line.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_body_over_two_mebibytes_is_refused(shipup: httpx.Client) -> None:
    answer = shipup.post("/v2/orders", content=b" " * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    fits = b'{"merchant_id": "A"}'.ljust(2 * 1024 * 1024)
    assert shipup.post("/v2/orders", content=fits).status_code == 201


def test_the_effects_are_what_happened(
    shipengine: httpx.Client, starshipit: httpx.Client, shipup: httpx.Client, switches: httpx.Client
) -> None:
    found = shipengine.get("/v-beta/sales_orders", params={"external_order_number": "10002"}).json()
    path = f"/v-beta/sales_orders/{found['sales_orders'][0]['sales_order_id']}/notify_shipped"
    shipped = {"tracking_number": "T", "carrier_code": "ups"}
    shipengine.post(path, json=shipped)
    shipengine.post(path, json=dict(reversed(shipped.items())))
    starshipit.put("/api/orders", json={"order": {"order_number": "10002", "reference": "x"}})
    shipup.post("/v2/orders", json={"merchant_id": "10003"})
    shipup.post("/v2/orders", json={"merchant_id": 3})
    log = switches.get("/_simulator/effects").json()
    assert [(e["seq"], e["vendor"], e["call"], e["order_number"], e["duplicate_of"]) for e in log] == [
        (1, "shipengine", "notify_shipped", "10002", None),
        (2, "shipengine", "notify_shipped", "10002", 1),
        (3, "starshipit", "update_order", "10002", None),
        (4, "shipup", "create_order", "10003", None),
    ]
    assert log[0]["body"] == shipped
    of_one = switches.get("/_simulator/effects", params={"order": "10003"}).json()
    assert [e["seq"] for e in of_one] == [4]


def test_the_request_log_holds_no_key(
    shipengine: httpx.Client, starshipit: httpx.Client, switches: httpx.Client
) -> None:
    shipengine.get("/v-beta/sales_orders", params={"page": "2"})
    starshipit.get("/api/orders/unshipped", headers={"StarShipIT-Api-Key": "wrong"})
    log = switches.get("/_simulator/requests")
    assert [(r["method"], r["path"], r["status"]) for r in log.json()] == [
        ("GET", "/shipengine/v-beta/sales_orders", 200),
        ("GET", "/starshipit/api/orders/unshipped", 401),
    ]
    assert log.json()[0]["query"] == {"page": "2"}
    assert "simulator_s" not in log.text


def test_the_state_shows_everything_and_a_reset_clears_it(shipup: httpx.Client, switches: httpx.Client) -> None:
    before = switches.get("/_simulator/state").json()
    assert len(before["shipengine"]["sales_orders"]) == len(before["starshipit"]) == 24
    assert len(before["shipup"]) == 12
    shipup.post("/v2/orders", json={"merchant_id": "NEW"})
    switches.post("/_simulator/faults", json={"kind": "503"})
    assert len(switches.get("/_simulator/state").json()["shipup"]) == 13
    assert switches.post("/_simulator/reset").json() == {"reset": True}
    assert switches.get("/_simulator/state").json() == before
    for log in ("effects", "requests", "faults"):
        assert switches.get(f"/_simulator/{log}").json() == []


@pytest.mark.parametrize(
    ("switch", "body", "status"),
    [
        ("limits", {"vendor": "ups", "calls": 1}, 400),
        ("limits", {"vendor": "shipup", "calls": 0}, 400),
        ("limits", {"vendor": "shipup", "calls": 1, "seconds": 0}, 400),
        ("limits", [], 400),
        ("cancel", {"order": "1"}, 404),
        ("cancel", [], 404),
    ],
)
def test_an_invalid_command_is_refused(switches: httpx.Client, switch: str, body: object, status: int) -> None:
    answer = switches.post(f"/_simulator/{switch}", json=body)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_a_command_requires_json(switches: httpx.Client) -> None:
    assert switches.post("/_simulator/faults", content=b"{").status_code == 400


def test_a_limit_can_be_removed(shipup: httpx.Client, switches: httpx.Client) -> None:
    switches.post("/_simulator/limits", json={"vendor": "shipup", "calls": None})
    assert {shipup.get("/v2/orders", params={"limit": 1}).status_code for _ in range(70)} == {200}


def test_stopping_closes_open_connections_at_once() -> None:
    before = set(threading.enumerate())
    with running_simulator(orders=1, faults=["shipup:slow:1:600"]) as server:
        port = int(server.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port), timeout=60)
        waiting = socket.create_connection(("127.0.0.1", port), timeout=60)
        waiting.sendall(b"GET /shipup/v2/orders HTTP/1.1\r\nHost: p\r\n\r\n")
        local_http.get(server.url)
    for line in (idle, waiting):
        with line, contextlib.suppress(ConnectionResetError):
            assert line.recv(10) == b""
    assert set(threading.enumerate()) <= before


async def test_serve_announces_and_runs_until_cancelled() -> None:
    lines: list[str] = []
    announced = asyncio.Event()

    def announce(text_id: str, /, **arguments: str | int) -> None:
        lines.append(sentence(text_id, **arguments))
        if text_id == "simulator.fault_active":
            announced.set()

    task = asyncio.create_task(serve(orders=2, faults=["shipup:503"], announce=announce))
    await asyncio.wait_for(announced.wait(), 30)
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        assert (await client.get(f"{lines[4]}/v2/orders")).status_code == 503
    assert lines[2] == f"{lines[0]}/shipengine"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_the_simulator_imports_nothing_of_ours() -> None:
    folder = Path(package.__file__).parent
    for module in folder.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith("shipconsole") or name.startswith("shipconsole.simulator"), module
