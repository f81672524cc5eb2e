"""`serve` is killed again and again while webhooks come in, twins among them: each that was answered is kept once."""

import json
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Generator

import pytest

from tests.cli.program import Program
from tests.cli.test_receiving import first_url, leave, path_of
from tests.receiver.senders import KeyShop, answered, key_shop

SENDERS = 6


@pytest.fixture(scope="module")
def vendor() -> Generator[KeyShop]:
    with key_shop() as made:
        yield made


def shipment(number: int) -> bytes:
    """News of a parcel, each number another event."""
    tracking = {
        "tracking_number": f"94001001093611{number:08d}",
        "tracking_status": "in_transit",
        "carrier_code": "USPS",
    }
    event = {"uuid": f"u-{number}", "name": "shipment_notify", "tracking": tracking}
    return json.dumps({"event": event, "data": {"id": number, "order_id": "nobodys"}}).encode()


class Served:
    """`serve` on one port, which is killed and started again."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process = program.start("serve", "--port", "0")
        assert self._process.stdout is not None
        self.url = first_url(self._process.stdout.readline())

    def kill(self) -> None:
        """End it as a power cut would, and start it again at the same port."""
        leave(self._process)
        self._process = self._program.start("serve", "--port", self.url.rsplit(":", 1)[1])
        assert self._process.stdout is not None
        first_url(self._process.stdout.readline())

    def end(self) -> None:
        leave(self._process)


def send_all(url: str, path: str, bodies: list[bytes], sent: Callable[[bytes], None]) -> None:
    """Send each until it is answered with 200, as a vendor that tries again would."""
    for body in bodies:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if answered(url, path, body) == 200:
                    sent(body)
                    break
            except OSError:
                time.sleep(0.02)


def stormed(program: Program, vendor: KeyShop, *, count: int, kills: int) -> dict[str, int]:
    """Send events with 30 % twins in any order over several lines, with kills among them; what came of it."""
    chance = random.Random(7)
    program.done("connect", "swiftpod", "--name", "Swift POD", "--url", vendor.url)
    events = [shipment(number) for number in range(round(count * 0.7))]
    bodies = events + chance.choices(events, k=count - len(events))
    chance.shuffle(bodies)
    path = path_of(program, "Swift POD")
    answered_bodies: list[bytes] = []
    served = Served(program)
    try:
        lines = [
            threading.Thread(target=send_all, args=(served.url, path, bodies[one::SENDERS], answered_bodies.append))
            for one in range(SENDERS)
        ]
        for line in lines:
            line.start()
        for number in range(kills):
            while len(answered_bodies) < count * (number + 1) // (kills + 2) and any(line.is_alive() for line in lines):
                time.sleep(0.005)
            served.kill()
        for line in lines:
            line.join()
        store = sqlite3.connect(program.profile / "shipconsole.db")
        until = time.monotonic() + 30 + count / 25
        while (
            store.execute("SELECT COUNT(*) FROM delivery WHERE state = 'new'").fetchone()[0]
            and time.monotonic() < until
        ):
            time.sleep(0.05)
        kept = store.execute("SELECT body, twins, state FROM delivery").fetchall()
        store.close()
    finally:
        served.end()
    assert len(answered_bodies) == count
    assert sorted(body for body, _, _ in kept) == sorted(events)
    return {
        "answered": len(answered_bodies),
        "kept": len(kept),
        "twins": sum(twins for _, twins, _ in kept),
        "left": sum(state != "digested" for _, _, state in kept),
    }


def test_three_kills_lose_and_double_nothing(
    program: Program, vendor: KeyShop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    figures = stormed(program.on(tmp_path_factory.mktemp("kills") / "profile"), vendor, count=300, kills=3)
    assert figures["kept"] == 210
    assert figures["twins"] >= 90
    assert figures["left"] == 0


@pytest.mark.heavy
def test_fifty_kills_lose_and_double_nothing(
    program: Program,
    vendor: KeyShop,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = stormed(program.on(tmp_path_factory.mktemp("kills") / "profile"), vendor, count=10_000, kills=50)
    with capsys.disabled():
        sys.stdout.write(f"\n10,000 webhooks, 50 kills: {figures}\n")
    assert figures["kept"] == 7_000
    assert figures["twins"] >= 3_000
    assert figures["left"] == 0
