"""Shipup's batch of orders: many created or updated at once, and the job that tells what became of each.

The platform takes a batch in and works it off later. Its job's results need not stand in the order of the request,
and one that failed may not say which order it is about; a job that is completed can hold failures. Source: Shipup,
Batch create or update orders; Job (read November 2026).
"""

import re
from collections.abc import Sequence
from typing import cast

from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome, Unsure
from shipconsole.vendors.adapter import Batch, Entry, Job, JobState
from shipconsole.vendors.exchange import Answer, Json, Request, json_text
from shipconsole.vendors.field_errors import parsed, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.shipup import replies

MOST = 100
ENDED = ("completed", "failed")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def request(creates: Sequence[Request]) -> Request:
    """Put single creations together; a complaint about one leads to the fields that its own request came from."""
    field_map = FieldMap()
    for place, one in enumerate(creates):
        field_map.join(one.field_map.within(("orders", place)))
    return Request(
        call="batch_create",
        method="POST",
        path="/v2/orders/batch_create",
        body={"orders": [one.body for one in creates]},
        repeatable=all(one.repeatable for one in creates),
        summary=Message("summary.orders", count=len(creates)),
        field_map=field_map,
    )


def read(sent: Request, answer: Answer) -> Job | Outcome:
    """The job under which a batch was taken in, by its id in the body, else in the header `location`."""
    body = parsed(answer)
    if 200 <= answer.status < 300:
        fields = _fields(body)
        given = (fields.get("job_id"), fields.get("id"), answer.headers.get("location", "").rstrip("/").split("/")[-1])
        found = next((job_id for job_id in map(_text, given) if _JOB_ID.fullmatch(job_id)), "")
        if found:
            return Job(found)
    return replies.failed_answer(answer, body, sent.field_map) or unreadable(answer, replies.TITLE)


def look(job_id: str) -> Request:
    """Ask how far a job is."""
    return Request("get_job", "GET", f"/v2/jobs/{job_id}")


def read_job(answer: Answer, expected: Sequence[Request]) -> JobState | Outcome:
    """What became of each of the creations that a job was made of; None while it is not known.

    Where the job has ended and does not tell of one, or tells two things of it, that one is not sure.
    """
    body = parsed(answer)
    if not 200 <= answer.status < 300:
        return replies.failed_answer(answer, body, FieldMap()) or unreadable(answer, replies.TITLE)
    job = _fields(body)
    results = [fields for one in _list(job.get("results")) if (fields := _fields(one))]
    status = _text(job.get("status")).casefold()
    if not status and not results:
        return unreadable(answer, replies.TITLE)
    told = _told(results, expected)
    done = status in ENDED or all(told)
    entries = tuple(_entry(one, sent) for one, sent in zip(told, expected, strict=True))
    if done:
        silent = Entry(Unsure(Message("batch.no_result", platform=replies.TITLE, status=status or "completed")))
        entries = tuple(entry or silent for entry in entries)
    return JobState(done, entries)


def _told(results: list[dict[str, object]], expected: Sequence[Request]) -> list[dict[str, object] | None]:
    """The result about each creation: the one that names it, or what all say that name none and are left over."""
    named: dict[str, list[dict[str, object]]] = {}
    nameless: list[dict[str, object]] = []
    for result in results:
        name = _name(_fields(result.get("body")))
        if name:
            named.setdefault(name, []).append(result)
        else:
            nameless.append(result)
    ids = [_name(_fields(one.body)) for one in expected]
    told = [_agreed(named.get(merchant_id, [])) for merchant_id in ids]
    silent = [place for place, merchant_id in enumerate(ids) if merchant_id not in named]
    agreed = _agreed(nameless)
    if agreed is not None and len(nameless) == len(silent):
        for place in silent:
            told[place] = agreed
    return told


def _agreed(results: list[dict[str, object]]) -> dict[str, object] | None:
    """The one thing that all of some results say; None where there are none or they differ."""
    return results[0] if results and all(one == results[0] for one in results) else None


def _entry(result: dict[str, object] | None, sent: Request) -> Entry | None:
    """A result read as if it were the answer to the creation alone."""
    if result is None:
        return None
    body = cast("Json", result.get("body"))
    status = _text(result.get("status"))
    errors = _fields(body).get("errors")
    code = int(status) if re.fullmatch(r"[1-5][0-9]{2}", status) else 400 if errors else 0
    answer = Answer(code, {}, b"" if body is None else json_text(body).encode())
    return Entry(replies.read_create_order(sent, answer), answer)


def _name(body: dict[str, object]) -> str:
    return _text(body.get("merchant_id")) or _text(body.get("merchantId"))


def _text(value: object) -> str:
    """A text or a whole number as text; empty for anything else, and for numbers that no id has."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return value.strip() if isinstance(value, str) else str(value) if abs(value) < 10**18 else ""


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


BATCH = Batch(most=MOST, request=request, read=read, look=look, read_job=read_job)
