"""What goes out is exact JSON; what comes back is read without ever failing."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from shipconsole.domain.message import Message
from shipconsole.vendors.received import Received, at_ms, objects
from shipconsole.vendors.request import Request, Response, json_text


class _Entry(Received):
    name: str = ""


class _Reply(Received):
    count: int = 0
    sure: bool | None = None
    share: float | None = None
    entries: Annotated[tuple[_Entry, ...], BeforeValidator(objects)] = ()


def test_decimals_are_sent_as_they_are_written() -> None:
    assert json_text({"a": Decimal("0.7"), "b": [Decimal("125.0"), True]}) == '{"a":0.7,"b":[125,true]}'


def test_half_a_surrogate_pair_can_be_sent_and_hashed() -> None:
    request = Request("call", "POST", "/", body={"name": "a\ud800b — ü"})
    assert request.body_text == '{"name":"a?b — ü"}'
    assert len(request.fingerprint) == 64


def test_a_value_of_the_wrong_type_is_missing_and_noted() -> None:
    notes: list[str] = []
    given = {"count": True, "sure": "perhaps", "share": float("nan"), "entries": [{"name": []}, 1], "new": 1}
    read = _Reply.model_validate(given, context=notes)
    assert (read.count, read.sure, read.share, read.entries) == (0, None, None, (_Entry(),))
    assert read.model_extra == {"new": 1}
    assert notes == [
        Message("sync.value_left_out", path="count", value="True"),
        Message("sync.value_left_out", path="sure", value="'perhaps'"),
        Message("sync.value_left_out", path="share", value="nan"),
        Message("sync.entries_left_out", name="entries", count=1, all=2),
        Message("sync.value_left_out", path="name", value="[]"),
    ]


def test_lists_are_read_bare_as_list_objects_or_as_one_object() -> None:
    for entries in ([{"name": "a"}], {"object": "list", "data": [{"name": "a"}]}, {"name": "a"}):
        assert _Reply.model_validate({"entries": entries}).entries == (_Entry(name="a"),)
    assert _Reply.model_validate({"entries": {"object": "list", "data": None}}).entries == ()


def test_a_list_may_be_an_object_by_positions() -> None:
    by_places = {"0": {"name": "a"}, "2": {"name": "b"}, "3": None}
    assert _Reply.model_validate({"entries": by_places}).entries == (_Entry(name="a"), _Entry(name="b"))
    assert _Reply.model_validate({"entries": {}}).entries == ()


def test_numbers_may_come_as_text() -> None:
    read = _Reply.model_validate({"count": "3", "sure": "true", "share": 2, "entries": [{"name": 7}]})
    assert (read.count, read.sure, read.share, read.entries[0].name) == (3, True, 2.0, "7")


def test_times_are_utc_unless_they_say_otherwise() -> None:
    assert at_ms(datetime(1970, 1, 2)) == 86_400_000  # noqa: DTZ001  # some vendors name no zone
    assert at_ms(datetime(1970, 1, 2, 1, 0, 0, 1_999, timezone(timedelta(hours=1)))) == 86_400_001
    assert at_ms(datetime(1, 1, 1, tzinfo=UTC)) is None
    assert at_ms(None) is None


def test_the_platforms_request_id_stands_in_a_header_or_in_an_error() -> None:
    body = b'{"request_id": "2d6cee83-55f4", "errors": []}'
    assert Response(400, {}, body).request_id == "2d6cee83-55f4"
    assert Response(400, {"x-request-id": "of the header"}, body).request_id == "of the header"
    assert Response(200, {}, body).request_id == "", "in a response it may be the id of anything"
    assert Response(400, {}, b'{"request_id": "a\\"b"}').request_id == ""
