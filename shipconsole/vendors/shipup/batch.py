"""Shipup's batch of orders: many created or updated in one request, and the batch job with the result of each.

The platform accepts a batch and processes it later. Its job's results need not be in the order of the request, and a
failed one may not name its order; a completed job can contain failures. Source: Shipup,
Batch create or update orders; Job (read November 2026).
"""

import re
from collections.abc import Sequence
from typing import cast

from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome, Unsure
from shipconsole.vendors.adapter import Batches, BatchJob, BatchJobState, BatchResult
from shipconsole.vendors.field_errors import parsed, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Json, Request, Response, json_text
from shipconsole.vendors.shipup import replies

MOST = 100
ENDED = ("completed", "failed")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def request(creations: Sequence[Request]) -> Request:
    """Combine single creations; an error about one leads to the fields of its own request."""
    field_map = FieldMap()
    for index, creation in enumerate(creations):
        field_map.join(creation.field_map.within(("orders", index)))
    return Request(
        call="batch_create",
        method="POST",
        path="/v2/orders/batch_create",
        body={"orders": [creation.body for creation in creations]},
        repeatable=all(creation.repeatable for creation in creations),
        summary=Message("summary.orders", count=len(creations)),
        field_map=field_map,
    )


def read(sent: Request, response: Response) -> BatchJob | Outcome:
    """Return the job of an accepted batch, by its id in the body, else in the header `location`."""
    body = parsed(response)
    if 200 <= response.status < 300:
        fields = _fields(body)
        given = (
            fields.get("job_id"),
            fields.get("id"),
            response.headers.get("location", "").rstrip("/").split("/")[-1],
        )
        found = next((job_id for job_id in map(_text, given) if _JOB_ID.fullmatch(job_id)), "")
        if found:
            return BatchJob(found)
    return replies.failure_of(response, body, sent.field_map) or unreadable(response, replies.TITLE)


def get_job(job_id: str) -> Request:
    """Ask for the state of a job."""
    return Request("get_job", "GET", f"/v2/jobs/{job_id}")


def read_job(response: Response, expected: Sequence[Request]) -> BatchJobState | Outcome:
    """Return the result of each creation of a job; None while it is not known.

    A creation without a result, or with contradictory results, is unsure once the job has ended.
    """
    body = parsed(response)
    if not 200 <= response.status < 300:
        return replies.failure_of(response, body, FieldMap()) or unreadable(response, replies.TITLE)
    job = _fields(body)
    results = [fields for entry in _list(job.get("results")) if (fields := _fields(entry))]
    status = _text(job.get("status")).casefold()
    if not status and not results:
        return unreadable(response, replies.TITLE)
    matched = _matched(results, expected)
    done = status in ENDED or all(matched)
    found = tuple(_result(result, sent) for result, sent in zip(matched, expected, strict=True))
    if done:
        missing = BatchResult(Unsure(Message("batch.no_result", platform=replies.TITLE, status=status or "completed")))
        found = tuple(result or missing for result in found)
    return BatchJobState(done, found)


def _matched(results: list[dict[str, object]], expected: Sequence[Request]) -> list[dict[str, object] | None]:
    """Return the result of each creation: the one with its id, else the content shared by all results without one."""
    named: dict[str, list[dict[str, object]]] = {}
    nameless: list[dict[str, object]] = []
    for result in results:
        name = _name(_fields(result.get("body")))
        if name:
            named.setdefault(name, []).append(result)
        else:
            nameless.append(result)
    ids = [_name(_fields(creation.body)) for creation in expected]
    matched = [_common(named.get(merchant_id, [])) for merchant_id in ids]
    unmatched = [index for index, merchant_id in enumerate(ids) if merchant_id not in named]
    common = _common(nameless)
    if common is not None and len(nameless) == len(unmatched):
        for index in unmatched:
            matched[index] = common
    return matched


def _common(results: list[dict[str, object]]) -> dict[str, object] | None:
    """Return the content that all results share; None where there are none or they differ."""
    return results[0] if results and all(result == results[0] for result in results) else None


def _result(result: dict[str, object] | None, sent: Request) -> BatchResult | None:
    """Read a result as if it were the response to the single creation."""
    if result is None:
        return None
    body = cast("Json", result.get("body"))
    status = _text(result.get("status"))
    errors = _fields(body).get("errors")
    code = int(status) if re.fullmatch(r"[1-5][0-9]{2}", status) else 400 if errors else 0
    response = Response(code, {}, b"" if body is None else json_text(body).encode())
    return BatchResult(replies.read_create_order(sent, response), response)


def _name(body: dict[str, object]) -> str:
    return _text(body.get("merchant_id")) or _text(body.get("merchantId"))


def _text(value: object) -> str:
    """Return a text or a whole number as text; empty for anything else, and for numbers larger than any id."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return value.strip() if isinstance(value, str) else str(value) if abs(value) < 10**18 else ""


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


BATCHES = Batches(most=MOST, request=request, read=read, get_job=get_job, read_job=read_job)
