"""Errors of platforms: any bytes are read, and the platform's own message is quoted."""

import pytest

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Blocked, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import (
    MAX_FIELD_ERRORS,
    MAX_MESSAGE,
    MAX_NESTING,
    FieldError,
    flatten,
    message_of,
    parse,
    problems,
    retry_after_s,
    text_of,
    unless_accepted,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Request
from tests.support.effort import Effort
from tests.support.quoting import quoting
from tests.vendors.examples import response


def test_what_no_database_takes_is_replaced() -> None:
    assert parse(b'{"a\\u0000":"\\ud800 \\ud83d\\ude00 \x00"}') == {"a\ufffd": "\ufffd \U0001f600 \ufffd"}


def test_numbers_that_json_does_not_have_are_null() -> None:
    assert parse(b"[NaN,Infinity,-Infinity,1e999,-1e999,1e3,0.1]") == [None] * 5 + [1000.0, 0.1]


def test_nesting_has_an_end() -> None:
    assert parse(b"[" * MAX_NESTING + b"]" * MAX_NESTING) is not None
    for depth in (MAX_NESTING + 2, 500, 5_000, 100_000):
        assert parse(b"[" * depth + b"]" * depth) is None


def test_a_tree_keeps_every_text_with_its_path() -> None:
    tree = {"a": {"0": "x", "1": ["y", "z"]}, "b": [{"c": 1}, None, "w"], "d": {}}
    assert flatten(tree) == [
        FieldError(("a", 0), "x"),
        FieldError(("a", 1), "y"),
        FieldError(("a", 1), "z"),
        FieldError(("b", 0, "c"), "1"),
        FieldError(("b", 2), "w"),
    ]


@pytest.mark.parametrize(
    "errors",
    [
        {"items": {"0": {"sku": ["Too long"]}}},
        {"items.0.sku": ["Too long"]},
        {"items[0].sku": "Too long"},
        {"$.items[0].sku": ["Too long"]},
        [{"field": "items[0].sku", "message": "Too long"}],
        [{"code": "long", "path": ["items", 0, "sku"], "message": "Too long"}],
        [{"source": {"pointer": "/items/0/sku"}, "detail": "Too long"}],
    ],
    ids=str,
)
def test_an_error_finds_its_field_in_whatever_form_it_comes(errors: object) -> None:
    assert flatten(errors) == [FieldError(("items", 0, "sku"), "Too long")]


def test_an_error_without_a_field_is_one_sentence() -> None:
    assert flatten([{"message": "Too long", "code": "long"}, {"detail": "Too short", "status": 422}]) == [
        FieldError((), "Too long"),
        FieldError((), "Too short"),
    ]
    assert flatten({"..": "Odd"}) == [FieldError(("..",), "Odd")]


@pytest.mark.parametrize("name", ["shipup", "shipengine"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "No such carrier"}, "No such carrier"),
        ({"status": "error", "message": "No such carrier"}, "No such carrier"),
        ({"success": False}, '{"success": false}'),
        ({"errors": ["No such carrier"]}, "No such carrier"),
        ({"errors": {"carrier_code": ["No such carrier"]}}, "No such carrier"),
    ],
    ids=str,
)
def test_a_success_whose_body_reports_a_failure_is_not_confirmed(name: str, body: object, said: str) -> None:
    outcome = VENDORS[name].read_update(Request("tell", "POST", "/"), response(200, body))
    assert isinstance(outcome, Unsure | Refused)
    message = outcome.message if isinstance(outcome, Unsure) else outcome.problems[0].message
    assert said in str(message)


@pytest.mark.parametrize("errors", [["No such order"], {"order": ["No such order"]}, "No such order"], ids=str)
@pytest.mark.parametrize("name", ["shipup", "shipengine", "starshipit", "swiftpod"])
def test_a_rejection_in_another_form_keeps_its_text(name: str, errors: object) -> None:
    refused = VENDORS[name].read_update(Request("tell", "POST", "/"), response(400, {"errors": errors}))
    assert isinstance(refused, Refused)
    assert [problem.message for problem in refused.problems] == [verbatim("No such order")]


@pytest.mark.parametrize("body", [{"error": "Locked"}, {"errors": [{"Message": "Locked"}]}, {"Message": "Locked"}])
def test_errors_of_starshipit_without_success_are_kept(body: dict[str, object]) -> None:
    refused = VENDORS["starshipit"].read_update(Request("tell", "PUT", "/"), response(200, {"success": False, **body}))
    assert isinstance(refused, Refused)
    assert [problem.message for problem in refused.problems] == [verbatim("Locked")]


def test_a_tree_is_cut_where_it_has_no_end() -> None:
    assert len(flatten([str(n) for n in range(500)])) == MAX_FIELD_ERRORS
    tree: object = "deep"
    for _ in range(3_000):
        tree = [tree]
    (field_error,) = flatten(tree)
    assert str(field_error.message)


def test_the_sentence_of_an_object() -> None:
    assert message_of({"message": "Invalid", "details": "sku"}) == "Invalid: sku"
    assert message_of({"other": 1}) == '{"other": 1}'


def test_a_long_message_is_cut_between_words() -> None:
    """Half a key could not be masked later."""
    cut = message_of("not now " * 500)
    assert MAX_MESSAGE - 10 < len(cut) <= MAX_MESSAGE
    assert set(cut.removesuffix("…").split()) == {"not", "now"}
    assert message_of(f"no such key: {'k' * 5_000} exists") == "no such key: …"
    assert message_of("x" * MAX_MESSAGE) == "x" * MAX_MESSAGE
    assert len(message_of("無効" * 5_000)) == MAX_MESSAGE


@pytest.mark.parametrize(
    ("body", "expected_text"),
    [
        (b"<html><TITLE lang='en'>502 Bad &amp; Gateway</title><body>x</body>", "502 Bad & Gateway"),
        (b"<p>Sorry,<br>later.</p>", "Sorry, later."),
        (b"plain\n expected_text", "plain expected_text"),
        (b"a\x00b\xff", "a\ufffdb\ufffd"),
        (b"", ""),
    ],
)
def test_the_readable_text_of_a_page(body: bytes, expected_text: str) -> None:
    assert text_of(body) == expected_text


@pytest.mark.parametrize("piece", [b"<", b"<title", b"<title>", b"</title>", b"<title ", b"&#"])
def test_no_page_makes_the_search_slow(piece: bytes) -> None:
    effort = Effort()
    with effort.of():
        text_of(piece * (65_536 // len(piece)))
    assert effort.most < 40


def test_the_same_message_stands_at_a_field_only_once() -> None:
    said = [FieldError(("a",), "No."), FieldError(("b",), "No.")]
    assert problems(said, FieldMap()) == (Problem((), verbatim("No.")),)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("999999", 3_600.0),
        ("Sat, 21 Nov 2026 18:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 17:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 40, None),
        ("", None),
    ],
)
def test_how_long_to_wait(header: str, wait_s: float | None) -> None:
    noon_s = 1_795_284_000.0
    assert retry_after_s(response(429, retry_after=header), noon_s) == wait_s


@pytest.mark.parametrize("apart_s", [-86_400, -3_600, 3_600, 86_400])
def test_a_clock_that_is_set_wrong_makes_no_wait_longer_or_shorter(apart_s: int) -> None:
    half_past = {"date": "Sat, 21 Nov 2026 18:00:00 GMT", "retry_after": "Sat, 21 Nov 2026 18:00:30 GMT"}
    assert retry_after_s(response(429, **half_past), 1_795_284_000.0 + apart_s) == 30.0
    garbled = {**half_past, "date": "today"}
    assert retry_after_s(response(429, **garbled), 1_795_284_000.0) == 30.0


def test_a_status_decides_the_outcome() -> None:
    said = [FieldError((), "No.")]

    def outcome(status: int, **headers: str) -> object:
        return unless_accepted(response(status, **headers), "Vendor", said, FieldMap())

    assert [outcome(status) for status in (200, 204, 299)] == [None] * 3
    assert outcome(401) == Blocked(quoting(Message("platform.key_rejected", platform="Vendor"), "Vendor", "No."))
    assert isinstance(outcome(307), Blocked)
    assert outcome(400) == Refused((Problem((), verbatim("No.")),))
    assert isinstance(outcome(413), Refused)
    assert outcome(429) == TryLater(
        quoting(Message("platform.rate_limit", platform="Vendor"), "Vendor", "No."), whole_account=True
    )
    for status in (0, 100, 199, 408, 425, 500, 503, 600):
        assert outcome(status) == Unsure(
            quoting(Message("platform.status", platform="Vendor", status=str(status)), "Vendor", "No.")
        )
    bare = unless_accepted(response(422), "Vendor", [], FieldMap())
    assert bare == Refused((Problem((), Message("platform.status", platform="Vendor", status="422")),))
