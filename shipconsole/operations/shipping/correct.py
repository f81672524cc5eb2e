"""Correcting: a package gets another number, or a shipment is called back, after somebody was told of it.

Nothing that was told can be made untold everywhere. Each platform says what it can take back; who is told is a
person's choice, and what stood on the label before stays in the record.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from shipconsole.domain import code, label
from shipconsole.domain.call import GIVEN_UP, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.intent import take_back_from, take_back_text
from shipconsole.domain.label import Label, LabelIssue, LabelIssueKind
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment, label_problems
from shipconsole.operations.context import Context
from shipconsole.operations.orders import labels
from shipconsole.store import calls, connections, hand_changes, orders, package_changes, shipments, tracks
from shipconsole.store.calls import Call
from shipconsole.store.database import Db
from shipconsole.store.package_changes import PackageChange
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request

UNDECIDED: tuple[CallState, ...] = ("sending", "unknown", "checking", "needs_attention")
"""Nobody can say yet what the platform knows."""


@dataclass(frozen=True, slots=True)
class NewLabel:
    """What a package's label shall be: an empty carrier is found from the number, an empty service stays.

    `instead_of` is the number that the person saw; another one by now is not overwritten. Empty is any. `accepted` is
    what a person accepts about the label; the correction's reason stands for it.
    """

    tracking_number: str
    carrier: str = ""
    service: str = ""
    instead_of: str = ""
    raw_scan: str = ""
    accepted: tuple[LabelIssueKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """What a connection can and cannot take back, in words; `possible` says that there is something to choose."""

    connection: Connection
    message: Message
    by_default: bool
    possible: bool


async def guide(ctx: Context, order_id: int, package_id: int) -> tuple[Guide, ...]:
    """What a corrected package means for each connection that is told of it."""
    return await ctx.read(_guide, order_id, package_id)


async def call_back_guide(ctx: Context, order_id: int, shipment_id: int) -> tuple[Guide, ...]:
    """What calling a shipment back means for each connection that is told of it."""
    return await ctx.read(_call_back_guide, order_id, shipment_id)


async def correct(
    ctx: Context, order_id: int, package_id: int, new: NewLabel, to: Sequence[int], why: str
) -> tuple[int, ...]:
    """Give a package another label and tell those connections of `to` that know the old one; tell the calls' ids.

    What was not told yet is told with the new label anyway. Raises `ValidationFailed` at ``tracking_number``,
    ``carrier``, ``service``, ``to`` or ``why``, nothing changed.
    """
    return await ctx.write(_correct, ctx, order_id, package_id, new, to, why)


async def call_back(ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], why: str) -> tuple[int, ...]:
    """Call a shipment back: its units are left to ship again, and of those that know it `to` are told; their call ids.

    What was not told yet never is. Raises `ValidationFailed` at ``shipment``, ``to`` or ``why``, nothing changed.
    """
    return await ctx.write(_call_back, ctx, order_id, shipment_id, to, why)


async def changes(ctx: Context, order_id: int) -> tuple[PackageChange, ...]:
    """Every correction of an order's packages, oldest first."""
    return await ctx.read(package_changes.of_order, order_id)


def told_by(db: Db, call: Call) -> tuple[Shipment, ...]:
    """The order's shipments up to the newest that a call's connection is told of by it or was before, oldest first.

    So a correction of an older package never tells an older state than the platform has.
    """
    newest = shipments.newest_told(db, call.id)
    return tuple(one for one in shipments.of_order(db, call.order_id) if one.id <= newest)


def was_told(db: Db, call: Call) -> bool:
    """Whether the connection took the same packages before, so that a call only corrects them."""
    return any(
        one.state == "confirmed"
        and one.id != call.id
        and one.connection_id == call.connection_id
        and one.shipment_id == call.shipment_id
        and one.package_id == call.package_id
        for one in calls.of_order(db, call.order_id)
    )


def request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """The request that takes a shipment back, made of what is known now; None where there is nothing to tell."""
    build = VENDORS[connection.vendor].shipments.void
    shipment = shipments.get(db, take_back_from(call.intent or ""))
    if build is None or shipment is None:
        return None
    return build(
        ShipmentNotification(
            order=orders.get(db, call.order_id),
            link=link,
            shipment=shipment,
            packages=shipment.packages,
            shipments=told_by(db, call),
            options=connection.options,
            replaced=package_changes.replaced(db, call.order_id),
        )
    )


def _guide(db: Db, order_id: int, package_id: int) -> tuple[Guide, ...]:
    shipment, package = _parcel(db, order_id, package_id)
    found: list[Guide] = []
    for connection, own in _by_connection(db, _about(db, order_id, shipment, package)):
        known = VENDORS[connection.vendor].shipments.corrections
        by_default = known is not None and known.by_default
        if _undecided(own):
            found.append(_settle_first(connection))
        elif any(map(_is_to_be_sent, own)):
            message = Message("edit_tracking.waiting")
            found.append(Guide(connection, message, by_default=by_default, possible=False))
        elif known is None:
            found.append(Guide(connection, Message("edit_tracking.no_number"), by_default=False, possible=False))
        else:
            found.append(Guide(connection, known.edit_tracking, by_default=by_default, possible=True))
    return tuple(found)


def _call_back_guide(db: Db, order_id: int, shipment_id: int) -> tuple[Guide, ...]:
    shipment = _shipment(db, order_id, shipment_id)
    may_be_known = _may_be_known(db, shipment_id)
    found: list[Guide] = []
    for connection, own in _by_connection(db, _sent_or_to_be(db, order_id, shipment, may_be_known)):
        vendor = VENDORS[connection.vendor]
        message = (
            vendor.shipments.corrections.void if vendor.shipments.corrections else Message("edit_tracking.no_update")
        )
        if _undecided(own):
            found.append(_settle_first(connection))
        elif not any(call.id in may_be_known for call in own):
            found.append(Guide(connection, Message("edit_tracking.never_sent"), by_default=False, possible=False))
        else:
            tells = vendor.shipments.void is not None
            found.append(Guide(connection, message, by_default=tells, possible=tells))
    return tuple(found)


def _settle_first(connection: Connection) -> Guide:
    return Guide(connection, _undecided_words(connection), by_default=False, possible=False)


def _undecided_words(connection: Connection) -> Message:
    return Message("edit_tracking.unresolved", connection=connection.name)


def _correct(
    db: Db, ctx: Context, order_id: int, package_id: int, new: NewLabel, to: Sequence[int], why: str
) -> tuple[int, ...]:
    shipment, before = _parcel(db, order_id, package_id)
    told = _by_connection(db, _about(db, order_id, shipment, before))
    read = labels.reading_of(
        PackageDraft(tracking_number=new.tracking_number, carrier=new.carrier, raw_scan=new.raw_scan)
    )
    problems = [*_label_problems(before, new, read), *_told_problems(told, to), *_why_problems(why)]
    issues = _issues(db, ctx, order_id, before, read)
    left = labels.unaccepted(issues, new.accepted, why)
    problems += [Problem(("tracking_number",), labels.words(one, read)) for one in left]
    if problems:
        raise labels.LabelsNotAccepted({0: left}, *problems) if left else ValidationFailed(*problems)
    accepted = tuple(one.kind for one in issues if one.kind in new.accepted)
    after = _relabelled(before, new, read, accepted, why.strip())
    if _label(after) == _label(before):
        raise ValidationFailed(Problem(("tracking_number",), Message("edit_tracking.same_label")))
    now_ms = ctx.clock.now_ms()
    if not shipments.relabel(db, after, old_number=before.tracking_number):
        raise AssertionError(f"package {package_id} changed within one transaction")
    tracks.left_for(db, after.tracking_number, order_id)
    package_changes.add(db, before, after, station=ctx.station, operator=ctx.operator, why=why.strip(), now_ms=now_ms)
    what = Message("audit.tracking_edited", before=_label(before), after=_label(after))
    _note(db, ctx, order_id, what, why, now_ms)
    call_ids: list[int] = []
    for connection, own in told:
        package = before.id if VENDORS[connection.vendor].shipments.one_request_per_package else None
        summary = Message("summary.edited", summary=after.tracking_number)
        if waiting := [call for call in own if _is_to_be_sent(call)]:
            fixed = [call for call in waiting if call.state in ("rejected", "dead") or _is_fixed(call)]
            for call in fixed:
                message = Message("edit_tracking.replaced", number=after.tracking_number)
                call_ids.append(_tell(db, shipment, order_id, connection, package, call.summary, now_ms, call.id))
                _end(db, call, "superseded", message, now_ms)
        elif connection.id in to:
            call_ids.append(_tell(db, shipment, order_id, connection, package, summary, now_ms))
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    return tuple(call_ids)


def _is_fixed(call: Call) -> bool:
    """Whether a call that waits would go with the request it was tried with; another is built of the new label."""
    return call.request is not None


def _call_back(db: Db, ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], why: str) -> tuple[int, ...]:
    shipment = _shipment(db, order_id, shipment_id)
    may_be_known = _may_be_known(db, shipment_id)
    told = _by_connection(db, _sent_or_to_be(db, order_id, shipment, may_be_known))
    problems = [*_told_problems(told, to), *_why_problems(why)]
    if problems:
        raise ValidationFailed(*problems)
    now_ms = ctx.clock.now_ms()
    numbers = tuple(package.tracking_number for package in shipment.packages)
    call_ids: list[int] = []
    for connection, own in told:
        for call in own:
            if _is_to_be_sent(call):
                _end(db, call, "cancelled", Message("void.by", packer=ctx.operator or ctx.station), now_ms)
        untold = VENDORS[connection.vendor].shipments.void is not None and connection.id in to
        if untold and any(call.id in may_be_known for call in own):
            call_id = calls.add(
                db,
                key=uuid.uuid4().hex,
                order_id=order_id,
                shipment_id=None,
                intent=take_back_text(shipment_id),
                package_id=None,
                connection_id=connection.id,
                summary=Message("summary.voided", numbers=numbers),
                repeatable=True,
                now_ms=now_ms,
            )
            call_ids.append(call_id)
    shipments.undo_shipment(db, shipment_id, now_ms=now_ms)
    for packed in (packed for package in shipment.packages for packed in package.lines):
        if not orders.give_back_pieces(db, order_id, packed.line_id, packed.quantity):
            raise AssertionError(f"fewer units of line {packed.line_id} had shipped than were packed")
    _note(db, ctx, order_id, Message("audit.voided", numbers=numbers), why, now_ms)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    return tuple(call_ids)


def _parcel(db: Db, order_id: int, package_id: int) -> tuple[Shipment, Package]:
    for shipment in shipments.of_order(db, order_id):
        for package in shipment.packages:
            if package.id == package_id:
                return shipment, package
    raise ValidationFailed(Problem(("package",), Message("package.gone")))


def _shipment(db: Db, order_id: int, shipment_id: int) -> Shipment:
    shipment = next((one for one in shipments.of_order(db, order_id) if one.id == shipment_id), None)
    if shipment is None:
        raise ValidationFailed(Problem(("shipment",), Message("shipment.gone")))
    return shipment


def _is_to_be_sent(call: Call) -> bool:
    """Whether a call is neither confirmed nor given up."""
    return call.state not in ("confirmed", *GIVEN_UP)


def _about(db: Db, order_id: int, shipment: Shipment, package: Package) -> list[Call]:
    """The calls of `_sent_or_to_be` that tell of one package of the shipment."""
    found = _sent_or_to_be(db, order_id, shipment, _may_be_known(db, shipment.id))
    return [call for call in found if call.package_id in (None, package.id)]


def _sent_or_to_be(db: Db, order_id: int, shipment: Shipment, may_be_known: Collection[int]) -> list[Call]:
    """The calls that tell of a shipment; of those that were given up the ones that may have arrived before."""
    return [
        call
        for call in calls.of_order(db, order_id)
        if call.shipment_id == shipment.id and (call.state not in GIVEN_UP or call.id in may_be_known)
    ]


def _by_connection(db: Db, told: Iterable[Call]) -> list[tuple[Connection, list[Call]]]:
    grouped: dict[int, list[Call]] = {}
    for call in told:
        grouped.setdefault(call.connection_id, []).append(call)
    return [(one, grouped[one.id]) for one in connections.every(db) if one.id in grouped]


def _may_be_known(db: Db, shipment_id: int) -> set[int]:
    """The calls of a shipment that their platform may have acted on."""
    return {call.id for call in calls.of_shipment(db, shipment_id) if call.may_be_known or call.state == "confirmed"}


def _undecided(own: Iterable[Call]) -> bool:
    return any(call.state in UNDECIDED for call in own)


def _told_problems(told: Sequence[tuple[Connection, Sequence[Call]]], to: Sequence[int]) -> list[Problem]:
    problems = [Problem(("to",), _undecided_words(connection)) for connection, own in told if _undecided(own)]
    if {*to} - {connection.id for connection, _ in told}:
        problems.append(Problem(("to",), Message("edit_tracking.not_notified")))
    return problems


def _why_problems(why: str) -> list[Problem]:
    return [] if why.strip() else [Problem(("why",), Message("reason.missing_order"))]


def _label_problems(before: Package, new: NewLabel, read: Label) -> list[Problem]:
    draft = PackageDraft(tracking_number=read.number, carrier=new.carrier, service=new.service, raw_scan=read.raw)
    problems = label_problems((), draft)
    here = ("tracking_number",)
    if not read.number:
        problems.append(Problem(here, Message("edit_tracking.no_label")))
    if new.instead_of and label.number_key(new.instead_of) != code.tracking_key(before.tracking_number):
        message = Message("edit_tracking.changed_meanwhile", number=before.tracking_number)
        problems.append(Problem(here, message))
    return problems


def _issues(db: Db, ctx: Context, order_id: int, before: Package, read: Label) -> tuple[LabelIssue, ...]:
    """What has to be accepted of a new label; nothing where the number stays, which was looked at when it shipped."""
    if not read.number or code.tracking_key(read.number) == code.tracking_key(before.tracking_number):
        return ()
    return labels.issues_of(db, ctx, orders.get(db, order_id), read)


def _relabelled(
    before: Package, new: NewLabel, read: Label, accepted: tuple[LabelIssueKind, ...], reason: str
) -> Package:
    """The package with its new label; where the carrier stays, so does a service that was not named."""
    carrier = labels.carrier_id(new.carrier, read) or before.carrier
    service = new.service.strip() or (before.service if carrier == before.carrier else "")
    label_only = {"carrier": carrier, "service": service}
    if code.tracking_key(read.number) == code.tracking_key(before.tracking_number):
        return before.model_copy(update=label_only)
    return before.model_copy(
        update={
            **label_only,
            "tracking_number": read.number,
            "raw_scan": read.raw,
            "unverified": not read.certain,
            "accepted": accepted,
            "kept_reason": reason if accepted else "",
        }
    )


def _label(package: Package) -> str:
    return " ".join(part for part in (package.tracking_number, package.carrier, package.service) if part)


def _tell(
    db: Db,
    shipment: Shipment,
    order_id: int,
    connection: Connection,
    package_id: int | None,
    summary: Message,
    now_ms: int,
    supersedes: int | None = None,
) -> int:
    return calls.add(
        db,
        key=uuid.uuid4().hex,
        order_id=order_id,
        shipment_id=shipment.id,
        package_id=package_id,
        connection_id=connection.id,
        summary=summary,
        repeatable=False,
        now_ms=now_ms,
        supersedes=supersedes,
    )


def _end(db: Db, call: Call, state: CallState, message: Message, now_ms: int) -> None:
    if not calls.move(db, call.id, from_state=call.state, state=state, message=message, now_ms=now_ms):
        raise AssertionError(f"call {call.id} changed within one transaction")


def _note(db: Db, ctx: Context, order_id: int, what: Message, why: str, now_ms: int) -> None:
    hand_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        what=what,
        why=why.strip(),
        now_ms=now_ms,
    )
