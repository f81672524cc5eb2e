"""A new administrator follows the guide for PostgreSQL word by word, and two stations pack with two windows."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.simulator.server import running_simulator
from tests.support.bench import NAMES, SECRETS, USPS_NUMBERS, effects
from tests.support.guide import ROOT, Reader, blocks
from tests.support.postgresql import PostgresqlServer
from tests.support.secret_service import running_bus
from tests.support.walk import Walk
from tests.support.xvfb import running_xvfb

PAGE = "postgresql.md"
PASSWORDS = {"shipconsole_owner": "of the owner", "station_1": "of station 1", "station_2": "of station 2"}
RULES = ROOT / "packaging" / "postgresql" / "pg_hba.conf"
ORDERS = 24
ADDRESS = "Via Torino 8"
"""Of the second order."""


def claimed_by(station: str) -> str:
    """Return the beginning of the words about an order that a station packs."""
    return text("claim.station", station=station, time="").rstrip(" .")


@contextmanager
def new_reader(folder: Path) -> Generator[Reader]:
    """Yield a person with a keyring and an installed server, whose rules are those of a new cluster."""
    # The folders of the tests can be too long for the address of a socket.
    server = PostgresqlServer(settings={})
    try:
        (server.data / "pg_hba.conf").write_text(f"local all postgres {'peer' if os.geteuid() == 0 else 'trust'}\n")
        with running_bus() as keyring:
            keyring.start()
            hidden = ("PG", "SHIPCONSOLE_", "QT_QPA_")
            env = {name: value for name, value in keyring.env.items() if not name.startswith(hidden)}
            # The name of the guide leads to this computer.
            reader = Reader(folder, server, {**env, "PGHOSTADDR": "127.0.0.1", "PGPASSFILE": str(folder / "none")})
            reader.prepare()
            server.start()
            yield reader
    finally:
        server.remove()


@contextmanager
def new_window(folder: Path, profile: Path, env: Mapping[str, str]) -> Generator[Walk]:
    """Yield the window of a profile on a screen of its own; it must end in order."""
    with running_xvfb() as display:
        window = Walk(display, folder, profile=profile, env=env)
        try:
            yield window
        finally:
            ended = window.stop()
        assert ended == (0, "")


def set_up_server(reader: Reader) -> None:
    """Follow the guide up to the tables."""
    (install,) = blocks(PAGE, "## Set up the server")[:1]
    reader.run(reader.own(install))
    (certificate,) = blocks(PAGE, "### Certificate")
    reader.run(reader.own(certificate))
    settings, rules, restart = blocks(PAGE, "### Settings")
    with (reader.server.data / "postgresql.conf").open("a") as file:
        file.write(reader.own(settings))
    if os.geteuid() != 0:
        rules = rules.replace("peer", "trust")
    (reader.server.data / "pg_hba.conf").write_text(rules)
    reader.run(restart)
    assert reader.restart_is_asked()
    reader.server.restart()
    script, run_script, roles = blocks(PAGE, "### Roles")
    reader.run(script)
    reader.run(run_script)
    reader.run_and_type(roles, PASSWORDS)


STATION = "## Set up each station"


def set_up_station(reader: Reader, number: int, url: str, *platforms: str, also: str = "") -> Path:
    """Follow the guide for one station, and return its profile; `also` is another line of its settings."""
    profile = reader.folder / f"station {number}"
    profile.mkdir(mode=0o700)
    settings, first_alone, set_password, connecting, check = blocks(PAGE, STATION)
    of_first = first_alone if number == 1 else ""
    (profile / "settings.toml").write_text(reader.own(settings, number) + of_first + also)
    reader.run(set_password, f"{PASSWORDS[f'station_{number}']}\n", SHIPCONSOLE_PROFILE=str(profile))
    connect(reader, profile, url, *platforms)
    if number == 1:
        reader.run(connecting.splitlines()[1], SHIPCONSOLE_PROFILE=str(profile))
    reader.run(check, SHIPCONSOLE_PROFILE=str(profile))
    return profile


def connect(reader: Reader, profile: Path, url: str, *platforms: str) -> None:
    """Connect platforms as the guide connects one."""
    command = blocks(PAGE, STATION)[3].splitlines()[0]
    for vendor in platforms:
        own = command.replace("ShipEngine", NAMES[vendor]).replace("shipengine", vendor)
        own = own.replace(" --secret api_key", "".join(f" --secret {name}" for name in SECRETS[vendor]))
        typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
        reader.run(f"{own} --url {url}/{vendor}", typed, SHIPCONSOLE_PROFILE=str(profile))


def test_the_rules_of_the_guide_are_those_of_the_compose_file() -> None:
    lines = [line.split() for line in RULES.read_text().splitlines() if not line.startswith("#")]
    assert [line.split() for line in blocks(PAGE, "### Settings")[1].splitlines()] == lines


@pytest.mark.heavy
@pytest.mark.timeout(1_200)
def test_two_stations_of_a_new_administrator_pack_the_same_orders(tmp_path: Path) -> None:
    with running_simulator(orders=ORDERS) as platforms, new_reader(tmp_path) as reader:
        set_up_server(reader)
        (create,) = blocks(PAGE, "### Tables")
        shown = reader.run_at_terminal(reader.own(create), [PASSWORDS["shipconsole_owner"]])
        assert PASSWORDS["shipconsole_owner"] not in shown
        first = set_up_station(reader, 1, platforms.url, "shipengine", "starshipit")
        second = set_up_station(reader, 2, platforms.url, also="sends_updates = false\n")
        with new_window(tmp_path, first, reader.env) as here, new_window(tmp_path, second, reader.env) as there:
            for window in (here, there):
                window.until_shown(text("order_list.count", count=ORDERS))
            here.open_order("10001", "MOBILE-CASE-BLK")
            there.open_order("10001", claimed_by("Station 1"))
            here.keyboard.scan("MOBILE-CASE-BLK")
            here.keyboard.scan(USPS_NUMBERS[0])
            here.until_shown("USPS")
            here.keyboard.press("ctrl+Return")
            # In a narrow column a number is shown by its beginning and its end.
            there.until_shown(f"…{USPS_NUMBERS[0][-4:]}")
            here.open_order("10002", ADDRESS)
            there.open_order("10002", ADDRESS)
            there.until_shown(claimed_by("Station 1"))
            there.keyboard.press("alt+o")
            here.until_shown(claimed_by("Station 2"))
        found = reader.run("shipconsole audit-log", SHIPCONSOLE_PROFILE=str(second))
    assert str(Message("audit.claim_taken_over", packer="", station="Station 1"))[:20] in found, found


@pytest.mark.heavy
@pytest.mark.timeout(1_200)
def test_a_station_that_has_worked_alone_moves_to_the_new_server(tmp_path: Path) -> None:
    with running_simulator(orders=ORDERS) as platforms, new_reader(tmp_path) as reader:
        set_up_server(reader)
        profile = tmp_path / "alone"
        profile.mkdir(mode=0o700)
        at = {"SHIPCONSOLE_PROFILE": str(profile)}
        connect(reader, profile, platforms.url, "shipengine")
        reader.run("shipconsole sync", **at)
        reader.run(f"shipconsole ship 10003 --all-left --tracking {USPS_NUMBERS[0]} --wait 60", **at)
        reader.run(f"shipconsole ship 10004 --all-left --tracking {USPS_NUMBERS[1]}", **at)
        before = reader.run("shipconsole orders --json", **at)
        move, check, *_ = blocks("data.md", "## Move to a server")
        shown = reader.run_at_terminal(reader.own(move), [PASSWORDS["shipconsole_owner"]], **at)
        assert PASSWORDS["shipconsole_owner"] not in shown
        reader.run(check, f"{PASSWORDS['station_1']}\n", **at)
        assert reader.run("shipconsole orders --json", **at) == before
        # What waited to be sent goes out once, and what was sent stays told once.
        reader.run("shipconsole flush", **at)
        told = [effect for effect in effects(platforms) if effect["call"] == "notify_shipped"]
        assert sorted(effect["order_number"] for effect in told) == ["10003", "10004"]
