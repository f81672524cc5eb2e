"""The panel on the right: the tracking of the open order's packages, newest first, and its manual changes."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.evented import Evented
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.tracking import Track
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.package_view import PackageView
from shipconsole.ui.tracking.timeline import Step, Timeline


class TrackingModel(Evented):
    """What the panel shows: packages and manual changes of the open order, both the oldest first.

    `unconfirmed` are the tracking numbers that a platform refused or may not have.
    """

    tracks: tuple[Track, ...] = ()
    unconfirmed: frozenset[str] = frozenset()
    manual_changes: tuple[ManualChange, ...] = ()


class TrackingPanel(QFrame):
    """A view of each package, and a timeline of manual changes; both are bound to `model`.

    Signals: print_label_requested(address), for a platform's label whose link was checked; query_requested().
    """

    print_label_requested = Signal(str)
    query_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize with no order."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("tracking_panel")
        self.setAccessibleName(text("shared.tracking"))
        self._theme = theme
        self.model = TrackingModel()
        self._packages: list[PackageView] = []
        self._manual_changes: QWidget | None = None
        self._count = widgets.label("", "secondary")
        self._count.setObjectName("package_count")
        self.query_button = widgets.button(text("tracking.query_now"), "plain")
        self.query_button.setObjectName("query_tracking")
        self.query_button.setToolTip(widgets.tooltip(text("tracking.query_now_tip")))
        self.query_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.query_button.clicked.connect(self.query_requested)
        self.query_button.hide()
        self._empty = widgets.label(text("track_panel.none"))
        self._empty_hint = widgets.label(text("track_panel.none_hint"), "secondary")
        self._empty_hint.setWordWrap(True)
        px = theme.tokens.px
        top = QHBoxLayout()
        top.addWidget(widgets.label(text("shared.tracking"), "heading"))
        top.addStretch(1)
        top.addWidget(self._count)
        top.addWidget(self.query_button)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._column.setSpacing(px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(12), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._empty)
        column.addWidget(self._empty_hint)
        column.addWidget(FittingScrollArea(content, min_px=px(80)))
        column.addStretch(1)
        self._binding = Binding(self)
        self._binding.follow(self._show_tracks, "tracks", "unconfirmed")
        self._binding.follow(self._show_manual_changes, "manual_changes")
        self._binding.bind(self.model)

    def show_sheet(self, sheet: OrderSheet | None) -> None:
        """Show an order; None shows that no order is open."""
        self.model.unconfirmed = unconfirmed_numbers(sheet) if sheet is not None else frozenset()
        self.model.tracks = sheet.tracks if sheet is not None else ()
        self.model.manual_changes = sheet.manual_changes if sheet is not None else ()

    def _show_tracks(self, model: TrackingModel) -> None:
        """Show a view of each package, the newest first; an unchanged view stays, with its focus."""
        count = len(model.tracks)
        before = {(view.number, view.track, view.is_unconfirmed): view for view in self._packages}
        shown: list[PackageView] = []
        for number, track in reversed(list(enumerate(model.tracks, 1))):
            is_unconfirmed = track.tracking_number in model.unconfirmed
            view = before.pop((number, track, is_unconfirmed), None)
            if view is None:
                view = PackageView(self._theme, number, track, is_unconfirmed=is_unconfirmed)
                view.print_label_requested.connect(self.print_label_requested)
            shown.append(view)
        for view in before.values():
            self._discard(view)
        for position, view in enumerate(shown):
            if self._column.indexOf(view) != position:
                self._column.insertWidget(position, view)
        self._packages = shown
        self.query_button.setVisible(any(track.status != "delivered" for track in model.tracks))
        self._empty.setVisible(not count)
        self._empty_hint.setVisible(not count)
        self._count.setText(text("track_panel.count", count=count) if count > 1 else "")

    def _show_manual_changes(self, model: TrackingModel) -> None:
        if self._manual_changes is not None:
            self._discard(self._manual_changes)
        self._manual_changes = _manual_changes(self._theme, model.manual_changes) if model.manual_changes else None
        if self._manual_changes is not None:
            self._column.addWidget(self._manual_changes)

    def _discard(self, view: QWidget) -> None:
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()


def _manual_changes(theme: Theme, changes: tuple[ManualChange, ...]) -> QWidget:
    """Return a timeline of manual changes: what was changed, by whom, when and why."""
    today = date.today()  # noqa: DTZ011 - the station's own day
    steps: list[Step] = []
    for change in reversed(changes):
        parts = (change.operator or change.station, when(change.at_ms, today), change.reason)
        steps.append(Step(str(change.what), " · ".join(part for part in parts if part), severity="quiet"))
    history = QWidget()
    history.setObjectName("manual_changes")
    column = QVBoxLayout(history)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.tokens.px(4))
    column.addWidget(widgets.label(text("track_panel.manual_changes"), "field"))
    column.addWidget(Timeline(theme, steps))
    return history


def unconfirmed_numbers(sheet: OrderSheet) -> frozenset[str]:
    """Return the tracking numbers of packages with an update that needs attention."""
    return frozenset(
        package.tracking_number
        for shipment in sheet.shipments
        for package in shipment.packages
        for call in sheet.calls
        if call.state in NEEDS_ATTENTION and call.shipment_id == shipment.id and call.package_id in (None, package.id)
    )
