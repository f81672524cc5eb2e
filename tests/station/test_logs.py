"""The log: written by several processes, readable by its owner, and without a key, in whatever way it arrives."""

import json
import logging
import math
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from shipconsole.station import logs
from shipconsole.station.profile import Profile, open_profile
from tests.support.effort import Effort

CANARY = "canary/+key 'with\" é-9f2c"

UNCAUGHT = """
import sys, threading
from pathlib import Path
from shipconsole.station import logs
from shipconsole.station.keys import Secret
from shipconsole.station.profile import open_profile

logs.start(open_profile(Path(sys.argv[1]), {}))
key = Secret("canary-uncaught-1").reveal()

class Finalized:
    def __del__(self):
        raise ValueError(f"in a finalizer {key}")

def fail(where):
    local = key
    raise ValueError(f"in {where} {local}")

thread = threading.Thread(target=fail, args=("a thread",))
thread.start()
thread.join()
Finalized()
fail("the main thread")
"""
WRITE_MUCH = """
import logging, sys
from pathlib import Path
from shipconsole.station import logs
from shipconsole.station.profile import open_profile

stop = logs.start(open_profile(Path(sys.argv[1]), {}))
for _ in range(22):
    logging.getLogger("much").info("x" * 100_000)
stop()
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_profile(tmp_path / "profile", {})


@pytest.fixture
def log(profile: Profile) -> Iterator[Path]:
    stop = logs.start(profile)
    yield profile.logs / "shipconsole.log"
    stop()


def test_an_entry_has_time_level_and_logger(log: Path) -> None:
    before_s = time.time()
    logging.getLogger("desk").info("opened %s", "order 1001")
    line = log.read_text()
    assert line.endswith("Z INFO desk: opened order 1001\n")
    written_s = time.mktime(time.strptime(line[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert math.floor(before_s) <= written_s <= time.time()


def test_the_log_is_readable_by_its_owner_alone(log: Path) -> None:
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_stopping_puts_everything_back(profile: Profile) -> None:
    root = logging.getLogger()
    before = (sys.excepthook, list(root.handlers), root.level)
    stop = logs.start(profile)
    assert (sys.excepthook, list(root.handlers), root.level) != before
    stop()
    assert (sys.excepthook, list(root.handlers), root.level) == before


def test_a_key_is_masked_in_arguments_in_a_traceback_and_in_every_spelling(log: Path) -> None:
    logs.hide(CANARY)
    quiet = logging.getLogger("quiet")
    quiet.info("plain %s, %r, url %s, json %s", CANARY, CANARY, quote(CANARY, safe=""), json.dumps(CANARY))
    try:
        local = CANARY
        raise ValueError(f"refused {local}")
    except ValueError:
        quiet.info("failed", exc_info=True)
    text = log.read_text()
    assert "9f2c" not in text
    assert "ValueError: refused ********" in text
    assert "plain ********, " in text


def test_a_short_key_inside_a_long_one_leaves_no_rest() -> None:
    logs.hide("canary-long")
    logs.hide("canary-long-and-longer")
    assert logs.mask("canary-long-and-longer") == "********"


def test_a_text_too_short_for_a_key_is_not_masked() -> None:
    logs.hide("e")
    logs.hide("")
    assert logs.mask("the end") == "the end"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer KEY0",
        "Proxy-Authorization: Basic KEY0",
        "authorization=Token token=KEY0",
        "API-Key: KEY0",
        "StarShipIT-Api-Key: KEY0",
        "Ocp-Apim-Subscription-Key: KEY0",
        "{'api-key': 'KEY0'}",
        '{"api_key":"KEY0"}',
        '"{\\"api_key\\": \\"KEY0\\"}"',
        "(b'API-Key', b'KEY0')",
        "https://example.com/v1?api_key=KEY0&page=2",
        "postgresql://bench:KEY0@localhost/ship",
        "POST /webhooks/shop/KEY0 HTTP/1.1",
        "token was bearer KEY0KEY0",
        repr(httpx.Headers({"API-Key": "KEY0", "Authorization": "Bearer KEY0"}).raw),
        repr(httpx.Headers({"Ocp-Apim-Subscription-Key": "KEY0"})),
    ],
)
def test_a_key_that_nobody_registered_is_masked_by_pattern(text: str) -> None:
    masked = logs.mask(text)
    assert "KEY0" not in masked
    assert "********" in masked


@pytest.mark.parametrize(
    "text",
    [
        "authorization failed for Shop, check the key",
        "the api key, then the name",
        "https://example.com:8080/v1?page=2",
        "GET /webhooks HTTP/1.1",
        "order 1001: shipped, tracking 9400111202555842332669",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert logs.mask(text) == text


def test_masking_a_long_text_takes_no_time() -> None:
    effort = Effort()
    for text in ("a" * 1_000_000, "api-key" * 100_000, "://:" * 200_000, "authorization: " * 50_000):
        with effort.of():
            logs.mask(text)
    assert effort.most < 60


def test_outside_text_cannot_forge_an_entry(log: Path) -> None:
    logging.getLogger("desk").info("note: %s", "x\n2026-11-01T00:00:00.000Z INFO desk: forged\u2028too")
    first, *more = log.read_text().splitlines()
    assert first.endswith("note: x")
    assert all(line.startswith("    ") for line in more)


def test_a_record_that_cannot_be_written_does_not_print_its_arguments(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.LogRecord("desk", logging.INFO, "", 0, "one %s", ("canary-a", "canary-b"), None)
    for handler in logging.getLogger().handlers:
        if type(handler).__module__ == logs.__name__:
            handler.handle(record)
    printed = capsys.readouterr().err
    assert (
        printed == "A log entry of desk could not be written: not all arguments converted during string formatting.\n"
    )
    assert "canary" not in log.read_text()


def test_the_http_libraries_do_not_write_addresses(log: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://example.com")
    logging.getLogger("httpcore.connection").info("connect")
    assert log.read_text() == ""


def test_uncaught_errors_are_each_logged_once_without_keys(profile: Profile) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", UNCAUGHT, str(profile.folder)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    for text in ((profile.logs / "shipconsole.log").read_text(), ran.stderr):
        assert text.count("ValueError: in a thread ********") == 1
        assert text.count("ValueError: in a finalizer ********") == 1
        assert text.count("ValueError: in the main thread ********") == 1
        assert "canary-uncaught" not in text
        assert "Traceback" in text


def test_the_log_is_rotated_and_another_process_follows(profile: Profile, log: Path) -> None:
    mine = logging.getLogger("mine")
    mine.info("before")
    subprocess.run([sys.executable, "-c", WRITE_MUCH, str(profile.folder)], check=True, capture_output=True)
    mine.info("after")
    older = profile.logs / "shipconsole.log.1"
    assert log.read_text().splitlines()[-1].endswith("mine: after")
    assert "mine: before" in older.read_text()
    assert "mine: after" not in older.read_text()
    assert stat.S_IMODE(older.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_opened_is_reported(profile: Profile) -> None:
    (profile.logs / "shipconsole.log").mkdir()
    with pytest.raises(logs.LogUnusableError) as failed:
        logs.start(profile)
    assert str(failed.value.message).endswith("shipconsole.log (Is a directory).")
