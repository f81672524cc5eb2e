"""Standard output and error of commands: safe for a terminal, and never the reason that a command fails."""

import contextlib
import io
import os
import sys
from collections.abc import Generator
from typing import TextIO

from shipconsole.domain.plain_text import plain_rows


class CleanStream(io.TextIOBase):
    """A stream that writes cleaned text; after an error it keeps the error and writes nothing more.

    The command may have shipped by then: a closed pipe or a full disk must not make it seem to have failed.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """Wrap a stream; None, a closed one, discards everything."""
        super().__init__()
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            # A pipe on Windows accepts few characters; an unusual name must not end a command.
            stream.reconfigure(errors="backslashreplace")
        self.failed: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return the encoding of the wrapped stream."""
        return (self._stream and self._stream.encoding) or "utf-8"

    def writable(self) -> bool:
        """Return True: text can always be written."""
        return True

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the wrapped stream."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write a text without control sequences for a terminal."""
        self.write_exactly(plain_rows(text))
        return len(text)

    def write_exactly(self, text: str) -> None:
        """Write a text unchanged."""
        if self._stream is not None and self.failed is None:
            try:
                self._stream.write(text)
            except OSError as error:
                self._discard(error)

    def flush(self) -> None:
        """Write what is buffered."""
        if self._stream is not None and self.failed is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._discard(error)

    def _discard(self, error: OSError) -> None:
        self.failed = error
        if self._stream is not None:
            # The buffer would fail again when Python ends, and change the exit code.
            with contextlib.suppress(OSError, ValueError):
                sink = os.open(os.devnull, os.O_WRONLY)
                os.dup2(sink, self._stream.fileno())
                os.close(sink)


@contextlib.contextmanager
def clean_streams() -> Generator[tuple[CleanStream, CleanStream]]:
    """Replace standard output and error by clean streams for the block."""
    before = sys.stdout, sys.stderr
    out, err = CleanStream(sys.stdout), CleanStream(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before
