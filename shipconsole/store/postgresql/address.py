"""The address of a database on a server, as it is named for people and in files."""

from typing import NamedTuple

from shipconsole.domain.database_address import PORT, database_address, is_server

is_address = is_server


class Address(NamedTuple):
    """What names a database for people and in files: its servers, their ports, its name; never a password."""

    host: str
    port: str
    name: str

    @property
    def label(self) -> str:
        """Return the database's name for people."""
        return f"{self.name} ({self.host})" if self.port == str(PORT) else f"{self.name} ({self.host}:{self.port})"


def parsed(url: str) -> Address:
    """Return the parts of a URL that name the database; raises `AddressError` if it is none."""
    address = database_address(url)
    ports = dict.fromkeys(str(port) for _, port in address.hosts)
    service = dict(address.parameters).get("service", "")
    return Address(",".join(host for host, _ in address.hosts), ",".join(ports) or str(PORT), address.name or service)
