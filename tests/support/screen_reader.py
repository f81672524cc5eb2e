"""Read the program as a screen reader does: over AT-SPI, on a separate session bus, with no part of the program.

Every process is started here, or by the bus that is started here, and ends with it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

_EVENTS = ("object:announcement", "object:property-change", "window:activate")
"""What a screen reader registers for; a program sends nothing else."""
_OBJECT_EVENTS = "org.a11y.atspi.Event.Object"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_WAIT_S = 60.0
_ASSERTIVE = 2
_STATES = {"focused": 12, "visible": 30, "showing": 25, "focusable": 11}
"""Bits of AtspiStateType."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a screen reader is told to say, and whether it interrupts what it says."""

    text: str
    is_assertive: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the window in the tree: its identifier (the object names), role, name, and description."""

    path: str
    identifier: str
    role: str
    name: str
    description: str
    states: frozenset[str]


class ScreenReader:
    """Listens on the accessibility bus of a session bus."""

    def __init__(self, address: str) -> None:
        """Connect, turn accessibility on for the session as a screen reader does, and register for events."""
        self._session = open_dbus_connection(address)
        status = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))
        self._ask(self._session, status.set("ScreenReaderEnabled", "b", True))
        bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        (own_address,) = self._ask(self._session, new_method_call(bus, "GetAddress"))
        self._bus = open_dbus_connection(own_address)
        self._heard: deque[Message] = deque()
        rule = MatchRule(type="signal", interface=_OBJECT_EVENTS)
        self._bus.filter(rule, queue=self._heard)
        Proxy(message_bus, self._bus).AddMatch(rule)
        registry = DBusAddress("/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry")
        for event in _EVENTS:
            self._ask(self._bus, new_method_call(registry, "RegisterEvent", "sass", (event, [], "")))

    def close(self) -> None:
        """Disconnect."""
        self._bus.close()
        self._session.close()

    def heard(self) -> list[Announcement]:
        """Return all announcements so far, in their order."""
        self._read()
        return [
            Announcement(message.body[3][1], message.body[1] == _ASSERTIVE)
            for message in self._heard
            if message.header.fields.get(HeaderFields.member) == "Announcement"
        ]

    def changes(self) -> list[tuple[str, str, Any]]:
        """Return the changes of properties so far: the path, the property, and the new value."""
        self._read()
        return [
            (message.header.fields[HeaderFields.path], message.body[0], message.body[3][1])
            for message in self._heard
            if message.header.fields.get(HeaderFields.member) == "PropertyChange"
        ]

    def until_heard(self, count: int) -> list[Announcement]:
        """Wait for a number of announcements."""
        deadline_s = time.monotonic() + _WAIT_S
        while len(heard := self.heard()) < count:
            assert time.monotonic() < deadline_s, f"{count} announcements expected, heard {heard}"
            time.sleep(0.02)
        return heard

    def tree(self, program: str) -> list[Part]:
        """Return all parts that are shown of a program's windows, in the order in which they are read."""
        registry = DBusAddress(_ROOT, "org.a11y.atspi.Registry", _ACCESSIBLE)
        deadline_s = time.monotonic() + _WAIT_S
        while True:
            (programs,) = self._ask(self._bus, new_method_call(registry, "GetChildren"))
            found = [(name, path) for name, path in programs if self._property(name, path, "Name") == program]
            if found:
                return list(self._parts(*found[0]))
            assert time.monotonic() < deadline_s, f"{program} is not in the tree"
            time.sleep(0.05)

    def _parts(self, bus_name: str, path: str) -> Iterator[Part]:
        address = DBusAddress(path, bus_name, _ACCESSIBLE)
        (state,) = self._ask(self._bus, new_method_call(address, "GetState"))
        bits = state[0] | state[1] << 32
        states = frozenset(name for name, bit in _STATES.items() if bits >> bit & 1)
        (role,) = self._ask(self._bus, new_method_call(address, "GetRoleName"))
        if role != "application" and not states & {"visible", "showing"}:
            return
        yield Part(
            path,
            self._property(bus_name, path, "AccessibleId"),
            role,
            self._property(bus_name, path, "Name"),
            self._property(bus_name, path, "Description"),
            states,
        )
        (children,) = self._ask(self._bus, new_method_call(address, "GetChildren"))
        for name, child in children:
            if child != "/org/a11y/atspi/null":
                yield from self._parts(name, child)

    def _property(self, bus_name: str, path: str, name: str) -> Any:
        properties = Properties(DBusAddress(path, bus_name, _ACCESSIBLE))
        ((_, value),) = self._ask(self._bus, properties.get(name))
        return value

    @staticmethod
    def _ask(connection: DBusConnection, call: Message) -> Any:
        reply = connection.send_and_get_reply(call, timeout=_WAIT_S)
        assert reply.header.message_type != MessageType.error, reply.body
        return reply.body

    def _read(self) -> None:
        """Take in all that has come: a round trip to the bus comes back after what it sent before."""
        self._ask(self._bus, message_bus.GetId())


@contextmanager
def running_screen_reader() -> Generator[tuple[ScreenReader, dict[str, str]]]:
    """Run a session bus with a screen reader on it; yield the reader, and the environment for a program."""
    for program in ("dbus-daemon", "/usr/libexec/at-spi-bus-launcher"):
        if not shutil.which(program):
            pytest.fail("install dbus and at-spi2-core (python3 bootstrap.py setup does)")
    # pytest's own folders can be too long for the address of a socket.
    with tempfile.TemporaryDirectory(prefix="shipconsole-reader-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        run = folder / "run"
        run.mkdir(mode=0o700)
        env = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        env |= {"XDG_RUNTIME_DIR": str(run), "XDG_CACHE_HOME": str(folder)}
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=env,
        )
        try:
            assert bus.stdout is not None
            with bus.stdout:
                address = bus.stdout.readline().strip()
            assert address, "dbus-daemon ended before it had an address"
            reader = ScreenReader(address)
            try:
                yield reader, {"DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": str(run), "SCREEN_READER": "1"}
            finally:
                reader.close()
        finally:
            bus.terminate()
            bus.wait(timeout=_WAIT_S)


@pytest.fixture
def screen_reader() -> Iterator[tuple[ScreenReader, dict[str, str]]]:
    """Yield a screen reader and the environment for a program that it reads."""
    if sys.platform != "linux":
        pytest.skip("AT-SPI is for Linux")
    with running_screen_reader() as running:
        yield running
