"""Printed pages: codes are read back from the PDF by a decoder, every text is in it, and nothing leaves its page."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtGui import QFontDatabase, QImage
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain import code128
from shipconsole.domain.measures import grams
from shipconsole.messages import text
from shipconsole.operations.printing import sheets
from shipconsole.operations.printing.documents import Document
from shipconsole.operations.printing.slips import label_of
from shipconsole.operations.printing.template import SlipParts, SlipTemplate, SlipTitles
from shipconsole.station.settings import Settings
from shipconsole.ui.printing import painter
from shipconsole.ui.printing.layouts import pages_of
from shipconsole.ui.printing.page import (
    A4,
    LETTER,
    MARGIN,
    MODULE,
    Align,
    BarsItem,
    BoxItem,
    LineItem,
    Page,
    Paper,
    TextItem,
    bars_width,
    chosen_paper,
    isolated,
    line_height,
    width_of,
    wrap,
)
from shipconsole.ui.printing.styles import BODY
from tests.support import pdf
from tests.support.pdf import PdfPage, codes_in
from tests.ui.printing.documents import SCRIPTS, hand_over_of, line, report_of, slip_of

pytestmark = pytest.mark.usefixtures("qapp")
SETTINGS = Settings(station_name="Station 3")
PACKERS = [("Mira Kovač", "P-17"), ("田中 健", "18"), ("Amina Haddad", "PACKER-20021")]
SYSTEMS = {
    "Arabic": QFontDatabase.WritingSystem.Arabic,
    "Hebrew": QFontDatabase.WritingSystem.Hebrew,
    "Thai": QFontDatabase.WritingSystem.Thai,
    "Chinese": QFontDatabase.WritingSystem.SimplifiedChinese,
    "Japanese": QFontDatabase.WritingSystem.Japanese,
    "Korean": QFontDatabase.WritingSystem.Korean,
}
MANY = tuple(line(f"Item {index} of a long order", index % 3, 0, 1, f"SKU-{index}") for index in range(2_000))


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    messages.use(request.param)
    yield request.param
    messages.use("en")


def written(document: Document, paper: Paper = A4) -> list[PdfPage]:
    """The pages of a document as they are in its PDF file."""
    return pdf.read(painter.as_pdf(pages_of((document,), paper), "test"))


def every_document() -> list[Document]:
    slip = slip_of(note="Leave at door. Παρακαλώ.")
    return [
        slip,
        label_of(slip),
        sheets.command_sheet(SETTINGS),
        sheets.badge_sheet(SETTINGS, PACKERS),
        hand_over_of(30),
        hand_over_of(30, recorded=True),
        report_of(),
    ]


def test_the_orders_number_is_read_back_from_the_slip() -> None:
    for number in ("10016", "SHOP-2026-000123456-A", "#1001", "W/2026 0099"):
        (page,) = written(slip_of(number=number))
        assert "9400111206206406260787" in page.texts
        assert page.codes() == [number]
        assert number in page.text


def test_a_number_that_no_code_can_hold_is_printed_as_text_alone() -> None:
    (page,) = written(slip_of(number="№ 10016"))
    assert (page.codes(), page.bars) == ([], ())
    assert "№ 10016" in page.text


@pytest.mark.parametrize("prefix", ["%", "lager-7#"])
@pytest.mark.parametrize("paper", [A4, LETTER])
def test_every_command_is_read_back_from_the_sheet(paper: Paper, prefix: str) -> None:
    sheet = sheets.command_sheet(SETTINGS.changed(command_prefix=prefix))
    pages = written(sheet, paper)
    assert [code for page in pages for code in page.codes()] == [code.code for code in sheet.codes]
    assert f"{prefix}NEXT PACKAGE" in "\n".join(page.text for page in pages)


def test_every_badge_is_read_back() -> None:
    sheet = sheets.badge_sheet(SETTINGS, [*PACKERS, *((f"Packer {index}", f"{index:06}") for index in range(20))])
    pages = written(sheet)
    assert len(pages) > 1
    assert [code for page in pages for code in page.codes()] == [badge.code for badge in sheet.badges]


def test_a_box_label_is_read_back() -> None:
    (page,) = written(label_of(slip_of()))
    assert page.codes() == ["10016"]
    assert (round(page.width), round(page.height)) == (100, 62)
    for words in ("10016", text("printing.package_so_far", position=2, count=2), "Station 3"):
        assert words in page.text


def test_bars_are_wide_enough_and_have_their_quiet_zones() -> None:
    documents = [slip_of(), sheets.command_sheet(SETTINGS), sheets.badge_sheet(SETTINGS, PACKERS)]
    for page in (page for document in documents for page in written(document)):
        assert min(bar.width for bar in page.bars) >= 0.34
        rows: dict[float, list[pdf.Bar]] = {}
        for bar in page.bars:
            rows.setdefault(round(bar.y, 1), []).append(bar)
        for bars in rows.values():
            bars.sort()
            narrowest = min(bar.width for bar in bars)
            gaps = [after.x - (before.x + before.width) for before, after in pairwise(bars)]
            # Between two codes of one row there is room for the quiet zones of both.
            assert all(gap < 5 * narrowest or gap >= 20 * 0.34 for gap in gaps)
            assert bars[0].x >= 10 * 0.34
            assert page.width - bars[-1].x - bars[-1].width >= 10 * 0.34


@pytest.mark.parametrize("prefix", ["%", "lager-7-"])
def test_nothing_stands_in_the_quiet_zone_of_a_code(prefix: str) -> None:
    sheet = sheets.command_sheet(SETTINGS.changed(command_prefix=prefix))
    badges = sheets.badge_sheet(SETTINGS, PACKERS)
    # As wide as just no longer fits beside another one.
    wide_badges = sheets.badge_sheet(SETTINGS, [("Mira", "ABCDEFGHIJKL"), ("Jonas", "ABCDEFGHIJKL")])
    for document in (slip_of(), slip_of(number="SHOP-2026-0001234"), sheet, badges, wide_badges):
        for page in pages_of((document,), A4):
            for bars in (item for item in page.items if isinstance(item, BarsItem)):
                modules = sum(code128.modules(bars.code))
                module = max(MODULE, min(bars.width / (modules + 20), bars.widest))
                middle, reach = bars.x + bars.width / 2, (modules / 2 + 10) * module
                for edge in vertical_edges(page, bars):
                    assert abs(edge - middle) >= reach - 1, (bars, edge)


def vertical_edges(page: Page, bars: BarsItem) -> Iterator[float]:
    """Yield where lines and edges of boxes stand beside a code."""
    for item in page.items:
        if isinstance(item, LineItem) and item.x1 == item.x2 and item.y1 < bars.y + bars.height and item.y2 > bars.y:
            yield item.x1
        elif (
            isinstance(item, BoxItem)
            and item.border
            and item.y < bars.y + bars.height
            and item.y + item.height > bars.y
        ):
            yield from (item.x, item.x + item.width)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_printer_of_any_resolution_gets_bars_of_whole_dots(dpi: int) -> None:
    (page,) = pages_of((sheets.command_sheet(SETTINGS),), A4)
    image = painter.as_image(page, dpi)
    assert codes_in(image) == [code.code for code in sheets.command_sheet(SETTINGS).codes]
    (first, *_) = [item for item in page.items if isinstance(item, BarsItem)]
    scale = dpi / 25.4 / 100
    row = round((first.y + first.height / 2) * scale)
    shades = {
        image.pixelColor(at, row).value()
        for at in range(round(first.x * scale), round((first.x + first.width) * scale))
    }
    assert shades == {0, 255}
    assert _narrowest(image, row, round(first.x * scale), round((first.x + first.width) * scale)) >= 0.34 / 25.4 * dpi


def _narrowest(image: QImage, row: int, first: int, last: int) -> int:
    """The dots of the narrowest bar between two columns."""
    widths: list[int] = []
    run = 0
    for at in range(first, last):
        if image.pixelColor(at, row).value() == 0:
            run += 1
        elif run:
            widths.append(run)
            run = 0
    return min(widths)


def test_this_package_comes_first_and_the_sums_are_there() -> None:
    slip = slip_of()
    (page,) = written(slip)
    at = [page.text.index(item.name) for item in slip.lines]
    assert at == sorted(at)
    assert text("printing.has_units", packed=2, count=6) in page.text
    assert text("printing.shipped_earlier_units", count=1) in page.text
    assert text("printing.follow_units", count=3) in page.text
    for words in ("9400111206206406260787", "9400100109361129278357", "Mira Kovač", "Αθήνα", "105 63"):
        assert words in page.text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("paper", [A4, LETTER])
def test_two_thousand_lines_break_between_rows_with_the_head_repeated(paper: Paper) -> None:
    slip = slip_of(*MANY)
    pages = pages_of((slip,), paper)
    assert len(pages) > 50
    names = [words for page in pages for words in page.texts if words.startswith("Item ") and "order" in words]
    assert names == [item.name for item in MANY]
    head = text("printing.item")
    assert all(head in page.texts for page in pages)
    assert pages[7].texts[-1] == text("printing.page", page=8, count=len(pages))
    # A name is never on another page than its SKU.
    for page in pages:
        assert [words for words in page.texts if words.startswith("Item ") and "order" in words] == [
            f"Item {words.removeprefix('SKU-')} of a long order" for words in page.texts if words.startswith("SKU-")
        ]


@pytest.mark.parametrize("paper", [A4, LETTER])
def test_nothing_leaves_the_margins_in_any_language(paper: Paper, language: str) -> None:
    for page in (page for document in every_document() for page in pages_of((document,), paper)):
        check_inside(page, 200 if page.paper not in (A4, LETTER) else MARGIN - 160)


def check_inside(page: Page, margin: float) -> None:
    """Every text fits in its width, every item on its page, and no two texts overlap."""
    boxes: list[tuple[float, float, float, float, str]] = []
    for item in page.items:
        if isinstance(item, TextItem) and item.text:
            width = width_of(item.text, item.style)
            left = {
                Align.LEFT: item.x,
                Align.RIGHT: item.x + item.width - width,
                Align.CENTER: item.x + (item.width - width) / 2,
            }[item.align]
            assert left >= margin - 1, item
            assert left + width <= page.paper.width - margin + 1, item
            height = line_height(item.style)
            assert margin <= item.y <= page.paper.height - margin - height, item
            boxes.append((left, item.y, left + width, item.y + height * 0.8, item.text))
        elif isinstance(item, BoxItem | BarsItem):
            assert item.x >= (margin - 1 if isinstance(item, BoxItem) else 0), item
            assert item.x + item.width <= page.paper.width, item
            assert item.y + item.height <= page.paper.height - margin + 1, item
        if isinstance(item, BarsItem):
            assert bars_width(item.code) <= item.width + 1, item
    for position, first in enumerate(boxes):
        for second in boxes[position + 1 :]:
            apart = first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]
            assert apart, (first, second)


def test_a_list_of_one_carrier_begins_a_page_and_ends_with_the_signature() -> None:
    pages = written(hand_over_of(70))
    texts = [page.text for page in pages]
    assert text("printing.hand_over_of", carrier="UPS") in texts[0]
    assert all(text("printing.hand_over_of", carrier="USPS") in words for words in texts[1:])
    assert len(pages) >= 3
    assert text("printing.driver_confirms", count=1) in texts[0]
    assert [text("printing.signature") in words for words in texts[1:]] == [False] * (len(texts) - 2) + [True]
    assert text("printing.driver_confirms", count=70) in texts[-1]
    kilograms = f"{grams(70 * 500, 'g') / 1_000:.2f}"
    assert text("printing.total_weight", weight=text("printing.kilograms", weight=kilograms)) in texts[1]
    assert text("printing.no_weights") in texts[0]
    numbers = [words for page in pages[1:] for words in page.texts if words.startswith("9400")]
    assert len(numbers) == len(set(numbers)) == 70


def test_a_recorded_list_says_what_the_carrier_has_scanned() -> None:
    (page,) = written(hand_over_of(10, recorded=True))[1:]
    assert page.texts.count(text("printing.scanned")) == 5
    assert page.texts.count(text("printing.not_scanned")) == 5
    assert text("printing.not_scanned_of", count=5, total=10) in page.text


def test_the_report_has_its_figures_charts_and_table() -> None:
    (page,) = written(report_of())
    for words in (
        "94",
        "ShipEngine",
        "Packer 3",
        text("printing.packages_per_hour"),
        text("printing.error_wrong_item"),
    ):
        assert words in page.text
    pages = pages_of((report_of(80),), A4)
    assert len(pages) > 2
    assert sum("Packer 79" in page.texts for page in pages) == 1
    for page in pages:
        check_inside(page, MARGIN - 160)


def test_a_template_changes_titles_texts_and_parts() -> None:
    design = SlipTemplate(
        sender=("Meridian Goods", "14 Harbor Lane"),
        above="Thank you for your order.",
        below="Returns within 30 days.",
        footer="meridian-goods.example",
        titles=SlipTitles(slip="Delivery note", here="In this box"),
        show=SlipParts(barcode=False, to_follow=False, shipped_earlier=False, earlier_packages=False, sku=False),
    )
    (page,) = written(slip_of(template=design))
    for words in ("Meridian Goods", "Thank you for your order.", "Returns within 30 days.", "Delivery note"):
        assert words in page.text
    assert "meridian-goods.example" in page.text
    assert page.codes() == []
    shown = page.text.replace("\n", " ")
    for hidden in (text("printing.slip"), text("printing.to_follow"), "MOBILE CASE", "9400100109361129278357"):
        assert hidden not in shown


def test_each_script_is_in_the_file_where_a_typeface_for_it_is_installed() -> None:
    installed = [name for name in SCRIPTS if name not in SYSTEMS or QFontDatabase.families(SYSTEMS[name])]
    # The program brings a typeface for these.
    assert {"Latin", "Cyrillic", "Greek"} <= set(installed)
    for script in installed:
        (page,) = written(slip_of(line(SCRIPTS[script], 1)))
        found = unicodedata.normalize("NFKC", page.text)
        assert set(unicodedata.normalize("NFKC", SCRIPTS[script])) <= set(found), (script, found)


def test_a_name_from_the_right_stays_where_it_is_and_turns_nothing_around() -> None:
    for words, right_to_left in (("ליאור 12", True), ("12 אב Tel Aviv", True), ("Mira ליאור", False), ("10016", False)):
        assert [direction for _, direction in wrap(words, BODY, 9_000)] == [right_to_left]
    assert isolated("ליאור") == "\u2068ליאור\u2069"
    assert isolated("Mira") == "Mira"
    # What turns a line around when it comes from outside is marked, as on the screen.
    assert isolated("a\u202eb") == "\u2068a\u2423b\u2069"


def test_the_usual_paper_follows_the_settings() -> None:
    assert chosen_paper("A4") == A4
    assert chosen_paper("Letter") == LETTER
    assert chosen_paper("system") in (A4, LETTER)
    assert MODULE == 34


def test_a_logo_is_drawn_and_a_broken_one_is_left_out(qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("logo")
    logo = QImage(400, 100, QImage.Format.Format_RGB32)
    logo.fill(0xFF0000)
    for ending in ("png", "jpg"):
        file = folder / f"logo.{ending}"
        assert logo.save(str(file))
        (page,) = pages_of((slip_of().model_copy(update={"logo": str(file)}),), A4)
        assert painter.as_image(page, 50).pixelColor(40, 40).red() > 200
        assert painter.as_image(page, 50).pixelColor(40, 40).green() < 60
    broken = folder / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (page,) = pages_of((slip_of().model_copy(update={"logo": str(broken)}),), A4)
    assert painter.as_image(page, 50).pixelColor(40, 40).green() == 255
