"""Shipup's batches as they are simulated: taken in at once, told of later, in another order."""

import httpx

from tests.simulator.conftest import Clock


def order(merchant_id: object, quantity: int = 1) -> dict:
    return {"merchant_id": merchant_id, "line_items": [{"merchant_id": "A", "quantity": quantity}]}


def send(shipup: httpx.Client, *orders: object) -> httpx.Response:
    return shipup.post("/v2/orders/batch_create", json={"orders": list(orders)})


def test_a_job_goes_through_its_states(shipup: httpx.Client, clock: Clock) -> None:
    taken_in = send(shipup, order("a"))
    assert taken_in.status_code == 202
    job_id = taken_in.json()["job_id"]
    assert taken_in.headers["location"].endswith(f"/v2/jobs/{job_id}")
    seen = []
    for _ in range(3):
        seen.append(shipup.get(f"/v2/jobs/{job_id}").json())
        clock.now_s += 0.5
    assert [one["status"] for one in seen] == ["queued", "processing", "completed"]
    assert [len(one["results"]) for one in seen] == [0, 0, 1]


def test_results_are_shuffled_and_failures_are_among_them(
    shipup: httpx.Client, switches: httpx.Client, clock: Clock
) -> None:
    shipup.post("/v2/orders", json=order("b", 3)).raise_for_status()
    ids = [*"abcdefgh", None]
    job_id = send(shipup, *(order(one) for one in ids)).json()["job_id"]
    clock.now_s += 1
    results = shipup.get(f"/v2/jobs/{job_id}").json()["results"]
    told = [one["body"]["merchant_id"] for one in results]
    assert told != ids
    assert set(told) == set(ids)
    assert {one["body"]["merchant_id"] for one in results if one["status"] == 400} == {"b", None}
    nameless = next(one for one in results if one["body"]["merchant_id"] is None)
    assert nameless["body"]["errors"] == {"merchantId": "Required"}
    effects = [one for one in switches.get("/_simulator/effects").json() if one["call"] == "batch_create"]
    assert sorted(one["order_number"] for one in effects) == [*"acdefgh"], "one effect for each that was taken"


def test_a_batch_has_its_limits(shipup: httpx.Client) -> None:
    assert send(shipup).status_code == 400
    assert send(shipup, *(order(str(one)) for one in range(101))).status_code == 400
    assert send(shipup, *(order(str(one)) for one in range(100))).status_code == 202
    assert shipup.post("/v2/orders/batch_create", content=b"{").status_code == 400
    assert shipup.get("/v2/jobs/1").status_code == 404
