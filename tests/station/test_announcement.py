"""An announcement is believed only where it is signed by the right key, is one, and comes from where it should."""

import base64
from collections.abc import Callable

import pytest

from shipconsole.station import announcement
from shipconsole.station.announcement import Announcement, AnnouncementError
from tests.support.announcer import announcing, signed
from tests.support.bench import tls

TOLD = Announcement("0.2.0", "https://example.org/shipconsole", "Fewer keys to press.", 1_800_000_000)


def test_what_is_signed_is_read() -> None:
    key, file = signed(TOLD)
    assert announcement.read(file, key) == TOLD


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_announcement_may_be_written_by_a_redirection_of_powershell(encoding: str, end: str) -> None:
    key, file = signed(TOLD)
    written = file.decode().replace("\n", end).encode(encoding)
    assert announcement.read(written, key) == TOLD


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.replace(b"0.2.0", b"0.2.1"),
        lambda file: file.partition(b"\n")[0],
        lambda file: file.partition(b"\n")[0] + b"\n" + base64.b64encode(bytes(64)),
        lambda file: file.partition(b"\n")[0] + b"\nno base64",
        lambda _: signed(TOLD)[1],  # by another key
        lambda _: b"",
    ],
)
def test_what_is_not_signed_by_the_key_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    key, file = signed(TOLD)
    with pytest.raises(AnnouncementError, match="signature does not match"):
        announcement.read(spoil(file), key)


@pytest.mark.parametrize("key", ["", "no base64", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_believes_nothing(key: str) -> None:
    with pytest.raises(AnnouncementError, match="signature does not match"):
        announcement.read(signed(TOLD)[1], key)


@pytest.mark.parametrize(
    "told",
    [
        TOLD._replace(version="newest"),
        TOLD._replace(version="1"),
        TOLD._replace(message="w" * 301),
        {**TOLD._asdict(), "signed_at_s": "today"},
        {**TOLD._asdict(), "page": None},
        None,
        [],
    ],
)
def test_what_is_signed_and_no_announcement_is_refused(told: object) -> None:
    key, file = signed(told)
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


def test_nothing_of_this_computer_goes_out_with_the_question() -> None:
    with announcing(b"what came") as announcer:
        assert announcement.fetch(announcer.url, tls) == b"what came"
    (asked,) = announcer.requests
    assert asked.keys() == {"accept-encoding", "connection", "host", "user-agent"}
    assert asked["user-agent"] == "Shipconsole"


def test_another_address_is_never_gone_to() -> None:
    with announcing(b"elsewhere") as elsewhere, announcing(b"", status=302, location=elsewhere.url) as announcer:
        with pytest.raises(AnnouncementError, match="responded with status 302"):
            announcement.fetch(announcer.url, tls)
        assert elsewhere.requests == []


@pytest.mark.parametrize("address", ["http://example.org/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "/etc/passwd"])
def test_only_https_is_asked(address: str) -> None:
    with pytest.raises(AnnouncementError, match="https"):
        announcement.fetch(address, tls)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    with (
        announcing(b"x" * (announcement.LARGEST_BYTES + 1)) as announcer,
        pytest.raises(AnnouncementError, match="more"),
    ):
        announcement.fetch(announcer.url, tls)


def test_nobody_there_is_said_in_words() -> None:
    with announcing(b"") as announcer:
        gone = announcer.url
    with pytest.raises(AnnouncementError, match="could not be reached"):
        announcement.fetch(gone, tls)
