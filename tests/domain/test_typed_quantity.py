"""Quantities typed before a scan, which add so many units, and after it, which say how many there are in all."""

from dataclasses import replace

import pytest

from shipconsole.domain.scan import Scan, ScanReason, TypedQuantity, typed_quantity
from shipconsole.domain.scanning_events import AddUnits, Packing, QuantityTyped, Scanned, SetUnits, Undone
from shipconsole.domain.scanning_state import step
from shipconsole.domain.verdict import VerdictKind
from shipconsole.domain.verdict_queue import Step, VerdictQueue
from tests.domain.test_scanning_state import BEGUN, ITEM, LABEL, OTHER_ORDER, SHIP, UNKNOWN, WRONG

PACKING = Packing(units=3, left=9, item_count=1, item_total=8)


def scanned(scan: Scan, packing: Packing = PACKING, queue: VerdictQueue = BEGUN) -> Step:
    return step(queue, Scanned(scan, packing))


def typed(units: int, queue: VerdictQueue, packing: Packing = PACKING) -> Step:
    return step(queue, QuantityTyped(units, packing, f"{units}*"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6*4006381333931", TypedQuantity(6, "4006381333931")),
        (" 6 * MOBILE ", TypedQuantity(6, "MOBILE")),
        ("6*", TypedQuantity(6, "")),
        ("0*", TypedQuantity(0, "")),
        ("12*6*A", TypedQuantity(12, "6*A")),
        ("0*MOBILE", None),
        ("*6", None),
        ("A6*B", None),
        ("6x MOBILE", None),
        ("1234567*A", None),
        ("MOBILE", None),
        ("", None),
    ],
)
def test_a_quantity_is_digits_and_a_star(text: str, found: TypedQuantity | None) -> None:
    assert typed_quantity(text) == found


def test_a_number_before_a_scan_adds_so_many_units() -> None:
    done = scanned(replace(ITEM, typed=6))
    assert done.effects == (AddUnits((1,), 6, is_typed=True),)
    assert (done.verdict.kind, done.verdict.count, done.verdict.total) == (VerdictKind.GOOD, 7, 8)


def test_a_scan_alone_adds_one_and_is_not_typed() -> None:
    assert scanned(ITEM).effects == (AddUnits((1,), 1),)


def test_a_number_before_a_case_multiplies_its_units() -> None:
    case = replace(ITEM, reason=ScanReason.ITEM_CASE, units=3)
    assert scanned(case).effects == (AddUnits((1,), 3),)
    assert scanned(replace(case, typed=2)).effects == (AddUnits((1,), 6, is_typed=True),)
    assert scanned(replace(case, typed=3)).verdict.kind == VerdictKind.ONE_TOO_MANY


@pytest.mark.parametrize(("units", "kind"), [(7, VerdictKind.GOOD), (8, VerdictKind.ONE_TOO_MANY)])
def test_more_than_may_ship_is_one_too_many(units: int, kind: VerdictKind) -> None:
    done = scanned(replace(ITEM, typed=units))
    assert done.verdict.kind == kind
    assert bool(done.effects) is (kind == VerdictKind.GOOD)


def test_the_last_units_make_the_order_complete() -> None:
    done = scanned(replace(ITEM, typed=4), Packing(units=2, left=4, item_count=0, item_total=4))
    assert (done.verdict.kind, done.verdict.count) == (VerdictKind.COMPLETE, 6)


@pytest.mark.parametrize("scan", [LABEL, OTHER_ORDER, SHIP, UNKNOWN], ids=["label", "order", "command", "unknown"])
def test_a_number_before_anything_but_an_item_is_an_unknown_code(scan: Scan) -> None:
    done = scanned(replace(scan, raw=f"6*{scan.raw}", typed=6))
    assert (done.verdict.kind, done.effects) == (VerdictKind.UNKNOWN_CODE, ())
    assert done.verdict.scan is not None
    assert done.verdict.scan.number == f"6*{scan.raw}"


def test_a_number_before_a_wrong_item_is_the_wrong_item() -> None:
    assert scanned(replace(WRONG, typed=6)).verdict.kind == VerdictKind.WRONG_ITEM


def test_a_number_after_a_scan_is_how_many_there_are_in_all() -> None:
    queue = scanned(ITEM).queue
    done = typed(6, queue, PACKING._replace(item_count=2))
    assert done.effects == (SetUnits((1,), 6),)
    assert (done.verdict.kind, done.verdict.count, done.verdict.total) == (VerdictKind.GOOD, 6, 8)
    again = typed(4, done.queue, PACKING._replace(item_count=6))
    assert again.effects == (SetUnits((1,), 4),)


def test_in_all_more_than_may_ship_is_one_too_many_and_changes_nothing() -> None:
    done = typed(9, scanned(ITEM).queue)
    assert (done.verdict.kind, done.effects, done.verdict.total) == (VerdictKind.ONE_TOO_MANY, (), 8)
    locked = typed(3, done.queue)
    assert (locked.is_repeated, locked.effects) == (True, ())


def test_in_all_the_last_units_make_the_order_complete() -> None:
    packing = Packing(units=3, left=5, item_count=1, item_total=6)
    assert typed(6, scanned(ITEM, packing).queue, packing).verdict.kind == VerdictKind.COMPLETE


def test_a_number_without_an_item_before_it_is_an_unknown_code() -> None:
    assert typed(6, BEGUN).verdict.kind == VerdictKind.UNKNOWN_CODE
    undone = step(scanned(ITEM).queue, Undone())
    assert typed(6, undone.queue).verdict.kind == VerdictKind.UNKNOWN_CODE
    assert typed(6, scanned(LABEL).queue).verdict.kind == VerdictKind.UNKNOWN_CODE
