"""Querying a platform about a package, and subscribing to its tracking events."""

from shipconsole.domain import carrier as carriers
from shipconsole.domain import label
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Outcome, Refused
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.connections.ask_once import send_once
from shipconsole.operations.context import Context
from shipconsole.operations.tracking.record import record_track
from shipconsole.store import tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Tracking, TrackingSubscription
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import SubscribedTracking
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

SUBSCRIBE = "subscribe_order"


def is_subscribing(connection: Connection) -> bool:
    """Return whether a connection subscribes to the tracking events of each package."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return isinstance(options, SubscribedTracking) and options.track == "yes"


async def query_package(
    ctx: Context, connection: Connection, tracking_number: str, carrier: str = ""
) -> RemoteTrack | Outcome:
    """Return what the connection's platform has about a package, storing nothing.

    `carrier` is a Shipconsole carrier ID or the platform's code, else it is found from the number. Raises
    `ValidationFailed` where a carrier is required and cannot be found, without a number, and where the platform cannot
    be queried.
    """
    tracking = _tracking(connection)
    number, carrier_id = _checked(tracking_number, carrier, needs_carrier=tracking.needs_carrier)
    answer = await send_once(ctx, connection, tracking.get(number, carrier_id, connection.options))
    return await off_loop(tracking.read, answer) if isinstance(answer, Response) else answer


async def subscribe_package(ctx: Context, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Subscribe to a package's tracking events; raise what `query_package` raises."""
    subscription = _subscription(connection)
    number, carrier_id = _checked(tracking_number, carrier)
    answer = await send_once(ctx, connection, subscription.start(number, carrier_id, connection.options))
    return await off_loop(subscription.read_done, answer) if isinstance(answer, Response) else answer


async def unsubscribe_package(ctx: Context, connection: Connection, tracking_number: str, carrier: str = "") -> Outcome:
    """Unsubscribe from a package's tracking events; raise what `query_package` raises."""
    subscription = _subscription(connection)
    number, carrier_id = _checked(tracking_number, carrier)
    answer = await send_once(ctx, connection, subscription.stop(number, carrier_id, connection.options))
    return await off_loop(subscription.read_done, answer) if isinstance(answer, Response) else answer


async def subscribe_order(ctx: Context, connection: Connection, order_id: int) -> Outcome:
    """Subscribe to the tracking events of an order's packages that the platform was notified of."""
    for number, carrier in await ctx.read(tracks.to_be_subscribed, order_id, connection.id):
        try:
            outcome = await subscribe_package(ctx, connection, number, carrier)
        except ValidationFailed as refused:
            return Refused(refused.problems)
        if not isinstance(outcome, Accepted):
            return outcome
        await ctx.write(_subscribed, ctx, connection, number, carrier, order_id)
    return Accepted()


def _subscribed(db: Db, ctx: Context, connection: Connection, number: str, carrier: str, order_id: int) -> None:
    if tracks.get(db, connection.id, number) is None:
        without_events = RemoteTrack(tracking_number=number, carrier=carrier, document="{}")
        record_track(db, connection, without_events, order_id=order_id, now_ms=ctx.clock.now_ms())
    tracks.mark_subscribed(db, connection.id, number)


def _tracking(connection: Connection) -> Tracking:
    vendor = VENDORS[connection.vendor]
    if vendor.tracking is None:
        able = tuple(vendor.title for vendor in VENDORS.values() if vendor.tracking)
        message = Message("track.not_supported", platform=vendor.title, able=able)
        raise ValidationFailed(Problem(("connection",), message))
    return vendor.tracking


def _subscription(connection: Connection) -> TrackingSubscription:
    subscription = _tracking(connection).subscription
    if subscription is None:
        able = tuple(vendor.title for vendor in VENDORS.values() if vendor.tracking and vendor.tracking.subscription)
        title = VENDORS[connection.vendor].title
        message = Message("track.no_subscription", platform=title, able=able)
        raise ValidationFailed(Problem(("connection",), message))
    return subscription


def _checked(tracking_number: str, carrier: str, *, needs_carrier: bool = True) -> tuple[str, str]:
    """Return the number and its carrier: the named one by id or name, else the number's own."""
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
