"""Labels: a number in use, another postal code, a wrong digit or an article's number is stored only if accepted."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Package
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import labels, orders
from shipconsole.operations.orders import scan as scanning
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.shipping import correct as correcting
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping import undo
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.operations.tracking import record
from shipconsole.store import drafts
from tests.operations.importing.test_identity import starshipit
from tests.operations.importing.test_one_order import upsert_one
from tests.operations.orders.test_scan import order
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock

DAY_S = 86_400
UPS, UPS_WRONG = "1Z999AA10123456784", "1Z999AA10123456785"
TO_TEXAS = "420787459400111206206406260787"
TAKEN, USED_BEFORE = LabelIssueKind.TAKEN, LabelIssueKind.USED_BEFORE
REASON = "two orders in one box"


@pytest.fixture
async def clock(ctx: Context) -> ManualClock:
    """A clock whose hands the test turns."""
    return ManualClock()


@pytest.fixture
async def at(ctx: Context, clock: ManualClock) -> Context:
    """Return a context with orders of a hundred mugs, to Sydney."""
    station = replace(ctx, clock=clock)
    shop = await connections.connect(station, "shipengine", "ShipEngine")
    await upsert_one(station, shop, *map(mugs, ("1001", "1002", "1003")))
    return station


def mugs(number: str) -> RemoteOrder:
    made = order(number, {"MUG": ""})
    return made.model_copy(update={"lines": (made.lines[0].model_copy(update={"quantity": 100}),)})


async def drafted(at: Context, number: str, *packages: PackageDraft) -> tuple[int, ShipmentDraft]:
    order_id = await orders.find(at, number)
    (line,) = (await orders.sheet(at, order_id)).order.lines
    return order_id, ShipmentDraft(
        packages=tuple(package.model_copy(update={"quantities": {line.id: 1}}) for package in packages)
    )


async def ship(at: Context, number: str, *packages: PackageDraft) -> tuple[Package, ...]:
    """The packages of a shipment, just as they are stored."""
    order_id, draft = await drafted(at, number, *packages)
    shipped = await shipping.ship(at, order_id, draft)
    sheet = await orders.sheet(at, order_id)
    return next(shipment.packages for shipment in sheet.shipments if shipment.id == shipped.shipment_id)


async def refusals(at: Context, number: str, *packages: PackageDraft) -> list[tuple[str, str]]:
    """Path and message of all that ship and preview refuse; nothing is stored."""
    order_id, draft = await drafted(at, number, *packages)
    before = await orders.sheet(at, order_id)
    with pytest.raises(LabelsNotAccepted) as previewed:
        await shipping.preview(at, order_id, draft)
    with pytest.raises(LabelsNotAccepted) as refused:
        await shipping.ship(at, order_id, draft)
    assert refused.value.problems == previewed.value.problems
    assert await orders.sheet(at, order_id) == before
    return [(".".join(map(str, problem.path)), str(problem.message)) for problem in refused.value.problems]


async def test_a_number_of_another_order_is_refused_and_names_it(at: Context) -> None:
    (first,) = await ship(at, "1001", PackageDraft(tracking_number=UPS))
    for again in (UPS, "1z 999 aa1 01 2345 6784", "]C01Z999AA10123456784"):
        ((path, message),) = await refusals(at, "1002", PackageDraft(tracking_number=again))
        assert path == "packages.0.tracking_number"
        assert (
            message == f"Tracking number {UPS} is on another package of order 1001. "
            f"It is package {first.id}, packed by Bench 1."
        )


async def test_a_retried_command_does_no_harm(at: Context) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    await refusals(at, "1001", PackageDraft(tracking_number=UPS))
    assert len((await orders.sheet(at, await orders.find(at, "1001"))).shipments) == 1


async def test_two_packages_of_one_shipment_have_two_numbers(at: Context) -> None:
    found = await refusals(at, "1001", PackageDraft(tracking_number=UPS), PackageDraft(tracking_number=UPS.lower()))
    assert found == [
        ("packages.0.tracking_number", f"Another package of this shipment has tracking number {UPS}."),
        ("packages.1.tracking_number", f"Another package of this shipment has tracking number {UPS}."),
    ]


async def test_a_number_is_used_again_with_a_reason_that_the_audit_log_has(at: Context) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    await refusals(at, "1002", PackageDraft(tracking_number=UPS, accepted=(TAKEN,)))
    await refusals(at, "1002", PackageDraft(tracking_number=UPS, kept_reason=REASON))
    await refusals(
        at, "1002", PackageDraft(tracking_number=UPS, accepted=(LabelIssueKind.CHECK_DIGIT,), kept_reason=REASON)
    )
    accepted = (TAKEN, USED_BEFORE, LabelIssueKind.CHECK_DIGIT)
    (package,) = await ship(at, "1002", PackageDraft(tracking_number=UPS, accepted=accepted, kept_reason=REASON))
    assert (package.accepted, package.kept_reason) == ((TAKEN,), REASON), "only what there was to accept"
    (first, second) = await audit_log.events(at)
    assert (first.accepted, first.kept_reason) == ("", "")
    assert (second.accepted, second.kept_reason) == ("taken", REASON)
    assert [len(await audit_log.find(at, find=REASON))] == [1]


async def test_a_number_of_long_ago_asks_and_needs_no_reason(at: Context, clock: ManualClock) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    clock.pass_s(179 * DAY_S)
    assert "is on another package" in (await refusals(at, "1002", PackageDraft(tracking_number=UPS)))[0][1]
    clock.pass_s(2 * DAY_S)
    assert "was used before for order 1001" in (await refusals(at, "1002", PackageDraft(tracking_number=UPS)))[0][1]
    (package,) = await ship(at, "1002", PackageDraft(tracking_number=UPS, accepted=(USED_BEFORE,)))
    assert package.accepted == (USED_BEFORE,)


@pytest.mark.parametrize(
    ("status", "message"), [("in_transit", "is on another package"), ("delivered", "was used before")]
)
async def test_a_package_that_did_not_arrive_keeps_its_number(
    at: Context, clock: ManualClock, status: str, message: str
) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    (shop,) = await connections.every(at)
    news = RemoteTrack.model_validate({"tracking_number": UPS.lower(), "status": status, "document": "{}"})
    await at.write(record.record_track, shop, news, now_ms=at.clock.now_ms())
    clock.pass_s(1_000 * DAY_S)
    assert message in (await refusals(at, "1002", PackageDraft(tracking_number=UPS)))[0][1]


async def test_what_a_platform_tracks_for_another_order_is_in_use_too(at: Context) -> None:
    (shop,) = await connections.every(at)
    news = RemoteTrack(tracking_number=UPS, status="in_transit", document="{}")
    of = await orders.find(at, "1003")
    await at.write(record.record_track, shop, news, order_id=of, now_ms=at.clock.now_ms())
    assert "order 1003" in (await refusals(at, "1002", PackageDraft(tracking_number=UPS)))[0][1]
    assert (await ship(at, "1003", PackageDraft(tracking_number=UPS)))[0].tracking_number == UPS


async def test_an_undone_shipment_frees_its_number_and_keeps_what_was_accepted(at: Context) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    await ship(at, "1002", PackageDraft(tracking_number=UPS, accepted=(TAKEN,), kept_reason=REASON))
    order_id = await orders.find(at, "1002")
    await undo.undo_shipment(at, order_id, (await orders.sheet(at, order_id)).shipments[0].id)
    draft = await at.read(drafts.get, order_id)
    assert draft is not None
    assert (draft.packages[0].accepted, draft.packages[0].kept_reason) == ((TAKEN,), REASON)
    first = await orders.find(at, "1001")
    await undo.undo_shipment(at, first, (await orders.sheet(at, first)).shipments[0].id)
    assert (await ship(at, "1003", PackageDraft(tracking_number=UPS)))[0].accepted == ()


async def test_a_label_to_another_postal_code_is_refused_and_both_are_named(at: Context) -> None:
    for package in (
        PackageDraft(tracking_number=TO_TEXAS),
        PackageDraft(tracking_number=USPS_NUMBERS[1], raw_scan=TO_TEXAS),
    ):
        assert await refusals(at, "1001", package) == [
            ("packages.0.tracking_number", "The label goes to postal code 78745, the order to 2000.")
        ]
    kept = PackageDraft(
        tracking_number=TO_TEXAS, accepted=(LabelIssueKind.POSTAL_CODE,), kept_reason="goes by our forwarder"
    )
    (package,) = await ship(at, "1001", kept)
    assert (package.tracking_number, package.raw_scan) == (USPS_NUMBERS[1], TO_TEXAS)


async def test_an_earlier_scan_means_nothing_for_a_number_typed_since(at: Context) -> None:
    (package,) = await ship(at, "1001", PackageDraft(tracking_number=UPS, raw_scan=TO_TEXAS))
    assert (package.tracking_number, package.raw_scan) == (UPS, UPS)


async def test_a_wrong_check_digit_is_refused_and_the_right_one_named(at: Context) -> None:
    ((_, message),) = await refusals(at, "1001", PackageDraft(tracking_number=UPS_WRONG))
    assert message == f"The check digit of {UPS_WRONG} is wrong for UPS: it should be 4."
    (package,) = await ship(at, "1001", PackageDraft(tracking_number=UPS_WRONG, accepted=(LabelIssueKind.CHECK_DIGIT,)))
    assert (package.unverified, package.accepted) == (True, (LabelIssueKind.CHECK_DIGIT,))


async def test_a_wrong_check_digit_of_the_named_carrier_is_refused(at: Context) -> None:
    assert (await ship(at, "1001", PackageDraft(tracking_number="986578788856")))[0].unverified
    assert (
        "check digit"
        in (await refusals(at, "1001", PackageDraft(tracking_number="986578788858", carrier="FedEx")))[0][1]
    )


async def test_an_articles_number_is_refused_though_it_was_typed(at: Context) -> None:
    ((_, message),) = await refusals(at, "1001", PackageDraft(tracking_number="4006381333931"))
    assert message == text("label.article_number", number="4006381333931")


@pytest.mark.parametrize(("number", "unverified"), [(UPS, False), ("33ABC9912345", True), ("LOC-1234", True)])
async def test_a_typed_number_of_no_certain_format_is_stored_as_unverified(
    at: Context, number: str, unverified: bool
) -> None:
    (package,) = await ship(at, "1001", PackageDraft(tracking_number=number))
    assert (package.tracking_number, package.unverified) == (number, unverified)
    (event,) = await audit_log.events(at)
    assert event.unverified is unverified


async def test_all_problems_are_reported_at_once(at: Context) -> None:
    order_id, draft = await drafted(
        at, "1001", PackageDraft(tracking_number=UPS_WRONG), PackageDraft(tracking_number="")
    )
    with pytest.raises(ValidationFailed) as refused:
        await shipping.ship(at, order_id, draft)
    assert [problem.path for problem in refused.value.problems] == [
        ("packages", 1, "tracking_number"),
        ("packages", 0, "tracking_number"),
    ]


async def correct(at: Context, number: str, new: NewLabel) -> Package:
    order_id = await orders.find(at, number)
    ((package,),) = (shipment.packages for shipment in (await orders.sheet(at, order_id)).shipments)
    await correcting.edit_tracking(at, order_id, package.id or 0, new, (), "torn label")
    ((after,),) = (shipment.packages for shipment in (await orders.sheet(at, order_id)).shipments)
    return after


async def test_a_correction_is_asked_the_same(at: Context) -> None:
    await ship(at, "1001", PackageDraft(tracking_number=UPS))
    await ship(at, "1002", PackageDraft(tracking_number=USPS_NUMBERS[0]))
    for new, words in (
        (UPS.lower(), "order 1001"),
        (TO_TEXAS, "78745"),
        (UPS_WRONG, "should be 4"),
        ("4006381333931", "GTIN"),
    ):
        with pytest.raises(LabelsNotAccepted, match=words) as refused:
            await correct(at, "1002", NewLabel(new))
        assert [problem.path for problem in refused.value.problems] == [("tracking_number",)]
    with pytest.raises(LabelsNotAccepted):
        await correct(at, "1002", NewLabel(USPS_NUMBERS[1], raw_scan=TO_TEXAS))
    after = await correct(at, "1002", NewLabel(UPS, accepted=(TAKEN,)))
    assert (after.tracking_number, after.accepted, after.kept_reason) == (UPS, (TAKEN,), "torn label")
    (change,) = await correcting.changes(at, await orders.find(at, "1002"))
    assert (change.old_accepted, change.accepted) == ((), (TAKEN,))
    with pytest.raises(ValidationFailed, match="already has"):
        await correct(at, "1002", NewLabel(UPS.lower()))
    assert (await correct(at, "1002", NewLabel("LOC-12345"))).unverified


async def issues(
    at: Context, scan: str, *packages: PackageDraft, typed: bool = False, position: int = 0
) -> Sequence[str]:
    order_id, draft = await drafted(at, "1001", *packages)
    scanned = scan if typed else await scanning.scan(at, scan, order_id)
    return [issue.kind.value for issue in await labels.check(at, order_id, scanned, draft, position)]


async def test_what_the_window_has_to_ask_of_a_scan(at: Context) -> None:
    assert await issues(at, UPS, PackageDraft()) == []
    assert await issues(at, UPS, PackageDraft(tracking_number=UPS)) == []
    assert await issues(at, UPS, PackageDraft(tracking_number=USPS_NUMBERS[0])) == ["second_label"]
    assert await issues(at, UPS, PackageDraft(tracking_number=UPS), PackageDraft(), position=1) == ["taken"]
    assert await issues(at, TO_TEXAS, PackageDraft()) == ["postal_code"]
    assert await issues(at, UPS_WRONG, PackageDraft()) == ["check_digit"]
    assert await issues(at, "LC/000/1234", PackageDraft()) == ["possible"]
    assert await issues(at, "LC/000/1234", PackageDraft(), typed=True) == []
    assert await issues(at, "4006381333931", PackageDraft(), typed=True) == ["article_number"]
    await ship(at, "1002", PackageDraft(tracking_number=UPS))
    assert await issues(at, UPS, PackageDraft(tracking_number=USPS_NUMBERS[0])) == ["taken", "second_label"]


@pytest.mark.parametrize("first", [119_998, 7_700_000_197])
async def test_forty_labels_of_a_carrier_without_a_format_ask_three_times(at: Context, first: int) -> None:
    asked: list[str] = []
    for at_ in range(40):
        number = f"LOC{first + at_}" if first < 10**6 else str(first + at_)
        order_id = await orders.find(at, "1001")
        scan = await scanning.scan(at, number, order_id)
        if scan.reason not in ("taught_format", "label"):
            asked.append(number)
        else:
            assert scan.kind == "tracking"
            assert await issues(at, number, PackageDraft()) == []
        (package,) = await ship(at, "1001", PackageDraft(tracking_number=number))
        # One in seven of the digits alone has DHL's check digit by chance.
        assert package.unverified is (scan.reason != "label")
    assert len(asked) == 3
    elsewhere = replace(at, station="Bench 2")
    assert (await scanning.scan(elsewhere, f"LOC{first + 50}", order_id)).reason != "taught_format", (
        "taught there alone"
    )


async def test_a_taught_format_that_an_item_or_an_order_fits_is_refused(at: Context) -> None:
    order_id = await orders.find(at, "1001")
    for number in ("LOC119998", "LOC119999", "LOC120000"):
        await ship(at, "1001", PackageDraft(tracking_number=number))
    assert (await scanning.scan(at, "LOC120001", order_id)).reason == "taught_format"
    assert (await scanning.scan(at, "LOC120001", order_id, labelled=True)).reason == "possible_label"
    (shop,) = await connections.every(at)
    for known in (order("2001", {"Loc555555": ""}), order("LOC777777", {"A": ""})):
        assert await _taught(at, shop, order_id, known) is False
    assert await _taught(at, shop, order_id, order("2002", {"LOC55555X": ""})) is True


async def _taught(at: Context, shop: Connection, order_id: int, known: RemoteOrder) -> bool:
    """Whether the format is still taken while an order is known; the order's item and number go again."""
    await upsert_one(at, shop, known)
    reason = (await scanning.scan(at, "LOC120001", order_id)).reason
    of = await orders.find(at, known.number)
    await at.write(_rename, of)
    return reason == "taught_format"


def _rename(db: object, order_id: int) -> None:
    connection = db.connection  # type: ignore[attr-defined]
    connection.execute("UPDATE order_line SET sku_key = 'x' WHERE order_id = ?", (order_id,))
    connection.execute("UPDATE orders SET number = 'x' WHERE id = ?", (order_id,))


async def test_an_undone_shipment_teaches_nothing(at: Context) -> None:
    order_id = await orders.find(at, "1001")
    for number in ("LOC119998", "LOC119999", "LOC120000"):
        await ship(at, "1001", PackageDraft(tracking_number=number))
    newest = (await orders.sheet(at, order_id)).shipments[-1].id
    await undo.undo_shipment(at, order_id, newest)
    assert (await scanning.scan(at, "LOC120001", order_id)).reason == "possible_label"


@pytest.mark.parametrize(("service", "stops"), [("Local Collect", False), ("PARCEL LOCKER", False), ("Express", True)])
async def test_an_order_that_is_fetched_somewhere_may_have_another_postal_code_on_its_label(
    at: Context, service: str, stops: bool
) -> None:
    order_id = await orders.find(at, "1001")
    assert await issues(at, TO_TEXAS, PackageDraft()) == ["postal_code"]
    post = await connections.connect(at, "starshipit", "Starshipit")
    sydney = Address(name="Ada Byron", city="Sydney", postal_code="2000", country="AU")
    assert await upsert_one(at, post, starshipit("1001", sydney, shipping_method=service)) == 0
    assert len((await orders.sheet(at, order_id)).links) == 2
    assert await issues(at, TO_TEXAS, PackageDraft()) == (["postal_code"] if stops else [])
