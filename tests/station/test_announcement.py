"""An announcement is accepted only if it is valid, signed by the right key, and from the right address."""

import base64
import re
from collections.abc import Callable

import pytest

from shipconsole.messages import text
from shipconsole.station import announcement
from shipconsole.station.announcement import Announcement, AnnouncementError
from tests.support.announcer import announcing, signed
from tests.support.bench import tls

ANNOUNCED = Announcement("0.2.0", "https://example.org/shipconsole", "Fewer keys to press.", 1_800_000_000)


def test_a_signed_announcement_is_read() -> None:
    key, file = signed(ANNOUNCED)
    assert announcement.read(file, key) == ANNOUNCED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_announcement_may_be_written_by_a_redirection_of_powershell(encoding: str, end: str) -> None:
    key, file = signed(ANNOUNCED)
    written = file.decode().replace("\n", end).encode(encoding)
    assert announcement.read(written, key) == ANNOUNCED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.replace(b"0.2.0", b"0.2.1"),
        lambda file: file.partition(b"\n")[0],
        lambda file: file.partition(b"\n")[0] + b"\n" + base64.b64encode(bytes(64)),
        lambda file: file.partition(b"\n")[0] + b"\nno base64",
        lambda _: signed(ANNOUNCED)[1],  # by another key
        lambda _: b"",
    ],
)
def test_an_announcement_with_another_signature_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    key, file = signed(ANNOUNCED)
    with pytest.raises(AnnouncementError, match="signature does not match"):
        announcement.read(spoil(file), key)


@pytest.mark.parametrize("key", ["", "no base64", base64.b64encode(b"short").decode()])
def test_an_invalid_key_verifies_nothing(key: str) -> None:
    with pytest.raises(AnnouncementError, match="signature does not match"):
        announcement.read(signed(ANNOUNCED)[1], key)


@pytest.mark.parametrize(
    "content",
    [
        ANNOUNCED._replace(version="newest"),
        ANNOUNCED._replace(version="1"),
        ANNOUNCED._replace(message="w" * 301),
        {**ANNOUNCED._asdict(), "signed_at_s": "today"},
        {**ANNOUNCED._asdict(), "page": None},
        None,
        [],
    ],
)
def test_a_signed_text_that_is_no_announcement_is_refused(content: object) -> None:
    key, file = signed(content)
    with pytest.raises(AnnouncementError, match="can't read it"):
        announcement.read(file, key)


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [("0.2.0", "0.1.0", True), ("0.10.0", "0.9.9", True), ("0.1.0", "0.1.0", False), ("1.0", "1.0.0", False)],
)
def test_versions_are_compared_by_their_numbers(version: str, than: str, newer: bool) -> None:
    assert announcement.is_newer(version, than) is newer
    if newer:
        assert not announcement.is_newer(than, version)


def test_the_request_contains_nothing_about_this_computer() -> None:
    with announcing(b"what came") as announcer:
        assert announcement.fetch(announcer.url, tls) == b"what came"
    (asked,) = announcer.requests
    assert asked.keys() == {"accept-encoding", "connection", "host", "user-agent"}
    assert asked["user-agent"] == "Shipconsole"


def test_redirects_are_not_followed() -> None:
    with announcing(b"elsewhere") as elsewhere, announcing(b"", status=302, location=elsewhere.url) as announcer:
        with pytest.raises(AnnouncementError, match="responded with status 302"):
            announcement.fetch(announcer.url, tls)
        assert elsewhere.requests == []


@pytest.mark.parametrize("address", ["http://example.org/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "/etc/passwd"])
def test_only_https_is_requested(address: str) -> None:
    with pytest.raises(AnnouncementError, match="https"):
        announcement.fetch(address, tls)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    with (
        announcing(b"x" * (announcement.LARGEST_BYTES + 1)) as announcer,
        pytest.raises(AnnouncementError, match=re.escape(text("updates.too_long", host="127.0.0.1"))),
    ):
        announcement.fetch(announcer.url, tls)


def test_an_unreachable_address_is_reported() -> None:
    with announcing(b"") as announcer:
        gone = announcer.url
    with pytest.raises(AnnouncementError, match="could not be reached"):
        announcement.fetch(gone, tls)
