"""The database of several stations, whatever its engine, and what its rows say of their work."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.support import sql
from tests.support.faulty_proxy import Proxy

URL = "postgresql://"


@dataclass(frozen=True, slots=True)
class Database:
    """One database: `address` is an SQLite file or a URL of PostgreSQL."""

    address: str

    @property
    def is_file(self) -> bool:
        """Return whether it is an SQLite file."""
        return not self.address.startswith(URL)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement beside the stations and return its rows."""
        if self.is_file:
            with contextlib.closing(sql.connect(Path(self.address))) as opened:
                return opened.execute(statement).fetchall()
        with psycopg.connect(self.address, autocommit=True) as connection:
            return connection.execute(cast("LiteralString", statement)).fetchall()

    @property
    def port(self) -> int:
        """Return the port of the server."""
        return int(str(conninfo_to_dict(self.address)["port"]))

    def through(self, proxy: Proxy) -> "Database":
        """Return the same database as it is reached through a proxy."""
        return Database(self.address.replace(f":{self.port}/", f":{proxy.port}/"))


OVER = """SELECT o.number, line.sku, line.shipped, line.ordered - line.cancelled FROM order_line AS line
    JOIN orders AS o ON o.id = line.order_id WHERE line.shipped > line.ordered - line.cancelled"""
MISCOUNTED = """SELECT line.id, line.shipped, COALESCE(SUM(packed.quantity), 0) FROM order_line AS line
    LEFT JOIN (packed JOIN package ON package.id = packed.package_id
        JOIN shipment ON shipment.id = package.shipment_id AND shipment.undone_at_ms IS NULL)
    ON packed.line_id = line.id GROUP BY line.id, line.shipped
    HAVING line.shipped <> COALESCE(SUM(packed.quantity), 0)"""
LEFT = "SELECT COALESCE(SUM(ordered - cancelled - shipped), 0) FROM order_line"
SHIPPED = """SELECT o.number, package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
    JOIN orders AS o ON o.id = shipment.order_id WHERE shipment.undone_at_ms IS NULL"""


def over_shipped(database: Database) -> list[tuple[Any, ...]]:
    """Return the lines of which more shipped than was ordered, or another number than was packed."""
    return database.rows(OVER) + database.rows(MISCOUNTED)


def units_left(database: Database) -> int:
    """Return how many units of all orders have not shipped."""
    return int(database.rows(LEFT)[0][0])


def shipped(database: Database) -> list[tuple[str, str]]:
    """Return the order and the tracking number of each package."""
    return [(number, tracking) for number, tracking in database.rows(SHIPPED)]
