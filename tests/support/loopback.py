"""Keep every test on this computer: connections to other computers fail as if there were no network."""

import ipaddress
import socket
import sys
from typing import cast

import pytest

# Reserved names (RFC 2606 and RFC 6761), which never exist: a test may look them up.
_RESERVED = (".invalid", ".test", ".example")

_outside: list[str] = []


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this computer's own."""
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else args[0]
        if isinstance(host, str) and not is_loopback(host) and host != "0.0.0.0":  # to listen, not to reach
            _record(host)
            raise socket.gaierror(socket.EAI_NONAME, "the tests have no network but loopback")
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
        if isinstance(address, tuple) and address:
            host = str(cast("tuple[object, ...]", address)[0])
            if not is_loopback(host):
                _record(host)
                raise ConnectionRefusedError("the tests have no network but loopback")


def _record(host: str) -> None:
    if not host.endswith(_RESERVED):
        _outside.append(host)


def take_outside() -> list[str]:
    """Return the other computers called since the last time, and clear the list."""
    hosts = _outside.copy()
    _outside.clear()
    return hosts


def pytest_configure(config: pytest.Config) -> None:
    """Check every socket from now on; an audit hook stays until the process ends."""
    sys.addaudithook(_refuse)
