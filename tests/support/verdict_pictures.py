"""Pictures of every verdict that the banner shows, for looking at: ``python -m tests.support.verdict_pictures FOLDER``.

Each is shown over a packed order in the real window, light and dark, at two sizes and two sizes of text.
"""

import asyncio
import gc
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.verdict import OrderChange, PendingLabel, ScannerFault, Verdict, VerdictKind
from shipconsole.operations.context import Context
from shipconsole.simulator.server import running_simulator
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, scaled
from shipconsole.ui.window import verdict_strings
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.vendors.http import Sender, tls_context
from tests.support.bench import USPS_NUMBERS
from tests.support.many_orders import store_with_orders
from tests.support.pictures import prepare
from tests.support.screens import grab

DAY_MS = 86_400_000
NOW_MS = 1_796_000_000_000
SIZES = ((1280, 800), (1920, 1080))
LOOKS = {"light": LIGHT, "dark": DARK, "light-200": scaled(LIGHT, 2.0), "dark-200": scaled(DARK, 2.0)}
LABEL, OTHER_LABEL, _ = USPS_NUMBERS


def samples() -> tuple[Verdict, ...]:
    """Return one verdict of each kind that the banner shows."""
    item = Scan("wrong_item", ScanReason.WRONG_ITEM, "STAND-ALU", "STAND-ALU", item_name="Phone Stand, Aluminium")
    own = Scan("item", ScanReason.ITEM_SKU, "MOBILE", "MOBILE", item_name="Mobile Phone 128 GB, Midnight")
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
        Verdict(VerdictKind.WRONG_ITEM, 1, "10001", item),
        Verdict(VerdictKind.ONE_TOO_MANY, 1, "10001", own, count=3, total=3),
        Verdict(VerdictKind.UNKNOWN_CODE, 1, "10001", code),
        Verdict(VerdictKind.SEVERAL_ITEMS, 1, "10001", several),
        Verdict(VerdictKind.SEVERAL_ORDERS, 1, "10001", orders),
        Verdict(VerdictKind.CASE_UNITS, 1, "10001", case),
        Verdict(VerdictKind.ANOTHER_ORDER, 1, "10001", other, count=3),
        Verdict(VerdictKind.NO_ORDER, None, "", item),
        Verdict(VerdictKind.ORDER_CANCELLED, 1, "10001"),
        Verdict(VerdictKind.ORDER_CHANGED, 1, "10001", changes=changes),
        Verdict(VerdictKind.SCANNER, 1, "10001", wrong_keys, fault=ScannerFault.CAPS_LOCK, meaning="MOBILE"),
        Verdict(VerdictKind.OFFLINE, 1, "10001", total=4),
        *(
            Verdict(kind, 1, "10001", label=label, earlier_number=OTHER_LABEL, package=0)
            for kind, label in labels.items()
        ),
    )


async def take(app: QApplication, folder: Path) -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as profile, running_simulator(orders=24) as server:
        store = store_with_orders(Path(profile), 0)
        ctx = Context(store, Sender(tls_context()), MemoryKeys(), SystemClock(), "Bench 3")
        order_id = await prepare(ctx, server)
        theme = Theme()
        for name, tokens in LOOKS.items():
            theme.use(app, tokens)
            window = MainWindow(store, theme, Settings(station_name="Bench 3"), demo=True)
            window.show()
            tasks = Tasks()
            window.start(ctx, tasks)
            window.open_order(order_id)
            for width, height in SIZES:
                window.resize(width, height)
                await asyncio.sleep(1.5)
                for verdict in samples():
                    names = ("Mobile Phone, Black", "Mobile Phone, White")
                    window.banner.show_verdict(verdict, verdict_strings.verdict_text(verdict, "%", NOW_MS, names))
                    await asyncio.sleep(0.1)
                    grab(window, folder / f"{verdict.kind}-{name}-{width}x{height}.png")
            await window.shutdown()
            await tasks.stop()
            window.close()
            window.deleteLater()
        await ctx.sender.close()
        store.close()


def main(folder: str) -> None:
    """Take the pictures on the loop that the window has."""
    gc.disable()
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(take(app, Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
