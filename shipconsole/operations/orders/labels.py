"""Labels: what has to be decided before a tracking number is a package's, however it was entered."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain import carrier, code, label, label_formats
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.label import (
    STORED_KINDS,
    Label,
    LabelFacts,
    LabelIssue,
    LabelIssueKind,
    NumberUse,
    label_issues,
)
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.order import Order
from shipconsole.domain.pickup_point import goes_to_pickup_point
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity
from shipconsole.store import connections, orders, shipments
from shipconsole.store.database import Db

_TAKEN_UNASKED = (ScanReason.LABEL, ScanReason.LISTED_CARRIER, ScanReason.TAUGHT_FORMAT)
_SAMPLES = 50
_CODES = 1_000


class LabelsNotAccepted(ValidationFailed):
    """Labels of a draft are not accepted yet; `issues` holds the open issues by the package's position."""

    def __init__(self, issues: Mapping[int, tuple[LabelIssue, ...]], *problems: Problem) -> None:
        """Keep the issues beside the problems that describe them."""
        super().__init__(*problems)
        self.issues = issues


class OtherOrder(NamedTuple):
    """An order that has the number of one package of a draft; `package` is its position in the draft."""

    package: int
    order_id: int
    number: str


def other_orders(refused: ValidationFailed, order_id: int) -> tuple[OtherOrder, ...]:
    """Return the orders for whose packages the labels of an order's draft were refused."""
    if not isinstance(refused, LabelsNotAccepted):
        return ()
    return tuple(
        OtherOrder(package, issue.order_id, issue.order_number)
        for package, issues in refused.issues.items()
        for issue in issues
        if issue.kind in label.NUMBER_IN_USE and issue.order_id not in (None, order_id)
    )


async def check(
    ctx: Context, order_id: int, scanned: Scan | str, draft: ShipmentDraft, position: int = 0
) -> tuple[LabelIssue, ...]:
    """Return what has to be decided before a label is a package's, the most severe first; store nothing.

    `scanned` is a scan, or the text of a typed number, which is not questioned for its shape alone.
    """
    return await ctx.read(_check, ctx, order_id, scanned, draft, position)


def _check(
    db: Db, ctx: Context, order_id: int, scanned: Scan | str, draft: ShipmentDraft, position: int
) -> tuple[LabelIssue, ...]:
    order = orders.get(db, order_id)
    package = draft.packages[position] if position < len(draft.packages) else PackageDraft()
    if isinstance(scanned, str):
        read, asked = label.read(scanned, _chosen(package.carrier)), False
    else:
        read, asked = label.read(scanned.raw), scanned.reason not in _TAKEN_UNASKED
        if scanned.reason is ScanReason.LISTED_CARRIER:
            read = label.with_carriers(read, scanned.carriers)
    facts = LabelFacts(
        label=read,
        ship_to=order.ship_to,
        to_pickup_point=_goes_to_pickup_point(db, order, read),
        uses=(*_in_draft(order, draft, position, read), *shipments.uses_of_number(db, read.number, order_id=order_id)),
        other_number=package.tracking_number,
        asked=asked,
        now_ms=ctx.clock.now_ms(),
        rules=ctx.label_rules,
    )
    return label_issues(facts)


def checked(
    db: Db, ctx: Context, order: Order, draft: ShipmentDraft, box: str = ""
) -> tuple[ShipmentDraft, LabelsNotAccepted | None]:
    """Return a draft with the carriers' own numbers and the scanned texts in `raw_scan`, and what is not accepted.

    Packages of the same `box` may have one number. The problems' paths are ``packages.<position>.tracking_number``.
    """
    found: list[PackageDraft] = []
    problems: list[Problem] = []
    open_issues: dict[int, tuple[LabelIssue, ...]] = {}
    for position, package in enumerate(draft.packages):
        if not package.tracking_number.strip():
            found.append(package)
            continue
        read = reading_of(package)
        uses = _in_draft(order, draft, position, read)
        issues = issues_of(db, ctx, order, read, uses=uses, box=box)
        left = unaccepted(issues, package.accepted, package.kept_reason)
        if left:
            open_issues[position] = left
            path = ("packages", position, "tracking_number")
            problems += [Problem(path, message_for(issue, read)) for issue in left]
        found.append(
            package.model_copy(
                update={
                    "tracking_number": read.number,
                    "carrier": carrier_id(package.carrier, read),
                    "raw_scan": read.raw,
                    "unverified": not read.certain,
                    "accepted": tuple(issue.kind for issue in issues if issue.kind in package.accepted),
                }
            )
        )
    refused = LabelsNotAccepted(open_issues, *problems) if problems else None
    return ShipmentDraft(packages=tuple(found)), refused


def reading_of(package: PackageDraft) -> Label:
    """Return what a package's label says: as scanned, if the number is still the scanned one, else as typed."""
    chosen = _chosen(package.carrier)
    typed = label.read(package.tracking_number, chosen)
    scanned = label.read(package.raw_scan, chosen) if package.raw_scan else typed
    return scanned if code.tracking_key(scanned.number) == code.tracking_key(typed.number) else typed


def issues_of(
    db: Db,
    ctx: Context,
    order: Order,
    read: Label,
    *,
    uses: Sequence[NumberUse] = (),
    box: str = "",
) -> tuple[LabelIssue, ...]:
    """Return what has to be accepted before an order's label is stored; `uses` are those in the same draft.

    Packages in the same `box` do not count.
    """
    found = shipments.uses_of_number(db, read.number, order_id=order.id)
    known = [use for use in found if not box or use.box != box]
    facts = LabelFacts(
        label=read,
        ship_to=order.ship_to,
        to_pickup_point=_goes_to_pickup_point(db, order, read),
        uses=(*uses, *known),
        now_ms=ctx.clock.now_ms(),
        rules=ctx.label_rules,
    )
    return tuple(issue for issue in label_issues(facts) if issue.kind in STORED_KINDS)


def unaccepted(issues: Sequence[LabelIssue], accepted: Sequence[LabelIssueKind], reason: str) -> tuple[LabelIssue, ...]:
    """Return the issues that are not accepted; an issue that stops is accepted only with a reason."""
    return tuple(issue for issue in issues if issue.kind not in accepted or (issue.stops and not reason.strip()))


def fits_taught_format(db: Db, ctx: Context, number: str) -> bool:
    """Return whether a number fits a label format learned at this station, and no SKU or order number fits it."""
    if not label_formats.can_define_format(number):
        return False
    samples = shipments.unverified_numbers(db, like=number, station=ctx.station, most=_SAMPLES)
    taught = label_formats.learn(samples, number)
    if taught is None:
        return False
    first, end = taught.span
    known = orders.codes_between(db, first, end, length=taught.length, most=_CODES)
    return not any(map(taught.fits, known))


def carrier_id(named: str, read: Label) -> str:
    """Return the id of the named carrier, else of the number's carrier; other text is returned unchanged."""
    if named.strip():
        return _chosen(named)
    return read.likely


def _chosen(named: str) -> str:
    found = carrier.named(named)
    return found.id if found else named.strip()


def message_for(issue: LabelIssue, read: Label) -> Message:
    """Return the message of an issue."""
    number = read.number
    match issue.kind:
        case LabelIssueKind.TAKEN | LabelIssueKind.USED_BEFORE if issue.package_id is None and not issue.shipped_at_ms:
            return Message("label.in_this_shipment", number=number)
        case LabelIssueKind.TAKEN:
            return sentences(Message("label.taken", number=number, order=issue.order_number), _where(issue))
        case LabelIssueKind.USED_BEFORE:
            return sentences(Message("label.used_before", number=number, order=issue.order_number), _where(issue))
        case LabelIssueKind.POSTAL_CODE:
            codes = {"label": issue.label_postal_code, "order": issue.order_postal_code}
            return Message("label.postal_code", **codes)
        case LabelIssueKind.CHECK_DIGIT:
            names = carrier.names(issue.carriers)
            return Message("label.check_digit", number=number, carriers=names, right=issue.right_digit)
        case LabelIssueKind.ARTICLE_NUMBER:
            return Message("label.article_number", number=number)
        case LabelIssueKind.SECOND_BARCODE:
            return Message("label.second_barcode", number=number)
        case LabelIssueKind.SECOND_LABEL:
            return Message("label.second")
        case LabelIssueKind.SEVERAL_CARRIERS:
            return Message("label.several_carriers", number=number, carriers=carrier.names(issue.carriers))
        case LabelIssueKind.POSSIBLE:
            return Message("label.uncertain", number=number)


def _where(issue: LabelIssue) -> Message:
    """Return which package it is, who packed it, and whether it was shipped before a restore, as far as known."""
    lost = Message("label.package_lost") if issue.is_lost else NO_MESSAGE
    if issue.package_id and issue.packer:
        return sentences(Message("label.package_by", id=str(issue.package_id), packer=issue.packer), lost)
    if issue.package_id:
        return sentences(Message("label.package", id=str(issue.package_id)), lost)
    return sentences(Message("label.packed_by", packer=issue.packer) if issue.packer else NO_MESSAGE, lost)


def _goes_to_pickup_point(db: Db, order: Order, read: Label) -> bool:
    """Return whether a label may have another postal code; looked up only where it has one."""
    if not read.postal_code or label.same_postal_code(read.postal_code, order.ship_to.postal_code):
        return False
    if goes_to_pickup_point(order.ship_to):
        return True
    known = connections.by_id(db)
    remotes = (identity.remote_order(known[link.connection_id], link) for link in orders.links(db, order.id))
    return any(goes_to_pickup_point(remote.ship_to, remote.service) for remote in remotes if remote is not None)


def _in_draft(order: Order, draft: ShipmentDraft, position: int, read: Label) -> tuple[NumberUse, ...]:
    """Return the other packages of a draft with a label's number."""
    others = (
        package for index, package in enumerate(draft.packages) if index != position and package.tracking_number.strip()
    )
    return tuple(
        NumberUse(order.id, order.number)
        for package in others
        if label.number_key(package.tracking_number) == code.tracking_key(read.number)
    )
