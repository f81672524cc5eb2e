"""Starts stations, tells them what to do, and keeps what they said; kills, freezes and wakes their processes."""

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.station import ROOT
from tests.stations.station import LONGEST_LINE, Plan, as_message

WAIT_S = 240.0
"""Longer than anything takes on a busy computer; nothing is judged by it."""


class StationGone(Exception):
    """The station's process ended before it answered."""


class Refused(Exception):
    """The operation refused what it was told, in words for the packer."""


class Failed(Exception):
    """The store or the platforms could not be reached: nothing was stored, as far as the station knows."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as a station's list showed it after it changed; `at` is on the computer's own monotonic clock."""

    at: float
    number: str
    claim: str
    left: int


class Station:
    """One running station."""

    def __init__(self, plan: Plan, pid: int, line: socket.socket) -> None:
        """Listen to a process that was started."""
        self.plan = plan
        self.pid = pid
        self.seen: list[Seen] = []
        self.database_messages: list[str] = []
        """What the store reported while it was waited for; an empty text once it was there."""
        self.failed_to_start = ""
        self._line = line
        self._numbers = 0
        self._lock = threading.Lock()
        self._asked: dict[int, Future[Any]] = {}
        self._ready = threading.Event()
        self._gone = threading.Event()
        self._events: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name=f"hears {plan.name}", daemon=True)
        self._thread.start()

    def ask_later(self, do: str, **values: Any) -> "Future[Any]":
        """Tell the station's packer to do something; the future has the answer, with its time in `at`."""
        answer: Future[Any] = Future()
        with self._lock:
            self._numbers += 1
            number = self._numbers
            self._asked[number] = answer
        message = json.dumps({"number": number, "do": do, "with": values}).encode() + b"\n"
        try:
            self._line.sendall(message)
        except OSError:
            self._forget_all()
        if self._gone.is_set():
            self._forget_all()
        return answer

    def ask(self, do: str, **values: Any) -> Any:
        """Tell the station's packer to do something and return the answer.

        Raises `Refused`, `Failed`, and `StationGone`.
        """
        return self.ask_later(do, **values).result(WAIT_S)[0]

    def ask_at(self, do: str, **values: Any) -> tuple[Any, float]:
        """Do what `ask` does; return the answer's time as well."""
        return self.ask_later(do, **values).result(WAIT_S)

    def wait_until_ready(self) -> "Station":
        """Wait until the station works; raises `StationGone` where its process ended before."""
        assert self._ready.wait(WAIT_S), f"{self.plan.name} does not start"
        if self._gone.is_set():
            raise StationGone(f"{self.plan.name} ended: {self.failed_to_start}")
        return self

    def wait_until_gone(self) -> None:
        """Wait until the process has ended."""
        assert self._gone.wait(WAIT_S), f"{self.plan.name} does not end"

    def wait_until_stopped(self) -> None:
        """Wait until the process stands still."""
        until_s = time.monotonic() + WAIT_S
        while state_of(self.pid) != "T":
            assert time.monotonic() < until_s, f"{self.plan.name} does not stand still"
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it with the signal that no one can catch."""
        self._signal(signal.SIGKILL)
        self.wait_until_gone()

    def freeze(self) -> None:
        """Let it stand still, as a computer that sleeps."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """End it in order."""
        with contextlib.suppress(OSError):
            self._line.sendall(b'{"do": "end"}\n')
        self.wait_until_gone()

    @property
    def is_gone(self) -> bool:
        """Return whether the process has ended."""
        return self._gone.is_set()

    def _signal(self, number: signal.Signals) -> None:
        if not self._gone.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self._line.makefile("rb") as said:
            for line in said:
                # What was being written when the process was killed is no answer.
                if line.endswith(b"\n"):
                    self._hear(json.loads(line))
        self._gone.set()
        self._ready.set()
        self._forget_all()
        self._line.close()

    def _hear(self, what: dict[str, Any]) -> None:
        if "saw" in what:
            self.seen += [Seen(what["at"], *row) for row in what["saw"]]
        elif "ready" in what:
            self._ready.set()
        elif "database" in what:
            self.database_messages.append(what["database"])
        elif "failed_to_start" in what:
            self.failed_to_start = what["failed_to_start"]
        else:
            self._answer(what)

    def _answer(self, what: dict[str, Any]) -> None:
        with self._lock:
            asked = self._asked.pop(what["number"])
        if "refused" in what:
            asked.set_exception(Refused(*what["refused"]))
        elif "failed" in what:
            asked.set_exception(Failed(what["failed"]))
        elif "error" in what:
            asked.set_exception(AssertionError(what["error"]))
        else:
            asked.set_result((what["value"], what["at"]))

    def _forget_all(self) -> None:
        with self._lock:
            forgotten, self._asked = list(self._asked.values()), {}
        for answer in forgotten:
            answer.set_exception(StationGone(self.plan.name))


class Crew:
    """Starts stations, each a fresh copy of one process that has everything loaded."""

    def __init__(self, yard: socket.socket, log: Path) -> None:
        """Talk to the process that makes the copies."""
        self._yard = yard
        self._lock = threading.Lock()
        self.log = log
        self.stations: list[Station] = []

    def start(self, plan: Plan) -> Station:
        """Start a station; it is not ready yet."""
        Path(plan.folder).mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        with self._lock:
            socket.send_fds(self._yard, [as_message(plan)], [theirs.fileno()])
            theirs.close()
            pid = int(json.loads(self._yard.recv(LONGEST_LINE))["pid"])
            station = Station(plan, pid, ours)
            self.stations.append(station)
        return station

    def complaints(self) -> str:
        """Return every error of any station."""
        return self.log.read_text("utf-8")

    def end(self) -> None:
        """End every station: those that answer in order, the others at once."""
        for station in self.stations:
            station.wake()
            with contextlib.suppress(OSError):
                station._line.sendall(b'{"do": "end"}\n')
        for station in self.stations:
            if not station._gone.wait(20):
                station.kill()


def prepare(stations: Crew, folder: Path, database: str, url: str) -> int:
    """Connect the platforms and sync from a station of its own, which then ends; return how many orders there are.

    Whole pages of orders may take longer than one notification.
    """
    plan = Plan("Office", str(folder / "office"), database, sends=False, answer_within_s=30.0)
    office = stations.start(plan).wait_until_ready()
    count = int(office.ask("prepare", url=url))
    office.end()
    return count


def state_of(pid: int) -> str:
    """Return the letter of a process's state, T where it stands still; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


@contextmanager
def crew(folder: Path) -> Generator[Crew]:
    """Have stations while the block lasts."""
    log = folder / "complaints.txt"
    address = folder / "yard"
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door,
        log.open("w") as complaints,
    ):
        door.bind(str(address))
        door.listen(1)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stations.station", str(address)], cwd=ROOT, stderr=complaints
        )
        yard = None
        try:
            door.settimeout(WAIT_S)
            yard, _ = door.accept()
            made = Crew(yard, log)
            try:
                yield made
            finally:
                made.end()
        finally:
            if yard is not None:
                yard.close()
            else:
                process.kill()
            process.wait(WAIT_S)
