"""Documents to print, in many scripts and lengths."""

from shipconsole.domain.address import Address
from shipconsole.domain.handed_over import HandOverPackage
from shipconsole.domain.shift import Amount, Hour, Shift, ShiftReport
from shipconsole.operations.printing.documents import (
    CarrierHandOver,
    EarlierPackage,
    HandOverList,
    PackingSlip,
    ShiftReportPage,
    SlipLine,
)
from shipconsole.operations.printing.template import SlipTemplate

AT_MS = 1_795_000_000_000
DAY_MS = 86_400_000
SCRIPTS = {
    "Latin": "Łódź Ångström façade",
    "Cyrillic": "Бургас",
    "Greek": "Νίκος Παπάς",
    "Arabic": "ليلى",
    "Hebrew": "שלום",
    "Thai": "กรุงเทพ",
    "Chinese": "中华人民共和国",
    "Japanese": "大阪市ヘッドホン",
    "Korean": "서울특별시",
}
"""A name in each script that packing slips have to keep."""


def line(name: str, here: int = 0, earlier: int = 0, follow: int = 0, sku: str = "") -> SlipLine:
    return SlipLine(name=name, sku=sku or name[:12].upper(), here=here, earlier=earlier, follow=follow)


def slip_of(
    *lines: SlipLine, number: str = "10016", note: str = "", template: SlipTemplate | None = None
) -> PackingSlip:
    """A slip of the second package of an order."""
    return PackingSlip(
        order_number=number,
        ordered_at_ms=AT_MS - 2 * DAY_MS,
        ship_to=Address(name="Νίκος Παπάς", street="Ερμού 18", city="Αθήνα", postal_code="105 63", country="GR"),
        note=note,
        position=2,
        count=2,
        is_complete=False,
        carrier="USPS",
        service="Priority",
        weight_g=620,
        tracking_number="9400111206206406260787",
        shipped_at_ms=AT_MS,
        station="Station 3",
        packer="Mira Kovač",
        lines=lines or (line("Mobile case", 2, 0, 1), line("Phone stand", 0, 1, 0), line("Charger", 0, 0, 2)),
        earlier=(
            EarlierPackage(
                position=1, shipped_at_ms=AT_MS - DAY_MS, carrier="USPS", tracking_number="9400100109361129278357"
            ),
        ),
        template=template or SlipTemplate(),
    )


def package(index: int, *, carrier: str = "usps", weight_g: int | None = 500, scanned: bool = False) -> HandOverPackage:
    return HandOverPackage(
        index,
        index,
        str(10_000 + index),
        "Л. Новак · Бургас BG",
        f"94001112062064062{index:05}",
        carrier,
        "",
        weight_g,
        AT_MS - index * 60_000,
        "Station 3",
        "Mira Kovač",
        AT_MS if scanned else None,
        scanned,
    )


def hand_over_of(count: int, *, recorded: bool = False) -> HandOverList:
    """A list with `count` packages of USPS and one of UPS."""
    usps = tuple(package(index, scanned=recorded and index % 2 == 0) for index in range(1, count + 1))
    ups = (package(900, carrier="ups", weight_g=None),)
    return HandOverList(
        at_ms=AT_MS,
        station="Station 3",
        packer="Mira Kovač",
        carriers=(CarrierHandOver(carrier="UPS", packages=ups), CarrierHandOver(carrier="USPS", packages=usps)),
        is_recorded=recorded,
    )


def report_of(packers: int = 4) -> ShiftReportPage:
    """A report of eight hours."""
    shifts = tuple(Shift(f"Packer {index}", f"Station {index % 3}", 3, 4, 9, 0, 1, 2) for index in range(packers))
    counts = (8, 15, 19, 22, 0, 5, 14, 11)
    hours = tuple(
        Hour(AT_MS - AT_MS % 3_600_000 - (7 - index) * 3_600_000, value, 3 * value, index == 7)
        for index, value in enumerate(counts)
    )
    report = ShiftReport(
        AT_MS - DAY_MS // 3,
        AT_MS,
        shifts,
        hours,
        (Amount("ShipEngine", 94, 282), Amount("Shipup", 20, 45)),
        (("wrong_item", 4), ("unknown_code", 1)),
    )
    return ShiftReportPage(report=report, station="Station 3")
