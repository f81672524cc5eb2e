"""What was refused, by the ids of its messages: a sentence may be reworded, an id means the same for good."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shipconsole.domain.message import SENTENCES, Argument, Message
from shipconsole.domain.problem import ValidationFailed


@contextmanager
def refused(*ids: str, **arguments: Argument) -> Iterator[list[Message]]:
    """Expect a refusal that says all of this; the arguments are some of those of the first id.

    The list that is given has the messages of the refusal, sentence by sentence, once the block has ended.
    """
    found: list[Message] = []
    with pytest.raises(ValidationFailed) as caught:
        yield found
    found += [one for problem in caught.value.problems for one in sentences_of(problem.message)]
    assert set(ids) <= {one.id for one in found}
    said = [one.arguments for one in found if one.id == ids[0]]
    assert arguments in [{name: one.get(name) for name in arguments} for one in said]


def sentences_of(message: Message) -> list[Message]:
    """Return the messages that a message of several sentences has, else the message itself."""
    if message.id != SENTENCES:
        return [message]
    parts = message.arguments["parts"]
    assert isinstance(parts, tuple)
    return [inner for part in parts if isinstance(part, Message) for inner in sentences_of(part)]
