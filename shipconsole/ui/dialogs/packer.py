"""Asks who packs at the station: by badge, by name and PIN, or by name alone while no packers are entered."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from shipconsole.domain import barcode
from shipconsole.domain.barcode import NAME_MAX
from shipconsole.domain.packer import Packer
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import packers
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (440, 260)


class PackerDialog(TextPrompt):
    """A name, typed or scanned from a badge; an empty one signs the packer out."""

    def __init__(self, parent: QWidget, theme: Theme, name: str, prefix: str) -> None:
        """Initialize with the current packer's name; `prefix` begins the site's barcodes."""
        super().__init__(
            parent,
            theme,
            "packer",
            text("packer.title"),
            text("packer.hint", badge=f"{prefix}BADGE NAME"),
            label=text("packer.title"),
            button=text("button.save"),
            text=name,
            max_length=NAME_MAX,
            may_be_empty=True,
        )
        self._prefix = prefix

    def take_scan(self, scan: str) -> bool:
        """Take a scanned badge; return whether the scan was one."""
        name = barcode.badge(scan, self._prefix)
        if name is not None:
            self.enter(name)
        return name is not None


class SignInDialog(ContextDialog):
    """A name from the list and a PIN, or a scanned badge. Signal: answered(name), which is empty to sign out."""

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        known: Sequence[Packer],
        prefix: str,
    ) -> None:
        """Offer the packers that are entered; the cursor is in the PIN, or in the list where none is required."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="sign_in",
            message_name="sign_in_message",
            title=text("packer.title"),
        )
        self._known = {packer.name: packer for packer in known}
        self._prefix = prefix
        self.name = Choice()
        self.name.setObjectName("packer_name")
        self.name.setAccessibleName(text("packers.name_field"))
        self.name.addItems([plain(packer.name) for packer in known])
        for position, packer in enumerate(known):
            self.name.setItemData(position, packer.name)
        self.pin = QLineEdit()
        self.pin.setObjectName("packer_pin")
        self.pin.setAccessibleName(text("packers.pin_field"))
        self.pin.setPlaceholderText(text("packers.pin_field"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        # A badge that is scanned into the field is longer than a PIN.
        self.pin.setMaxLength(NAME_MAX + 20)
        self._sign_out = self._button_row.add("packer_sign_out", text("packers.sign_out"), lambda: self._answer(""))
        self._sign_in = self._button_row.add(
            "packer_done", text("packers.sign_in"), self.sign_in, "Enter", kind="primary"
        )
        main = self._column()
        hint = widgets.label(text("packers.sign_in_hint"), "secondary")
        hint.setWordWrap(True)
        main.addWidget(widgets.label(text("packer.title"), "heading"))
        main.addWidget(hint)
        main.addWidget(self.name)
        main.addWidget(self.pin)
        main.addStretch(1)
        main.addLayout(self._button_row)
        self._fit(SIZE_PX)
        if ctx.operator in self._known:
            self.name.setCurrentIndex(list(self._known).index(ctx.operator))
        self.name.currentIndexChanged.connect(self._on_chosen)
        self._on_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sign in on Enter, from the list and from the PIN."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sign_in()
        else:
            super().keyPressEvent(event)

    def sign_in(self) -> None:
        """Sign the chosen packer in, or the one whose badge was scanned."""
        if self._busy:
            return
        typed, badge = self.pin.text(), barcode.badge(self.pin.text(), self._prefix)
        self.pin.clear()
        if badge is not None:
            self._begin("sign in", packers.by_badge(self._ctx, badge), self._answer)
        elif self.name.currentIndex() >= 0:
            name = str(self.name.currentData())
            self._begin("sign in", packers.sign_in(self._ctx, name, typed), self._answer)

    def take_scan(self, scan: str) -> bool:
        """Take a scanned badge; return whether the scan was one."""
        if barcode.badge(scan, self._prefix) is None:
            return False
        self.pin.setText(scan)
        self.sign_in()
        return True

    def _on_chosen(self) -> None:
        chosen = self._known.get(str(self.name.currentData()))
        has_pin = chosen is not None and chosen.has_pin
        self.pin.setVisible(has_pin)
        self._show_message("")
        (self.pin if has_pin else self.name).setFocus()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Show why the packer is not signed in; the cursor stays in the PIN."""
        super()._refuse(problems)
        self.pin.setFocus()

    def _answer(self, name: str) -> None:
        self.answered.emit(name)
        self.accept()
