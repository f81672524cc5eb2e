"""What is known of the open order's packages on their way, newest first, and what people did to the order by hand."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.by_hand import HandHistory
from shipconsole.ui.tracking.model import ShownTracking
from shipconsole.ui.tracking.package_view import TrackView


class TrackingPanel(QFrame):
    """A timeline for each package, and one for what people did."""

    def __init__(self, theme: Theme) -> None:
        """Begin with no order."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("tracking_panel")
        self.setAccessibleName(text("shared.tracking"))
        self._theme = theme
        self.model = ShownTracking()
        self._packages: list[TrackView] = []
        self._by_hand: HandHistory | None = None
        self._counted = kit.label("", "secondary")
        self._counted.setObjectName("packages_counted")
        self._nothing = kit.label(text("track_panel.none"))
        self._nothing_hint = kit.label(text("track_panel.none_hint"), "secondary")
        self._nothing_hint.setWordWrap(True)
        px = theme.tokens.px
        top = QHBoxLayout()
        top.addWidget(kit.label(text("shared.tracking"), "heading"))
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
        column.addWidget(FittingScrollArea(content, min_px=px(80)))
        column.addStretch(1)
        self._binding = Binding(self)
        self._binding.follow(self._show_tracks, "tracks", "troubled")
        self._binding.follow(self._show_by_hand, "by_hand")
        self._binding.bind(self.model)

    def show_sheet(self, sheet: OrderSheet | None) -> None:
        """Show an order's packages, or that there are none."""
        self.model.troubled = numbers_in_trouble(sheet) if sheet is not None else frozenset()
        self.model.tracks = sheet.tracks if sheet is not None else ()
        self.model.by_hand = sheet.by_hand if sheet is not None else ()

    def _show_tracks(self, model: ShownTracking) -> None:
        """Show a view for each package, the newest first; one of which nothing changed stays, with its focus."""
        count = len(model.tracks)
        kept = {(view.number, view.track, view.is_troubled): view for view in self._packages}
        shown: list[TrackView] = []
        for number, track in list(enumerate(model.tracks, 1))[::-1]:
            is_troubled = track.tracking_number in model.troubled
            view = kept.pop((number, track, is_troubled), None)
            shown.append(view or TrackView(self._theme, number, track, is_troubled=is_troubled))
        for view in kept.values():
            self._discard(view)
        for position, view in enumerate(shown):
            if self._column.indexOf(view) != position:
                self._column.insertWidget(position, view)
        self._packages = shown
        self._nothing.setVisible(not count)
        self._nothing_hint.setVisible(not count)
        self._counted.setText(text("track_panel.count", count=count) if count > 1 else "")

    def _show_by_hand(self, model: ShownTracking) -> None:
        if self._by_hand is not None:
            self._discard(self._by_hand)
        self._by_hand = HandHistory(self._theme, model.by_hand) if model.by_hand else None
        if self._by_hand is not None:
            self._column.addWidget(self._by_hand)

    def _discard(self, view: QWidget) -> None:
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()


def numbers_in_trouble(sheet: OrderSheet) -> frozenset[str]:
    """Return the tracking numbers of which a platform refused the update, or may not have it."""
    return frozenset(
        package.tracking_number
        for shipment in sheet.shipments
        for package in shipment.packages
        for call in sheet.calls
        if call.state in NEEDS_ATTENTION and call.shipment_id == shipment.id and call.package_id in (None, package.id)
    )
