"""Whole packages with a scanner alone: order, items, label; and what keeps an order from shipping by itself."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from shipconsole.messages import text
from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.cli.program import Program
from tests.support.bench import NAMES, SECRETS, effects
from tests.support.labels import usps
from tests.support.secret_service import running_bus
from tests.support.walk import Walk
from tests.support.xvfb import Display

COUNTDOWN_S = 5
COUNTS_DOWN = text("order_editor.sends_in", time="").rstrip(" .")


class Station:
    """A packing station: its profile, its window, and the platforms that it is connected to."""

    def __init__(self, folder: Path, server: SimulatorServer, env: dict[str, str], display: Display) -> None:
        self._display = display
        self._folder = folder
        self._env = env
        self._walks: list[Walk] = []
        self.server = server
        self.profile = folder / "profile"
        self.program = Program(self.profile, env)
        for vendor, name in NAMES.items():
            fields = [word for field in SECRETS[vendor] for word in ("--secret", field)]
            typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
            self.program.done(
                "connect", vendor, "--name", name, "--url", f"{server.url}/{vendor}", *fields, typed=typed
            )
        self.program.done("sync")

    def set(self, **settings: object) -> None:
        """Write the station's settings."""
        file = self.profile / "settings.toml"
        kept = [line for line in file.read_text().splitlines() if line.partition(" =")[0] not in settings]
        changed = [f"{key} = {str(value).lower()}" for key, value in settings.items()]
        file.write_text("\n".join([*changed, *kept, ""]))

    def open(self) -> Walk:
        """Open the window, and wait until it takes scans."""
        walk = Walk(self._display, self._folder, profile=self.profile, env=self._env)
        self._walks.append(walk)
        walk.until(lambda screen: screen.shows("10001"), "no orders are listed")
        walk.keyboard.press("F2")
        walk.until_in("scan_field")
        return walk

    def close(self) -> None:
        """End what is still open."""
        for walk in self._walks:
            walk.kill()

    def order(self, number: str) -> dict[str, Any]:
        return self.program.done("order", number, "--json").json

    def units(self, number: str) -> list[str]:
        """Return the SKU of each unit of an order that is left to ship."""
        return [line["sku"] for line in self.order(number)["lines"] for _ in range(line["left"])]

    def calls(self, number: str) -> list[dict[str, Any]]:
        return [call for shipment in self.order(number)["shipments"] for call in shipment["calls"]]


def states(station: Station) -> set[str]:
    """Return the states of all updates."""
    return {update["state"] for update in station.program.done("outbox", "--json").json}


def scan(walk: Walk, *texts: str) -> int:
    """Scan without a pause, at the pace of a scanner, and press nothing else; return how many scans that were."""
    for one in texts:
        walk.keyboard.scan(one)
    return len(texts)


@pytest.fixture(scope="module")
def keyring_env() -> Generator[dict[str, str]]:
    with running_bus() as service:
        service.start()
        yield service.env


@pytest.fixture
def station(display: Display, tmp_path: Path, keyring_env: dict[str, str]) -> Generator[Station]:
    """Yield a station that ships what is packed completely."""
    with running_simulator(orders=4) as server:
        made = Station(tmp_path, server, {**keyring_env, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}, display)
        made.set(ship_when_packed=True, undo_window_s=COUNTDOWN_S)
        try:
            yield made
        finally:
            made.close()


def test_a_complete_order_takes_its_items_and_two_scans_and_a_partial_package_one_more(station: Station) -> None:
    units, part = station.units("10001"), station.units("10003")[:1]
    walk = station.open()
    assert scan(walk, "10001", *units, usps(1)) == len(units) + 2
    walk.until_shown(COUNTS_DOWN)
    assert effects(station.server) == [], "not before the countdown is over"
    # The next order does not stop it.
    assert scan(walk, "10003", *part, usps(2), "%SHIP") == len(part) + 3
    walk.until(lambda _: len(effects(station.server, "10001")) == 3, "the complete order is not sent")
    walk.until(lambda _: len(effects(station.server, "10003")) == 3, "the package is not sent")
    for number, tracking in (("10001", usps(1)), ("10003", usps(2))):
        assert all(tracking in str(effect["body"]) for effect in effects(station.server, number))
    assert walk.stop() == (0, "")


def test_a_scan_or_undo_inside_the_countdown_leaves_the_order_to_a_person(station: Station) -> None:
    station.set(ship_when_packed=True, undo_window_s=60)
    first, second = station.units("10001"), station.units("10003")
    walk = station.open()
    scan(walk, "10001", *first, usps(1))
    walk.until_shown(COUNTS_DOWN)
    walk.keyboard.press("ctrl+z")
    walk.until(lambda screen: not screen.shows(COUNTS_DOWN), "it still counts down")
    walk.until(lambda _: [call["state"] for call in station.calls("10001")] == [], "the shipment is not undone")
    # It is packed and not shipped: another order asks first.
    scan(walk, "10003", "%OK", *second, usps(2))
    walk.until_shown(COUNTS_DOWN)
    scan(walk, second[0])
    walk.until_shown(text("by_itself.stopped"))
    assert station.calls("10003") == []
    assert effects(station.server) == []
    scan(walk, "%OK", "%SHIP")
    walk.until(lambda _: {call["state"] for call in station.calls("10003")} == {"held"}, "it does not ship")
    assert walk.stop() == (0, "")


@pytest.mark.timeout(300)
def test_after_a_kill_in_the_countdown_nothing_is_sent_until_a_person_decides(station: Station) -> None:
    units = station.units("10001")
    walk = station.open()
    scan(walk, "10001", *units, usps(1))
    walk.until_shown(COUNTS_DOWN)
    walk.kill()
    assert {call["state"] for call in station.calls("10001")} == {"held"}
    walk = station.open()
    walk.until(
        lambda _: {call["state"] for call in station.calls("10001")} == {"needs_attention"},
        "it does not wait for a person",
    )
    assert effects(station.server) == []
    scan(walk, "10001")
    walk.until_shown(text("update.countdown_ended").partition(".")[0])
    walk.keyboard.press("ctrl+z")
    walk.until(lambda _: station.calls("10001") == [], "the shipment cannot be undone")
    scan(walk, "%SHIP")
    walk.until(lambda _: len(effects(station.server)) == 3, "a person's shipment is not sent")
    assert walk.stop() == (0, "")
    assert len(effects(station.server)) == 3
