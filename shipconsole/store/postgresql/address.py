"""The address of a database on a server: `postgresql://USER@HOST:PORT/NAME?sslmode=…`, in libpq's form."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = ("postgresql://", "postgres://")
_DEFAULT_PORT = "5432"
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


class Address(NamedTuple):
    """What names a database for people and in files: its server, its port, its name; never a password."""

    host: str
    port: str
    name: str

    @property
    def label(self) -> str:
        """Return the database's name for people."""
        return f"{self.name} ({self.host})" if self.port == _DEFAULT_PORT else f"{self.name} ({self.host}:{self.port})"

    @property
    def is_on_this_computer(self) -> bool:
        """Return whether the server is reached without a network."""
        return self.host in _THIS_COMPUTER or self.host.startswith("/")


def is_address(url: str) -> bool:
    """Return whether a database's URL is one of a server."""
    return url.startswith(SCHEMES)


def parsed(url: str) -> Address:
    """Return the parts of a URL that name the database; raises ValueError if it is none."""
    if not is_address(url):
        raise ValueError(url)
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    place = parts.netloc.rpartition("@")[2]
    if place.startswith("["):
        host, _, rest = place.removeprefix("[").partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    user = unquote(parts.netloc.rpartition("@")[0].partition(":")[0])
    name = unquote(parts.path.removeprefix("/")) or options.get("dbname", "") or user
    return Address(unquote(host) or options.get("host", "localhost"), port or options.get("port", _DEFAULT_PORT), name)
