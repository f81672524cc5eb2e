"""New versions are asked for only where someone said so, and an old announcement is never believed again."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shipconsole import __version__
from shipconsole.domain.message import Message, sentences, verbatim
from shipconsole.operations.maintenance import updates
from shipconsole.station import settings
from shipconsole.station.announcement import Announcement
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from tests.support.announcer import Announcer, announcing, signed

TOLD = Announcement("99.1", "https://example.org/shipconsole", "Fewer keys to press.", 1_800_000_000)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path)


def chosen(announcer: Announcer, key: str) -> Settings:
    return Settings(announcements=announcer.url, announcements_signer=key)


async def test_no_request_is_sent_unless_the_settings_say_so(profile: Profile) -> None:
    key, file = signed(TOLD)
    with announcing(file) as announcer:
        for settings in (Settings(), Settings(announcements=announcer.url), Settings(announcements_signer=key)):
            assert (await updates.check(profile, settings)).kind == "off"
        assert announcer.requests == []


async def test_a_newer_version_is_reported_with_its_page(profile: Profile) -> None:
    key, file = signed(TOLD)
    with announcing(file) as announcer:
        news = await updates.check(profile, chosen(announcer, key))
    assert news == (
        "new",
        sentences(Message("updates.available", version="99.1"), verbatim(TOLD.message)),
        "99.1",
        TOLD.page,
    )


async def test_the_version_that_runs_is_no_news(profile: Profile) -> None:
    key, file = signed(TOLD._replace(version=__version__))
    with announcing(file) as announcer:
        assert (await updates.check(profile, chosen(announcer, key))).kind == "none"


async def test_an_unsigned_announcement_is_refused(profile: Profile) -> None:
    key, file = signed(TOLD)
    with announcing(file.partition(b"\n")[0]) as announcer:
        news = await updates.check(profile, chosen(announcer, key))
    assert news.kind == "failed"
    assert "signature does not match" in str(news.message)
    assert news.page == ""


async def test_an_older_announcement_is_refused_also_after_a_restart(profile: Profile) -> None:
    signer = Ed25519PrivateKey.generate()
    key, newest = signed(TOLD, signer)
    _, older = signed(TOLD._replace(version="98.0", signed_at_s=TOLD.signed_at_s - 1), signer)
    with announcing(newest) as announcer:
        assert (await updates.check(profile, chosen(announcer, key))).version == "99.1"
        # The window saves its settings when it is closed; what was seen outlives that.
        settings.save(profile, settings.load(profile).settings)
        announcer.file = older
        news = await updates.check(Profile(profile.folder), chosen(announcer, key))
        assert (news.kind, news.message) == ("failed", updates.OLDER)
        announcer.file = newest
        assert (await updates.check(profile, chosen(announcer, key))).kind == "new"


async def test_an_unreachable_platform_is_reported_and_nothing_else_happens(profile: Profile) -> None:
    key, file = signed(TOLD)
    with announcing(file) as announcer:
        gone = chosen(announcer, key)
    news = await updates.check(profile, gone)
    assert (news.kind, news.message) == ("failed", Message("updates.unreachable", host="127.0.0.1"))
