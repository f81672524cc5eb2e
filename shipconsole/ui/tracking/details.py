"""The dialog with every value that is known of a shipped package: codes, signature, label."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.layout import action, column, row
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import checked_link, open_link

SIZE_PX = (640, 560)


class Part(NamedTuple):
    """A package or one of its events: a title, and its values with their titles."""

    title: str
    values: tuple[tuple[str, str], ...]


class TrackDetailsDialog(Dialog):
    """A package and its events, each with all its values. Opened with `open()`.

    Signal: print_label_requested(address), for a label whose link was checked and, where needed, confirmed.
    """

    print_label_requested = Signal(str)

    def __init__(self, parent: QWidget | None, theme: Theme, track: Track) -> None:
        """Show one track."""
        super().__init__(parent, theme, "track_details_dialog", text("track_details.title"))
        self._parts = parts_of(track)
        self._label = checked_link(track.label_url)
        self.tree = QTreeWidget()
        self.tree.setObjectName("track_details")
        self.tree.setAccessibleName(text("track_details.title"))
        self.tree.setHeaderLabels([text("track_details.detail"), text("track_details.value")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        for part in self._parts:
            self._add(part)
        self.tree.expandAll()
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        close = action("close", text("button.close"), self.accept, key="Esc")
        close.setDefault(True)
        buttons = row(theme, 1, close, action("copy", text("button.copy"), self._on_copy_clicked))
        if self._label is not None:
            buttons.addWidget(action("open_label", text("track_details.open_label"), self._on_open_label_clicked))
            buttons.addWidget(action("print_label", text("shipping_label.print"), self._on_print_label_clicked))
        main = self._column(10)
        main.addWidget(widgets.label(text("track_details.title"), "number"))
        main.addWidget(widgets.card(column(theme, self.tree, margins=(8, 6, 8, 8))), 1)
        main.addLayout(buttons)
        self._fit(SIZE_PX)

    def _add(self, part: Part) -> None:
        heading = QTreeWidgetItem([plain(part.title), ""])
        heading.setFirstColumnSpanned(True)
        self.tree.addTopLevelItem(heading)
        for title, value in part.values:
            item = QTreeWidgetItem(heading, [title, plain(value)])
            item.setToolTip(1, widgets.tooltip(value))

    def _on_copy_clicked(self) -> None:
        widgets.copy(text_of(self._parts))

    def _on_open_label_clicked(self) -> None:
        if self._label is not None:
            open_link(self, self._theme, self._label)

    def _on_print_label_clicked(self) -> None:
        label = self._label
        if label is not None:
            address = label.url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
            open_link(self, self._theme, label, lambda: self.print_label_requested.emit(address))


def parts_of(track: Track) -> tuple[Part, ...]:
    """Return a package and its events, newest first, with their values; empty values are left out."""
    package = Part(track.tracking_number, tuple(_filled(_values_of(track))))
    return (package, *(Part(str(event.message), tuple(_filled(_values_of_event(event)))) for event in track.events))


def text_of(parts: tuple[Part, ...]) -> str:
    """Return parts as lines of text."""
    return "\n\n".join(
        "\n".join([part.title, *(f"{title}: {value}" for title, value in part.values)]) for part in parts
    )


def _values_of(track: Track) -> Iterator[tuple[str, str]]:
    yield text("track_details.status"), str(track.message)
    yield text("track_details.status_code"), track.code
    yield text("track_details.description"), track.description
    yield text("track_details.detail_code"), track.detail_code
    for sentence in track.platform_texts:
        yield text("track_details.platform_text"), sentence
    yield text("track_details.carrier"), track.carrier
    yield text("track_details.carrier_status_code"), track.carrier_status_code
    yield text("track_details.carrier_detail_code"), track.carrier_detail_code
    yield text("track_details.shipped"), track.shipped
    yield text("track_details.expected"), track.expected
    yield text("track_details.delivered"), track.delivered
    yield text("track_details.page"), track.url
    yield text("track_details.label"), track.label_url


def _values_of_event(event: TrackEvent) -> Iterator[tuple[str, str]]:
    yield text("track_details.time"), event.occurred
    yield text("track_details.carrier_time"), event.local_time
    yield text("track_details.location"), event.location
    yield text("track_details.postal_code"), event.postal_code
    yield text("track_details.company"), event.company
    yield text("track_details.signer"), event.signer
    yield text("track_details.proof"), event.proof_url
    yield text("track_details.status_code"), event.code
    yield text("track_details.platform_text"), event.platform_text
    yield text("track_details.event_code"), event.event_code
    yield text("track_details.detail_code"), event.detail_code
    if event.latitude is not None and event.longitude is not None:
        yield text("track_details.coordinates"), f"{event.latitude}, {event.longitude}"


def _filled(values: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((title, value) for title, value in values if value)
