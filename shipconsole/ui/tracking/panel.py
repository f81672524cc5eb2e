"""What is known of the open order's packages on their way, newest first, and what people did to the order by hand."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.tracking import Track
from shipconsole.operations.orders.link import HandChange
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import strings
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.by_hand import HandHistory
from shipconsole.ui.tracking.parcel import TrackView


class TrackingPanel(QFrame):
    """A timeline for each package, and one for what people did."""

    def __init__(self, theme: Theme) -> None:
        """Begin with no order."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("tracking_panel")
        self.setAccessibleName(strings.TRACKING)
        self._theme = theme
        self._shown: tuple[tuple[Track, ...], tuple[HandChange, ...], frozenset[str]] | None = None
        self._parcels: list[TrackView] = []
        self._by_hand: HandHistory | None = None
        self._counted = kit.label("", "secondary")
        self._counted.setObjectName("parcels_counted")
        self._nothing = kit.label(strings.NO_PARCELS)
        self._nothing_hint = kit.label(strings.NO_PARCELS_HINT, "secondary")
        self._nothing_hint.setWordWrap(True)
        px = theme.tokens.px
        top = QHBoxLayout()
        top.addWidget(kit.label(strings.TRACKING, "heading"))
        top.addStretch(1)
        top.addWidget(self._counted)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._column.setSpacing(px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(12), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._nothing)
        column.addWidget(self._nothing_hint)
        column.addWidget(FittingScrollArea(content, least_px=px(80)))
        column.addStretch(1)

    def show_sheet(self, sheet: OrderSheet | None) -> None:
        """Show an order's packages, or that there are none."""
        tracks = sheet.tracks if sheet is not None else ()
        troubled = numbers_in_trouble(sheet) if sheet is not None else frozenset()
        by_hand = sheet.by_hand if sheet is not None else ()
        if (tracks, by_hand, troubled) == self._shown:
            return
        self._shown = tracks, by_hand, troubled
        for view in self._parcels:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        # The last parcel is the one that is asked about.
        numbered = list(enumerate(tracks, 1))[::-1]
        self._parcels = [
            TrackView(self._theme, number, track, is_troubled=track.tracking_number in troubled)
            for number, track in numbered
        ]
        for view in self._parcels:
            self._column.addWidget(view)
        self._show_by_hand(by_hand)
        self._nothing.setVisible(not tracks)
        self._nothing_hint.setVisible(not tracks)
        self._counted.setText(strings.counted(len(tracks), "package") if len(tracks) > 1 else "")

    def _show_by_hand(self, changes: Sequence[HandChange]) -> None:
        if self._by_hand is not None:
            self._column.removeWidget(self._by_hand)
            self._by_hand.hide()
            self._by_hand.deleteLater()
        self._by_hand = HandHistory(self._theme, changes) if changes else None
        if self._by_hand is not None:
            self._column.addWidget(self._by_hand)


def numbers_in_trouble(sheet: OrderSheet) -> frozenset[str]:
    """Return the tracking numbers of which a platform refused the update, or may not have it."""
    return frozenset(
        package.tracking_number
        for shipment in sheet.shipments
        for package in shipment.packages
        for call in sheet.calls
        if call.state in NEEDS_ATTENTION and call.shipment_id == shipment.id and call.package_id in (None, package.id)
    )
