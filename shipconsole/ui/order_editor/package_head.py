"""The two lines of a package: its number and state, and below them carrier, weight, size and units."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.measures import kilograms
from shipconsole.domain.package_size import size_text
from shipconsole.domain.plain_text import plain
from shipconsole.domain.shipment import Package
from shipconsole.domain.tracking import TrackStatus
from shipconsole.messages import number as shown_number
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import LEFT, RIGHT
from shipconsole.ui.kit.formats import at
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.strings import shortly_grouped
from shipconsole.ui.kit.theme import Severity, Theme, typeface
from shipconsole.ui.order_editor import signs
from shipconsole.ui.order_editor.marks import ShippedPackage

HEIGHT_PX = 58
_MOVING: dict[TrackStatus, tuple[str, Severity]] = {
    "accepted": ("tracking_state.accepted", "accent"),
    "in_transit": ("tracking_state.in_transit", "accent"),
    "attempted": ("tracking_state.attempted", "wait"),
    "collection_point": ("tracking_state.collection_point", "accent"),
    "exception": ("tracking_state.exception", "bad"),
    "delivered": ("tracking_state.delivered", "good"),
}
"""What a carrier reports; before that the state of the updates is shown."""


class PackageSummary(NamedTuple):
    """What the two lines of a package say."""

    title: str
    details: str
    state: str = ""
    severity: Severity = ""
    is_shipped: bool = False
    is_wrong: bool = False

    @property
    def spoken(self) -> str:
        """All of it, for screen readers."""
        return ", ".join(part for part in (self.title, self.state, self.details) if part)


def shipped_summary(shipped: ShippedPackage) -> PackageSummary:
    """Return the lines of a shipped package."""
    package = shipped.package
    if shipped.severity in ("bad", "wait"):
        state, severity = shipped.state, shipped.severity
    elif shipped.status in _MOVING:
        message_id, severity = _MOVING[shipped.status]
        state = text(message_id)
    else:
        state, severity = text("package_card.shipped_at", time=at(shipped.shipped_at_ms)), "quiet"
    return PackageSummary(
        text("package_tab.number", number=shipped.number),
        " · ".join(_parts(package)),
        state,
        severity,
        is_shipped=True,
        is_wrong=shipped.severity == "bad",
    )


def draft_summary(number: int, package: PackageDraft, *, is_wrong: bool) -> PackageSummary:
    """Return the lines of a package that is not open."""
    label = " ".join(
        part for part in (carrier_name(package.carrier), shortly_grouped(package.tracking_number.strip())) if part
    )
    weight = text("package_card.weight", weight=package.weight_kg.strip()) if package.weight_kg.strip() else ""
    parts = (label or text("package_card.no_label"), weight, package.size_cm.strip(), units_text(package.units))
    return PackageSummary(
        text("package_tab.number", number=number), " · ".join(part for part in parts if part), is_wrong=is_wrong
    )


def units_text(units: int) -> str:
    """Return how many units a package has."""
    return text("package_card.units", count=units)


def _parts(package: Package) -> tuple[str, ...]:
    label = " ".join(part for part in (carrier_name(package.carrier), shortly_grouped(package.tracking_number)) if part)
    weight = "" if package.weight_g is None else text("package_card.weight", weight=_kg(package.weight_g))
    size = size_text(package.size) if package.size is not None else ""
    return tuple(part for part in (label, weight, size, units_text(package.units)) if part)


def _kg(weight_g: int) -> str:
    weight = kilograms(weight_g)
    return shown_number(int(weight) if weight_g % 1_000 == 0 else float(weight))


class PackageHead(QAbstractButton):
    """The two lines of a package, which a press opens."""

    def __init__(self, theme: Theme, *, has_frame: bool = False) -> None:
        """Begin empty."""
        super().__init__()
        self._theme = theme
        self._has_frame = has_frame
        self._summary = PackageSummary("", "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def summary(self) -> PackageSummary:
        """What it shows."""
        return self._summary

    def show_summary(self, summary: PackageSummary) -> None:
        """Show the lines of a package."""
        if summary != self._summary:
            self._summary = summary
            self.setAccessibleName(plain(summary.spoken))
            widgets.set_tooltip(self, summary.details)
            self.update()

    def sizeHint(self) -> QSize:
        """Return a size for two lines."""
        return QSize(self._theme.tokens.px(200), self._theme.tokens.px(HEIGHT_PX))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the sign, the two lines, and the state."""
        tokens, px, shown = self._theme.tokens, self._theme.tokens.px, self._summary
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._has_frame:
            painter.setPen(tokens.color("line"))
            painter.setBrush(tokens.color("card"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(10), px(10))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), px(8), px(8))
        side, sign = px(12), px(16)
        line, half = px(20), self.height() // 2
        square = QRectF(QPointF(side, half - line + (line - sign) / 2), QPointF(side + sign, half - (line - sign) / 2))
        if not self.isEnabled():
            painter.setOpacity(0.55)
        paint = signs.tick if shown.is_shipped else signs.box
        paint(painter, square, tokens.color("good" if shown.is_shipped else "bad" if shown.is_wrong else "secondary"))
        left, right = side + sign + px(10), self.width() - side
        right = self._paint_state(painter, right, half - line, line)
        strong = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(tokens.color("bad" if shown.is_wrong and not shown.is_shipped else "text"))
        title = QFontMetrics(strong).elidedText(plain(shown.title), Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, half - line, right - left, line), LEFT, title)
        regular = typeface(tokens, tokens.secondary_px)
        painter.setFont(regular)
        painter.setPen(tokens.color("secondary"))
        room = self.width() - side - left
        details = QFontMetrics(regular).elidedText(plain(shown.details), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, half, room + 2, line), LEFT, details)

    def _paint_state(self, painter: QPainter, right: int, top: int, line: int) -> int:
        """Draw the state at the right end; return where it begins."""
        tokens, px, shown = self._theme.tokens, self._theme.tokens.px, self._summary
        if not shown.state:
            return right
        font = typeface(tokens, tokens.secondary_px, QFont.Weight.DemiBold)
        room = self.width() // 2
        state = QFontMetrics(font).elidedText(plain(shown.state), Qt.TextElideMode.ElideRight, room)
        width = QFontMetrics(font).horizontalAdvance(state)
        painter.setFont(font)
        is_quiet = shown.severity in ("quiet", "")
        if not is_quiet:
            ground = QRectF(right - width - px(16), top - 1, width + px(16), line + 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color(f"{shown.severity}_soft"))
            painter.drawRoundedRect(ground, px(9), px(9))
        painter.setPen(tokens.color("secondary" if is_quiet else _text_color(shown.severity)))
        inside = 0 if is_quiet else px(8)
        painter.drawText(QRect(right - inside - width - 1, top, width + 2, line), RIGHT, state)
        return right - width - (px(6) if is_quiet else px(22))


def _text_color(severity: Severity) -> str:
    return "accent_text" if severity == "accent" else severity
