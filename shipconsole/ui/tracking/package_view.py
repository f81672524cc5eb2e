"""The view of one shipped package: its state, its dates, where it was, and what happened."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.plain_text import plain
from shipconsole.domain.remote_track import RemoteTime
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import clock_time, near_day, on_day, when
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.strings import contents, open_at, shortened
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.tracking.details import TrackDetailsDialog
from shipconsole.ui.tracking.links import Link, checked_link, open_link
from shipconsole.ui.tracking.location_map import Location, LocationMap
from shipconsole.ui.tracking.timeline import Step, Timeline

EXPLAINED = ("exception", "attempted", "unknown")
"""States that are shown with their reason."""
OWN_STATES = ("packed", "announced")
"""States that the program sets itself: a platform's message beside them is shown as it is."""
STATES: dict[str, tuple[str, Severity]] = {
    "packed": ("tracking_state.packed", "accent"),
    "announced": ("tracking_state.announced", "good"),
    "not_yet": ("tracking_state.not_yet", "quiet"),
    "accepted": ("tracking_state.accepted", "accent"),
    "in_transit": ("tracking_state.in_transit", "accent"),
    "attempted": ("tracking_state.attempted", "wait"),
    "collection_point": ("tracking_state.collection_point", "accent"),
    "exception": ("tracking_state.exception", "bad"),
    "delivered": ("tracking_state.delivered", "good"),
    "unknown": ("tracking_state.unknown", "quiet"),
}
"""The message id and the severity of each state."""
STEP_SEVERITIES: dict[str, Severity] = {"exception": "bad", "attempted": "wait"}


class PackageView(QWidget):
    """One package: its number and carrier, a link to the carrier, its state, and what happened.

    Signal: print_label_requested(address).
    """

    print_label_requested = Signal(str)

    def __init__(self, theme: Theme, number: int, track: Track, *, is_unconfirmed: bool = False) -> None:
        """Show one track; `is_unconfirmed` where a platform refused its update, or may not have it."""
        super().__init__()
        self.number = number
        self.track = track
        self.is_unconfirmed = is_unconfirmed
        self._theme = theme
        self._link = link_of(track)
        today = date.today()  # noqa: DTZ011 - the station's own day
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(6))
        column.addLayout(self._top(number))
        state = QHBoxLayout()
        state.addWidget(self._status(today), 0)
        state.addStretch(1)
        column.addLayout(state)
        if reason := reason_of(track):
            column.addWidget(_wrapped("package_reason", reason))
        if dates := dates_of(track, today):
            severity = "wait" if is_overdue(track, today) else ""
            column.addWidget(_wrapped("package_days", dates, "secondary", severity))
        if track.items:
            items = [(item.remote_id, item.quantity) for item in track.items]
            column.addWidget(_wrapped("package_contents", contents(items), "secondary"))
        for doubt in track.doubts:
            column.addWidget(_wrapped("package_doubt", str(doubt), "secondary", "wait"))
        if locations := locations_of(track):
            column.addWidget(LocationMap(theme, locations))
        column.addWidget(Timeline(theme, steps_of(track, today)))
        column.addStretch(1)

    def _top(self, number: int) -> QHBoxLayout:
        track, px = self.track, self._theme.tokens.px
        title = PackageTitle()
        title.setObjectName("package_title")
        brief = f"{carrier_name(track.carrier)} {shortened(track.tracking_number)}".strip()
        title.set_package(f"{text('package_tab.number', number=number)} · {brief}", brief, track.tracking_number)
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_action = QAction(text("track_panel.copy_number"), self)
        self.copy_action.triggered.connect(self._on_copy_triggered)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        title.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        copy = CopyButton(self._theme)
        copy.clicked.connect(self._on_copy_triggered)
        details = widgets.button(text("button.details"), "quiet")
        details.setObjectName("track_details_button")
        details.setAccessibleName(text("track_details.title"))
        details.setStyleSheet(f"QPushButton {{ padding: 0 {px(4)}px; min-width: {px(24)}px; font-weight: 400; }}")
        details.clicked.connect(self._on_details_clicked)
        top = QHBoxLayout()
        top.setSpacing(px(2))
        top.addWidget(title, 1)
        top.addWidget(copy)
        top.addWidget(details)
        if self._link is not None:
            open_page = widgets.button("↗", "quiet")
            open_page.setObjectName("open_link")
            open_page.setAccessibleName(plain(open_at(self._link.host)))
            widgets.set_tooltip(open_page, open_at(self._link.host))
            # The title needs the room more than the margins of the link.
            open_page.setStyleSheet(f"QPushButton {{ padding: 0 {px(4)}px; font-weight: 400; }}")
            open_page.setMinimumWidth(px(34))
            open_page.clicked.connect(self._on_link_clicked)
            top.addWidget(open_page)
        return top

    def _status(self, today: date) -> QLabel:
        track = self.track
        state, severity = track.status, "quiet"
        if track.status in STATES:
            message_id, severity = STATES[track.status]
            state = text(message_id)
        if self.is_unconfirmed and track.status in OWN_STATES:
            state, severity = text("track_panel.not_all_notified"), "bad"
        if is_overdue(track, today) and severity != "bad":
            state, severity = text("track_panel.overdue", state=state), "wait"
        status = widgets.label(state, "status", severity)
        status.setObjectName("package_status")
        status.setWordWrap(True)
        sentences = dict.fromkeys(
            sentence for sentence in (str(track.message), *track.platform_texts) if sentence and sentence != state
        )
        widgets.set_tooltip(status, "\n".join(sentences))
        status.setAccessibleName(plain(". ".join(sentence.rstrip(".") for sentence in (state, *sentences))))
        return status

    def _on_copy_triggered(self) -> None:
        widgets.copy(self.track.tracking_number)

    def _on_details_clicked(self) -> None:
        dialog = TrackDetailsDialog(self.window(), self._theme, self.track)
        dialog.print_label_requested.connect(self.print_label_requested)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_link_clicked(self) -> None:
        if self._link is not None:
            open_link(self.window(), self._theme, self._link)


class PackageTitle(widgets.Elided):
    """A package's number, shortened to the width; the tooltip has the full number."""

    _title = _brief = _number = ""

    def set_package(self, title: str, brief: str, number: str) -> None:
        """Show the title, in little room the brief one, in less the shortened number."""
        self._title, self._brief, self._number = title, brief, number
        self._choose_title()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits in the new width."""
        super().resizeEvent(event)
        self._choose_title()

    def _choose_title(self) -> None:
        titles = (self._title, self._brief, shortened(self._number))
        fitting = (title for title in titles if self._fitting(title) == title)
        self.set_text(next(fitting, titles[-1]))
        self.setAccessibleName(plain(f"{self._title}: {self._number}"))
        widgets.set_tooltip(self, self._number)


class CopyButton(QToolButton):
    """Copies the full tracking number; drawn as two sheets of paper."""

    def __init__(self, theme: Theme) -> None:
        """Paint with the tokens of a theme."""
        super().__init__()
        self._theme = theme
        self.setObjectName("copy_number")
        self.setAccessibleName(text("track_panel.copy_number"))
        widgets.set_tooltip(self, text("track_panel.copy_number"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Return a size that is easily hit."""
        side = self._theme.tokens.px(self._theme.tokens.target_px)
        return QSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the sheets, and a ring while it has the focus."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(tokens.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.px(8), tokens.px(8))
        painter.setPen(QPen(tokens.color("secondary"), max(1.2, 1.3 * tokens.scale)))
        painter.setBrush(tokens.color("card"))
        center, side = QRectF(self.rect()).center(), tokens.px(8)
        painter.drawRoundedRect(QRectF(center.x() - side + 2, center.y() - side + 1, side, side + 2), 2, 2)
        painter.drawRoundedRect(QRectF(center.x() - 2, center.y() - 3, side, side + 2), 2, 2)


def _wrapped(name: str, content: str, variant: str = "", severity: Severity = "") -> QLabel:
    made = widgets.label(content, variant, severity)
    made.setObjectName(name)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    made.setWordWrap(True)
    return made


def link_of(track: Track) -> Link | None:
    """Return the carrier's own page for a package, else the page that the platform named; None without either."""
    own = checked_link(carriers.tracking_link(track.carrier, track.tracking_number))
    return own or checked_link(track.url)


def reason_of(track: Track) -> str:
    """Return the reason for a package's state in a sentence; empty where the state needs none."""
    if track.status in EXPLAINED:
        return next((sentence for sentence in (*reversed(track.platform_texts), str(track.message)) if sentence), "")
    return str(track.message) if track.status in OWN_STATES else ""


def is_overdue(track: Track, today: date) -> bool:
    """Return whether a package that is not delivered was expected before today."""
    expected = _day_of(track.expected)
    return expected is not None and expected < today and track.status != "delivered"


def dates_of(track: Track, today: date) -> str:
    """Return when a package was shipped, is expected and was delivered, in one line."""
    parts: list[str] = []
    if (shipped := _day_of(track.shipped)) and track.status != "delivered":
        parts.append(text("track_panel.shipped", day=near_day(shipped, today)))
    if expected := _day_of(track.expected):
        parts.append(text("track_panel.expected", day=near_day(expected, today)))
    delivered_at_ms = RemoteTime.read(track.delivered).at_ms
    if delivered_at_ms is not None:
        parts.append(text("track_panel.delivered", time=when(delivered_at_ms, today)))
    return " · ".join(parts)


def steps_of(track: Track, today: date) -> tuple[Step, ...]:
    """Return the tracking events as steps, newest first."""
    return tuple(
        Step(
            title=str(event.message),
            where=_where(event),
            when=_when(event, today),
            received=event.platform_text,
            severity=STEP_SEVERITIES.get(event.status, "good"),
        )
        for event in track.events
    )


def locations_of(track: Track) -> tuple[Location, ...]:
    """Return where a package was, newest first, without repetitions in a row."""
    locations: list[Location] = []
    for event in track.events:
        if event.latitude is not None and event.longitude is not None:
            location = Location(event.latitude, event.longitude, event.location)
            if not locations or locations[-1][:2] != location[:2]:
                locations.append(location)
    return tuple(locations)


def _where(event: TrackEvent) -> str:
    """Return the location with its postal code, the company, and who signed."""
    location = " ".join(part for part in (event.location, event.postal_code) if part)
    signer = text("track_panel.signed_by", name=event.signer) if event.signer else ""
    return " · ".join(part for part in (location, event.company, signer) if part)


def _when(event: TrackEvent, today: date) -> str:
    if event.at_ms is None:
        return event.occurred or text("track_panel.no_time")
    # The carrier's local time is the most useful one; its time zone is not known.
    local = _local_time(event.local_time, today)
    return text("track_panel.local_time", time=local) if local else when(event.at_ms, today)


def _local_time(written: str, today: date) -> str:
    """Return a time as the carrier wrote it, to the minute; empty where it can't be read."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return ""
    return on_day(moment.date(), clock_time(moment), today)


def _day_of(written: str) -> date | None:
    """Return the day as it was written, in whatever time zone; None where it can't be read."""
    try:
        return date.fromisoformat(written.strip()[:10])
    except ValueError:
        at_ms = RemoteTime.read(written).at_ms
        return date(1970, 1, 1) + timedelta(milliseconds=at_ms) if at_ms is not None else None
