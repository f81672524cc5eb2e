"""Carrier codes: the identifier that each connection uses for a carrier, the platform's default or one's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from shipconsole.domain.carrier import CARRIERS, by_id, named
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import DEFAULT_OPTION, carrier_of, chosen_code, default_code, option_of

TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one carrier at one connection.

    `own` was entered by a person, empty where none was; `usual` is the platform's code where `own` is empty, itself
    empty where no code is known. `offered` are the codes that the platform is known to accept.
    """

    own: str
    usual: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One carrier, with its code by the id of each connection."""

    carrier_id: str
    name: str
    codes: Mapping[int, Code]


@dataclass(frozen=True, slots=True)
class Table:
    """All carriers at all connections that are notified; `defaults` apply to carriers without a code."""

    connections: tuple[Connection, ...]
    defaults: Mapping[int, Code]
    rows: tuple[Row, ...]


async def table(ctx: Context) -> Table:
    """Return every known carrier, and every other text that a connection has a code for."""
    known = await ctx.read(connections.every)
    notified = tuple(connection for connection in known if VENDORS[connection.vendor].is_notified)
    chosen = {carrier for connection in notified for option in connection.options if (carrier := carrier_of(option))}
    # An option whose carrier is not in the stored form is never found.
    others = sorted(carrier for carrier in chosen if by_id(carrier) is None and carrier_id(carrier) == carrier)
    names = {carrier.id: carrier.name for carrier in CARRIERS} | {other: other for other in others}
    return Table(
        connections=notified,
        defaults={connection.id: _default(connection) for connection in notified},
        rows=tuple(
            Row(carrier, name, {connection.id: _code(connection, carrier) for connection in notified})
            for carrier, name in names.items()
        ),
    )


def carrier_id(text: str) -> str:
    """Return the id of a carrier by its id or name, else the text in the form by which options are stored."""
    ours = named(text)
    return ours.id if ours else text.strip().casefold()


async def save(ctx: Context, connection_id: int, codes: Mapping[str, str], default: str | None = None) -> Connection:
    """Store a connection's own codes by carrier, and its default; other codes stay.

    An empty code restores the platform's. Raises `ValidationFailed` for a connection that is not notified and for an
    invalid code.
    """
    problems = [
        Problem(("codes",), message)
        for carrier in codes
        if (message := _wrong(carrier, "carrier_code.invalid_carrier", least=1))
    ]
    problems += [
        Problem(("codes", carrier), message)
        for carrier, code in codes.items()
        if (message := _wrong(code, "carrier_code.invalid"))
    ]
    options = {option_of(carrier_id(carrier)): code.strip() for carrier, code in codes.items()}
    if default is not None:
        options[DEFAULT_OPTION] = default.strip()
        problems += [Problem(("default",), message)] if (message := _wrong(default, "carrier_code.invalid")) else []
    if problems:
        raise ValidationFailed(*problems)
    return await ctx.write(_save, connection_id, options)


def _save(db: Db, connection_id: int, changed: Mapping[str, str]) -> Connection:
    known = connections.by_id(db).get(connection_id)
    if known is None or not VENDORS[known.vendor].is_notified:
        name = known.name if known else f"#{connection_id}"
        raise ValidationFailed(Problem(("connection",), Message("carrier_code.not_notified", name=name)))
    # The connection may have been changed meanwhile: only what was chosen here is stored.
    options = {name: value for name, value in {**known.options, **changed}.items() if value or name not in changed}
    connections.put(db, name=known.name, vendor=known.vendor, base_url=known.base_url, options=options)
    return connections.by_id(db)[connection_id]


def _code(connection: Connection, carrier: str) -> Code:
    vendor = VENDORS[connection.vendor]
    return Code(
        chosen_code(carrier, connection.options),
        vendor.shipments.carrier_code(carrier),
        vendor.shipments.known_carrier_codes,
    )


def _default(connection: Connection) -> Code:
    vendor = VENDORS[connection.vendor]
    usual = next((option.default for option in vendor.options.fields() if option.name == DEFAULT_OPTION), "")
    return Code(default_code(connection.options), usual, vendor.shipments.known_carrier_codes)


def _wrong(text: str, message_id: str, *, least: int = 0) -> Message:
    bare = text.strip()
    if least <= len(bare) <= TEXT_MAX and bare.isprintable():
        return NO_MESSAGE
    return Message(message_id, text=bare[:TEXT_MAX], least=least, most=TEXT_MAX)
