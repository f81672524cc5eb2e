"""New versions: whether one is announced. Off unless settings name an address and a key; installs nothing."""

import asyncio
from collections.abc import Callable
from typing import Literal, NamedTuple

from shipconsole import __version__
from shipconsole.domain.message import Message, sentences, verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import announcement, settings_file
from shipconsole.station.announcement import AnnouncementError
from shipconsole.station.deadline import DeadlineThread
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.vendors.http import tls_context

Kind = Literal["off", "none", "new", "failed"]

SEEN = "announcement_seen_s"
"""The setting that stores when the newest verified announcement was signed, in seconds since 1970."""
FIRST_LOOK_AFTER_S = 60.0
BETWEEN_LOOKS_S = 86_400.0
VERDICT_S = 20.0
OFF = Message("updates.off")
OLDER = Message("updates.older")


class VersionCheck(NamedTuple):
    """The result of a check for new versions: a message, and for a new version its number and page."""

    kind: Kind
    message: Message
    version: str = ""
    page: str = ""


async def check(profile: Profile, chosen: Settings) -> VersionCheck:
    """Check once whether a newer version is announced; never raises."""
    if not (chosen.announcements and chosen.announcements_signer):
        return VersionCheck("off", OFF)
    thread = DeadlineThread("announcements", VERDICT_S, lambda: AnnouncementError(Message("updates.timeout")))
    try:
        return await asyncio.wrap_future(thread.submit(lambda: _look(profile, chosen)))
    except EnvironmentFailure as error:
        return VersionCheck("failed", error.message)


async def check_daily(
    profile: Profile, chosen: Callable[[], Settings], report: Callable[[VersionCheck], object]
) -> None:
    """Check once a day for as long as this runs and report each result; asks nobody while it is off."""
    # The first minute belongs to the person who opened the window.
    await asyncio.sleep(FIRST_LOOK_AFTER_S)
    while True:
        result = await check(profile, chosen())
        if result.kind != "off":
            report(result)
        await asyncio.sleep(BETWEEN_LOOKS_S)


def _look(profile: Profile, chosen: Settings) -> VersionCheck:
    announced = announcement.read(announcement.fetch(chosen.announcements, tls_context), chosen.announcements_signer)
    try:
        seen_s = settings_file.read(profile.folder).get(SEEN, 0)
        if isinstance(seen_s, int) and announced.signed_at_s < seen_s:
            raise AnnouncementError(OLDER)
        if announced.signed_at_s != seen_s:
            settings_file.change(profile.folder, {SEEN: announced.signed_at_s})
    except OSError as error:
        raise AnnouncementError(Message("settings.not_saved", reason=error.strerror or str(error))) from error
    if not announcement.is_newer(announced.version, __version__):
        return VersionCheck("none", Message("updates.newest", version=__version__))
    return VersionCheck(
        "new",
        sentences(Message("updates.available", version=announced.version), verbatim(announced.message)),
        announced.version,
        announced.page,
    )
