"""The simulated Shipup's batches: processed at once, reported later, in another order."""

import httpx

from tests.simulator.conftest import Clock


def order(merchant_id: object, quantity: int = 1) -> dict:
    return {"merchant_id": merchant_id, "line_items": [{"merchant_id": "A", "quantity": quantity}]}


def send(shipup: httpx.Client, *orders: object) -> httpx.Response:
    return shipup.post("/v2/orders/batch_create", json={"orders": list(orders)})


def test_a_job_goes_through_its_states(shipup: httpx.Client, clock: Clock) -> None:
    response = send(shipup, order("a"))
    assert response.status_code == 202
    job_id = response.json()["job_id"]
    assert response.headers["location"].endswith(f"/v2/jobs/{job_id}")
    seen = []
    for _ in range(3):
        seen.append(shipup.get(f"/v2/jobs/{job_id}").json())
        clock.now_s += 0.5
    assert [entry["status"] for entry in seen] == ["queued", "processing", "completed"]
    assert [len(entry["results"]) for entry in seen] == [0, 0, 1]


def test_results_are_shuffled_and_include_failures(shipup: httpx.Client, switches: httpx.Client, clock: Clock) -> None:
    shipup.post("/v2/orders", json=order("b", 3)).raise_for_status()
    ids = [*"abcdefgh", None]
    job_id = send(shipup, *(order(entry) for entry in ids)).json()["job_id"]
    clock.now_s += 1
    results = shipup.get(f"/v2/jobs/{job_id}").json()["results"]
    reported = [entry["body"]["merchant_id"] for entry in results]
    assert reported != ids
    assert set(reported) == set(ids)
    assert {entry["body"]["merchant_id"] for entry in results if entry["status"] == 400} == {"b", None}
    nameless = next(entry for entry in results if entry["body"]["merchant_id"] is None)
    assert nameless["body"]["errors"] == {"merchantId": "Required"}
    effects = [entry for entry in switches.get("/_simulator/effects").json() if entry["call"] == "batch_create"]
    assert sorted(entry["order_number"] for entry in effects) == [*"acdefgh"], "one effect for each that was taken"


def test_a_batch_has_its_limits(shipup: httpx.Client) -> None:
    assert send(shipup).status_code == 400
    assert send(shipup, *(order(str(entry)) for entry in range(101))).status_code == 400
    assert send(shipup, *(order(str(entry)) for entry in range(100))).status_code == 202
    assert shipup.post("/v2/orders/batch_create", content=b"{").status_code == 400
    assert shipup.get("/v2/jobs/1").status_code == 404
