"""Expect validation errors by their message IDs, which stay the same when sentences are reworded."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shipconsole.domain.message import SENTENCES, Argument, Message
from shipconsole.domain.problem import ValidationFailed


@contextmanager
def refused(*ids: str, **arguments: Argument) -> Iterator[list[Message]]:
    """Expect a validation error with all these messages; the arguments are some of those of the first one.

    After the block, the yielded list has the messages of the error, one per sentence.
    """
    found: list[Message] = []
    with pytest.raises(ValidationFailed) as caught:
        yield found
    found += [message for problem in caught.value.problems for message in sentences_of(problem.message)]
    assert set(ids) <= {message.id for message in found}
    candidates = [message.arguments for message in found if message.id == ids[0]]
    assert arguments in [{name: values.get(name) for name in arguments} for values in candidates]


def sentences_of(message: Message) -> list[Message]:
    """Return the messages of which a message consists, or the message itself."""
    if message.id != SENTENCES:
        return [message]
    parts = message.arguments["parts"]
    assert isinstance(parts, tuple)
    return [inner for part in parts if isinstance(part, Message) for inner in sentences_of(part)]
