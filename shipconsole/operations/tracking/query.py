"""Tracking: asking a platform about a package on its way, and asking it to tell of news or no longer."""

from shipconsole.domain import carrier as carriers
from shipconsole.domain import label
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Outcome, Refused
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.connections.ask_once import answer_to
from shipconsole.operations.context import Context
from shipconsole.operations.tracking.record import take_in
from shipconsole.store import tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Tracking, TrackNews
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.options import SubscribedTracking
from shipconsole.vendors.reading import off_loop

SUBSCRIBE = "subscribe"


def subscribes(connection: Connection) -> bool:
    """Return whether a connection is to subscribe to the tracking events of each package."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return isinstance(options, SubscribedTracking) and options.track == "yes"


async def ask(ctx: Context, connection: Connection, tracking_number: str, carrier: str = "") -> RemoteTrack | Outcome:
    """What the connection's platform knows of a package; nothing of it is stored.

    `carrier` is one of ours or the platform's code, else it is found from the number. Raises `ValidationFailed` where
    it is needed and cannot be found, where there is no number, and where the platform tracks no numbers.
    """
    tracking = _tracking(connection)
    number, whose = _checked(tracking_number, carrier, needs_carrier=tracking.needs_carrier)
    answer = await answer_to(ctx, connection, tracking.get(number, whose, connection.options))
    return await off_loop(tracking.read, answer) if isinstance(answer, Answer) else answer


async def start(ctx: Context, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Ask the platform to tell of news of a package by webhook; raises what `ask` raises."""
    news = _news(connection)
    number, whose = _checked(tracking_number, carrier)
    answer = await answer_to(ctx, connection, news.start(number, whose, connection.options))
    return await off_loop(news.read_done, answer) if isinstance(answer, Answer) else answer


async def stop(ctx: Context, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Ask the platform to tell of a package no longer; raises what `ask` raises."""
    news = _news(connection)
    number, whose = _checked(tracking_number, carrier)
    answer = await answer_to(ctx, connection, news.stop(number, whose, connection.options))
    return await off_loop(news.read_done, answer) if isinstance(answer, Answer) else answer


async def subscribe(ctx: Context, connection: Connection, order_id: int) -> Outcome:
    """Ask the platform to tell of news of all packages of an order that it was told of."""
    for number, carrier in await ctx.read(tracks.to_be_subscribed, order_id, connection.id):
        try:
            outcome = await start(ctx, connection, number, carrier)
        except ValidationFailed as refused:
            return Refused(refused.problems)
        if not isinstance(outcome, Accepted):
            return outcome
        await ctx.write(_subscribed, ctx, connection, number, carrier, order_id)
    return Accepted()


def _subscribed(db: Db, ctx: Context, connection: Connection, number: str, carrier: str, order_id: int) -> None:
    if tracks.get(db, connection.id, number) is None:
        nothing = RemoteTrack(tracking_number=number, carrier=carrier, document="{}")
        take_in(db, connection, nothing, order_id=order_id, now_ms=ctx.clock.now_ms())
    tracks.mark_subscribed(db, connection.id, number)


def _tracking(connection: Connection) -> Tracking:
    vendor = VENDORS[connection.vendor]
    if vendor.tracking is None:
        able = ", ".join(one.title for one in VENDORS.values() if one.tracking)
        message = Message("track.not_supported", platform=vendor.title, able=able)
        raise ValidationFailed(Problem(("connection",), message))
    return vendor.tracking


def _news(connection: Connection) -> TrackNews:
    news = _tracking(connection).news
    if news is None:
        able = ", ".join(one.title for one in VENDORS.values() if one.tracking and one.tracking.news)
        title = VENDORS[connection.vendor].title
        message = Message("track.no_subscription", platform=title, able=able)
        raise ValidationFailed(Problem(("connection",), message))
    return news


def _checked(tracking_number: str, carrier: str, *, needs_carrier: bool = True) -> tuple[str, str]:
    """The number and its carrier: the one named, ours by id or name, else the one the number belongs to."""
    read = label.read(tracking_number)
    number = read.number
    if not number:
        raise ValidationFailed(Problem(("tracking_number",), Message("track.not_a_number")))
    if carrier.strip():
        ours = carriers.named(carrier)
        return number, ours.id if ours else carrier.strip()
    if not read.likely and needs_carrier:
        message = Message("track.no_carrier", number=number)
        raise ValidationFailed(Problem(("carrier",), message))
    return number, read.likely
