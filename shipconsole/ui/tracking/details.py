"""All that is known of a package on its way, to the letter: for whoever needs a code, a signature or the label."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.ui.kit import strings as said_everywhere
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking import words
from shipconsole.ui.tracking.links import judged
from shipconsole.ui.tracking.open_anyway import OpenAnywayDialog


class Part(NamedTuple):
    """A package or one of its events: what it is called, and its values by their titles."""

    title: str
    values: tuple[tuple[str, str], ...]


class TrackDetailsDialog(QDialog):
    """A package and its events, each with every value that is known of it. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, track: Track) -> None:
        """Show one track."""
        super().__init__(parent)
        self.setObjectName("track_details_dialog")
        self.setWindowTitle(words.DETAILS_TITLE)
        self._theme = theme
        self._parts = parts_of(track)
        self._label = judged(track.label_url)
        px = theme.tokens.px
        self.tree = QTreeWidget()
        self.tree.setObjectName("track_details")
        self.tree.setAccessibleName(words.DETAILS_TITLE)
        self.tree.setHeaderLabels([words.DETAIL, words.VALUE])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        for part in self._parts:
            self._add(part)
        self.tree.expandAll()
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        copy = kit.button(said_everywhere.COPY)
        copy.setObjectName("copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_clicked)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addWidget(copy)
        if self._label is not None:
            opens = kit.button(words.OPEN_LABEL)
            opens.setObjectName("open_label")
            opens.setAutoDefault(False)
            opens.clicked.connect(self._on_open_label_clicked)
            buttons.addWidget(opens)
        close = kit.button(said_everywhere.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(16), px(18), px(16))
        column.setSpacing(px(10))
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)
        self.resize(px(640), px(560))

    def _add(self, part: Part) -> None:
        head = QTreeWidgetItem([kit.plain(part.title), ""])
        head.setFirstColumnSpanned(True)
        self.tree.addTopLevelItem(head)
        for title, text in part.values:
            row = QTreeWidgetItem(head, [title, kit.plain(text)])
            row.setToolTip(1, kit.tooltip(text))

    def _on_copy_clicked(self) -> None:
        kit.copy(text_of(self._parts))

    def _on_open_label_clicked(self) -> None:
        if self._label is None:
            return
        if self._label.is_carriers:
            QDesktopServices.openUrl(self._label.url)
            return
        OpenAnywayDialog(self, self._theme, self._label).open()


def parts_of(track: Track) -> tuple[Part, ...]:
    """Return a package and its events, newest first, with the values that are not empty."""
    package = Part(track.tracking_number, tuple(_filled(_values_of(track))))
    return (package, *(Part(str(event.message), tuple(_filled(_values_of_event(event)))) for event in track.events))


def text_of(parts: tuple[Part, ...]) -> str:
    """Return the same as lines of text."""
    return "\n\n".join("\n".join([part.title, *(f"{title}: {text}" for title, text in part.values)]) for part in parts)


def _values_of(track: Track) -> Iterator[tuple[str, str]]:
    yield words.STATUS, str(track.message)
    yield words.STATUS_CODE, track.code
    yield words.DESCRIPTION, track.description
    yield words.DETAIL_CODE, track.detail_code
    for sentence in track.said:
        yield words.SAID, sentence
    yield words.CARRIER, track.carrier
    yield words.CARRIER_STATUS_CODE, track.carrier_status_code
    yield words.CARRIER_DETAIL_CODE, track.carrier_detail_code
    yield words.SHIPPED, track.shipped
    yield words.EXPECTED, track.expected
    yield words.DELIVERED, track.delivered
    yield words.TRACKING_PAGE, track.url
    yield words.LABEL_LINK, track.label_url


def _values_of_event(event: TrackEvent) -> Iterator[tuple[str, str]]:
    yield words.TIME, event.occurred
    yield words.CARRIER_TIME, event.local_time
    yield words.PLACE, event.place
    yield words.POSTAL_CODE, event.postal_code
    yield words.COMPANY, event.company
    yield words.SIGNER, event.signer
    yield words.PROOF_LINK, event.proof_url
    yield words.STATUS_CODE, event.code
    yield words.SAID, event.said
    yield words.EVENT_CODE, event.event_code
    yield words.DETAIL_CODE, event.detail_code
    if event.latitude is not None and event.longitude is not None:
        yield words.COORDINATES, f"{event.latitude}, {event.longitude}"


def _filled(values: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((title, text) for title, text in values if text)
