"""Edits the tracking of a package after it shipped, or voids its shipment."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain import label
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import correct
from shipconsole.operations.shipping.correct import Guide, NewLabel
from shipconsole.ui.dialogs.edit_tracking.lists import ParcelList, ToldList
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.button_row import name_button
from shipconsole.ui.kit.carrier_names import carrier_id
from shipconsole.ui.kit.dialog import ENTER
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.label_fields import LabelFields
from shipconsole.ui.kit.order_dialog import OrderDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TitledField

TYPED_MAX = 1_000


class LabelForm(QWidget):
    """Number, carrier and service, as in the package that is being packed. Signals: changed(), scanned()."""

    changed = Signal()
    scanned = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        px = theme.tokens.px
        self.package = PackageDraft()
        self._label = LabelFields(self, theme, text("edit_tracking.carrier"), text("edit_tracking.carrier_detected"))
        self._label.binding.bind(self.package)
        self.number, self.carrier, self.service = self._label.number, self._label.carrier, self._label.service
        self.number.setMaxLength(TYPED_MAX)
        self.number.setPlaceholderText(text("edit_tracking.new_number_hint"))
        self.number.textEdited.connect(self._on_edited)
        self.number.returnPressed.connect(self._on_scanned)
        self.carrier.edited.connect(self._on_edited)
        self.service.textEdited.connect(self._on_edited)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(9))
        grid.setVerticalSpacing(px(4))
        fields = (
            ("new_number", text("edit_tracking.new_number"), self.number, 55),
            ("new_carrier", text("edit_tracking.carrier"), self.carrier, 30),
            ("new_service", text("edit_tracking.service"), self.service, 15),
        )
        for column, (name, title, field, stretch) in enumerate(fields):
            field.setObjectName(name)
            field.setAccessibleName(kit.plain(title))
            said = self._label.carrier_title if field is self.carrier else kit.Elided(title, "field")
            said.setBuddy(field)
            grid.addWidget(said, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, stretch)
        self._label.check.setObjectName("number_means")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(grid)
        column.addLayout(self._label.check_row)

    def label(self, instead_of: str) -> NewLabel:
        """What was typed, in place of the number that was seen."""
        typed = self.package
        number, service = typed.tracking_number.strip(), typed.service.strip()
        return NewLabel(number, carrier_id(typed.carrier), service, instead_of, typed.raw_scan)

    def mark(self, trouble: str) -> None:
        """Mark the number as wrong, or take the mark away."""
        kit.set_wrong(self.number, bool(trouble))
        self.number.setAccessibleDescription(kit.plain(trouble))

    def take(self, scan: str) -> None:
        """Take a scan of the right label, wherever in the dialog it came."""
        self.package.tracking_number = scan
        self._on_scanned()

    def _on_edited(self) -> None:
        self.mark("")
        self.changed.emit()

    def _on_scanned(self) -> None:
        """A scanner types what is printed, routing code and all, and ends with Enter."""
        self.package.raw_scan = self.package.tracking_number
        self.package.tracking_number = label.carrier_number(self.package.raw_scan)
        self.changed.emit()
        self.scanned.emit()


SIZE_PX = (820, 620)
Page = Literal["number", "back"]
Chosen = tuple[Shipment, Package]


def _title(number: str) -> str:
    return text("edit_tracking.of_order", number=number)


def _void_means(units: int, packages: int) -> str:
    """Return what voiding a shipment of so many packages means here."""
    left = text("edit_tracking.left_again", count=units)
    return f"{text('edit_tracking.voids_packages', count=packages)} {left}" if packages > 1 else left


class EditTrackingDialog(OrderDialog):
    """The packages over the new label or what calling back means, and who is told. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order's packages as soon as they were read."""
        super().__init__(
            parent, ctx, tasks, theme, order_id, name="correct_parcel_dialog", part="correct", title=_title
        )
        self.setWindowTitle(text("edit_tracking.title"))
        self._page: Page = "number"
        self._guided: tuple[Page, int] | None = None
        """The page and the package for which it is shown who is told."""
        self._is_why_typed = False
        """Whether a person wrote the reason, and not only the usual one stands there by itself."""
        self._doubts: tuple[LabelIssueKind, ...] = ()
        """What the typed label was refused for; a person may keep it all the same."""
        self._lay_out()
        self._make_keys({ENTER: self.confirm})
        self._fit(SIZE_PX)
        self.choose("number")
        self.refresh()

    def choose(self, page: Page) -> None:
        """Correct a number, or call a shipment back."""
        self._page = page
        for name, tab in self._tabs.items():
            tab.setChecked(name == page)
        self.label_form.setVisible(page == "number")
        self.keep_label.setVisible(page == "number" and bool(self._doubts))
        self._back_means.setVisible(page == "back")
        # A wrong label is what is corrected nearly always; why a shipment comes back nobody can guess.
        self.why.input.setText(text("edit_tracking.usual_reason") if page == "number" else "")
        self._is_why_typed = False
        self.why.input.setPlaceholderText(text("edit_tracking.void_reason_hint") if page == "back" else "")
        self._say("")
        self._show_buttons()
        (self.label_form.number if page == "number" else self.why.input).setFocus()
        if self._order is not None:
            self._tasks.spawn("read who is told", self._read_guides())

    def confirm(self) -> None:
        """Store the correction and have those told who are ticked."""
        chosen = self.parcels.parcel()
        if self._busy or self._order is None or chosen is None:
            return
        shipment, package = chosen
        why = self.why.input.text().strip()
        new = self.label_form.label(package.tracking_number)
        if self._page == "number" and not new.tracking_number:
            self._say(text("edit_tracking.enter_number"), "bad")
            self.label_form.number.setFocus()
        elif not why:
            self._say(text("edit_tracking.enter_reason"), "bad")
            self.why.input.setFocus()
        elif self._page == "number":
            if self.keep_label.isChecked():
                new = replace(new, accepted=self._doubts)
            self._begin("correct a package", self._correct(package.id or 0, new, why))
        else:
            act = correct.call_back(self._ctx, self.order_id, shipment.id, self.told.to(), why)
            self._begin("call a shipment back", act)

    def take_scan(self, scan: str) -> bool:
        """Take a scan of the right label, wherever the keyboard is; on the other page it is the window's."""
        if self._page == "number":
            self.label_form.take(scan)
        return self._page == "number"

    async def _correct(self, package_id: int, new: NewLabel, why: str) -> None:
        """Store a new label; what it is doubted for can be accepted then."""
        try:
            await correct.correct(self._ctx, self.order_id, package_id, new, self.told.to(), why)
        except LabelsNotAccepted as refused:
            self._doubts = tuple(one.kind for issues in refused.issues.values() for one in issues)
            if not self._closed:
                self.keep_label.show()
            raise

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        changes = await correct.changes(self._ctx, self.order_id)
        if self._closed:
            return
        before = self.parcels.parcel()
        self._show_order(sheet.order)
        self.parcels.show_sheet(sheet, changes)
        if before is not None and self._unsaved():
            self._warn(before, self.parcels.parcel())
        await self._read_guides()

    async def _read_guides(self) -> None:
        """Read for the chosen package what each connection can take back."""
        chosen, page = self.parcels.parcel(), self._page
        guides: Sequence[Guide] = ()
        if chosen is not None:
            shipment, package = chosen
            try:
                if page == "number":
                    guides = await correct.guide(self._ctx, self.order_id, package.id or 0)
                else:
                    guides = await correct.call_back_guide(self._ctx, self.order_id, shipment.id)
            except ValidationFailed as refused:
                if not self._closed:
                    self._refuse(refused.problems)
                return
        # Another parcel or page may have been chosen meanwhile; its own reading shows what belongs to it.
        if self._closed or page != self._page or chosen != self.parcels.parcel():
            return
        guided = None if chosen is None else (page, chosen[1].id or 0)
        self.told.show_guides(guides, keep=guided == self._guided)
        self._guided = guided
        if chosen is not None:
            pieces = sum(packed.quantity for one in chosen[0].packages for packed in one.lines)
            self._back_means.setText(_void_means(pieces, len(chosen[0].packages)))
        self._show_buttons()

    def _warn(self, before: Chosen, now: Chosen | None) -> None:
        """Say what somebody else did meanwhile to the package for which something is typed."""
        if now is None or now[1].id != before[1].id:
            self._say(text("edit_tracking.voided_by_other"), "bad")
        elif now[1].tracking_number != before[1].tracking_number:
            self._say(text("edit_tracking.changed_by_other"), "bad")

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Mark what is wrong with the number, and say all of it below."""
        of_number = [str(one.message) for one in problems if one.path == ("tracking_number",)]
        self.label_form.mark("\n".join(of_number))
        super()._refuse(problems)

    def _unsaved(self) -> Sequence[str]:
        """What was typed; nothing where it is no order's any more."""
        number, why = self.label_form.number.text().strip(), self.why.input.text().strip()
        parts = [text("edit_tracking.new_number")] if self._page == "number" and number else []
        if why and self._is_why_typed:
            parts.append(text("edit_tracking.reason"))
        if self._order is None or not parts:
            return ()
        return (text("edit_tracking.unsaved", number=self._order.number, parts=tuple(parts)),)

    def _show_buttons(self) -> None:
        name_button(self.confirm_button, text("edit_tracking.save" if self._page == "number" else "edit_tracking.void"))
        ready = self._page == "back" or bool(self.label_form.number.text().strip())
        known = self._order is not None and self.parcels.parcel() is not None
        right = known and ready and bool(self.why.input.text().strip())
        self.confirm_button.setEnabled(right and not self._busy)

    def _on_parcel_chosen(self, _package_id: int) -> None:
        if self._order is not None:
            self._tasks.spawn("read who is told", self._read_guides())

    def _on_changed(self) -> None:
        self._say("")
        # What is doubted next is another label.
        self._doubts = ()
        self.keep_label.setChecked(False)
        self.keep_label.hide()
        self._show_buttons()

    def _on_why_edited(self, _text: str) -> None:
        self._is_why_typed = True
        self._say("")
        self._show_buttons()

    def _on_scanned(self) -> None:
        """The number is in: what is left to say is why."""
        self.why.input.setFocus()
        self.why.input.selectAll()

    def _lay_out(self) -> None:
        column = self._column()
        column.addLayout(self._head())
        column.addWidget(self._parcels_card(), 1)
        column.addWidget(self._what_card())
        column.addWidget(self._told_card())
        column.addLayout(self._button_row)
        self.confirm_button = self._button_row.add(
            "correct_confirm", text("edit_tracking.save"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        head = super()._head()
        self._tabs: dict[Page, kit.KeyButton] = {}
        names: tuple[tuple[Page, str], ...] = (
            ("number", text("edit_tracking.number_tab")),
            ("back", text("edit_tracking.void_tab")),
        )
        for name, title in names:
            tab = kit.button(title, "tab")
            tab.setObjectName(f"{name}_tab")
            tab.setAutoDefault(False)
            tab.clicked.connect(partial(self.choose, name))
            head.addWidget(tab)
            self._tabs[name] = tab
        return head

    def _parcels_card(self) -> QWidget:
        px = self._theme.tokens.px
        self.parcels = ParcelList(self._theme)
        self.parcels.chosen.connect(self._on_parcel_chosen)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(10), px(12))
        column.setSpacing(px(8))
        column.addWidget(kit.label(text("edit_tracking.package"), "heading"))
        column.addWidget(FittingScrollArea(self.parcels, least_px=px(58)))
        column.addStretch(1)
        return kit.card(column)

    def _what_card(self) -> QWidget:
        px = self._theme.tokens.px
        self.label_form = LabelForm(self._theme)
        self.label_form.changed.connect(self._on_changed)
        self.label_form.scanned.connect(self._on_scanned)
        self._back_means = kit.label("")
        self._back_means.setObjectName("back_means")
        self._back_means.setWordWrap(True)
        self.why = TitledField("why", text("edit_tracking.reason"), self._theme)
        self.why.input.textEdited.connect(self._on_why_edited)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        self.keep_label = QCheckBox(text("edit_tracking.keep_label"))
        self.keep_label.setObjectName("keep_label")
        self.keep_label.hide()
        column.addWidget(self.label_form)
        column.addWidget(self.keep_label)
        column.addWidget(self._back_means)
        column.addWidget(self.why)
        return kit.card(column)

    def _told_card(self) -> QWidget:
        px = self._theme.tokens.px
        self.told = ToldList(self._theme)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(kit.label(text("edit_tracking.notified"), "heading"))
        column.addWidget(FittingScrollArea(self.told, least_px=px(48)))
        return kit.card(column)
