"""Each fault as a client receives it, and whether the platform acted."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shipconsole.simulator.faults import KINDS, Fault, FaultError, parse
from shipconsole.simulator.server import running_simulator
from tests.support import local_http

EXAMPLE = {"merchant_id": "M1", "order_number": "N1"}


def ask(switches: httpx.Client, **fault: object) -> None:
    answer = switches.post("/_simulator/faults", json=fault)
    assert answer.status_code == 201, answer.text


def effects(switches: httpx.Client) -> list[dict[str, Any]]:
    return switches.get("/_simulator/effects").json()


def tell(shipup: httpx.Client) -> httpx.Response:
    return shipup.post("/v2/orders", json=EXAMPLE)


@pytest.mark.parametrize(
    ("kind", "acts", "status"),
    [
        ("refuse", False, 400),
        ("429", False, 429),
        ("401", False, 401),
        ("500_before", False, 500),
        ("500_after", True, 500),
        ("503", False, 503),
        ("html", False, 502),
        ("403_page", False, 403),
        ("407", False, 407),
        ("portal", False, 200),
        ("202", True, 202),
        ("utf16", True, 201),
        ("no_utf8", True, 201),
        ("beside", True, 201),
        ("empty", True, 200),
        ("deep", True, 200),
        ("slow", True, 201),
    ],
)
def test_a_fault_with_a_response(
    shipup: httpx.Client, switches: httpx.Client, kind: str, acts: bool, status: int
) -> None:
    ask(switches, vendor="shipup", call="create_order", kind=kind, times=1, seconds=0.02)
    answer = tell(shipup)
    assert answer.status_code == status
    assert answer.headers["X-Simulator"] == "not the real platform"
    assert len(effects(switches)) == acts == KINDS[kind].acts
    assert tell(shipup).status_code == 201


@pytest.mark.parametrize(
    ("kind", "acts"), [("drop_before", False), ("drop_after", True), ("cut", True), ("garbage", True)]
)
def test_a_fault_without_a_response(shipup: httpx.Client, switches: httpx.Client, kind: str, acts: bool) -> None:
    ask(switches, vendor="shipup", kind=kind, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        tell(shipup)
    assert len(effects(switches)) == acts == KINDS[kind].acts
    log = switches.get("/_simulator/requests").json()
    assert (log[0]["status"], log[0]["fault"]) == (None, kind)
    assert tell(shipup).status_code == 201


def test_the_content_of_broken_responses(shipup: httpx.Client, switches: httpx.Client) -> None:
    def answer(kind: str) -> httpx.Response:
        ask(switches, vendor="shipup", kind=kind, times=1, seconds=7)
        return tell(shipup)

    assert answer("429").headers["Retry-After"] == "7"
    assert answer("html").headers["Content-Type"].startswith("text/html")
    assert answer("empty").content == b""
    assert answer("deep").text.count("{") == 200
    assert "country" in answer("refuse").json()["errors"]["fulfillments"]["0"]


def test_one_field_that_was_sent_is_refused_by_name(
    shipup: httpx.Client, starshipit: httpx.Client, shipengine: httpx.Client, switches: httpx.Client
) -> None:
    ask(switches, vendor="*", kind="refuse_field", times=3)
    assert tell(shipup).json()["errors"] == {"order_number": "A fault asked to refuse this field"}
    order = {"order_id": 1, "destination": {"name": "John Smith", "street": "x"}}
    (error,) = starshipit.put("/api/orders", json={"order": order}).json()["errors"]
    assert error["details"] == "order.destination.name"
    body = {"tracking_number": "1", "carrier_code": "ups"}
    (error,) = shipengine.post("/v-beta/sales_orders/1/notify_shipped", json=body).json()["errors"]
    assert error["field_name"] == "tracking_number"
    ask(switches, vendor="starshipit", kind="refuse_field", times=1, field="destination.street")
    (error,) = starshipit.put("/api/orders", json={"order": order}).json()["errors"]
    assert error["details"] == "order.destination.street"
    assert effects(switches) == []


def test_another_value_than_was_sent_is_kept(shipup: httpx.Client, switches: httpx.Client) -> None:
    ask(switches, vendor="shipup", kind="keep_other", times=2, field="order_number")
    assert tell(shipup).status_code == 201
    (effect,) = effects(switches)
    assert effect["body"]["order_number"] == f"0{EXAMPLE['order_number']}"
    assert shipup.get("/v2/orders").status_code == 200, "nothing was sent that could be kept otherwise"


def test_huge_continues_until_the_caller_closes(shipup: httpx.Client, switches: httpx.Client) -> None:
    ask(switches, vendor="shipup", kind="huge", times=1)
    with shipup.stream("POST", "/v2/orders", json=EXAMPLE) as answer:
        size = 0
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > 8_000_000:
                break
    assert size > 8_000_000
    assert len(effects(switches)) == 1


def test_slow_acts_even_if_the_caller_has_gone(shipup: httpx.Client, switches: httpx.Client) -> None:
    ask(switches, vendor="shipup", kind="slow", times=1, seconds=0.2)
    with pytest.raises(httpx.ReadTimeout):
        shipup.post("/v2/orders", json=EXAMPLE, timeout=httpx.Timeout(60, read=0.05))
    for _ in range(3_000):
        if effects(switches):
            break
        time.sleep(0.02)
    assert len(effects(switches)) == 1


def test_each_platform_fails_in_its_own_format(
    shipengine: httpx.Client, starshipit: httpx.Client, shipup: httpx.Client, switches: httpx.Client
) -> None:
    calls: list[tuple[Callable[[], httpx.Response], dict[str, int], dict[str, str]]] = [
        (lambda: shipengine.get("/v-beta/sales_orders"), {"refuse": 400}, {"refuse": "request_id"}),
        (
            lambda: starshipit.get("/api/orders/unshipped"),
            {"refuse": 200},
            {"refuse": "success", "401": "success", "429": "statusCode", "503": "statusCode"},
        ),
        (lambda: shipup.get("/v2/orders"), {"refuse": 400}, {"refuse": "errors", "401": "errors"}),
    ]
    for call, statuses, shapes in calls:
        for kind in ("refuse", "401", "429", "500_before", "503"):
            ask(switches, vendor="*", kind=kind, times=1)
            answer = call()
            assert answer.status_code == statuses.get(kind, int(kind[:3]) if kind[0].isdigit() else 0)
            assert shapes.get(kind, "") in answer.json() or kind not in shapes


def test_a_fault_applies_to_its_platform_call_and_times(
    shipengine: httpx.Client, shipup: httpx.Client, switches: httpx.Client
) -> None:
    ask(switches, vendor="shipup", call="create_order", kind="503", times=2)
    ask(switches, vendor="shipengine", call="*", kind="500_before", times=None)
    assert shipup.get("/v2/orders").status_code == 200
    assert [tell(shipup).status_code for _ in range(3)] == [503, 503, 201]
    assert [shipengine.get("/v1/tracking").status_code for _ in range(4)] == [500] * 4
    assert [f["vendor"] for f in switches.get("/_simulator/faults").json()] == ["shipengine"]
    assert switches.delete("/_simulator/faults").json() == []
    assert shipengine.get("/v-beta/order_sources").status_code == 200


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"kind": "explode"}, "explode"),
        ({"kind": None}, "None"),
        ({"kind": "slow", "vendor": "acme"}, "acme"),
        ({"kind": "slow", "vendor": "shipup", "call": "notify_shipped"}, "notify_shipped"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": "slow", "times": True}, "times"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "seconds": "1"}, "seconds"),
        ({"kind": "slow", "how": 1}, "how"),
        ([], "object"),
    ],
)
def test_an_unknown_fault_is_refused_with_the_reason(switches: httpx.Client, fault: object, word: str) -> None:
    answer = switches.post("/_simulator/faults", json=fault)
    assert answer.status_code == 400
    assert word in answer.json()["message"]


def test_the_command_lines_form() -> None:
    assert parse("shipengine:drop_after") == Fault("shipengine", "*", "drop_after", None, 1.0)
    assert parse("*:slow:2:0.5") == Fault("*", "*", "slow", 2, 0.5)
    for text in ("slow", "a:b:c", "a:b:1:x", "a:b:1:2:3:4"):
        with pytest.raises(FaultError, match=r"whole number|of the form VENDOR"):
            parse(text)


def test_faults_of_the_start_occur() -> None:
    with running_simulator(orders=1, faults=["shipup:503:1"]) as server:
        answer = local_http.get(f"{server.url}/shipup/v2/orders")
        assert answer.status_code == 503
    with pytest.raises(FaultError, match="explode"), running_simulator(faults=["shipup:explode"]):
        pass
