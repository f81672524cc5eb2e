"""The address of a PostgreSQL database: where the server is, as which user, and how far the connection is trusted.

An address is written as libpq writes it, ``postgresql://USER@HOST:PORT/NAME?sslmode=…``, with only those parameters
that cannot change what a transaction means. Its text never contains the password.
"""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from pydantic import ConfigDict, Field, SecretStr

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

SCHEMES = ("postgresql://", "postgres://")
FORM = "postgresql://USER@HOST:PORT/NAME"
PORT = 5_432
LONGEST = 2_000

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""The modes of libpq, the weakest first; only the last two verify who answers."""
VERIFIED: Final = "verify-full"
_UNVERIFIED_HERE: Final = "prefer"

PARAMETERS = frozenset(
    {"channel_binding", "connect_timeout", "gssencmode", "host", "keepalives", "keepalives_count", "keepalives_idle"}
    | {"keepalives_interval", "krbsrvname", "load_balance_hosts", "passfile", "port", "require_auth", "requirepeer"}
    | {"service", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcrl", "sslcrldir", "sslkey"}
    | {"sslmode", "sslnegotiation", "sslrootcert", "target_session_attrs", "tcp_user_timeout", "user"}
)
"""The parameters of libpq that an address may have (`dbname` and the password have their own parts)."""
_SECRET = frozenset({"password", "sslpassword"})
_IN_THE_ADDRESS = frozenset({"host", "port", "user"})
_NUMBERS = frozenset(
    {"connect_timeout", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout"}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class AddressError(EnvironmentFailure):
    """A text is not the address of a database; `message` says why, without its password."""


class DatabaseAddress(Frozen):
    """Where a PostgreSQL database is; `hosts` are names, numbers, or folders of sockets, tried in their order."""

    # Built when a server is used: most windows open a file, and their settings need this module.
    model_config = ConfigDict(defer_build=True)

    hosts: tuple[tuple[str, int], ...] = ()
    name: str = ""
    user: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    password: SecretStr | None = Field(default=None, repr=False)
    """The password that stood in the address; it serves this run only and is stored nowhere."""

    @property
    def text(self) -> str:
        """Return the address without its password."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        hosts = ",".join(_host_text(host, port) for host, port in self.hosts)
        query = "&".join(f"{key}={quote(value, safe='/:')}" for key, value in self.parameters)
        return f"{SCHEMES[0]}{user}{hosts}/{quote(self.name, safe='')}{'?' if query else ''}{query}"

    def __str__(self) -> str:
        return self.text

    @property
    def is_local(self) -> bool:
        """Return whether every host is this computer, by a loopback address or a socket's folder."""
        return bool(self.hosts) and all(_is_local(host) for host, _ in self.hosts)

    @property
    def ssl_mode(self) -> str:
        """Return libpq's sslmode: as written, else verified, except to this computer itself."""
        return dict(self.parameters).get("sslmode", _UNVERIFIED_HERE if self.is_local else VERIFIED)

    @property
    def is_verified(self) -> bool:
        """Return whether the server's certificate and its name are verified."""
        return self.ssl_mode == VERIFIED

    @property
    def needs_roots(self) -> bool:
        """Return whether the server is verified by root certificates that the address does not name."""
        return self.ssl_mode in ("verify-ca", VERIFIED) and "sslrootcert" not in dict(self.parameters)

    def with_roots(self, file: str) -> "DatabaseAddress":
        """Return the address with the file of the root certificates, where it needs one."""
        if not self.needs_roots:
            return self
        return self.model_copy(update={"parameters": tuple(sorted((*self.parameters, ("sslrootcert", file))))})

    def connection_parameters(self, *, password: str = "", root_certificates: str = "system") -> dict[str, str]:
        """Return libpq's parameters; `root_certificates` is the file of the system's, where the address has none."""
        given = dict(self.parameters)
        if self.hosts:
            given["host"] = ",".join(host for host, _ in self.hosts)
            given["port"] = ",".join(str(port) for _, port in self.hosts)
        if len(self.hosts) > 1:
            # One of several may be a standby, which can only be read.
            given.setdefault("target_session_attrs", "read-write")
        given |= {key: value for key, value in (("dbname", self.name), ("user", self.user)) if value}
        # Always given: an environment variable of libpq must not weaken what is verified.
        given["sslmode"] = self.ssl_mode
        if self.ssl_mode in ("verify-ca", VERIFIED):
            given.setdefault("sslrootcert", root_certificates)
        if secret := self.password.get_secret_value() if self.password is not None else password:
            given["password"] = secret
        return given


def is_server(url: str) -> bool:
    """Return whether a database's URL names a PostgreSQL server."""
    return url.lower().startswith(SCHEMES)


def database_address(url: str) -> DatabaseAddress:
    """Return the address in a URL; raises `AddressError` with what is wrong in it."""
    scheme = next((known for known in SCHEMES if url.lower().startswith(known)), "")
    if not scheme or len(url) > LONGEST or _CONTROL.search(url):
        raise AddressError(Message("database_address.not_one", form=FORM))
    rest, _, query = url[len(scheme) :].partition("?")
    if "#" in rest or "#" in query:
        raise AddressError(Message("database_address.hash"))
    # A password may contain an @ or a slash that was not written as a percent code; the last @ ends it.
    before, found, place = rest.rpartition("@")
    user, has_password, secret = before.partition(":") if found else ("", "", "")
    place, _, name = place.partition("/")
    if "/" in before or "@" in before:
        raise AddressError(Message("database_address.escape"))
    parameters = _parameters(query)
    hosts = _hosts(place)
    if "host" in parameters:
        if hosts:
            raise AddressError(Message("database_address.two_hosts"))
        port = _port(parameters.get("port", str(PORT)))
        hosts = tuple((host, port) for host in parameters["host"].split(",") if host)
    elif "port" in parameters:
        raise AddressError(Message("database_address.port_apart"))
    user = _decoded(user) or parameters.get("user", "")
    name = _decoded(name)
    if not hosts and "service" not in parameters:
        raise AddressError(Message("database_address.no_host", form=FORM))
    if (not name and "service" not in parameters) or "/" in name:
        raise AddressError(Message("database_address.no_name", form=FORM))
    return DatabaseAddress(
        hosts=hosts,
        name=name,
        user=user,
        parameters=tuple(sorted((key, value) for key, value in parameters.items() if key not in _IN_THE_ADDRESS)),
        password=SecretStr(_decoded(secret)) if has_password and secret else None,
    )


def _parameters(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        key, equals, value = part.partition("=")
        key, value = _decoded(key), _decoded(value)
        if key in _SECRET:
            raise AddressError(Message("database_address.secret_parameter", name=key))
        if key not in PARAMETERS:
            # The value is not repeated: it may be a password after a misspelt name.
            raise AddressError(Message("database_address.unknown_parameter", name=key[:50]))
        if not equals or not value or key in found:
            raise AddressError(Message("database_address.no_value", name=key))
        if key in _NUMBERS and not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise AddressError(Message("database_address.not_number", name=key))
        found[key] = value
    if found.get("sslmode", VERIFIED) not in SSL_MODES:
        modes = ", ".join(SSL_MODES)
        raise AddressError(Message("database_address.ssl_mode", modes=modes))
    return found


def _hosts(place: str) -> tuple[tuple[str, int], ...]:
    return tuple(_host(part) for part in place.split(",")) if place else ()


def _host(part: str) -> tuple[str, int]:
    if part.startswith("["):
        inner, closed, port = part[1:].partition("]")
        host = _decoded(inner)
        if not closed or not _is_number(host) or (port and not port.startswith(":")):
            raise AddressError(Message("database_address.bad_host"))
        port = port[1:]
    else:
        name, _, port = part.partition(":")
        host = _decoded(name)
        if not host or any(sign in host for sign in " ,\\@"):
            raise AddressError(Message("database_address.bad_host"))
    return host, _port(port) if port else PORT


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= 65_535:
        return int(text)
    raise AddressError(Message("database_address.port"))


def _decoded(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise AddressError(Message("database_address.not_text")) from None
    if _CONTROL.search(decoded):
        raise AddressError(Message("database_address.not_text"))
    return decoded


def _is_number(host: str) -> bool:
    return _ip(host) is not None


def _is_local(host: str) -> bool:
    if host.startswith("/") or host.lower() in ("localhost", "localhost."):
        return True
    number = _ip(host)
    return number is not None and number.is_loopback


def _ip(host: str) -> "IPv4Address | IPv6Address | None":
    # Loaded only for a server: settings are read before the window is painted.
    import ipaddress

    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _host_text(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else quote(host, safe="")
    return shown if port == PORT else f"{shown}:{port}"
