"""`serve` is killed again and again while webhooks come in, in any order and duplicates among them.

Each that was answered is kept once, and what is known in the end is what is known where all came in order and no one
was killed.
"""

import random
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.simulator.server import running_simulator
from tests.cli.program import Program
from tests.cli.test_serve import first_url, leave, path_of
from tests.operations.pod import running_pod
from tests.receiver.end_state import differences, end_state
from tests.receiver.senders import status_of
from tests.receiver.storm import storm
from tests.receiver.test_any_order import state_after
from tests.support import sql
from tests.support.bench import SECRETS

SENDERS = 6

ReceivedWebhook = tuple[str, bytes]


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


def connected(program: Program, url: str, notified_url: str, mode: str) -> Program:
    """Connect two platforms that send events, and one to notify, whose unanswered updates are checked soon."""
    unsigned = ("--option", "webhook_signature=off")
    words = ("connect", "shipengine", "--name", "ShipEngine", "--url", url, *unsigned, "--secret", "api_key")
    program.done(*words, typed="TEST_k\n")
    program.done("connect", "swiftpod", "--name", "Pod", "--url", url, "--secret", "api_key", typed="key\n")
    words = ("connect", "shipup", "--name", "Shipup", "--url", notified_url, "--option", "settle_delay_s=5")
    program.done(*words, "--secret", "api_key", typed=f"{SECRETS['shipup']['api_key']}\n")
    program.done("forwarding", "--from", "Pod", "--to", "Shipup", "--mode", mode)
    return program


def send_all(
    url: str, paths: Mapping[str, str], came: Sequence[ReceivedWebhook], sent: Callable[[ReceivedWebhook], None]
) -> None:
    """Send each until it is answered with 200, as a platform that tries again would."""
    for name, body in came:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if status_of(url, paths[name], body) == 200:
                    sent((name, body))
                    break
            except OSError:
                time.sleep(0.02)


def worked_off(file: Path, limit_s: float) -> int:
    """Wait until everything was worked off and passed on; how much was not within the limit."""
    left = (
        "SELECT (SELECT COUNT(*) FROM webhook_event WHERE state = 'new')"
        " + (SELECT COUNT(*) FROM forward_review JOIN forwarding_rule ON from_id = connection_id"
        " WHERE state = 'proposed' AND confirmed = 1 AND mode = 'auto')"
        " + (SELECT COUNT(*) FROM call WHERE state <> 'confirmed')"
    )
    until = time.monotonic() + limit_s
    with closing(sql.connect(file)) as store:
        while (count := store.execute(left).fetchone()[0]) and time.monotonic() < until:
            time.sleep(0.05)
    return int(count)


def served(program: Program, came: Sequence[ReceivedWebhook], *, kills: int) -> dict[str, list[str]]:
    """Send all over several lines, with kills among them; what is known in the end."""
    paths = {name: path_of(program, name) for name in ("ShipEngine", "Pod")}
    taken: list[ReceivedWebhook] = []
    running = Served(program)
    try:
        threads = [
            threading.Thread(target=send_all, args=(running.url, paths, came[number::SENDERS], taken.append))
            for number in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        for number in range(kills):
            enough = len(came) * (number + 1) // (kills + 2)
            while len(taken) < enough and any(thread.is_alive() for thread in threads):
                time.sleep(0.005)
            running.kill()
        for thread in threads:
            thread.join()
        assert worked_off(program.profile / "shipconsole.db", 60 + len(came) / 10) == 0
    finally:
        running.end()
    assert sorted(taken) == sorted(came)
    return end_state(program.profile / "shipconsole.db")


async def stormed(
    program: Program, folder: Path, *, count: int, kills: int, printed_every: int, mode: str
) -> dict[str, int]:
    """Fail where a storm with duplicates and kills ends otherwise than one in order without; what came of it."""
    chance = random.Random(7)
    whole = storm(round(count * 0.7), chance, printed_every=printed_every)
    mixed = whole.shuffled(chance)
    with running_pod() as pod, running_simulator(orders=1) as quiet, running_simulator(orders=1) as notified:
        pod.orders = whole.orders
        for vendor in quiet._vendors.values():
            vendor.limit = None
        notified_url = f"{quiet.url}/shipup"
        in_order = await state_after(folder / "in order", whole.events, url=pod.url, told_url=notified_url, mode=mode)
        killed = connected(program.on(folder / "killed"), pod.url, f"{notified.url}/shipup", mode)
        found = served(killed, mixed, kills=kills)
    assert differences(in_order, found) == {}
    with closing(sql.connect(killed.profile / "shipconsole.db")) as store:
        kept = store.execute("SELECT body, duplicates FROM webhook_event").fetchall()
    assert sorted(body for body, _ in kept) == sorted(body for _, body in whole.events)
    return {
        "answered": len(mixed),
        "kept": len(kept),
        "duplicates": sum(duplicates for _, duplicates in kept),
        **{what: len(found[what]) for what in ("tracks", "events", "notices", "reviews", "orders", "calls")},
    }


@pytest.mark.timeout(300)
async def test_three_kills_lose_and_change_nothing(program: Program, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("kills")
    figures = await stormed(program, folder, count=300, kills=3, printed_every=3, mode="review")
    assert figures["kept"] == 210
    assert figures["duplicates"] >= 90
    assert figures["reviews"] > 0


@pytest.mark.heavy
async def test_fifty_kills_lose_and_change_nothing(
    program: Program, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("kills")
    figures = await stormed(program, folder, count=10_000, kills=50, printed_every=4, mode="auto")
    with capsys.disabled():
        sys.stdout.write(f"\n10,000 webhooks, 50 kills: {figures}\n")
    assert figures["kept"] == 7_000
    assert figures["duplicates"] >= 3_000
    assert figures["calls"] > 0
