"""Diagnostics tell how the program fares, in a file of its owner's, and none of the keys that were planted is in it."""

import os
import stat
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.operations.maintenance import diagnostics
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station import settings
from shipconsole.station.keys import KeyringUnavailable, MemoryKeys, Secret
from shipconsole.station.profile import Profile, open_profile
from shipconsole.station.settings import Settings
from shipconsole.store import connections as stored
from tests.support.bench import NAMES, SECRETS, connect_all

CANARY = 'canary"ü\\' + "x" * 20
BY_FORM = "canary-that-is-in-no-keyring"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_profile(tmp_path / "profile", {})


async def plant(ctx: Context, profile: Profile, url: str) -> list[str]:
    """Put keys wherever one could come into the file by mistake; tell all of them."""
    (connection, *_) = await connect_all(ctx, url)
    await connections.connect(ctx, "starshipit", "Starshipit", secrets={"api_key": CANARY})
    token = (await receive.webhook_path(ctx, connection)).rpartition("/")[2]
    values = [value for vendor in NAMES for value in SECRETS[vendor].values()]
    keys = [*values, CANARY, token]
    await ctx.write(stored.block, connection.id, verbatim(f"It said {CANARY}"))
    chosen = Settings(station_name=CANARY, announcements=f"https://user:{BY_FORM}@example.org/{keys[1]}")
    settings.save(profile, chosen)
    log = profile.logs / "shipconsole.log"
    log.write_text("".join(f"before {key} after\n" for key in keys), encoding="utf-8")
    log.with_suffix(".log.1").write_text(
        f"POST https://hooks.example.com/webhooks/Shipup/{BY_FORM}?a=b\nAuthorization: Bearer {BY_FORM}\n"
        f"api_key={BY_FORM}\nSubscription-Key: {BY_FORM}\n{{'api-key': '{BY_FORM}'}}\n",
        encoding="utf-8",
    )
    return keys


def spellings(key: str) -> Iterator[str]:
    """A key as it may stand in a text of any of the formats in the file."""
    yield key
    yield repr(key)[1:-1]
    yield key.replace("\\", "\\\\").replace('"', '\\"')
    yield key[:-3]


async def test_no_key_that_was_planted_is_in_it(
    ctx: Context, profile: Profile, simulated_platforms: SimulatorServer, tmp_path: Path
) -> None:
    keys = await plant(ctx, profile, simulated_platforms.url)
    assert len(set(keys)) >= 5
    to = tmp_path / "diagnostics.txt"
    await diagnostics.save(ctx, profile, settings.load(profile).settings, to)
    text = to.read_text(encoding="utf-8")
    assert [key for key in (*keys, BY_FORM) for spelt in spellings(key) if spelt in text] == []
    # The rest of what they stood in is there, so it was looked through.
    assert text.count("before ******** after") == len(keys)
    assert "POST https://hooks.example.com/webhooks/Shipup/********?a=b" in text
    assert str(diagnostics.BY_FORM_ALONE) not in text


async def test_what_a_helper_needs_is_in_it(
    ctx: Context, profile: Profile, simulated_platforms: SimulatorServer
) -> None:
    await connect_all(ctx, simulated_platforms.url)
    (profile.logs / "shipconsole.log").write_text("a line of the log\n", encoding="utf-8")
    settings.save(profile, Settings(station_name="Bench 7", window_state="bytes"))
    text = await diagnostics.build(ctx, profile, settings.load(profile).settings)
    for part in ("ok     database: ", "system: ", 'station_name = "Bench 7"', "a line of the log"):
        assert part in text
    assert f"ShipEngine (shipengine) at {simulated_platforms.url}/shipengine" in text
    assert "window_state" not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such mode")
async def test_only_its_owner_can_read_it(ctx: Context, profile: Profile) -> None:
    to = diagnostics.default_file(ctx, profile)
    await diagnostics.save(ctx, profile, Settings(), to)
    assert to.parent == profile.logs
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


async def test_a_path_that_cannot_be_written_is_reported(ctx: Context, profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="could not be written"):
        await diagnostics.save(ctx, profile, Settings(), tmp_path / "none" / "diagnostics.txt")


class NoKeyring(MemoryKeys):
    """A keyring that does not answer."""

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Refuse."""
        raise KeyringUnavailable(verbatim("The keyring is locked."))


async def test_without_a_keyring_it_says_that_keys_are_masked_only_by_pattern(
    ctx: Context, profile: Profile, simulated_platforms: SimulatorServer
) -> None:
    await connect_all(ctx, simulated_platforms.url)
    locked = Context(ctx.store, ctx.sender, NoKeyring(), ctx.clock, ctx.station)
    (profile.logs / "shipconsole.log").write_text(f"Authorization: Bearer {BY_FORM}\n", encoding="utf-8")
    text = await diagnostics.build(locked, profile, Settings())
    assert str(diagnostics.BY_FORM_ALONE) in text.partition("\n")[0]
    assert BY_FORM not in text


async def test_a_long_log_is_cut_at_its_beginning_and_at_a_line(ctx: Context, profile: Profile) -> None:
    line = "x" * 99 + "\n"
    for ending in (".2", ".1", ""):
        (profile.logs / f"shipconsole.log{ending}").write_text(f"first of {ending}\n" + line * 2_400, encoding="utf-8")
    text = await diagnostics.build(ctx, profile, Settings())
    log = text.partition("== Log ==\n")[2]
    assert len(log) <= diagnostics.LOG_MOST_BYTES
    assert log.index("first of .1\n") < log.index("first of \n")
    assert "first of .2" not in log
    assert set(map(len, log.splitlines())) == {99, len("first of .1"), len("first of ")}
