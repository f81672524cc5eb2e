"""Write the log, and mask keys in it and in every other text that leaves the program.

A key is masked by its value once the program has read it; and by pattern (in a header or URL) even before.
"""

import contextlib
import io
import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.private_file import own
from shipconsole.station.profile import Profile

MASK = "********"

_SHORTEST_MASKED = 4
_LARGEST_BYTES = 2_000_000
_OLD_FILES = 4
_QUIET_LIBRARIES = ("httpx", "httpcore")

_log = logging.getLogger(__name__)

_BETWEEN = r"""(?:\\*["']?\s*[:=]\s*(?:b?\\*["'])?|\\*["']\s*,\s*b?\\*["'])"""
_PATTERNS = (
    (re.compile(rf"(authorization{_BETWEEN})[^\"'\\\r\n]+", re.IGNORECASE), rf"\1{MASK}"),
    (
        re.compile(
            rf"((?:api|subscription)[-_ ]?key{_BETWEEN})[^\s\"'\\,;&)}}\]]+",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"), rf"\1{MASK}"),
    (re.compile(r"(/webhooks/[^/\s]+/)[^\s\"'?#]+"), rf"\1{MASK}"),
)


class LogUnusableError(EnvironmentFailure):
    """The log file can't be written."""


class _HiddenValues:
    """The values to mask, as one pattern; longer ones first, so that no part of a key remains."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        in_json = {json.dumps(value, ensure_ascii=ascii_alone)[1:-1] for ascii_alone in (True, False)}
        spellings = {value, quote(value, safe=""), repr(value)[1:-1], *in_json}
        with self._lock:
            if spellings <= self._spellings:
                return
            self._spellings |= spellings
            longest_first = sorted(self._spellings, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(spelling) for spelling in longest_first))

    def mask(self, text: str) -> str:
        pattern = self._pattern
        return pattern.sub(MASK, text) if pattern else text


_hidden = _HiddenValues()


def hide(value: str) -> None:
    """Mask this value from now on, also its forms in URLs, JSON and Python literals.

    Values of fewer than four characters are not masked: no platform has such keys, and the log would be unreadable.
    """
    if len(value) >= _SHORTEST_MASKED:
        _hidden.add(value)


def masked(message: Message) -> Message:
    """Return a message with the keys in its arguments masked: a platform may repeat what it was sent."""
    return message.mapped(mask)


def mask(text: str) -> str:
    """Return a text with every key in it masked; for the log, dumps and the clipboard."""
    text = _hidden.mask(text)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class MaskingFormatter(logging.Formatter):
    """Format a record as one entry without keys; further lines are indented, so that none can be forged."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        """Start each entry with time (UTC), level and logger."""
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Mask after formatting, so that arguments and tracebacks are masked too; control characters are removed."""
        return "\n    ".join(plain(line) for line in mask(super().format(record)).splitlines())


def start(profile: Profile) -> Callable[[], None]:
    """Write the log of this profile from now on, including uncaught errors; return the function that ends it.

    Raises LogUnusableError if the file can't be written.
    """
    file = profile.logs / "shipconsole.log"
    try:
        handler = _LogFile(file)
    except OSError as error:
        raise LogUnusableError(
            Message("log.not_written", file=str(file), reason=error.strerror or str(error))
        ) from error
    handler.setFormatter(MaskingFormatter())
    root = logging.getLogger()
    level, hooks = root.level, (sys.excepthook, threading.excepthook, sys.unraisablehook)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook, threading.excepthook, sys.unraisablehook = _on_uncaught, _on_thread_died, _on_unraisable

    def stop() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        root.setLevel(level)
        root.removeHandler(handler)
        # On a full disk the last entries are lost.
        with contextlib.suppress(OSError):
            handler.close()

    return stop


class _LogFile(RotatingFileHandler):
    """The log file, readable by its owner only; several programs may write to it."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            file, maxBytes=_LARGEST_BYTES, backupCount=_OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=own)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  logging's own name
        """Reopen the file first if another program has rotated it."""
        if self.stream is not None and not self._is_current(self.stream):
            self.stream.close()
            self.stream = self._open()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:  # noqa: N802  logging's own name
        """Rotate the file; if another program holds it open (Windows), continue in the old one."""
        with contextlib.suppress(OSError):
            super().doRollover()
        if self.stream is None:
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        """Report that an entry was lost without its arguments, which logging would print unmasked."""
        error = sys.exc_info()[1]
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        _write_error(f"A log entry of {record.name} could not be written: {plain(mask(reason))}.\n")

    def _is_current(self, stream: io.TextIOWrapper) -> bool:
        try:
            return os.path.samestat(Path(self.baseFilename).stat(), os.fstat(stream.fileno()))
        except OSError:
            return False


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log_uncaught("Uncaught error", kind, error, trace)


def _on_thread_died(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        name = args.thread.name if args.thread else "unknown"
        _log_uncaught(f"Uncaught error in thread {name}", args.exc_type, args.exc_value, args.exc_traceback)


def _on_unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _log_uncaught(args.err_msg or "Error in a finalizer", args.exc_type, args.exc_value, args.exc_traceback)


def _log_uncaught(what: str, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught error, and show it where the program was started; without the values of variables."""
    record = _log.makeRecord(_log.name, logging.CRITICAL, "", 0, what, (), (kind, error, trace))
    _log.handle(record)
    _write_error(f"{MaskingFormatter().format(record)}\n")


def _write_error(text: str) -> None:
    """Write to standard error, which may be closed or on a full disk."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
