"""The connections: which there are, whether they work, and a form to add or change one."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.connections.connections import KINDS
from shipconsole.operations.context import Context
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.ui.kit import strings as window_words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.scanner_keys import SECRET

_MANY = ".*"
PAIRS_HINT = "usps=endicia, ups=ups"
VERDICTS: Mapping[connections.Verdict, str] = {
    "ok": "connections.verdict_ok",
    "wrong key": "connections.verdict_wrong_key",
    "no key": "connections.verdict_no_key",
    "no keyring": "connections.verdict_no_keyring",
    "no network": "connections.verdict_no_network",
    "no answer": "connections.verdict_no_answer",
    "refused": "connections.verdict_refused",
    "try later": "connections.verdict_try_later",
}
"""The message of what a test of a connection came to."""


class ConnectionsDialog(QDialog):
    """A list beside a form. Opened with `open()`. Closed while something is under way, it lets that go on."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show what is stored as soon as it was read."""
        super().__init__(parent)
        self.setObjectName("connections_dialog")
        self.setWindowTitle(text("shared.connections"))
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._known: tuple[Connection, ...] = ()
        self._chosen: Connection | None = None
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._inputs: dict[tuple[str, ...], QLineEdit | QComboBox] = {}
        self._troubles: dict[tuple[str, ...], QLabel] = {}
        self._careful: dict[tuple[str, ...], Mapping[str, str]] = {}
        px = theme.tokens.px

        self.list = QListWidget()
        self.list.setObjectName("connection_list")
        self.list.setAccessibleName(text("shared.connections"))
        self.list.currentRowChanged.connect(self._on_row_changed)
        self._add = kit.button(text("connections.add"))
        self._add.setObjectName("add_connection")
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self._on_add_clicked)
        left = QVBoxLayout()
        left.setContentsMargins(px(12), px(12), px(12), px(12))
        left.addWidget(self.list, 1)
        left.addWidget(self._add)
        list_card = kit.card(left)
        list_card.setFixedWidth(px(220))

        self._form_frame = QWidget()
        self._form_column = QVBoxLayout(self._form_frame)
        self._form_column.setContentsMargins(0, 0, px(6), 0)
        self._form = QWidget()
        self._form_column.addWidget(self._form)
        self._said = kit.label("", "")
        self._said.setObjectName("verdict")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._test = kit.button(text("connections.test"))
        self._test.setObjectName("test")
        self._test.setAutoDefault(False)
        self._test.clicked.connect(self._on_test_clicked)
        self._save = kit.button(text("button.save"), "primary")
        self._save.setObjectName("save")
        self._save.clicked.connect(self._on_save_clicked)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self._test)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._save)
        right = QVBoxLayout()
        right.setContentsMargins(px(16), px(14), px(16), px(14))
        right.setSpacing(px(10))
        right.addWidget(FittingScrollArea(self._form_frame, least_px=px(160)))
        right.addStretch(1)
        right.addWidget(self._said)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(16), px(16), px(16))
        row.setSpacing(px(12))
        row.addWidget(list_card)
        row.addWidget(kit.card(right), 1)
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(780), room.width() - px(60)), min(px(540), room.height() - px(60)))
        self._build(next(iter(KINDS)), None)
        self.finished.connect(self._on_finished)
        tasks.spawn("read the connections", self._read(""))

    async def _read(self, chosen: str) -> None:
        known = await connections.every(self._ctx)
        if self._closed:
            return
        self._known = known
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._known:
            state = one.state(is_silent=circuit_breaker.is_silent(self._ctx, one))
            item = QListWidgetItem(kit.plain(f"{one.name} · {window_words.CONNECTION_WORDS[state]}"))
            item.setSizeHint(QSize(0, self._theme.tokens.px(36)))
            item.setForeground(
                self._theme.tokens.colour("bad" if window_words.CONNECTION_TONES[state] == "bad" else "text")
            )
            self.list.addItem(item)
        self.list.blockSignals(False)
        names = [one.name for one in self._known]
        if self._known:
            row = names.index(chosen) if chosen in names else 0
            self.list.setCurrentRow(row)
            self._show(self._known[row])
        elif not self._said.text():
            self._say(text("connections.none"))

    async def _connect(
        self,
        vendor: str,
        name: str,
        url: str,
        options: dict[str, str],
        secrets: dict[str, str],
        *,
        new: bool,
    ) -> None:
        try:
            if new:
                await self._refuse_taken(name)
            stored = await connections.connect(self._ctx, vendor, name, url=url, options=options, secrets=secrets)
        except ValidationFailed as refused:
            if self._closed:
                raise EnvironmentFailure(refused.message) from None
            self._mark(refused.problems)
            return
        except EnvironmentFailure as trouble:
            if self._closed:
                raise
            self._say(str(trouble.message), "bad")
            return
        finally:
            if not self._closed:
                self._save.setEnabled(True)
        await self._read(stored.name)
        if not self._closed:
            self._say(text("connections.saved", name=stored.name), "good")

    async def _refuse_taken(self, name: str) -> None:
        """A new connection never takes over the keys of one that is there."""
        known = await connections.every(self._ctx)
        if name.casefold() in {one.name.casefold() for one in known}:
            raise ValidationFailed(Problem(("name",), Message("connections.name_taken", name=name)))

    async def _ask(self, connection: Connection) -> None:
        try:
            tested = await connections.test(self._ctx, connection)
        finally:
            if not self._closed:
                self._test.setEnabled(True)
        await self._read(connection.name)
        if not self._closed:
            self._say(_verdict(connection.name, tested), "good" if tested.verdict == "ok" else "bad")

    def _on_finished(self) -> None:
        self._closed = True

    def _on_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._known):
            self._say("")
            self._show(self._known[row])

    def _on_add_clicked(self) -> None:
        self.list.setCurrentRow(-1)
        self._say("")
        self._build(next(iter(KINDS)), None)
        self._inputs[("name",)].setFocus()

    def _on_vendor_chosen(self, row: int) -> None:
        self._build(list(KINDS)[row], None)
        self._inputs[("vendor",)].setFocus()

    def _on_save_clicked(self) -> None:
        self._mark(())
        vendor = self._vendor()
        options: dict[str, str] = {}
        secrets: dict[str, str] = {}
        for path, field in self._inputs.items():
            typed = field.currentText() if isinstance(field, QComboBox) else field.text()
            match path:
                case ("options", name) if name.endswith(_MANY):
                    options |= _pairs(name.removesuffix("*"), typed)
                case ("options", name):
                    options[name] = typed.strip()
                case ("secret", name) if typed:
                    secrets[name] = typed
                case _:
                    pass
        options = {name: value for name, value in options.items() if self._differs(name, value)}
        self._save.setEnabled(False)
        name, url = self._text("name"), self._text("url")
        # Typed keys stay until they are stored; the form is made anew then.
        coroutine = self._connect(vendor, name, url, options, secrets, new=self._chosen is None)
        self._tasks.spawn("store a connection", coroutine)

    def _on_test_clicked(self) -> None:
        if self._chosen is not None:
            self._test.setEnabled(False)
            self._say(text("connections.testing"))
            self._tasks.spawn("test a connection", self._ask(self._chosen))

    def _show(self, connection: Connection) -> None:
        self._build(connection.vendor, connection)
        if connection.is_blocked:
            self._say(str(connection.blocked_message), "bad")

    def _build(self, vendor_name: str, connection: Connection | None) -> None:
        """Make the form anew: each platform has its own keys and settings."""
        self._chosen = connection
        self._inputs, self._troubles, self._careful = {}, {}, {}
        kind = KINDS[vendor_name]
        form = QWidget()
        rows = QFormLayout(form)
        rows.setContentsMargins(2, 2, 2, 2)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setVerticalSpacing(self._theme.tokens.px(6))
        vendors = _choice([one.title for one in KINDS.values()], kind.title)
        vendors.setEnabled(connection is None)
        vendors.activated.connect(self._on_vendor_chosen)
        self._add_row(rows, ("vendor",), text("connections.platform"), vendors)
        name = _line(connection.name if connection else kind.title)
        name.setReadOnly(connection is not None)
        self._add_row(rows, ("name",), text("connections.name"), name)
        self._add_row(
            rows, ("url",), text("connections.address"), _line(connection.base_url if connection else kind.default_url)
        )
        for secret in kind.secrets:
            field = _line("", text("connections.key_stored" if connection else "connections.key_hint"))
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setProperty(SECRET, True)
            title = str(secret.title) if secret.required else text("connections.optional", title=secret.title)
            self._add_row(rows, ("secret", secret.name), title, field)
        stored = dict(connection.options) if connection else {}
        for option in kind.options:
            if option.name.endswith(_MANY):
                pairs = _pairs_text(option.name.removesuffix("*"), stored)
                made: QLineEdit | QComboBox = _line(pairs, PAIRS_HINT)
            elif option.choices:
                made = _choice(list(option.choices), stored.get(option.name, option.default))
            else:
                made = _line(stored.get(option.name, option.default))
            self._add_row(rows, ("options", option.name), str(option.title), made)
            if isinstance(made, QComboBox) and option.careful:
                self._careful[("options", option.name)] = {value: str(said) for value, said in option.careful.items()}
                made.currentTextChanged.connect(self._warn)
        self._warn()
        self._form_column.replaceWidget(self._form, form)
        self._form.hide()
        self._form.deleteLater()
        self._form = form
        form.show()
        self._test.setEnabled(connection is not None)

    def _add_row(self, rows: QFormLayout, path: tuple[str, ...], title: str, field: QLineEdit | QComboBox) -> None:
        field.setObjectName("_".join(path).replace(".*", ""))
        field.setAccessibleName(kit.plain(title))
        said = kit.label(title, "field")
        said.setBuddy(field)
        said.setWordWrap(True)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        trouble = kit.label("", "secondary", "bad")
        trouble.setWordWrap(True)
        trouble.hide()
        # Each in a row of its own, so that a long title has the whole width.
        for part in (said, field, trouble):
            rows.addRow(part)
        self._inputs[path] = field
        self._troubles[path] = trouble

    def _warn(self) -> None:
        """Say under each setting what a person must know of its value."""
        for path in self._careful:
            said = self._careful_words(path)
            self._troubles[path].setText(kit.plain(said))
            self._troubles[path].setVisible(bool(said))

    def _careful_words(self, path: tuple[str, ...]) -> str:
        field = self._inputs[path]
        value = field.currentText() if isinstance(field, QComboBox) else ""
        return self._careful.get(path, {}).get(value, "")

    def _mark(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem at its field, the others under the form."""
        for path, field in self._inputs.items():
            said = " ".join(str(one.message) for one in problems if one.path == path)
            kit.set_wrong(field, bool(said))
            said = said or self._careful_words(path)
            self._troubles[path].setText(kit.plain(said))
            self._troubles[path].setVisible(bool(said))
        elsewhere = [str(one.message) for one in problems if one.path not in self._inputs]
        self._say("\n".join(elsewhere), "bad" if elsewhere else "")

    def _say(self, said: str, tone: kit.Tone = "") -> None:
        self._said.setText(kit.plain(said, lines=True))
        kit.set_tone(self._said, tone)
        self._said.setVisible(bool(said))

    def _vendor(self) -> str:
        field = self._inputs[("vendor",)]
        row = field.currentIndex() if isinstance(field, QComboBox) else 0
        return list(KINDS)[row]

    def _text(self, name: str) -> str:
        field = self._inputs[(name,)]
        return field.text().strip() if isinstance(field, QLineEdit) else field.currentText()

    def _differs(self, name: str, value: str) -> bool:
        """Whether a setting is other than what holds anyway; only that is stored."""
        stored = self._chosen.options if self._chosen else {}
        default = next((one.default for one in KINDS[self._vendor()].options if one.name == name), "")
        return value != stored.get(name, default)


def _verdict(name: str, tested: connections.Tested) -> str:
    """Return what a test came to, with what the platform said."""
    return str(sentences(Message(VERDICTS[tested.verdict], connection=name), tested.message))


def _line(value: str, hint: str = "") -> QLineEdit:
    field = QLineEdit(value)
    field.setPlaceholderText(hint)
    return field


def _choice(choices: list[str], chosen: str) -> QComboBox:
    field = QComboBox()
    field.addItems(choices)
    field.setCurrentText(chosen)
    return field


def _pairs(start: str, typed: str) -> dict[str, str]:
    """Settings from `usps=endicia, ups=ups_walleted`."""
    pairs = (part.partition("=") for part in typed.split(","))
    return {f"{start}{name.strip()}": value.strip() for name, sign, value in pairs if sign and name.strip()}


def _pairs_text(start: str, options: dict[str, str]) -> str:
    return ", ".join(
        f"{name.removeprefix(start)}={value}"
        for name, value in options.items()
        if name.startswith(start) and name != f"{start}default"
    )
