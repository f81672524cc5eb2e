"""Sets up a new station: the steps at the left, one of them at the right; it can be left at any step."""

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.dialogs.first_run.steps import STEPS, ScannerStep, Step, StepName, make_step
from shipconsole.ui.dialogs.settings.page import STACKED_FROM
from shipconsole.ui.dialogs.settings.pages import SettingsParts
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, Dialog, name_button
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.mark import Mark
from shipconsole.ui.kit.screen_fit import FoldingScrollArea
from shipconsole.ui.kit.theme import Theme, typeface

SIZE_PX = (1_040, 700)
SIDE_PX = 280


class StepButton(QPushButton):
    """A step in the list: its number, or a tick once it is done, its title, and what was chosen."""

    def __init__(self, name: StepName, number: int, theme: Theme) -> None:
        """Begin as a step that is to come."""
        super().__init__()
        self.setObjectName(f"step_{name}")
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.setProperty("variant", "quiet")
        self._theme = theme
        self._number = number
        self._title = text(f"first_run.{name}")
        self._hint = ""
        self._is_done = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, hint: str, *, is_current: bool, is_done: bool) -> None:
        """Show where the step stands."""
        self._hint, self._is_done = plain(hint), is_done
        self.setChecked(is_current)
        widgets.set_tooltip(self, f"{self._title}\n{self._hint}".strip())
        state = text("first_run.step_done") if is_done else ""
        self.setAccessibleName(plain(" · ".join(part for part in (self._title, hint, state) if part)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two lines."""
        px = self._theme.tokens.px
        return QSize(px(SIDE_PX - 32), px(60))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the background, the circle, and both lines."""
        tokens = self._theme.tokens
        px = tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(tokens.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("accent_soft") if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, px(8), px(8))
        side = px(30)
        circle = QRectF(px(12), (self.height() - side) / 2, side, side)
        is_filled = self._is_done or self.isChecked()
        painter.setPen(QPen(tokens.color("secondary"), 1.5 * tokens.scale) if not is_filled else Qt.PenStyle.NoPen)
        fill = tokens.color("good" if self._is_done else "accent")
        painter.setBrush(fill if is_filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        painter.setPen(QPen(tokens.color("card" if self._is_done else "on_accent" if is_filled else "text"), px(2)))
        if self._is_done:
            points = ((0.30, 0.52), (0.45, 0.66), (0.71, 0.37))
            painter.drawPolyline(
                [QPointF(circle.left() + x * circle.width(), circle.top() + y * circle.height()) for x, y in points]
            )
        else:
            painter.setFont(typeface(tokens, 13, QFont.Weight.DemiBold))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))
        left = px(54)
        room = self.width() - left - px(8)
        lines = [(self._title, 14, "text", QFont.Weight.DemiBold)]
        if self._hint:
            lines.append((self._hint, 12, "secondary", QFont.Weight.Normal))
        top = (self.height() - sum(px(size + 6) for _, size, _, _ in lines)) / 2
        for line, size, color, weight in lines:
            painter.setFont(typeface(tokens, size, weight))
            painter.setPen(tokens.color(color))
            shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, room)
            at = QRectF(left, top, room, px(size + 6))
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            top += px(size + 6)


class FirstRunDialog(Dialog):
    """The assistant. Signal: practice_requested(), where the demo is to open. Opened with `open()`."""

    practice_requested = Signal()

    def __init__(
        self, parent: QWidget | None, parts: SettingsParts, *, is_demo: bool = False, step: StepName = "station"
    ) -> None:
        """Begin at a step; in the demo the practice package opens in this window."""
        super().__init__(parent, parts.theme, "first_run_dialog", text("first_run.title"))
        self.setProperty("variant", "pages")
        self._parts = parts
        self._is_demo = is_demo
        self._is_narrow = parts.theme.tokens.scale >= STACKED_FROM
        self._done: set[StepName] = set()
        self._steps: dict[StepName, Step] = {}
        self._buttons: dict[StepName, StepButton] = {}
        self._stack = QStackedWidget()
        self._count = widgets.label("", "secondary")
        self._title = widgets.label("", "number")
        self._title.setObjectName("first_run_title")
        self._intro = wrapped("", "secondary", name="first_run_intro")
        self._later = action("first_run_later", text("first_run.later"), self.reject, "link", key="Esc")
        self._back = action("first_run_back", text("first_run.back"), self.back)
        self._next = action("first_run_next", text("first_run.next"), self.next, "primary", key=ENTER)
        for number, name in enumerate(STEPS, 1):
            self._steps[name] = made = make_step(name, parts, self._on_practice, is_demo=is_demo)
            made.changed.connect(self._show_list)
            self._stack.addWidget(FoldingScrollArea(made))
            self._buttons[name] = button = StepButton(name, number, parts.theme)
            button.clicked.connect(partial(self._on_step_clicked, name))
        self._make_keys({ENTER: self.next})
        self._lay_out()
        self._fit(SIZE_PX)
        self.show_step(step)
        self.finished.connect(lambda _: parts.live.change(first_run_done=True))

    @property
    def step(self) -> StepName:
        """The name of the step that is shown."""
        return STEPS[self._stack.currentIndex()]

    def show_step(self, name: StepName) -> None:
        """Show a step; the one before counts as done, unless it is a test that was left out."""
        if name != self.step:
            self._done.add(self.step)
        position = STEPS.index(name)
        self._stack.setCurrentIndex(position)
        self._count.setText(text("first_run.step", number=position + 1, total=len(STEPS)))
        self._title.setText(text(f"first_run.{name}"))
        self._intro.setText(text(f"first_run.{name}_intro"))
        self._back.setEnabled(position > 0)
        is_last = position == len(STEPS) - 1
        following = text("first_run.finish") if is_last else text(f"first_run.next_{STEPS[position + 1]}")
        if self._is_narrow and not is_last:
            following = text("first_run.next")
        name_button(self._next, following)
        self._steps[name].opened()
        self._show_list()
        self._steps[name].setAccessibleName(text(f"first_run.{name}"))
        self._steps[name].take_focus()

    def _on_step_clicked(self, name: StepName, _checked: bool = False) -> None:
        self.show_step(name)

    def next(self) -> None:
        """Show the next step; after the last one the station is set up."""
        position = STEPS.index(self.step)
        if position == len(STEPS) - 1:
            self.accept()
        else:
            self.show_step(STEPS[position + 1])

    def back(self) -> None:
        """Show the step before."""
        position = STEPS.index(self.step)
        if position:
            self.show_step(STEPS[position - 1])

    def changeEvent(self, event: QEvent) -> None:
        """Refresh the step when a dialog that it opened is closed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._steps[self.step].opened()

    def take_scan(self, scan: str) -> bool:
        """Test the scanner with a scan; at other steps a scan changes nothing."""
        step = self._steps[self.step]
        if isinstance(step, ScannerStep):
            step.test.take_scan(scan)
        return True

    def _on_practice(self) -> None:
        self._done.add("orders")
        self.accept()
        if self._is_demo:
            self._parts.open_entry("practice")
        else:
            self.practice_requested.emit()

    def _show_list(self) -> None:
        for name, button in self._buttons.items():
            hint = self._steps[name].summary or text(f"first_run.{name}_hint")
            is_done = name in self._done and name != self.step and self._steps[name].is_done
            button.show_state(hint, is_current=name == self.step, is_done=is_done)

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.tokens.px
        side = QFrame()
        side.setProperty("variant", "side")
        side.setFixedWidth(px(SIDE_PX))
        head = wrapped(text("first_run.title"), "secondary")
        program = widgets.Elided(text("first_run.program"), "number")
        steps = column(theme, *self._buttons.values(), spacing=6, margins=(0, 16, 0, 0))
        names = column(theme, program, head, spacing=0)
        column(
            theme,
            row(theme, (Mark(theme, 42), 0, MIDDLE), (names, 1), spacing=12),
            steps,
            1,
            wrapped(text("first_run.about"), "secondary"),
            spacing=4,
            margins=(16, 22, 16, 18),
            parent=side,
        )
        right = QVBoxLayout()
        right.setContentsMargins(px(32), px(24), px(22), px(18))
        right.setSpacing(px(4))
        for label in (self._count, self._title, self._intro):
            right.addWidget(label)
        right.addSpacing(px(12))
        right.addWidget(self._stack, 1)
        right.addLayout(row(theme, self._later, 1, self._back, self._next, margins=(0, 0, 10, 0)))
        # In large text the steps take the whole width, and their count stands above them.
        side.setVisible(not self._is_narrow)
        row(theme, side, (right, 1), spacing=0, parent=self)
