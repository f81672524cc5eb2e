"""Messages: texts for people as an id and arguments; `shipconsole.messages` has the sentence of each id.

A message is created where something happens and becomes text where it is shown, in the language of that moment. The
database stores it as JSON, and a script reads its id, which stays the same when the sentence is reworded or translated.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Union, cast

from shipconsole import messages

Argument = Union[str, int, float, "Message", tuple[Union[str, "Message"], ...]]

DEPTH_MAX = 8
"""How deep messages in messages are read back; deeper ones are shown as they are stored."""

VERBATIM = "verbatim"
SENTENCES = "sentences"


class Message:
    """An id and named arguments; frozen, hashable, compared by both. `str` returns the sentence.

    Arguments are texts, numbers, other messages, or tuples of texts and messages. A message without an id is empty: it
    shows nothing and is false.
    """

    __slots__ = ("_arguments", "_id")

    _id: str
    _arguments: tuple[tuple[str, Argument], ...]

    def __init__(self, id: str, /, **arguments: Argument) -> None:  # noqa: A002 - a message's id is called so
        """Store the id, and the arguments sorted by name."""
        object.__setattr__(self, "_id", id)
        object.__setattr__(self, "_arguments", tuple(sorted(arguments.items())))

    def __setattr__(self, name: str, value: object) -> None:
        """Raise AttributeError: a message is a value."""
        raise AttributeError(f"a message is frozen: {name}")

    @property
    def id(self) -> str:
        """Return the stable id, as in ``ship.no_tracking_number``."""
        return self._id

    @property
    def arguments(self) -> Mapping[str, Argument]:
        """Return the arguments by name."""
        return dict(self._arguments)

    def __bool__(self) -> bool:
        return bool(self._id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (self._id, self._arguments) == (other._id, other._arguments)

    def __hash__(self) -> int:
        return hash((self._id, self._arguments))

    def __str__(self) -> str:
        return messages.sentence(self._id, self._arguments) if self._id else ""

    def __repr__(self) -> str:
        listed = "".join(f", {name}={value!r}" for name, value in self._arguments)
        return f"Message({self._id!r}{listed})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> object:
        """Let pydantic models have messages as fields: `as_json` in JSON; a bare text is verbatim."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, Message) else from_json(value),
            serialization=core_schema.plain_serializer_function_ser_schema(Message.as_json, when_used="json"),
        )

    def mapped(self, change: Callable[[str], str]) -> "Message":
        """Return the message with every text in its arguments changed, for example to mask keys."""
        return Message(self._id, **{name: _mapped(value, change) for name, value in self._arguments})

    def as_json(self) -> dict[str, object]:
        """Return the message as JSON values, for `from_json`."""
        shown: dict[str, object] = {"id": self._id}
        if self._arguments:
            shown["arguments"] = {name: _argument_json(value) for name, value in self._arguments}
        return shown

    def stored(self) -> str:
        """Return the text that the database stores, "" for the empty message."""
        return json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":")) if self else ""


NO_MESSAGE = Message("")


def verbatim(text: str) -> Message:
    """Return a text that is shown as it is: a platform's or a person's own words, a name, a number."""
    return Message(VERBATIM, text=text) if text else NO_MESSAGE


def sentences(*parts: Message) -> Message:
    """Return several sentences as one message, without the empty ones."""
    given = tuple(part for part in parts if part)
    if len(given) < 2:
        return given[0] if given else NO_MESSAGE
    return Message(SENTENCES, parts=given)


def from_json(value: object, depth: int = 0) -> Message:
    """Return the message that `as_json` wrote; anything else is shown as it is."""
    if isinstance(value, dict) and depth < DEPTH_MAX:
        fields = cast("dict[str, object]", value)
        message_id, arguments = fields.get("id"), fields.get("arguments", {})
        if isinstance(message_id, str) and isinstance(arguments, dict):
            given = cast("dict[str, object]", arguments)
            return Message(message_id, **{name: _argument(inner, depth + 1) for name, inner in given.items()})
    return verbatim(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def from_stored(text: str) -> Message:
    """Return the message that `stored` wrote; any other text is shown as it is."""
    if not text:
        return NO_MESSAGE
    if not text.startswith("{"):
        return verbatim(text)
    try:
        value = cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return verbatim(text)
    if not isinstance(value, dict) or not isinstance(cast("dict[str, object]", value).get("id"), str):
        return verbatim(text)
    try:
        return from_json(cast("object", value))
    except RecursionError:
        return verbatim(text)


def _mapped(value: Argument, change: Callable[[str], str]) -> Argument:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Message):
        return value.mapped(change)
    if isinstance(value, tuple):
        return tuple(part.mapped(change) if isinstance(part, Message) else change(part) for part in value)
    return value


def _argument_json(value: Argument) -> Any:
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, tuple):
        return [part.as_json() if isinstance(part, Message) else part for part in value]
    return value


def _argument(value: Any, depth: int) -> Argument:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and depth < DEPTH_MAX:
        parts = cast("list[object]", value)
        return tuple(part if isinstance(part, str) else from_json(part, depth) for part in parts)
    return from_json(cast("object", value), depth)
