"""Reading text files that a person names."""

from pathlib import Path

from shipconsole.domain import text_bytes
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed


def read_utf8(path: Path, most_bytes: int) -> bytes:
    """Return a file's text as UTF-8 without a byte order mark, cut after `most_bytes`.

    Raises OSError where the file cannot be read, and `ValidationFailed` where it is no text.
    """
    # No text takes less than half the bytes of its UTF-16; four more are for a mark.
    longest = 2 * most_bytes + 4
    with path.open("rb") as file:
        raw = file.read(longest + 1)
    if len(raw) > longest:
        return raw[: most_bytes + 1]
    try:
        return text_bytes.utf8(raw)
    except ValueError:
        message = Message("file.not_text", name=path.name, reason=text_bytes.NOT_TEXT)
        raise ValidationFailed(Problem(("file",), message, Message("file.save_as_utf8"))) from None
