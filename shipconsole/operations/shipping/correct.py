"""Edit tracking and void shipments: after shipping, a package gets another label or a shipment is withdrawn.

An update cannot be withdrawn everywhere. Each platform's adapter says what it accepts; a person chooses who is
notified, and the former label stays in the audit log.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from shipconsole.domain import code, label
from shipconsole.domain.call import WITHDRAWN, Call, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.intent import void_from, void_text
from shipconsole.domain.label import Label, LabelIssue, LabelIssueKind
from shipconsole.domain.link import Link
from shipconsole.domain.manual_change import PackageChange
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment, label_problems
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import labels
from shipconsole.operations.outbox import hold
from shipconsole.store import calls, connections, orders, package_changes, shipments, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request

UNDECIDED: tuple[CallState, ...] = ("sending", "unknown", "checking", "needs_attention")
"""It is unknown what the platform has."""


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A package's new label: an empty carrier is found from the number, an empty service stays.

    `instead_of` is the number that the person saw; where it has changed since, nothing is overwritten; empty accepts
    any. `accepted` are the label issues that the person accepts; the reason of the edit stands for them.
    """

    tracking_number: str
    carrier: str = ""
    service: str = ""
    instead_of: str = ""
    raw_scan: str = ""
    accepted: tuple[LabelIssueKind, ...] = ()


@dataclass(frozen=True, slots=True)
class NotifyChoice:
    """Whether a connection can be notified of an edit or a void, and a message about it.

    `possible` means that there is a choice, `by_default` that notifying is selected.
    """

    connection: Connection
    message: Message
    by_default: bool
    possible: bool


async def edit_choices(ctx: Context, order_id: int, package_id: int) -> tuple[NotifyChoice, ...]:
    """Return what editing a package's tracking means for each connection that is notified of it."""
    return await ctx.read(edit_guide, order_id, package_id)


async def void_choices(ctx: Context, order_id: int, shipment_id: int) -> tuple[NotifyChoice, ...]:
    """Return what voiding a shipment means for each connection that is notified of it."""
    return await ctx.read(void_guide, order_id, shipment_id)


async def edit_tracking(
    ctx: Context, order_id: int, package_id: int, new: NewLabel, to: Sequence[int], reason: str
) -> tuple[int, ...]:
    """Change a package's tracking number, carrier or service, and notify the connections in `to` that have it.

    Returns the ids of the updates. Updates that are not sent yet get the new label anyway. Raises `ValidationFailed`
    at ``tracking_number``,
    ``carrier``, ``service``, ``to``, or ``reason``; then nothing is changed.
    """
    return await ctx.write(edit_in, ctx, order_id, package_id, new, to, reason)


async def void_shipment(
    ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], reason: str
) -> tuple[int, ...]:
    """Void a shipment: its units are left to ship again, and connections in `to` that have it are notified.

    Returns the ids of the calls. Updates that are not sent yet never are. Raises `ValidationFailed` at ``shipment``,
    ``to``, or ``reason``; then nothing is changed.
    """
    return await ctx.write(void_in, ctx, order_id, shipment_id, to, reason)


async def changes(ctx: Context, order_id: int) -> tuple[PackageChange, ...]:
    """Return every tracking edit of an order, oldest first."""
    return await ctx.read(package_changes.of_order, order_id)


def notified_shipments(db: Db, call: Call) -> tuple[Shipment, ...]:
    """Return the shipments up to the newest that a call's connection has or is notified of, oldest first.

    So the edit of an older package never sends an older state than the platform has.
    """
    newest = shipments.newest_notified(db, call.id)
    return tuple(shipment for shipment in shipments.of_order(db, call.order_id) if shipment.id <= newest)


def was_notified(db: Db, call: Call) -> bool:
    """Return whether the connection accepted the same packages before, so that a call only edits them."""
    return any(
        earlier.state == "confirmed"
        and earlier.id != call.id
        and earlier.connection_id == call.connection_id
        and earlier.shipment_id == call.shipment_id
        and earlier.package_id == call.package_id
        for earlier in calls.of_order(db, call.order_id)
    )


def request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Return the request that voids a shipment, built from what is known now; None where there is nothing to send."""
    build = VENDORS[connection.vendor].shipments.void
    shipment = shipments.get(db, void_from(call.intent or ""))
    if build is None or shipment is None:
        return None
    return build(
        ShipmentNotification(
            order=orders.get(db, call.order_id),
            link=link,
            shipment=shipment,
            packages=shipment.packages,
            shipments=notified_shipments(db, call),
            options=connection.options,
            replaced=package_changes.replaced(db, call.order_id),
        )
    )


def edit_guide(db: Db, order_id: int, package_id: int) -> tuple[NotifyChoice, ...]:
    """Do what `edit_choices` does within the caller's transaction."""
    shipment, package = _shipment_package(db, order_id, package_id)
    found: list[NotifyChoice] = []
    for connection, own in _by_connection(db, _about(db, order_id, shipment, package)):
        known = VENDORS[connection.vendor].shipments.corrections
        by_default = known is not None and known.by_default
        if _undecided(own):
            found.append(_settle_first(connection))
        elif any(map(_is_to_be_sent, own)):
            message = Message("edit_tracking.waiting")
            found.append(NotifyChoice(connection, message, by_default=by_default, possible=False))
        elif known is None:
            found.append(NotifyChoice(connection, Message("edit_tracking.no_number"), by_default=False, possible=False))
        else:
            found.append(NotifyChoice(connection, known.edit_tracking, by_default=by_default, possible=True))
    return tuple(found)


def void_guide(db: Db, order_id: int, shipment_id: int) -> tuple[NotifyChoice, ...]:
    """Do what `void_choices` does within the caller's transaction."""
    shipment = _shipment(db, order_id, shipment_id)
    may_be_known = _may_be_known(db, shipment_id)
    found: list[NotifyChoice] = []
    for connection, own in _by_connection(db, _sent_or_to_be(db, order_id, shipment, may_be_known)):
        vendor = VENDORS[connection.vendor]
        message = (
            vendor.shipments.corrections.void if vendor.shipments.corrections else Message("edit_tracking.no_update")
        )
        if _undecided(own):
            found.append(_settle_first(connection))
        elif not any(call.id in may_be_known for call in own):
            found.append(
                NotifyChoice(connection, Message("edit_tracking.never_sent"), by_default=False, possible=False)
            )
        else:
            tells = vendor.shipments.void is not None
            found.append(NotifyChoice(connection, message, by_default=tells, possible=tells))
    return tuple(found)


def _settle_first(connection: Connection) -> NotifyChoice:
    return NotifyChoice(connection, _undecided_words(connection), by_default=False, possible=False)


def _undecided_words(connection: Connection) -> Message:
    return Message("edit_tracking.unresolved", connection=connection.name)


def edit_in(
    db: Db,
    ctx: Context,
    order_id: int,
    package_id: int,
    new: NewLabel,
    to: Sequence[int],
    reason: str,
    *,
    stays_in_box: bool = False,
) -> tuple[int, ...]:
    """Do what `edit_tracking` does within the caller's transaction.

    A package with another number than the others of its box is no longer in it, unless they get the same number.
    """
    shipment, before = _shipment_package(db, order_id, package_id)
    notified = _by_connection(db, _about(db, order_id, shipment, before))
    read = labels.reading_of(
        PackageDraft(tracking_number=new.tracking_number, carrier=new.carrier, raw_scan=new.raw_scan)
    )
    # Another service of the same label makes no difference to what an update without a response may have done.
    is_same_label = (read.number, labels.carrier_id(new.carrier, read)) == (before.tracking_number, before.carrier)
    concerned = [(connection, own) for connection, own in notified if connection.id in to or not is_same_label]
    problems = [*_label_problems(before, new, read), *_undecided_problems(concerned)]
    problems += [*_target_problems(notified, to), *_reason_problems(reason)]
    issues = _issues(db, ctx, order_id, before, read)
    open_issues = labels.unaccepted(issues, new.accepted, reason)
    problems += [Problem(("tracking_number",), labels.message_for(issue, read)) for issue in open_issues]
    if problems:
        raise labels.LabelsNotAccepted({0: open_issues}, *problems) if open_issues else ValidationFailed(*problems)
    accepted = tuple(issue.kind for issue in issues if issue.kind in new.accepted)
    after = _relabelled(before, new, read, accepted, reason.strip())
    if _label(after) == _label(before):
        raise ValidationFailed(Problem(("tracking_number",), Message("edit_tracking.same_label")))
    now_ms = ctx.clock.now_ms()
    if not shipments.relabel(db, after, old_number=before.tracking_number):
        raise AssertionError(f"package {package_id} changed within one transaction")
    if (
        before.box
        and not stays_in_box
        and code.tracking_key(after.tracking_number) != code.tracking_key(before.tracking_number)
    ):
        shipments.leave_box(db, package_id)
    tracks.assign_order(db, after.tracking_number, order_id)
    package_changes.add(
        db, before, after, station=ctx.station, operator=ctx.operator, reason=reason.strip(), now_ms=now_ms
    )
    change_message = Message("audit.tracking_edited", before=_label(before), after=_label(after))
    ctx.record_change(db, order_id, change_message, reason, now_ms=now_ms)
    call_ids: list[int] = []
    for connection, own in notified:
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
    hold.hold_unseen(db, order_id, call_ids, now_ms=now_ms)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    return tuple(call_ids)


def _is_fixed(call: Call) -> bool:
    """Return whether a waiting call would be sent with the request it was tried with."""
    return call.request is not None


def void_in(db: Db, ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], reason: str) -> tuple[int, ...]:
    """Do what `void_shipment` does within the caller's transaction."""
    shipment = _shipment(db, order_id, shipment_id)
    may_be_known = _may_be_known(db, shipment_id)
    notified = _by_connection(db, _sent_or_to_be(db, order_id, shipment, may_be_known))
    problems = [*_undecided_problems(notified), *_target_problems(notified, to), *_reason_problems(reason)]
    if problems:
        raise ValidationFailed(*problems)
    now_ms = ctx.clock.now_ms()
    numbers = tuple(package.tracking_number for package in shipment.packages)
    call_ids: list[int] = []
    for connection, own in notified:
        for call in own:
            if _is_to_be_sent(call):
                _end(db, call, "cancelled", Message("void.by", packer=ctx.operator or ctx.station), now_ms)
        is_notified = VENDORS[connection.vendor].shipments.void is not None and connection.id in to
        if is_notified and any(call.id in may_be_known for call in own):
            call_id = calls.add(
                db,
                key=uuid.uuid4().hex,
                order_id=order_id,
                shipment_id=None,
                intent=void_text(shipment_id),
                package_id=None,
                connection_id=connection.id,
                summary=Message("summary.voided", numbers=numbers),
                repeatable=True,
                now_ms=now_ms,
            )
            call_ids.append(call_id)
    shipments.undo_shipment(db, shipment_id, now_ms=now_ms)
    if not orders.release_units(db, order_id, shipment.units_by_line):
        raise AssertionError(f"fewer units of order {order_id} had shipped than were packed")
    ctx.record_change(db, order_id, Message("audit.voided", numbers=numbers), reason, now_ms=now_ms)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    upsert.fill_again(db, order_id)
    return tuple(call_ids)


def _shipment_package(db: Db, order_id: int, package_id: int) -> tuple[Shipment, Package]:
    for shipment in shipments.of_order(db, order_id):
        for package in shipment.packages:
            if package.id == package_id:
                return shipment, package
    raise ValidationFailed(Problem(("package",), Message("package.gone")))


def _shipment(db: Db, order_id: int, shipment_id: int) -> Shipment:
    shipment = next((stored for stored in shipments.of_order(db, order_id) if stored.id == shipment_id), None)
    if shipment is None:
        raise ValidationFailed(Problem(("shipment",), Message("shipment.gone")))
    return shipment


def _is_to_be_sent(call: Call) -> bool:
    """Return whether a call is neither confirmed nor discarded."""
    return call.state not in ("confirmed", *WITHDRAWN)


def _about(db: Db, order_id: int, shipment: Shipment, package: Package) -> list[Call]:
    """Return the calls of `_sent_or_to_be` that notify of one package of the shipment."""
    found = _sent_or_to_be(db, order_id, shipment, _may_be_known(db, shipment.id))
    return [call for call in found if call.package_id in (None, package.id)]


def _sent_or_to_be(db: Db, order_id: int, shipment: Shipment, may_be_known: Collection[int]) -> list[Call]:
    """Return the updates that notify of a shipment, including discarded ones that may have arrived."""
    return [
        call
        for call in calls.of_order(db, order_id)
        if call.shipment_id == shipment.id and (call.state not in WITHDRAWN or call.id in may_be_known)
    ]


def _by_connection(db: Db, updates: Iterable[Call]) -> list[tuple[Connection, list[Call]]]:
    grouped: dict[int, list[Call]] = {}
    for call in updates:
        grouped.setdefault(call.connection_id, []).append(call)
    return [(connection, grouped[connection.id]) for connection in connections.every(db) if connection.id in grouped]


def _may_be_known(db: Db, shipment_id: int) -> set[int]:
    """Return the calls of a shipment that their platform may have acted on."""
    return {call.id for call in calls.of_shipment(db, shipment_id) if call.may_be_known or call.state == "confirmed"}


def _undecided(own: Iterable[Call]) -> bool:
    return any(call.state in UNDECIDED for call in own)


def _undecided_problems(notified: Sequence[tuple[Connection, Sequence[Call]]]) -> list[Problem]:
    return [Problem(("to",), _undecided_words(connection)) for connection, own in notified if _undecided(own)]


def _target_problems(notified: Sequence[tuple[Connection, Sequence[Call]]], to: Sequence[int]) -> list[Problem]:
    unknown = {*to} - {connection.id for connection, _ in notified}
    return [Problem(("to",), Message("edit_tracking.not_notified"))] if unknown else []


def _reason_problems(reason: str) -> list[Problem]:
    return [] if reason.strip() else [Problem(("reason",), Message("reason.missing_order"))]


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
    """Return what has to be accepted of a new label; empty for the same number, which was checked when it shipped."""
    if not read.number or code.tracking_key(read.number) == code.tracking_key(before.tracking_number):
        return ()
    return labels.issues_of(db, ctx, orders.get(db, order_id), read, box=before.box)


def _relabelled(
    before: Package, new: NewLabel, read: Label, accepted: tuple[LabelIssueKind, ...], reason: str
) -> Package:
    """Return the package with its new label; with the same carrier, a service that is not named stays."""
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
