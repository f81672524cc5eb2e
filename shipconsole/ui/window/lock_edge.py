"""The red edge that is laid over the window while scanning is locked; nothing moves for it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from shipconsole.ui.kit.theme import Theme

WIDTH_PX = 6
WIDEST = 1.5
"""The edge grows with the text to 9 pixels, and covers nothing."""
FADE_MS = 120


class LockEdge(QWidget):
    """Covers the window and takes no mouse and no key. With reduced motion it appears without fading."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        """Begin hidden."""
        super().__init__(window)
        self.setObjectName("lock_edge")
        self._theme = theme
        self._strength = 0.0
        self._fade: QVariantAnimation | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self.hide()

    @property
    def is_fading(self) -> bool:
        """Whether it is still appearing."""
        return self._fade is not None and self._fade.state() == QVariantAnimation.State.Running

    def show_locked(self, is_locked: bool) -> None:
        """Appear or vanish."""
        if is_locked != self.isHidden():
            return
        self.setVisible(is_locked)
        if not is_locked:
            if self._fade is not None:
                self._fade.stop()
            return
        self._cover()
        self.raise_()
        if self._theme.tokens.still:
            self._set_strength(1.0)
            return
        if self._fade is None:
            self._fade = QVariantAnimation(self)
            self._fade.setStartValue(0.0)
            self._fade.setEndValue(1.0)
            self._fade.setDuration(FADE_MS)
            self._fade.valueChanged.connect(self._set_strength)
        self._fade.start()

    def finish(self) -> None:
        """Appear completely at once."""
        if self._fade is not None:
            self._fade.stop()
        self._set_strength(1.0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._cover()
        return False

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the edge."""
        # White on black is the red of high contrast; the edge is red there as well.
        tokens = self._theme.tokens
        color = QColor(tokens.bad_solid if tokens.bad_solid != tokens.text else tokens.bad)
        color.setAlphaF(self._strength)
        width = round(WIDTH_PX * min(WIDEST, max(1.0, tokens.scale)))
        painter = QPainter(self)
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2))

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _set_strength(self, strength: float) -> None:
        self._strength = strength
        self.update()
