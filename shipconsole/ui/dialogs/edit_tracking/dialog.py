"""The dialog that edits a package's tracking or voids its shipment: the reason, and the notified connections."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from shipconsole.domain import label
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import box, correct
from shipconsole.operations.shipping.correct import NewLabel, NotifyChoice
from shipconsole.ui.dialogs.edit_tracking.lists import NotifyList, PackageList
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, OrderDialog, name_button
from shipconsole.ui.kit.fields import INPUT_MAX, TitledField
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.layout import action, column, wrapped
from shipconsole.ui.kit.package_label import LabelFields, carrier_id
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (820, 620)
Page = Literal["number", "void"]
Chosen = tuple[Shipment, Package]


def _title(number: str) -> str:
    return text("edit_tracking.of_order", number=number)


def _void_means(units: int, packages: int) -> str:
    """Return what voiding a shipment of so many units and packages means."""
    left = text("edit_tracking.left_again", count=units)
    return f"{text('edit_tracking.voids_packages', count=packages)} {left}" if packages > 1 else left


class EditTrackingDialog(OrderDialog):
    """The packages above the new label, or what voiding means, and the notified connections. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show the packages of an order once they have been read."""
        super().__init__(
            parent, ctx, tasks, theme, order_id, name="edit_tracking_dialog", part="edit_tracking", title=_title
        )
        self.setWindowTitle(text("edit_tracking.title"))
        self._page: Page = "number"
        self._guides_of: tuple[Page, int] | None = None
        """The page and the package ID that the shown guides belong to."""
        self._is_reason_typed = False
        """Whether a person typed the reason, which otherwise is the usual one."""
        self._issues: tuple[LabelIssueKind, ...] = ()
        """Why the typed label was refused; a person may accept it anyway."""
        self._lay_out()
        self._make_keys({ENTER: self.confirm})
        self._fit(SIZE_PX)
        self.choose("number")
        self.refresh()

    def choose(self, page: Page) -> None:
        """Show the page that edits the tracking, or the one that voids the shipment."""
        self._page = page
        for name, tab in self._tabs.items():
            tab.setChecked(name == page)
        self.label_form.setVisible(page == "number")
        self.keep_label.setVisible(page == "number" and bool(self._issues))
        self._void_means.setVisible(page == "void")
        # Nearly always a wrong label is replaced; the reason of a void cannot be guessed.
        self.reason.input.setText(text("edit_tracking.usual_reason") if page == "number" else "")
        self._is_reason_typed = False
        self.reason.input.setPlaceholderText(text("edit_tracking.void_reason_hint") if page == "void" else "")
        self._show_message("")
        self._show_buttons()
        (self.label_form.number if page == "number" else self.reason.input).setFocus()
        self._read_guides_soon()

    def confirm(self) -> None:
        """Store the change and queue the updates that notify the ticked connections."""
        chosen = self.packages.chosen_package()
        if self._busy or self._order is None or chosen is None:
            return
        shipment, package = chosen
        reason = self.reason.input.text().strip()
        new = self.label_form.label(package.tracking_number)
        if self._page == "number" and not new.tracking_number:
            self._show_message(text("edit_tracking.enter_number"), "bad")
            self.label_form.number.setFocus()
        elif not reason:
            self._show_message(text("edit_tracking.enter_reason"), "bad")
            self.reason.input.setFocus()
        elif self._page == "number":
            if self.keep_label.isChecked():
                new = replace(new, accepted=self._issues)
            self._begin("edit the tracking of a package", self._correct(package.id or 0, new, reason))
        else:
            void = box.void_box if self._is_for_whole_box() else correct.void_shipment
            work = void(self._ctx, self.order_id, shipment.id, self.notify.chosen_ids(), reason)
            self._begin("void a shipment", work)

    def take_scan(self, scan: str) -> bool:
        """Take a scanned label, wherever the focus is; return whether it is taken here."""
        if self._page == "number":
            self.label_form.take(scan)
        return self._page == "number"

    async def _correct(self, package_id: int, new: NewLabel, reason: str) -> None:
        """Store a new label; where it is refused, offer to accept it anyway."""
        edit = box.edit_box if self._is_for_whole_box() else correct.edit_tracking
        try:
            await edit(self._ctx, self.order_id, package_id, new, self.notify.chosen_ids(), reason)
        except LabelsNotAccepted as refused:
            self._issues = tuple(issue.kind for issues in refused.issues.values() for issue in issues)
            if not self._closed:
                self.keep_label.show()
            raise

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        changes = await correct.changes(self._ctx, self.order_id)
        if self._closed:
            return
        before = self.packages.chosen_package()
        self._show_order(sheet.order)
        self.packages.show_sheet(sheet, changes)
        if before is not None and self._unsaved():
            self._warn(before, self.packages.chosen_package())
        await self._read_guides()

    def _read_guides_soon(self, _package_id: int = 0) -> None:
        if self._order is not None:
            self._tasks.spawn("read which connections can be notified", self._read_guides())

    async def _read_guides(self) -> None:
        """Show which connections can be notified of the change of the chosen package."""
        chosen, page = self.packages.chosen_package(), self._page
        guides: Sequence[NotifyChoice] = ()
        members: Sequence[box.BoxMember] = ()
        if chosen is not None:
            shipment, package = chosen
            members = await box.others(self._ctx, package.id or 0)
            try:
                if page == "number":
                    guides = await correct.edit_choices(self._ctx, self.order_id, package.id or 0)
                else:
                    guides = await correct.void_choices(self._ctx, self.order_id, shipment.id)
            except ValidationFailed as refused:
                if not self._closed:
                    self._refuse(refused.problems)
                return
        # Meanwhile another package or page may have been chosen, which reads its own guides.
        if self._closed or page != self._page or chosen != self.packages.chosen_package():
            return
        guides_of = None if chosen is None else (page, chosen[1].id or 0)
        self.notify.show_guides(guides, keep=guides_of == self._guides_of)
        self._guides_of = guides_of
        numbers = tuple(dict.fromkeys(member.number for member in members))
        self.whole_box.setText(widgets.button_text(plain(text("box.whole_box", orders=numbers))))
        self.whole_box.setVisible(bool(members))
        if chosen is not None:
            packages = chosen[0].packages
            units = sum(packed.quantity for package in packages for packed in package.lines)
            self._void_means.setText(_void_means(units, len(packages)))
        self._show_buttons()

    def _is_for_whole_box(self) -> bool:
        """Return whether the other orders in the package's box are changed too."""
        return not self.whole_box.isHidden() and self.whole_box.isChecked()

    def _warn(self, before: Chosen, now: Chosen | None) -> None:
        """Show what another packer changed meanwhile in the package for which something was typed."""
        if now is None or now[1].id != before[1].id:
            self._show_message(text("edit_tracking.voided_by_other"), "bad")
        elif now[1].tracking_number != before[1].tracking_number:
            self._show_message(text("edit_tracking.changed_by_other"), "bad")

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Mark the number where a problem is about it, and show all of them."""
        of_number = [str(problem.message) for problem in problems if problem.path == ("tracking_number",)]
        self.label_form.mark("\n".join(of_number))
        super()._refuse(problems)

    def _unsaved(self) -> Sequence[str]:
        has_number = self._page == "number" and bool(self.label_form.number.text().strip())
        parts = [text("edit_tracking.new_number")] if has_number else []
        if self._is_reason_typed and self.reason.input.text().strip():
            parts.append(text("edit_tracking.reason"))
        if self._order is None or not parts:
            return ()
        return (text("edit_tracking.unsaved", number=self._order.number, parts=tuple(parts)),)

    def _show_buttons(self) -> None:
        name_button(self.confirm_button, text("edit_tracking.save" if self._page == "number" else "edit_tracking.void"))
        is_filled = self._page == "void" or bool(self.label_form.number.text().strip())
        is_known = self._order is not None and self.packages.chosen_package() is not None
        is_ready = is_known and is_filled and bool(self.reason.input.text().strip())
        self.confirm_button.setEnabled(is_ready and not self._busy)

    def _on_label_changed(self) -> None:
        self._show_message("")
        # Another label is checked again.
        self._issues = ()
        self.keep_label.setChecked(False)
        self.keep_label.hide()
        self._show_buttons()

    def _on_reason_edited(self, _text: str) -> None:
        self._is_reason_typed = True
        self._show_message("")
        self._show_buttons()

    def _on_scanned(self) -> None:
        """Go on to the reason after a scan."""
        self.reason.input.setFocus()
        self.reason.input.selectAll()

    def _lay_out(self) -> None:
        main = self._column()
        main.addLayout(self._head())
        main.addWidget(self._packages_card(), 1)
        main.addWidget(self._change_card())
        main.addWidget(self._notify_card())
        main.addLayout(self._button_row)
        self.confirm_button = self._button_row.add(
            "edit_tracking_confirm", text("edit_tracking.save"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        head = super()._head()
        titles: dict[Page, str] = {"number": text("edit_tracking.number_tab"), "void": text("edit_tracking.void_tab")}
        self._tabs = {
            name: action(f"{name}_tab", title, partial(self.choose, name), "tab") for name, title in titles.items()
        }
        for tab in self._tabs.values():
            head.addWidget(tab)
        return head

    def _packages_card(self) -> QWidget:
        self.packages = PackageList(self._theme)
        self.packages.chosen.connect(self._read_guides_soon)
        heading = widgets.label(text("edit_tracking.package"), "heading")
        scroll = FittingScrollArea(self.packages, min_px=self._theme.tokens.px(58))
        return widgets.card(column(self._theme, heading, scroll, 1, margins=(16, 12, 10, 12)))

    def _change_card(self) -> QWidget:
        self.label_form = LabelForm(self._theme)
        self.label_form.changed.connect(self._on_label_changed)
        self.label_form.scanned.connect(self._on_scanned)
        self._void_means = wrapped(name="void_means")
        self.reason = TitledField("reason", text("edit_tracking.reason"), self._theme)
        self.reason.input.textEdited.connect(self._on_reason_edited)
        self.keep_label = QCheckBox(text("edit_tracking.keep_label"))
        self.keep_label.setObjectName("keep_label")
        self.keep_label.hide()
        self.whole_box = QCheckBox(text("box.whole_box", orders=()))
        self.whole_box.setObjectName("whole_box")
        self.whole_box.setChecked(True)
        self.whole_box.hide()
        parts = (self.label_form, self.keep_label, self._void_means, self.whole_box, self.reason)
        return widgets.card(column(self._theme, *parts, margins=(16, 12, 16, 12)))

    def _notify_card(self) -> QWidget:
        self.notify = NotifyList(self._theme)
        heading = widgets.label(text("edit_tracking.notified"), "heading")
        scroll = FittingScrollArea(self.notify, min_px=self._theme.tokens.px(48))
        return widgets.card(column(self._theme, heading, scroll, margins=(16, 12, 16, 12)))


class LabelForm(QWidget):
    """Tracking number, carrier and service, as in the order editor. Signals: changed(), scanned()."""

    changed = Signal()
    scanned = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize empty."""
        super().__init__()
        px = theme.tokens.px
        self.package = PackageDraft()
        self._label = LabelFields(self, theme, text("edit_tracking.carrier"), text("edit_tracking.carrier_detected"))
        self._label.binding.bind(self.package)
        self.number, self.carrier, self.service = self._label.number, self._label.carrier, self._label.service
        self.number.setMaxLength(INPUT_MAX)
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
        for position, (name, title, field, stretch) in enumerate(fields):
            field.setObjectName(name)
            field.setAccessibleName(plain(title))
            heading = self._label.carrier_title if field is self.carrier else widgets.Elided(title, "field")
            heading.setBuddy(field)
            grid.addWidget(heading, 0, position)
            grid.addWidget(field, 1, position)
            grid.setColumnStretch(position, stretch)
        self._label.check.setObjectName("number_check")
        column(theme, grid, self._label.check_row, spacing=6, parent=self)

    def label(self, old_number: str) -> NewLabel:
        """Return the label that was typed, which replaces an old tracking number."""
        typed = self.package
        number, service = typed.tracking_number.strip(), typed.service.strip()
        return NewLabel(number, carrier_id(typed.carrier), service, old_number, typed.raw_scan)

    def mark(self, problem: str) -> None:
        """Mark the number with a problem, or remove the mark."""
        widgets.set_wrong(self.number, bool(problem))
        self.number.setAccessibleDescription(plain(problem))

    def take(self, scan: str) -> None:
        """Take a scanned label."""
        self.package.tracking_number = scan
        self._on_scanned()

    def _on_edited(self) -> None:
        self.mark("")
        self.changed.emit()

    def _on_scanned(self) -> None:
        """Keep the scan as it is, with its routing code, and show the tracking number in it."""
        self.package.raw_scan = self.package.tracking_number
        self.package.tracking_number = label.carrier_number(self.package.raw_scan)
        self.changed.emit()
        self.scanned.emit()
