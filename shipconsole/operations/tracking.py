"""Tracking: asking a vendor about a parcel on its way, and asking it to tell of news or no longer."""

from shipconsole.domain import carrier as carriers
from shipconsole.domain.connection import Connection
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import Problem, RefusedError
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.asking import answer_to
from shipconsole.operations.desk import Desk
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.vendor import Tracking


async def ask(desk: Desk, connection: Connection, tracking_number: str, carrier: str = "") -> RemoteTrack | Outcome:
    """What the connection's vendor knows of a parcel; nothing of it is stored.

    `carrier` is one of ours or the vendor's code, else it is found from the number. Raises `RefusedError` where it
    cannot be found, where there is no number, and where the vendor tracks no numbers.
    """
    tracking = _tracking(connection)
    number, whose = _checked(tracking_number, carrier)
    answer = await answer_to(desk, connection, tracking.get(number, whose, connection.options))
    return tracking.read(answer) if isinstance(answer, Answer) else answer


async def start(desk: Desk, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Ask the vendor to tell of news of a parcel by webhook; raises what `ask` raises."""
    number, whose = _checked(tracking_number, carrier)
    return await _do(desk, connection, _tracking(connection).start(number, whose, connection.options))


async def stop(desk: Desk, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Ask the vendor to tell of a parcel no longer; raises what `ask` raises."""
    number, whose = _checked(tracking_number, carrier)
    return await _do(desk, connection, _tracking(connection).stop(number, whose, connection.options))


async def _do(desk: Desk, connection: Connection, request: Request) -> Outcome:
    answer = await answer_to(desk, connection, request)
    return _tracking(connection).read_done(answer) if isinstance(answer, Answer) else answer


def _tracking(connection: Connection) -> Tracking:
    vendor = VENDORS[connection.vendor]
    if vendor.tracking is None:
        able = ", ".join(one.title for one in VENDORS.values() if one.tracking)
        message = f"{vendor.title} cannot be asked about a tracking number. This can: {able}."
        raise RefusedError(Problem(("connection",), message))
    return vendor.tracking


def _checked(tracking_number: str, carrier: str) -> tuple[str, str]:
    """The number and its carrier: the one named, ours by id or name, else the one the number belongs to."""
    number = tracking_number.strip()
    if not number or not number.isprintable():
        raise RefusedError(Problem(("tracking_number",), "That is no tracking number."))
    if carrier.strip():
        ours = carriers.named(carrier)
        return number, ours.id if ours else carrier.strip()
    found = carriers.identify(number).carriers
    if len(found) != 1:
        message = f"Whose number {number} is cannot be told from it. Name the carrier."
        raise RefusedError(Problem(("carrier",), message))
    return number, found[0]
