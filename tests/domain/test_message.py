"""Messages: compared by id and arguments, stored as JSON, and rendered where they are shown."""

import json

import pytest
from pydantic import BaseModel

from shipconsole import messages
from shipconsole.domain.message import (
    DEPTH_MAX,
    NO_MESSAGE,
    Argument,
    Message,
    from_json,
    from_stored,
    sentences,
    verbatim,
)

INNER = Message("tracking.delivered")
ARGUMENTS: dict[str, dict[str, Argument]] = {
    "none": {},
    "a text": {"text": "größer\n\x00“{x}”"},
    "numbers": {"count": -(2**53), "share": 0.5},
    "a message": {"reason": INNER},
    "several": {"names": ("a", INNER, ""), "empty": ()},
    "deep": {"reason": Message("network.failed", platform="P", reason=Message("verbatim", text="x"))},
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=list(ARGUMENTS))
def test_a_stored_message_is_read_back(arguments: dict[str, Argument]) -> None:
    message = Message("sync.incomplete", **arguments)
    assert from_stored(message.stored()) == message
    assert hash(from_stored(message.stored())) == hash(message)
    assert from_json(json.loads(json.dumps(message.as_json()))) == message


@pytest.mark.parametrize("text", ["", "x", "{", '{"id": "order.gift"}', "{text}", "\ud800", "a" * 100_000])
def test_a_text_that_is_no_message_is_shown_as_it_is(text: str) -> None:
    assert str(from_stored(verbatim(text).stored())) == text


@pytest.mark.parametrize(
    "text",
    [
        "An old sentence.",
        "{",
        "{}",
        '{"id": 7}',
        '{"id": "ship.none_left"}',
        '{"id": "ship.none_left", "arguments": [1]}',
        '{"id": "ship.none_left", "arguments": {"count": "many", "sku": {"id": 1}}}',
        '{"id": "no.such_id", "arguments": {"a": null, "b": [1, {"id": "x"}]}}',
        '{"id": "verbatim", "arguments": {"text": "{text.__class__}"}}',
        "[" * 100_000,
        '{"a":' * 5_000,
        '{"id": "x", "arguments": {"y": ' * 50 + "1" + "}}" * 50,
    ],
)
def test_whatever_the_database_holds_is_shown_and_raises_nothing(text: str) -> None:
    assert str(from_stored(text))


def test_messages_in_messages_are_read_to_a_depth() -> None:
    message = Message("verbatim", text="x")
    for _ in range(3 * DEPTH_MAX):
        message = Message("network.failed", platform="P", reason=message)
    assert str(from_stored(message.stored()))


def test_a_message_is_frozen_and_false_without_an_id() -> None:
    message = Message("sync.incomplete", platform="Shipup")
    with pytest.raises(AttributeError):
        message.arguments = {}  # pyright: ignore[reportAttributeAccessIssue]
    assert message
    assert (bool(NO_MESSAGE), str(NO_MESSAGE), NO_MESSAGE.stored()) == (False, "", "")
    assert {message: 1}[Message("sync.incomplete", platform="Shipup")] == 1
    assert message != Message("sync.incomplete", platform="ShipEngine")
    assert message != str(message)


def test_empty_messages_are_left_out() -> None:
    first, second = Message("thing.batch_completed", id="7"), Message("batch.others_rejected", platform="Shipup")
    assert sentences(NO_MESSAGE, first, NO_MESSAGE) == first
    assert str(sentences(first, second)) == f"{first} {second}"
    assert sentences() == NO_MESSAGE


def test_texts_of_arguments_can_be_masked_however_deep_they_are() -> None:
    secret = "key-1234"
    message = sentences(
        Message("platform.message", platform="Shipup", text=f"No: {secret}"),
        Message("sync.incomplete", platform="Shipup", reasons=(secret, Message("verbatim", text=secret))),
    )
    assert secret not in str(message.mapped(lambda text: text.replace(secret, "********")))


def test_a_model_holds_messages_and_writes_them_as_json() -> None:
    class Holder(BaseModel):
        message: Message

    held = Holder(message=Message("thing.batch_completed", id="7"))
    assert Holder.model_validate_json(held.model_dump_json()) == held
    assert Holder.model_validate({"message": "Delivered."}).message == verbatim("Delivered.")
    assert held.model_dump()["message"] is held.message


def test_a_count_decides_between_two_forms() -> None:
    counted = [str(Message("webhook.file", position=1, count=count, reason="x")) for count in (1, 1_234)]
    assert counted == ["File 1 of 1: x", "File 1 of 1,234: x"]
    assert str(Message("cli.rows_written", count=1, file="F")) == "1 row written to F."
    assert str(Message("cli.rows_written", count=1_234, file="F")) == "1,234 rows written to F."


def test_an_unknown_id_and_a_missing_argument_are_shown_and_raise_nothing() -> None:
    assert str(Message("no.such_id", a=1)) == "no.such_id (a: 1)"
    assert str(Message("cli.rows_written")) == "cli.rows_written"
    assert messages.sentence("verbatim", (("text", "{x} {0}"),)) == "{x} {0}"
