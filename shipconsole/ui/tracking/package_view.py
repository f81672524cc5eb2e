"""One package on its way: how it stands, when it is expected, where it was, what happened."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.remote_track import RemoteTime
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.formats import clock_time, near_day, on_day, when
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.strings import contents, open_at, shortened
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.tracking.details import TrackDetailsDialog
from shipconsole.ui.tracking.links import Link, judged
from shipconsole.ui.tracking.number import CopyButton, PackageTitle
from shipconsole.ui.tracking.open_anyway import OpenAnywayDialog
from shipconsole.ui.tracking.timeline import Step, Timeline
from shipconsole.ui.tracking.way_map import Place, WayMap

TROUBLED = ("exception", "attempted", "unknown")
OWN_STATES = ("packed", "announced")
"""States that no platform told: what one says beside them has no word of ours."""
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
"""The id of each state's label, and its severity."""
_QUIET: Severity = "quiet"
STEP_TONES: dict[str, Severity] = {"exception": "bad", "attempted": "wait"}


class TrackView(QWidget):
    """One package: its number and carrier, a link to the carrier, how it stands, and what happened."""

    def __init__(self, theme: Theme, number: int, track: Track, *, is_troubled: bool = False) -> None:
        """Show one track; `is_troubled` says that a platform refused its update, or may not have it."""
        super().__init__()
        self.number = number
        self.track = track
        self.is_troubled = is_troubled
        self._theme = theme
        self._link = link_of(track)
        today = date.today()  # noqa: DTZ011 - the day at this bench
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(6))
        column.addLayout(self._top(number))
        column.addWidget(self._status(today))
        if reason := reason_of(track):
            column.addWidget(_wrapped("package_reason", reason))
        if days := days_of(track, today):
            column.addWidget(_wrapped("package_days", days, "secondary", "wait" if is_late(track, today) else ""))
        if track.items:
            items = [(one.remote_id, one.quantity) for one in track.items]
            column.addWidget(_wrapped("package_contents", contents(items), "secondary"))
        for doubt in track.doubts:
            column.addWidget(_wrapped("package_doubt", str(doubt), "secondary", "wait"))
        if places := places_of(track):
            column.addWidget(WayMap(theme, places))
        column.addWidget(Timeline(theme, steps_of(track, today)))
        # Room that is left belongs to nobody.
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
        details = kit.button(text("button.details"), "quiet")
        details.setObjectName("track_details_button")
        details.setAccessibleName(text("track_details.title"))
        details.setStyleSheet(f"QPushButton {{ padding: 0 {px(4)}px; font-weight: 400; }}")
        details.clicked.connect(self._on_details_clicked)
        top = QHBoxLayout()
        top.setSpacing(px(2))
        top.addWidget(title, 1)
        top.addWidget(copy)
        top.addWidget(details)
        if self._link is not None:
            opens = kit.button("↗", "quiet")
            opens.setObjectName("open_link")
            opens.setAccessibleName(kit.plain(open_at(self._link.host)))
            kit.set_tooltip(opens, open_at(self._link.host))
            # The title needs the room more than the link's margins do.
            opens.setStyleSheet(f"QPushButton {{ padding: 0 {px(4)}px; font-weight: 400; }}")
            opens.clicked.connect(self._on_link_clicked)
            top.addWidget(opens)
        return top

    def _status(self, today: date) -> QLabel:
        track = self.track
        word, severity = track.status, _QUIET
        if track.status in STATES:
            message_id, severity = STATES[track.status]
            word = text(message_id)
        if self.is_troubled and track.status in OWN_STATES:
            word, severity = text("track_panel.not_all_notified"), "bad"
        if is_late(track, today) and severity != "bad":
            word, severity = text("track_panel.overdue", state=word), "wait"
        made = kit.label(word, "status", severity)
        made.setObjectName("package_status")
        made.setWordWrap(True)
        # Plain words and the carrier's own, where they say more than the state does.
        said = dict.fromkeys(
            sentence for sentence in (str(track.message), *track.said) if sentence and sentence != word
        )
        kit.set_tooltip(made, "\n".join(said))
        made.setAccessibleName(kit.plain(". ".join(sentence.rstrip(".") for sentence in (word, *said))))
        return made

    def _on_copy_triggered(self) -> None:
        kit.copy(self.track.tracking_number)

    def _on_details_clicked(self) -> None:
        shown = TrackDetailsDialog(self.window(), self._theme, self.track)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown.open()

    def _on_link_clicked(self) -> None:
        if self._link is None:
            return
        if self._link.is_carriers:
            QDesktopServices.openUrl(self._link.url)
            return
        ask = OpenAnywayDialog(self.window(), self._theme, self._link)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.open()


def _wrapped(name: str, said: str, variant: str = "", severity: Severity = "") -> QLabel:
    made = kit.label(said, variant, severity)
    made.setObjectName(name)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    made.setWordWrap(True)
    return made


def link_of(track: Track) -> Link | None:
    """The carrier's own page for a package, else the page that the platform tells of."""
    own = judged(carriers.tracking_link(track.carrier, track.tracking_number))
    return own or judged(track.url)


def reason_of(track: Track) -> str:
    """Why a package stands as it does, in a sentence; empty where its state says enough."""
    if track.status in TROUBLED:
        return next((one for one in (*reversed(track.said), str(track.message)) if one), "")
    return str(track.message) if track.status in OWN_STATES else ""


def is_late(track: Track, today: date) -> bool:
    """Whether a package should have come before today."""
    expected = _day_of(track.expected)
    return expected is not None and expected < today and track.status != "delivered"


def days_of(track: Track, today: date) -> str:
    """When a package is expected and when it came, in one line."""
    said: list[str] = []
    if (shipped := _day_of(track.shipped)) and track.status != "delivered":
        said.append(text("track_panel.shipped", day=near_day(shipped, today)))
    if expected := _day_of(track.expected):
        said.append(text("track_panel.expected", day=near_day(expected, today)))
    delivered_at_ms = RemoteTime.read(track.delivered).at_ms
    if delivered_at_ms is not None:
        said.append(text("track_panel.delivered", time=when(delivered_at_ms, today)))
    return " · ".join(said)


def steps_of(track: Track, today: date) -> tuple[Step, ...]:
    """What happened, newest first: where, at whose clock, and how the carrier put it."""
    return tuple(
        Step(str(event.message), _where(event), _when(event, today), event.said, STEP_TONES.get(event.status, "good"))
        for event in track.events
    )


def places_of(track: Track) -> tuple[Place, ...]:
    """Where a package was, newest first, each place in a row once."""
    made: list[Place] = []
    for event in track.events:
        if event.latitude is not None and event.longitude is not None:
            place = Place(event.latitude, event.longitude, event.place)
            if not made or made[-1][:2] != place[:2]:
                made.append(place)
    return tuple(made)


def _where(event: TrackEvent) -> str:
    """Where it was and who was there: place and postal code, the company, who signed."""
    place = " ".join(part for part in (event.place, event.postal_code) if part)
    signer = text("track_panel.signed_by", name=event.signer) if event.signer else ""
    return " · ".join(part for part in (place, event.company, signer) if part)


def _when(event: TrackEvent, today: date) -> str:
    if event.at_ms is None:
        return event.occurred or text("track_panel.no_time")
    # The carrier's clock tells the packer and the buyer most; which zone it has is not known.
    local = _local_time(event.local_time, today)
    return text("track_panel.local_time", time=local) if local else when(event.at_ms, today)


def _local_time(written: str, today: date) -> str:
    """A time as the carrier wrote it, to the minute; empty where it is no time."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return ""
    return on_day(moment.date(), clock_time(moment), today)


def _day_of(written: str) -> date | None:
    """The day as it was written: what zone it is in does not matter for a day."""
    try:
        return date.fromisoformat(written.strip()[:10])
    except ValueError:
        at_ms = RemoteTime.read(written).at_ms
        return date(1970, 1, 1) + timedelta(milliseconds=at_ms) if at_ms is not None else None
