"""Shipup's batch of orders: the platform's own examples, and a job whose results say too little or too much."""

from collections.abc import Sequence
from random import Random

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.vendors.adapter import Batches, BatchJob, BatchJobState
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup import VENDOR
from tests.vendors.examples import response, sample, sent_json
from tests.vendors.nonsense import BODIES, STATUSES
from tests.vendors.test_mutations import spoiled

SAMPLES = "shipup/samples/batch_create"


def batch() -> Batches:
    assert VENDOR.batches is not None
    return VENDOR.batches


def create(merchant_id: str) -> Request:
    """A creation of an order with one item, and whence its values came."""
    field_map = FieldMap()
    field_map.note(("merchant_id",), ("order", "number"))
    field_map.note(("fulfillments", 0, "shipping_address", "country"), ("ship_to", "country"))
    field_map.note(("line_items", 0, "quantity"), ("lines", 1, "quantity"))
    body = {"merchant_id": merchant_id, "line_items": [{"merchant_id": "A", "quantity": 1}]}
    return Request("create_order", "POST", "/v2/orders", body=body, field_map=field_map)


def result(status: object, merchant_id: object = None, **errors: object) -> dict[str, object]:
    body = {"merchant_id": merchant_id} | ({"errors": errors} if errors else {})
    return {"status": status, "body": body}


def job(*results: object, status: str = "completed") -> bytes:
    return response(200, {"object": "job", "id": 1, "status": status, "results": list(results)}).body


def outcomes(body: bytes, *merchant_ids: str) -> list[Outcome | None]:
    state = batch().read_job(response(200, body), [create(one) for one in merchant_ids])
    assert isinstance(state, BatchJobState)
    return [entry.outcome if entry else None for entry in state.results]


def test_a_batch_is_its_single_creations_in_order() -> None:
    request = batch().request([create("a"), create("b")])
    assert (request.method, request.path, request.repeatable) == ("POST", "/v2/orders/batch_create", True)
    assert sent_json(request) == {"orders": [sent_json(create("a")), sent_json(create("b"))]}


def test_one_request_that_must_not_be_duplicated_makes_the_batch_so() -> None:
    once = Request("create_order", "POST", "/v2/orders", body={"merchant_id": "b"}, repeatable=False)
    assert not batch().request([create("a"), once]).repeatable


@pytest.mark.parametrize(
    ("body", "headers", "job_id"),
    [
        (sample(f"{SAMPLES}/202.json"), {}, "12456"),
        (b'{"id": "abc-1"}', {}, "abc-1"),
        (b"", {"location": "https://api.shipup.co/v2/jobs/77/"}, "77"),
        (b'{"job_id": true}', {"location": "/v2/jobs/78"}, "78"),
        (b'{"job_id": 5, "errors": {"details": "one order was odd"}}', {}, "5"),
    ],
)
def test_the_job_is_found_by_either_name_or_by_the_header(body: bytes, headers: dict[str, str], job_id: str) -> None:
    request = batch().request([create("a")])
    assert batch().read(request, response(202, body, **headers)) == BatchJob(job_id)
    assert batch().get_job(job_id).path == f"/v2/jobs/{job_id}"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (202, b"", Unsure),
        (202, b'{"job_id": "../orders?x=1"}', Unsure),
        (202, b"<html></html>", Unsure),
        (500, b"", Unsure),
        (401, b"", Blocked),
        (402, b"", Blocked),
        (429, b"", TryLater),
        (400, b'{"errors": {"orders": "Must be an array"}}', Refused),
    ],
)
def test_a_batch_that_was_not_accepted(status: int, body: bytes, kind: type) -> None:
    assert isinstance(batch().read(batch().request([create("a")]), response(status, body)), kind)


def test_a_refused_batch_names_the_order_and_its_field() -> None:
    request = batch().request([create("a"), create("b")])
    body = {"errors": {"orders": {"1": {"fulfillments": {"0": {"country": "Wrong data type"}}}}}}
    found = batch().read(request, response(400, body))
    assert found == Refused((Problem(("orders", 1, "ship_to", "country"), verbatim("Wrong data type")),))


def test_the_vendors_own_job_with_a_failure_in_it() -> None:
    # The second order came without an id, so its result names none: it is the one that is left over.
    expected = [create("ORDER_MERCHANT_ID_SUCCESS"), create("ORDER_NUMBER_FAILED")]
    state = batch().read_job(response(200, sample(f"{SAMPLES}/200_job_partial.json")), expected)
    assert isinstance(state, BatchJobState)
    assert state.done
    taken, refused = (entry.outcome for entry in state.results if entry)
    assert taken == Accepted()
    assert isinstance(refused, Refused)
    assert {problem.path for problem in refused.problems} >= {("order", "number"), ("ship_to", "country")}


def test_results_are_found_whatever_their_order() -> None:
    refused = result(400, "b", line_items={"0": {"quantity": "Cannot be changed"}})
    found = outcomes(job(refused, result(201, "c"), result("201", "a")), "a", "b", "c")
    assert found[0] == found[2] == Accepted()
    assert isinstance(found[1], Refused)
    assert found[1].problems[0].path == ("lines", 1, "quantity")
    assert str(found[1].problems[0].advice)


def test_ids_that_are_numbers_and_names_in_the_other_writing() -> None:
    assert outcomes(job({"status": 201, "body": {"merchantId": 10001}}), "10001") == [Accepted()]


def test_what_two_results_say_differently_is_not_sure() -> None:
    found = outcomes(
        job(result(201, "a"), result(400, "a", details="no"), result(201, "b"), result(201, "b")), "a", "b"
    )
    assert isinstance(found[0], Unsure)
    assert found[1] == Accepted()


def test_two_results_without_an_id_are_not_guessed() -> None:
    found = outcomes(job(result(400, None, details="one thing"), result(400, None, details="another")), "a", "b")
    assert all(isinstance(one, Unsure) for one in found)
    alike = outcomes(job({"status": 201, "body": None}, {"status": 201, "body": None}), "a", "b")
    assert alike == [Accepted(), Accepted()]


def test_an_order_without_a_result_in_an_ended_job_is_unsure() -> None:
    found = outcomes(job(result(201, "a")), "a", "b")
    assert found[0] == Accepted()
    assert isinstance(found[1], Unsure)
    assert isinstance(outcomes(job(status="failed"), "a")[0], Unsure)


@pytest.mark.parametrize("status", ["queued", "processing", "thinking"])
def test_a_job_in_progress_gives_the_results_that_it_has(status: str) -> None:
    state = batch().read_job(response(200, job(result(201, "b"), status=status)), [create("a"), create("b")])
    assert isinstance(state, BatchJobState)
    assert not state.done
    assert [entry and entry.outcome for entry in state.results] == [None, Accepted()]


def test_a_job_that_is_not_there_or_not_to_be_read() -> None:
    expected = [create("a")]
    assert isinstance(batch().read_job(response(404, b'{"errors": {"details": "Not found"}}'), expected), Refused)
    assert isinstance(batch().read_job(response(200, b"{}"), expected), Unsure)
    assert isinstance(batch().read_job(response(503, b"", retry_after="7"), expected), TryLater)


def _survives(expected: Sequence[Request], status: int, body: bytes) -> None:
    reply = response(status, body)
    repr(batch().read(batch().request(expected), reply)).encode()
    state = batch().read_job(reply, expected)
    repr(state).encode()
    if isinstance(state, BatchJobState):
        assert len(state.results) == len(expected)
        assert not state.done or all(state.results)


@pytest.mark.parametrize("name", ["200_job_partial.json", "200_job.json", "202.json"])
def test_spoiled_answers_are_survived(name: str) -> None:
    chance, expected = Random(name), [create("ORDER_MERCHANT_ID_SUCCESS"), create("b")]
    for _ in range(300):
        _survives(expected, chance.choice((200, 200, 202, 400, 500)), spoiled(sample(f"{SAMPLES}/{name}"), chance))


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_no_reader_fails_on_nonsense(body: bytes) -> None:
    for status in STATUSES:
        _survives([create("a"), create("b")], status, body)
