"""The pages of command sheets, badge sheets, and the text labels of boxes."""

from collections.abc import Sequence

from shipconsole.domain import code128
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.printing.documents import (
    Badge,
    BadgeSheet,
    CommandCode,
    CommandSheet,
    PackageLabel,
)
from shipconsole.ui.printing.page import (
    INK,
    LABEL,
    MARGIN,
    MM,
    Align,
    BarsItem,
    BoxItem,
    Flow,
    IconItem,
    Item,
    LineItem,
    Page,
    Paper,
    Style,
    TextItem,
    bars_width,
    isolated,
    line_height,
)
from shipconsole.ui.printing.slip import BOX_PATH
from shipconsole.ui.printing.styles import GRAY, SMALL, day_and_time, footer, weight

_TITLE = Style(900, 700)
_CARD_TITLE = Style(520, 700)
_HINT = Style(320, 400, GRAY)
_CODE = Style(320, 600, GRAY)
_GAP_X, _GAP_Y = 900, 620
_CARD_HEIGHT = 4_000
_BARS_HEIGHT = 1_400

COMMANDS: dict[str, tuple[str, str, str]] = {
    "SHIP": ("printing.command_ship", "printing.command_ship_hint", BOX_PATH),
    "OK": ("printing.command_ok", "printing.command_ok_hint", "M 5 12.5 L 10 17.5 L 19.5 7"),
    "NEXT PACKAGE": (
        "printing.command_next_package",
        "printing.command_next_package_hint",
        "M 12 5 V 19 M 5 12 H 19",
    ),
    "UNDO": (
        "printing.command_undo",
        "printing.command_undo_hint",
        "M 9 4.5 L 4.5 9 L 9 13.5 M 4.5 9 H 15 L 18 10.3 L 19.5 13.5 L 18 16.7 L 15 18 H 11",
    ),
    "ALL LEFT": (
        "printing.command_all_left",
        "printing.command_all_left_hint",
        "M 12 4 L 21 8.5 L 12 13 L 3 8.5 Z M 4 12.5 L 12 16.5 L 20 12.5 M 4 16 L 12 20 L 20 16",
    ),
    "SLIP": (
        "printing.command_slip",
        "printing.command_slip_hint",
        "M 7 9 V 4 H 17 V 9 M 7 17 H 4.5 V 9 H 19.5 V 17 H 17 M 7 14 H 17 V 20 H 7 Z",
    ),
    "NEXT ORDER": ("printing.command_next_order", "printing.command_next_order_hint", "M 9 5 L 16 12 L 9 19"),
    "STOP": ("printing.command_stop", "printing.command_stop_hint", "M 6.5 6.5 H 17.5 V 17.5 H 6.5 Z"),
}
"""Name, hint and drawing of each command; one that is not here has its code alone."""
_FIRST = ("SHIP", "OK")
"""Commands that are scanned most: their cards have a strong border."""


def command_pages(sheet: CommandSheet, paper: Paper) -> tuple[Page, ...]:
    """Return the pages of a command sheet, two codes a row, or one where a long prefix needs the width."""
    width = paper.width - 2 * MARGIN
    in_row = 2 if _fits([code.code for code in sheet.codes], (width - _GAP_X) / 2 - 200) else 1
    card_width = (width - _GAP_X * (in_row - 1)) / in_row
    head: list[Item] = []
    title = Flow(MARGIN, MARGIN - 150, width * 0.62).text(text("printing.command_sheet"), _TITLE)
    station = isolated(sheet.station)
    title.text(text("printing.command_sheet_hint", station=station), Style(420, 400, GRAY))
    hint = Flow(MARGIN + width * 0.62, 0, width * 0.38).text(text("printing.command_sheet_wait"), SMALL, Align.RIGHT)
    head += [*title.items, *_down(hint.items, title.y - hint.y)]
    top = title.y + 550
    bottom = paper.height - MARGIN - 900
    per_page = max(1, int((bottom - top + _GAP_Y) // (_CARD_HEIGHT + _GAP_Y))) * in_row
    groups = [sheet.codes[start : start + per_page] for start in range(0, len(sheet.codes), per_page)] or [()]
    pages: list[Page] = []
    for number, codes in enumerate(groups, 1):
        items = list(head)
        for position, code in enumerate(codes):
            x = MARGIN + (position % in_row) * (card_width + _GAP_X)
            y = top + (position // in_row) * (_CARD_HEIGHT + _GAP_Y)
            items += _command_card(code, x, y, card_width)
        right = text("printing.page", page=number, count=len(groups))
        items += footer(paper, text("printing.command_sheet_foot"), right)
        pages.append(Page(paper, tuple(items), text("printing.command_sheet")))
    return tuple(pages)


def _command_card(code: CommandCode, x: float, y: float, width: float) -> list[Item]:
    title_id, hint_id, path = COMMANDS.get(code.command, ("", "", ""))
    is_first = code.command in _FIRST
    items: list[Item] = [
        BoxItem(x, y, width, _CARD_HEIGHT, 280, 35 if is_first else 25, color=INK if is_first else GRAY)
    ]
    inside = Flow(x + (1_560 if path else 450), y + 330, width - (1_800 if path else 900))
    inside.text(text(title_id) if title_id else code.command, _CARD_TITLE, lines_max=1)
    if hint_id:
        inside.text(text(hint_id), _HINT, lines_max=2)
    if path:
        items += [
            BoxItem(x + 430, y + 420, 820, 820, 160, fill=INK),
            IconItem(x + 430 + 180, y + 420 + 180, 460, path, "#ffffff"),
        ]
    bars_y = y + _CARD_HEIGHT - _BARS_HEIGHT - 780
    items += inside.items
    items.append(BarsItem(x + 100, bars_y, width - 200, _BARS_HEIGHT, code.code))
    items.append(TextItem(x, bars_y + _BARS_HEIGHT + 130, width, code.code, _CODE, Align.CENTER))
    return items


def badge_pages(sheet: BadgeSheet, paper: Paper) -> tuple[Page, ...]:
    """Return the pages of badges to cut out, two a row, or one where a long id needs the width."""
    width = paper.width - 2 * MARGIN
    in_row = 2 if _fits([badge.code for badge in sheet.badges], (width - 600) / 2 - 120) else 1
    badge_width, badge_height = (width - 600 * (in_row - 1)) / in_row, 4_600
    title = Flow(MARGIN, MARGIN - 150, width).text(text("printing.badges"), _TITLE)
    title.text(text("printing.badges_hint"), Style(420, 400, GRAY))
    top, bottom = title.y + 500, paper.height - MARGIN - 900
    rows = max(1, int((bottom - top + 500) // (badge_height + 500)))
    most = in_row * rows
    groups = [sheet.badges[start : start + most] for start in range(0, len(sheet.badges), most)] or [()]
    pages: list[Page] = []
    for number, badges in enumerate(groups, 1):
        items = list(title.items)
        for position, badge in enumerate(badges):
            x = MARGIN + (position % in_row) * (badge_width + 600)
            y = top + (position // in_row) * (badge_height + 500)
            items += _badge(badge, x, y, badge_width, badge_height)
        right = text("printing.page", page=number, count=len(groups))
        items += footer(paper, text("printing.command_sheet_foot"), right)
        pages.append(Page(paper, tuple(items), text("printing.badges")))
    return tuple(pages)


def _badge(badge: Badge, x: float, y: float, width: float, height: float) -> list[Item]:
    inside = Flow(x + 450, y + 350, width - 900)
    inside.text(text("printing.packer"), SMALL, Align.CENTER)
    inside.text(plain(badge.name), Style(640, 700), Align.CENTER, lines_max=2)
    bars_y = y + height - 2_050
    return [
        BoxItem(x, y, width, height, 280, 18, color=GRAY, dashed=True),
        *inside.items,
        BarsItem(x + 60, bars_y, width - 120, 1_300, badge.code, 44),
        TextItem(x, bars_y + 1_400, width, badge.code, _CODE, Align.CENTER),
    ]


def label_pages(label: PackageLabel) -> tuple[Page, ...]:
    """Return the page of a box's label, which has its own small size."""
    pad = 4 * MM
    width = LABEL.width - 2 * pad
    if label.is_complete:
        package = text("printing.package_of", position=label.position, count=label.count)
    else:
        package = text("printing.package_so_far", position=label.position, count=label.count)
    flow = Flow(pad, pad - 60, width)
    flow.items.append(TextItem(pad, pad + 250, width, package, Style(400, 600), Align.RIGHT))
    flow.text(text("printing.order"), SMALL)
    flow.text(plain(label.order_number), Style(900, 700), lines_max=1)
    if code128.can_encode(label.order_number) and bars_width(label.order_number) <= width + 2 * pad:
        flow.items.append(BarsItem(0, flow.y + 50, LABEL.width, 1_250, label.order_number))
        flow.gap(1_420)
    flow.text(plain(label.recipient), Style(400, 600), lines_max=1)
    carrier = " · ".join(part for part in (label.carrier, plain(label.tracking_number)) if part)
    flow.text(carrier, Style(360), lines_max=1)
    contents = [text("printing.count_units", count=label.units), weight(label.weight_g)]
    flow.text(" · ".join(part for part in contents if part), Style(360), lines_max=1)
    who = " · ".join(isolated(part) for part in (label.station, label.packer) if part)
    base = LABEL.height - pad - line_height(SMALL)
    items = [
        *flow.items,
        LineItem(pad, base - 80, pad + width, base - 80, 12),
        TextItem(pad, base, width, who, SMALL),
        TextItem(pad, base, width, day_and_time(label.shipped_at_ms), SMALL, Align.RIGHT),
    ]
    return (Page(LABEL, tuple(items), text("printing.label_of", number=label.order_number)),)


def _fits(codes: Sequence[str], width: float) -> bool:
    return all(bars_width(code) <= width for code in codes)


def _down(items: Sequence[Item], dy: float) -> list[Item]:
    return [item._replace(y=item.y + dy) for item in items if isinstance(item, TextItem)]


__all__ = ["badge_pages", "command_pages", "label_pages"]
