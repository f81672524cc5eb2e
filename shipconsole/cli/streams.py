"""Standard output and error as commands write them: clean for a terminal, and never what decides a command's end."""

import contextlib
import io
import os
import sys
from collections.abc import Generator
from typing import TextIO

from shipconsole.domain.plain_text import plain_rows


class CleanStream(io.TextIOBase):
    """Writes cleaned text to a stream; where that fails, keeps the error and writes no more.

    A command may have shipped by then: a reader that left or a disk that is full must not make it end as if it
    had not.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """Write to a stream; None, a closed one, takes everything."""
        super().__init__()
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            # A pipe on Windows carries few characters; an odd name must not end a command.
            stream.reconfigure(errors="backslashreplace")
        self.failed: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return the encoding of the stream beneath."""
        return (self._stream and self._stream.encoding) or "utf-8"

    def writable(self) -> bool:
        """Take text, whatever becomes of it."""
        return True

    def isatty(self) -> bool:
        """Return whether a person reads along."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor beneath."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write a text without what a terminal would obey."""
        self.write_exactly(plain_rows(text))
        return len(text)

    def write_exactly(self, text: str) -> None:
        """Write a text of our own, or one that goes to no terminal, as it is."""
        if self._stream is not None and self.failed is None:
            try:
                self._stream.write(text)
            except OSError as error:
                self._discard(error)

    def flush(self) -> None:
        """Write what is kept back."""
        if self._stream is not None and self.failed is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._discard(error)

    def _discard(self, error: OSError) -> None:
        self.failed = error
        if self._stream is not None:
            # What is kept back would fail once more when Python ends, and change the exit code.
            with contextlib.suppress(OSError, ValueError):
                sink = os.open(os.devnull, os.O_WRONLY)
                os.dup2(sink, self._stream.fileno())
                os.close(sink)


@contextlib.contextmanager
def clean_streams() -> Generator[tuple[CleanStream, CleanStream]]:
    """Put clean streams in the place of standard output and error for the block."""
    before = sys.stdout, sys.stderr
    out, err = CleanStream(sys.stdout), CleanStream(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before
