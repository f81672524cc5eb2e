"""Makes pictures of every state of the verdict strip: ``python -m tests.support.verdict_pictures FOLDER [LOOK…]``.

Each is provoked over a packed order in the real window, in every theme and at several sizes and text sizes; besides,
one picture of all strips for each theme.
"""

import asyncio
import gc
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from qasync import QEventLoop

from shipconsole import messages
from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.verdict import OrderChange, PendingLabel, ScannerFault, Verdict, VerdictKind
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.simulator.server import running_simulator
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.settings import Settings, ThemeChoice
from shipconsole.ui.kit.layout_items import fix_layouts
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, scaled
from shipconsole.ui.kit.widgets import label
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.scan_field import ScanField
from shipconsole.ui.window.verdict_strings import Situation, verdict_text
from shipconsole.ui.window.verdict_strip import VerdictStrip
from shipconsole.vendors.http import Sender, tls_context
from tests.support.bench import USPS_NUMBERS
from tests.support.many_orders import store_with_orders
from tests.support.pictures import prepare
from tests.support.screens import grab

DAY_MS = 86_400_000
NOW_MS = 1_796_000_000_000
THEMES = {"light": LIGHT, "dark": DARK, "contrast": HIGH_CONTRAST}
CHOICES: dict[str, ThemeChoice] = {"light": "light", "dark": "dark", "contrast": "high_contrast"}
LOOKS: dict[str, tuple[Tokens, int, int]] = {
    "light": (LIGHT, 1280, 800),
    "dark": (DARK, 1280, 800),
    "contrast": (HIGH_CONTRAST, 1280, 800),
    "light-150": (scaled(LIGHT, 1.5), 1280, 800),
    "light-200": (scaled(LIGHT, 2.0), 1280, 800),
    "light-1920": (LIGHT, 1920, 1080),
    "dark-1920-200": (scaled(DARK, 2.0), 1920, 1080),
}
LABEL, OTHER_LABEL, _ = USPS_NUMBERS
SITUATION = Situation(
    now_ms=NOW_MS,
    names=("Mobile Phone, Black", "Mobile Phone, White"),
    left=5,
    scanned_at_ms=NOW_MS,
    sends_in_s=12,
    last_name="Tablet 10 in, keyboard cover QWERTZ",
    last_at_ms=NOW_MS - 60_000,
    next_try_ms=NOW_MS + 24_000,
)
PLATFORMS = ("ShipEngine", "Starshipit", "Shipup")


def samples() -> tuple[Verdict, ...]:
    """Return one verdict of each kind."""
    item = Scan("wrong_item", ScanReason.WRONG_ITEM, "STAND-ALU", "STAND-ALU", item_name="Phone Stand, Aluminium")
    name = "Mobile case, recycled leather, black"
    own = Scan("item", ScanReason.ITEM_SKU, "MOBILE-CASE-BLK", "MOBILE-CASE-BLK", item_name=name)
    code = Scan("unknown", ScanReason.UNKNOWN, "NO-SUCH-CODE", "NO-SUCH-CODE")
    several = Scan("unknown", ScanReason.SEVERAL_ITEMS, "4006381333931", "4006381333931", line_ids=(1, 2))
    orders = Scan("unknown", ScanReason.SEVERAL_ORDERS, "1001", "1001", order_ids=(1, 2))
    case = Scan("item", ScanReason.ITEM_CASE, "14006381333938", "14006381333938", units=0, item_name=own.item_name)
    other = Scan("order", ScanReason.OTHER_ORDER, "10002", "10002", order_id=2, order_number="10002")
    wrong_keys = Scan("unknown", ScanReason.UNKNOWN, "mobile", "mobile")

    def about(kind: LabelIssueKind, **facts: object) -> PendingLabel:
        return PendingLabel(LABEL, LABEL, 0, (LabelIssue(kind, stops=False, **facts),))  # type: ignore[arg-type]

    used = {"order_id": 2, "order_number": "10002", "packer": "Ada", "package_id": 1}
    labels = {
        VerdictKind.POSSIBLE_LABEL: about(LabelIssueKind.POSSIBLE, carriers=("auspost", "startrack")),
        VerdictKind.SEVERAL_CARRIERS: about(LabelIssueKind.SEVERAL_CARRIERS, carriers=("dhl", "fedex", "usps")),
        VerdictKind.SECOND_LABEL: about(LabelIssueKind.SECOND_LABEL),
        VerdictKind.LABEL_TAKEN: about(LabelIssueKind.TAKEN, shipped_at_ms=NOW_MS - 3 * DAY_MS, **used),
        VerdictKind.USED_BEFORE: about(LabelIssueKind.USED_BEFORE, shipped_at_ms=NOW_MS - 400 * DAY_MS, **used),
        VerdictKind.POSTAL_CODE: about(
            LabelIssueKind.POSTAL_CODE, label_postal_code="90245", order_postal_code="78701"
        ),
        VerdictKind.CHECK_DIGIT: about(LabelIssueKind.CHECK_DIGIT, right_digit="7"),
        VerdictKind.ARTICLE_NUMBER: about(LabelIssueKind.ARTICLE_NUMBER),
        VerdictKind.SECOND_BARCODE: about(LabelIssueKind.SECOND_BARCODE),
    }
    changes = (OrderChange("MOBILE", 2, 1), OrderChange())
    return (
        Verdict(VerdictKind.IDLE, 1, "10001"),
        Verdict(VerdictKind.GOOD, 1, "10001", own, count=2, total=3, package=1),
        Verdict(VerdictKind.COMPLETE, 1, "10001", own, count=8, total=8),
        Verdict(VerdictKind.SHIPPED, 1, "10001", count=8, package=2, platforms=PLATFORMS),
        Verdict(VerdictKind.SHIPPED_ATTENTION, 1, "10001", count=8, total=2, package=2, platforms=PLATFORMS),
        Verdict(VerdictKind.WRONG_ITEM, 1, "10001", item),
        Verdict(VerdictKind.ONE_TOO_MANY, 1, "10001", own, count=3, total=3),
        Verdict(VerdictKind.UNKNOWN_CODE, 1, "10001", code),
        Verdict(VerdictKind.NOT_PROCESSED, 1, "10001", code),
        Verdict(VerdictKind.SEVERAL_ITEMS, 1, "10001", several),
        Verdict(VerdictKind.SEVERAL_ORDERS, 1, "10001", orders),
        Verdict(VerdictKind.CASE_UNITS, 1, "10001", case),
        Verdict(VerdictKind.ANOTHER_ORDER, 1, "10001", other, count=3),
        Verdict(VerdictKind.NO_ORDER, None, "", item),
        Verdict(VerdictKind.UNKNOWN_BADGE, 1, "10001", replace(code, number="MB-1")),
        Verdict(VerdictKind.ORDER_CANCELLED, 1, "10001"),
        Verdict(VerdictKind.ORDER_CHANGED, 1, "10001", changes=changes),
        Verdict(VerdictKind.SCANNER, 1, "10001", wrong_keys, fault=ScannerFault.CAPS_LOCK, meaning="MOBILE"),
        Verdict(VerdictKind.DATABASE_AWAY, 1, "10001"),
        Verdict(VerdictKind.OFFLINE, 1, "10001", total=4),
        *(
            Verdict(kind, 1, "10001", label=label, earlier_number=OTHER_LABEL, package=0)
            for kind, label in labels.items()
        ),
    )


def show(window: MainWindow, verdict: Verdict) -> None:
    """Show a verdict in a window, as a scan would."""
    shown = verdict_text(verdict, SITUATION)
    window.strip.show_text(shown)
    is_locked = shown.tone == "locked"
    window.frame.show_locked(is_locked)
    if window.frame.edge.is_fading:
        window.frame.edge.finish()
    field: ScanField = window.top_bar.scan_field
    code = text("frame.locked_hint_ok", code="%OK", key="Enter")
    field.show_locked(*(text("frame.locked_hint", code="%OK", key="Enter"), code) if is_locked else ())


def all_strips(theme: Theme, width: int, scale: float = 1.0) -> QWidget:
    """Return all states below each other."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(4)
    for verdict in samples():
        strip = VerdictStrip(theme)
        strip.arrange(scale)
        strip.show_text(verdict_text(verdict, SITUATION))
        column.addWidget(label(str(verdict.kind), "secondary"))
        column.addWidget(strip)
    column.addStretch()
    page.resize(width, page.sizeHint().height())
    return page


async def take_frame(window: MainWindow, folder: Path, name: str, width: int, height: int) -> None:
    """Take pictures of what is laid over the window, and of bench mode."""
    message = BannerMessage(text("sync_problem.incomplete", connection="Shipup"), text("sync_problem.means"))
    window.banner.show_message(message._replace(details="details"))
    window.banner.show_message(BannerMessage(text("program.failed")))
    await asyncio.sleep(0.1)
    grab(window, folder / f"{name}-banner.png")
    window.banner.dismiss()
    window.banner.dismiss()
    for sheet in ("orders", "packages"):
        if window.columns.open_sheet(sheet):
            await asyncio.sleep(0.2)
            grab(window, folder / f"{name}-sheet-{sheet}.png")
    window.columns.close_sheets()
    window.top_bar.show_counts(sending=3, oldest_ms=1_000)
    window.top_bar.show_late(2)
    window.top_bar.show_forward_review(1)
    window.top_bar.connections.show_list()
    await asyncio.sleep(0.1)
    shown = window.top_bar.findChild(QWidget, "connections_list")
    assert shown is not None
    grab(shown, folder / f"{name}-connections.png")
    window.top_bar.connections.hide_list()
    grab(window, folder / f"{name}-counts.png")
    window.menus.trigger("bench_mode")
    # The offscreen screen is smaller than a packing station's.
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(width, height)
    await asyncio.sleep(0.3)
    grab(window, folder / f"{name}-bench.png")
    window.menus.trigger("bench_mode")


async def take(app: QApplication, folder: Path, looks: list[str]) -> None:
    """Take every picture."""
    theme = Theme()
    theme.load_rest()
    for name, tokens in THEMES.items():
        theme.use(app, tokens)
        page = all_strips(theme, 1280)
        grab(page, folder / f"all-{name}.png")
        page.deleteLater()
    with tempfile.TemporaryDirectory() as profile, running_simulator(orders=24) as server:
        store = store_with_orders(Path(profile), 0)
        ctx = Context(store, Sender(tls_context()), MemoryKeys(), SystemClock(), "Station 3")
        order_id = await prepare(ctx, server)
        for name in looks:
            tokens, width, height = LOOKS[name]
            theme.use(app, tokens)
            # Bench mode takes its theme and text size from the settings.
            look = CHOICES[name.partition("-")[0]]
            scale = max(1.5, tokens.scale)
            settings = Settings(station_name="Station 3", theme=look, text_scale=tokens.scale, bench_text_scale=scale)
            window = MainWindow(store, theme, settings, demo=True)
            window.resize(width, height)
            window.show()
            window.activateWindow()
            tasks = Tasks()
            window.start(ctx, tasks)
            window.set_packer("Mira Kovač")
            window.open_order(order_id)
            await asyncio.sleep(1.5)
            for verdict in samples():
                show(window, verdict)
                await asyncio.sleep(0.05)
                grab(window, folder / f"{name}-{verdict.kind}.png")
            show(window, samples()[1])
            await take_frame(window, folder, name, width, height)
            await window.shutdown()
            await tasks.stop()
            window.close()
            window.deleteLater()
        await ctx.sender.close()
        store.close()


def main(folder: str, *looks: str) -> None:
    """Take the pictures on the window's kind of event loop."""
    gc.disable()
    messages.use(os.environ.get("PICTURES_LANGUAGE", messages.ENGLISH))
    app = QApplication([])
    fix_layouts()
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(take(app, Path(folder), list(looks) or list(LOOKS)))


if __name__ == "__main__":
    main(*sys.argv[1:])
