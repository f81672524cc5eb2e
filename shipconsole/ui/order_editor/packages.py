"""The packages of the order in one column: shipped ones in two lines each, the open one with its fields."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from shipconsole.domain.package_size import PackagePreset
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.labels import OtherOrder
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.flow_layout import FlowLayout
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.package_label import CarrierField, carrier_name
from shipconsole.ui.kit.strings import contents, grouped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.marks import FieldProblem, Marks, ShippedPackage
from shipconsole.ui.order_editor.package_form import TITLES, PackageForm
from shipconsole.ui.order_editor.package_head import PackageHead, draft_summary, shipped_summary
from shipconsole.ui.order_editor.updates_card import UpdatesCard

SIDE_PX = 12
_DETAILS_MOST = 12
W = TypeVar("W", bound=QWidget)


class PackagesPane(QWidget):
    """The packages and what their platforms were notified of, bound to the packing session, in one scroll area.

    Signals: number_edited() while a person types a tracking number, number_entered() when they leave the field,
    new_package_requested(), remove_requested() of the open package, count_changed(packages), fix_requested(shipped
    package, problem, new value) and discard_requested(call id) for what a platform rejected, order_requested(order id)
    for one that has the number too.
    """

    number_edited = Signal()
    number_entered = Signal()
    new_package_requested = Signal()
    remove_requested = Signal()
    count_changed = Signal(int)
    fix_requested = Signal(object, object, str)
    discard_requested = Signal(int)
    order_requested = Signal(int)

    def __init__(self, theme: Theme, presets: Sequence[PackagePreset] = ()) -> None:
        """Begin with no package; `presets` are sizes to choose from."""
        super().__init__()
        self.setObjectName("packages_pane")
        self._theme = theme
        self._session: PackingSession | None = None
        self._shipped: tuple[ShippedPackage, ...] = ()
        self._marks = Marks()
        self._others: tuple[OtherOrder, ...] = ()
        self._count = 0
        self._arranged: tuple[int, ...] = ()
        self._cards: list[ShippedCard] = []
        self._heads: list[PackageHead] = []
        self.form = PackageForm(theme, presets)
        self.form.number_edited.connect(self.number_edited)
        self.form.number_entered.connect(self.number_entered)
        self.form.remove_requested.connect(self.remove_requested)
        self.form.order_requested.connect(self.order_requested)
        self._new = widgets.button(text("order_editor.new_package"), "link", "Ctrl+N", "plus")
        self._new.setObjectName("new_package")
        self._new.setAccessibleName(text("order_editor.new_package"))
        self._new.clicked.connect(self.new_package_requested)
        self.updates = UpdatesCard(theme)
        self._binding = Binding(self)
        self._binding.follow(self._show_session, "revision", "current", "is_locked")
        self._none = wrapped(text("order_editor.no_packages"), "secondary", name="no_packages")
        self._none.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.show_order(False)

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self.tabs = PackageColumn()
        self._tab_column = QVBoxLayout(self.tabs)
        self._tab_column.setContentsMargins(0, 0, 0, 0)
        self._tab_column.setSpacing(px(8))
        self._tab_column.addWidget(self.form)
        new = QHBoxLayout()
        new.addWidget(self._new)
        new.addStretch(1)
        content = QWidget()
        content.setProperty("variant", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(SIDE_PX), px(SIDE_PX), px(SIDE_PX), px(6))
        column.setSpacing(px(8))
        column.addWidget(self._none)
        column.addWidget(self.tabs)
        column.addLayout(new)
        column.addWidget(self.updates)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._scroll)

    @property
    def count(self) -> int:
        """The number of packages, shipped ones included; an untouched one beside them is none."""
        return self._count

    @property
    def content_height(self) -> int:
        """The height of all that is in the scroll area."""
        widget = self._scroll.widget()
        return widget.sizeHint().height() if widget is not None else 0

    @property
    def scrolls(self) -> bool:
        """Whether not all fits."""
        return self._scroll.verticalScrollBar().maximum() > 0

    def bind(self, session: PackingSession) -> None:
        """Show the packages of a session, and edit its open one."""
        self._session = session
        self._binding.bind(session)

    def show_order(self, is_open: bool) -> None:
        """Show the packages of the order, or that none is open."""
        self._none.setVisible(not is_open)
        self.tabs.setVisible(is_open)
        if is_open and self._session is not None:
            self._show_session(self._session)
        else:
            self._new.hide()
            self.updates.hide()

    def show_shipped(
        self, shipped: Sequence[ShippedPackage], marks: Marks, others: tuple[OtherOrder, ...] = ()
    ) -> None:
        """Show the shipped packages, the marks of those of the draft, and the orders that have their numbers too."""
        self._shipped, self._marks, self._others = tuple(shipped), marks, others
        if self._session is not None:
            self._show_session(self._session)

    def show_locked(self, is_locked: bool) -> None:
        """Dim the packages and take no input while scanning is locked."""
        for part in (self.tabs, self._new):
            part.setEnabled(not is_locked)
        self.form.show_locked(is_locked)

    def _show_session(self, session: PackingSession) -> None:
        packages, first = session.draft.packages, len(self._shipped) + 1
        is_bare = bool(self._shipped) and len(packages) == 1 and packages[0].is_untouched
        has_form = not (is_bare and not session.order.left)
        self._make(len(self._shipped), len(packages))
        for card, shipped in zip(self._cards, self._shipped, strict=True):
            card.show_package(shipped, session)
        for position, head in enumerate(self._heads):
            is_wrong = bool(self._marks.of_package(position))
            head.show_summary(draft_summary(first + position, packages[position], is_wrong=is_wrong))
        self._arrange(session.current)
        self.form.setVisible(has_form)
        self._new.setVisible(has_form)
        self.form.show_package(
            session, first + session.current, may_remove=len(packages) > 1, is_fixed=session.is_locked
        )
        self.form.mark(self._marks.of_package(session.current))
        self.form.show_other_order(next((other for other in self._others if other.package == session.current), None))
        count = len(self._shipped) + len(packages) - is_bare
        if count != self._count:
            self._count = count
            self.count_changed.emit(count)

    def _make(self, shipped: int, drafted: int) -> None:
        """Have a card for each shipped package, and two lines for each package of the draft."""
        self._fit(self._cards, shipped, self._new_card)
        self._fit(self._heads, drafted, self._new_head)

    def _fit(self, made: list[W], wanted: int, make: Callable[[int], W]) -> None:
        while len(made) < wanted:
            made.append(make(len(made)))
        while len(made) > wanted:
            removed = made.pop()
            self._tab_column.removeWidget(removed)
            removed.hide()
            removed.deleteLater()
            self._arranged = ()

    def _new_card(self, position: int) -> "ShippedCard":
        card = ShippedCard(self._theme, position)
        card.fix_requested.connect(self.fix_requested)
        card.discard_requested.connect(self.discard_requested)
        return card

    def _new_head(self, position: int) -> PackageHead:
        head = PackageHead(self._theme, has_frame=True)
        head.setObjectName(f"package_{position}")
        head.clicked.connect(partial(self._on_head_clicked, position))
        return head

    def _arrange(self, current: int) -> None:
        """Put the fields in the place of the open package among the others."""
        arranged = (len(self._cards), len(self._heads), current)
        if arranged == self._arranged:
            return
        self._arranged = arranged
        parts: list[QWidget] = [*self._cards, *self._heads]
        parts.insert(len(self._cards) + current, self.form)
        for part in parts:
            self._tab_column.removeWidget(part)
        for part in parts:
            self._tab_column.addWidget(part)
        for position, head in enumerate(self._heads):
            head.setVisible(position != current)

    def _on_head_clicked(self, position: int, _checked: bool = False) -> None:
        if self._session is not None and position < len(self._session.draft.packages):
            self._session.current = position


class PackageColumn(QWidget):
    """The packages from top to bottom; arrow keys go from one to the next."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("package_tabs")
        self.setAccessibleName(text("order_editor.packages"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next package or the one before with an arrow."""
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        heads = [head for head in self.findChildren(PackageHead) if head.isVisible()]
        heads.sort(key=lambda head: head.mapTo(self, head.rect().topLeft()).y())
        focused = next((position for position, head in enumerate(heads) if head.hasFocus()), None)
        if by and focused is not None and 0 <= focused + by < len(heads):
            heads[focused + by].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class ShippedCard(QFrame):
    """A shipped package: two lines, more on a press, and the fields that a platform rejected.

    Signals: fix_requested(shipped package, problem, new value), discard_requested(call id).
    """

    fix_requested = Signal(object, object, str)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme, position: int) -> None:
        """Begin empty, as the package at a position."""
        super().__init__()
        self.setProperty("variant", "package")
        self._theme = theme
        self._shipped: ShippedPackage | None = None
        self._fixes: list[LabelFix] = []
        self.head = PackageHead(theme)
        self.head.setObjectName(f"shipped_package_{position}")
        self.head.setCheckable(True)
        self.head.toggled.connect(self._on_toggled)
        self._details = wrapped("", "secondary", name="package_details", selectable=True)
        self._details.hide()
        self._problem = wrapped("", "secondary", "bad", name="package_problem")
        self._problem.hide()
        px = theme.tokens.px
        inside = QWidget()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(px(12), 0, px(12), px(10))
        self._inside.setSpacing(px(6))
        self._inside.addWidget(self._details)
        self._inside.addWidget(self._problem)
        self._inside_part = inside
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(inside)
        inside.hide()

    def show_package(self, shipped: ShippedPackage, session: PackingSession) -> None:
        """Show a package."""
        if shipped == self._shipped:
            return
        before, self._shipped = self._shipped, shipped
        self.head.show_summary(shipped_summary(shipped))
        lines = (
            (session.order.line(packed.line_id), packed.quantity) for packed in shipped.package.lines[:_DETAILS_MOST]
        )
        items = contents([(line.sku, units) for line, units in lines if line is not None])
        more = len(shipped.package.lines) - _DETAILS_MOST
        parts = [grouped(shipped.package.tracking_number), shipped.package.service, items]
        parts += [text("package_card.more_items", count=more)] if more > 0 else []
        self._details.setText(plain("\n".join(part for part in parts if part), lines=True))
        if before is None or before.problems != shipped.problems:
            self._show_fixes(shipped)
        fixed = {problem.field for problem in shipped.problems}
        others = [mark for name, mark in shipped.marks.items() if name not in fixed]
        self._problem.setText(plain("\n".join(others), lines=True))
        self._problem.setVisible(bool(others))
        self._show_inside()

    def _show_fixes(self, shipped: ShippedPackage) -> None:
        for fix in self._fixes:
            self._inside.removeWidget(fix)
            fix.hide()
            fix.deleteLater()
        by_field: dict[str, list[FieldProblem]] = {}
        for problem in shipped.problems:
            by_field.setdefault(problem.field, []).append(problem)
        self._fixes = [LabelFix(self._theme, shipped, problems) for problems in by_field.values()]
        for fix in self._fixes:
            fix.save_requested.connect(self.fix_requested)
            fix.discard_requested.connect(self.discard_requested)
            self._inside.addWidget(fix)

    def _show_inside(self) -> None:
        is_open = self.head.isChecked()
        self._details.setVisible(is_open)
        self._inside_part.setVisible(is_open or bool(self._fixes) or not self._problem.isHidden())

    def _on_toggled(self, _checked: bool) -> None:
        self._show_inside()


class LabelFix(QWidget):
    """A field that a platform rejected, in its own words, with what a person can do about it.

    Signals: save_requested(shipped package, problem, new value), discard_requested(call id).
    """

    save_requested = Signal(object, object, str)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme, shipped: ShippedPackage, problems: Sequence[FieldProblem]) -> None:
        """Show the problems of one field."""
        super().__init__()
        self.setObjectName("label_fix")
        self._shipped = shipped
        self._problem = problems[0]
        package, name = shipped.package, problems[0].field
        self._field: QLineEdit | CarrierField
        if name == "carrier":
            self._field = CarrierField()
            self._field.setEditText(carrier_name(package.carrier))
            self._field.line.returnPressed.connect(self._save)
        else:
            self._field = QLineEdit(package.service if name == "service" else package.tracking_number)
            self._field.returnPressed.connect(self._save)
        title = text(TITLES[name])
        quotes = "\n".join(problem.quote for problem in problems)
        self._field.setObjectName(f"fix_{name}")
        self._field.setAccessibleName(plain(title))
        self._field.setAccessibleDescription(plain(quotes))
        self._field.setProperty("wrong", True)
        label = widgets.label(f"✕  {title}", "strong", "bad")
        quote = wrapped(quotes, "", "bad", name="problem", selectable=True)
        save = widgets.button(text("label_fix.save"), "plain", "Enter")
        save.setObjectName("save_and_retry")
        save.clicked.connect(self._save)
        discard = widgets.button(text("label_fix.discard"), "quiet")
        discard.setObjectName("discard")
        discard.clicked.connect(lambda: self.discard_requested.emit(self._problem.call_id))
        px = theme.tokens.px
        buttons = FlowLayout(spacing=px(8))
        buttons.addWidget(save)
        buttons.addWidget(discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(2), 0, 0)
        column.setSpacing(px(5))
        column.addWidget(label)
        column.addWidget(self._field)
        column.addWidget(quote)
        column.addLayout(buttons)

    def _save(self) -> None:
        value = self._field.currentText() if isinstance(self._field, CarrierField) else self._field.text()
        self.save_requested.emit(self._shipped, self._problem, value)
