"""The connections: a list with their states, and a form that adds or edits one."""

import contextlib
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.sender import Sender
from shipconsole.messages import text
from shipconsole.operations.connections import connections, senders
from shipconsole.operations.connections.connections import KINDS
from shipconsole.operations.context import Context
from shipconsole.operations.outbox import circuit_breaker, pause
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog, name_button
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.scanner_keys import SECRET

SIZE_PX = (780, 540)
LIST_PX, LEAST_LIST_PX = 220, 160
READ_EVERY_MS = 10_000
"""How often it is read who sends, while the dialog is open: a station that was killed says nothing."""
PAIRS_HINT = "usps=endicia, ups=ups"
_VALUES = {
    "all": "option_value.all",
    "apply": "option_value.apply",
    "guess": "option_value.guess",
    "keep": "option_value.keep",
    "known": "option_value.known",
    "name": "option_value.name",
    "no": "option_value.no",
    "off": "option_value.off",
    "remove": "option_value.remove",
    "required": "option_value.required",
    "show": "option_value.show",
    "yes": "option_value.yes",
}
"""The messages for values of options."""
_ALL_OF_PREFIX = ".*"
"""Ends the name of an option that stands for all options with its prefix."""
_Path = tuple[str, ...]


class ConnectionsDialog(ContextDialog):
    """A list beside a form. Opened with `open()`; work goes on after it is closed."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the stored connections once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="connections_dialog",
            message_name="connections_message",
            title=text("shared.connections"),
        )
        self._connections: tuple[Connection, ...] = ()
        self._found: Mapping[int, Sequence[Sender]] = {}
        self._selected: Connection | None = None
        self._fields: dict[_Path, _Field] = {}
        self._lay_out()
        self._fit(SIZE_PX)
        self._show_form(next(iter(KINDS)), None)
        self._timer = QTimer(self)
        self._timer.setInterval(READ_EVERY_MS)
        self._timer.timeout.connect(lambda: tasks.spawn("read who sends", self._read_senders()))
        self._timer.start()
        self.finished.connect(self._timer.stop)
        tasks.spawn("read the connections", self._read(""))

    def apply_changes(self, changes: Changes) -> None:
        """Show which stations send now, as far as others said something new."""
        if changes.too_many or any(change.kind in ("connection", "sender") for change in changes.changes):
            self._tasks.spawn("read who sends", self._read_senders())

    async def _read_senders(self) -> None:
        """Show who sends now: other stations start and end while the dialog is open."""
        # The window says that the database cannot be read.
        with contextlib.suppress(EnvironmentFailure):
            self._found = await senders.every(self._ctx, self._connections)
            if not self._closed:
                self._show_senders()

    def _show_senders(self) -> None:
        found = self._found.get(self._selected.id, ()) if self._selected is not None else ()
        said = senders.summary(found) if found else NO_MESSAGE
        self._senders.setText(plain(str(said)))
        self._senders.setToolTip(widgets.tooltip("\n".join(map(str, senders.each(found)))) if said else "")
        is_none = bool(said) and not any(sender.is_able for sender in found)
        widgets.set_severity(self._senders, "bad" if is_none else "")
        self._senders.setVisible(bool(said))

    async def _read(self, name: str) -> None:
        """Show the stored connections, and select one by its name, or the first."""
        known = await connections.every(self._ctx)
        if self._closed:
            return
        self._connections = known
        self._found = await senders.every(self._ctx, known)
        if self._closed:
            return
        with QSignalBlocker(self.list):
            self.list.clear()
            for connection in known:
                state = connection.state(is_unresponsive=circuit_breaker.is_open(self._ctx, connection))
                label = f"{connection.name} · {strings.connection_state(state)}"
                item = QListWidgetItem(plain(label))
                item.setToolTip(widgets.tooltip(label))
                item.setSizeHint(QSize(0, self._theme.tokens.px(36)))
                color = "bad" if strings.CONNECTION_SEVERITIES[state] == "bad" else "text"
                item.setForeground(self._theme.tokens.color(color))
                self.list.addItem(item)
            names = [connection.name for connection in known]
            position = names.index(name) if name in names else 0
            self.list.setCurrentRow(position)
        if known:
            self._show(known[position])
        elif not name:
            self._show_message(text("connections.none"))
            # Nothing can be selected: the first one is entered at once.
            self._fields[("vendor",)].input.setFocus()

    async def _connect(
        self, vendor: str, name: str, url: str, options: dict[str, str], secrets: dict[str, str], *, is_new: bool
    ) -> Connection:
        if is_new:
            await self._refuse_taken(name)
        stored = await connections.connect(self._ctx, vendor, name, url=url, options=options, secrets=secrets)
        await self._read(stored.name)
        return stored

    async def _refuse_taken(self, name: str) -> None:
        """Keep a new connection from replacing the keys of one that has its name. Raises `ValidationFailed`."""
        names = {connection.name.casefold() for connection in await connections.every(self._ctx)}
        if name.casefold() in names:
            raise ValidationFailed(Problem(("name",), Message("connections.name_taken", name=name)))

    async def _test(self, connection: Connection) -> connections.ConnectionTest:
        tested = await connections.test(self._ctx, connection)
        await self._read(connection.name)
        return tested

    async def _pause(self, connection: Connection) -> str:
        """Pause or resume sending; return what to say."""
        if connection.pause:
            await pause.resume(self._ctx, connection)
            said = text("connections.resumed", name=connection.name)
        else:
            await pause.pause(self._ctx, connection)
            said = f"{text('connections.paused', name=connection.name)} {text('connections.pause_means')}"
        await self._read(connection.name)
        return said

    def _show_buttons(self) -> None:
        is_paused = self._selected is not None and self._selected.pause is not None
        name_button(self._pause_button, text("connections.resume" if is_paused else "connections.pause"))
        self._pause_button.setEnabled(not self._busy and self._selected is not None)
        self._save_button.setEnabled(not self._busy)
        self._test_button.setEnabled(not self._busy and self._selected is not None)

    def _on_row_changed(self, position: int) -> None:
        if 0 <= position < len(self._connections):
            self._show_message("")
            self._show(self._connections[position])

    def _on_add_clicked(self) -> None:
        self.list.setCurrentRow(-1)
        self._show_message("")
        self._show_form(next(iter(KINDS)), None)
        self._fields[("name",)].input.setFocus()

    def _on_vendor_chosen(self, position: int) -> None:
        self._show_form(list(KINDS)[position], None)
        self._fields[("vendor",)].input.setFocus()

    def _on_save_clicked(self) -> None:
        self._refuse(())
        options: dict[str, str] = {}
        secrets: dict[str, str] = {}
        for path, field in self._fields.items():
            match path:
                case ("options", name) if name.endswith(_ALL_OF_PREFIX):
                    options |= _pairs(name.removesuffix("*"), field.text())
                case ("options", name):
                    options[name] = field.text().strip()
                case ("secret", name) if field.text():
                    secrets[name] = field.text()
                case _:
                    pass
        options = {name: value for name, value in options.items() if self._differs(name, value)}
        name, url = (self._fields[path].text().strip() for path in (("name",), ("url",)))
        # Typed keys stay in the form until they are stored.
        work = self._connect(self._vendor(), name, url, options, secrets, is_new=self._selected is None)
        self._begin("store a connection", work, self._on_saved)

    def _on_saved(self, stored: Connection) -> None:
        """Test what was saved at once: a key with a missing character is found here, not at the first shipment."""
        self._begin("test a connection", self._test(stored), lambda tested: self._on_saved_tested(stored, tested))
        self._show_message(text("connections.saved_testing", name=stored.name))

    def _on_saved_tested(self, stored: Connection, tested: connections.ConnectionTest) -> None:
        if tested.verdict == "ok":
            self._show_message(text("connections.saved_works", name=stored.name, key=key_name("F5")), "good")
        else:
            self._on_tested(stored, tested)

    def _on_test_clicked(self) -> None:
        connection = self._selected
        if connection is not None:
            self._begin("test a connection", self._test(connection), lambda tested: self._on_tested(connection, tested))
            self._show_message(text("connections.testing"))

    def _on_pause_clicked(self) -> None:
        connection = self._selected
        if connection is not None:
            self._begin("pause or resume sending", self._pause(connection), self._show_message)

    def _on_tested(self, connection: Connection, tested: connections.ConnectionTest) -> None:
        message = sentences(Message(connections.VERDICTS[tested.verdict], connection=connection.name), tested.message)
        self._show_message(str(message), "good" if tested.verdict == "ok" else "bad")
        secrets = [field for path, field in self._fields.items() if path[0] == "secret"]
        if tested.verdict in ("wrong key", "no key") and secrets:
            # It is entered again.
            secrets[0].input.setFocus()

    def _show(self, connection: Connection) -> None:
        self._show_form(connection.vendor, connection)
        if connection.is_blocked:
            self._show_message(str(connection.blocked_message), "bad")
        elif connection.pause:
            said = text("connections.paused", name=connection.name)
            self._show_message(f"{said} {strings.paused_by(connection.pause)}", "wait")

    def _show_form(self, vendor: str, connection: Connection | None) -> None:
        """Rebuild the form: each platform has its own keys and options."""
        self._selected = connection
        self._fields = {}
        clear(self._form)
        kind = KINDS[vendor]
        vendors = _choice([kind.title for kind in KINDS.values()], kind.title)
        vendors.setEnabled(connection is None)
        vendors.activated.connect(self._on_vendor_chosen)
        self._add_field(("vendor",), text("connections.platform"), vendors)
        name = _line(connection.name if connection else kind.title)
        name.setReadOnly(connection is not None)
        self._add_field(("name",), text("connections.name"), name)
        url = connection.base_url if connection else kind.default_url
        self._add_field(("url",), text("connections.address"), _line(url))
        for secret in kind.secrets:
            line = _line("")
            hints = (text("connections.key_hint"), text("connections.key_hint_short"))
            here = self._found.get(connection.id, ()) if connection else ()
            if connection and not (here and here[0].state == "no_key"):
                hints = (text("connections.key_stored"), text("connections.key_stored_short"))
            widgets.keep_hint(line, hints)
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setProperty(SECRET, True)
            title = str(secret.title) if secret.required else text("connections.optional", title=secret.title)
            self._add_field(("secret", secret.name), title, line)
        stored = dict(connection.options) if connection else {}
        for option in kind.options:
            if option.name.endswith(_ALL_OF_PREFIX):
                input_ = _line(_pairs_text(option.name.removesuffix("*"), stored), PAIRS_HINT)
            elif option.choices:
                input_ = _choice(list(option.choices), stored.get(option.name, option.default))
            else:
                input_ = _line(stored.get(option.name, option.default))
            warnings = {value: str(warning) for value, warning in option.warnings.items()}
            self._add_field(("options", option.name), str(option.title), input_, warnings)
        self._show_senders()
        self._show_buttons()

    def _add_field(
        self, path: _Path, title: str, input_: QLineEdit | QComboBox, warnings: Mapping[str, str] | None = None
    ) -> None:
        input_.setObjectName("_".join(path).replace(_ALL_OF_PREFIX, ""))
        self._fields[path] = field = _Field(self._theme, title, input_, warnings or {})
        self._form.addWidget(field)
        # At once: the focus may go to it.
        field.show()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Show each problem at its field, and those of no field beside the buttons."""
        for path, field in self._fields.items():
            field.mark(" ".join(str(problem.message) for problem in problems if problem.path == path))
        others = [str(problem.message) for problem in problems if problem.path not in self._fields]
        self._show_message("\n".join(others), "bad" if others else "")

    def _vendor(self) -> str:
        input_ = self._fields[("vendor",)].input
        return list(KINDS)[input_.currentIndex() if isinstance(input_, QComboBox) else 0]

    def _differs(self, name: str, value: str) -> bool:
        """Return whether an option differs from what is stored or default; only then it is stored."""
        stored = self._selected.options if self._selected else {}
        defaults = {option.name: option.default for option in KINDS[self._vendor()].options}
        return value != stored.get(name, defaults.get(name, ""))

    def _lay_out(self) -> None:
        px, theme = self._theme.tokens.px, self._theme
        self.list = QListWidget()
        self.list.setObjectName("connection_list")
        self.list.setAccessibleName(text("shared.connections"))
        self.list.currentRowChanged.connect(self._on_row_changed)
        add = action("add_connection", text("connections.add"), self._on_add_clicked)
        list_card = widgets.card(column(theme, (self.list, 1), add, margins=(12, 12, 12, 12)))
        list_card.setMinimumWidth(px(LEAST_LIST_PX))
        list_card.setMaximumWidth(px(LIST_PX))
        form = QWidget()
        self._form = column(theme, spacing=6, margins=(2, 2, 8, 2), parent=form)
        scroll = FittingScrollArea(form, min_px=px(160))
        self._senders = wrapped("", "secondary", name="connection_senders")
        senders_line = column(theme, self._senders, margins=(3, 0, 8, 0))
        form_card = widgets.card(column(theme, senders_line, (scroll, 1), spacing=10, margins=(16, 14, 16, 14)))
        self._pause_button = self._button_row.add("pause", text("connections.pause"), self._on_pause_clicked)
        self._test_button = self._button_row.add("test", text("connections.test"), self._on_test_clicked)
        self._save_button = self._button_row.add(
            "save", text("button.save"), self._on_save_clicked, ENTER, kind="primary"
        )
        self._save_button.setDefault(True)
        self._make_keys({ENTER: self._save_button.click})
        main = self._column()
        main.addWidget(widgets.label(text("shared.connections"), "number"))
        main.addLayout(row(theme, list_card, (form_card, 1), spacing=12), 1)
        main.addLayout(self._button_row)


class _Field(QWidget):
    """An input below its title, above its problem or a warning about its value."""

    def __init__(self, theme: Theme, title: str, input_: QLineEdit | QComboBox, warnings: Mapping[str, str]) -> None:
        super().__init__()
        self.input = input_
        self._warnings = warnings
        self.input.setAccessibleName(plain(title))
        label = wrapped(title, "field")
        label.setBuddy(self.input)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._problem = wrapped("", "secondary", "bad")
        column(theme, label, self.input, self._problem, spacing=3, parent=self)
        if isinstance(self.input, QComboBox):
            self.input.currentTextChanged.connect(lambda _: self.mark(""))
        self.mark("")

    def text(self) -> str:
        """Return what was chosen or typed."""
        return self.input.currentData() if isinstance(self.input, QComboBox) else self.input.text()

    def mark(self, problem: str) -> None:
        """Mark the input with a problem; without one show what must be known about its value."""
        widgets.set_wrong(self.input, bool(problem))
        shown = problem or self._warnings.get(self.text(), "")
        self._problem.setText(plain(shown))
        self._problem.setVisible(bool(shown))


def _line(value: str, hint: str = "") -> QLineEdit:
    line = QLineEdit(value)
    line.setPlaceholderText(hint)
    return line


def _choice(choices: list[str], chosen: str) -> QComboBox:
    """Return a list of values, each with its meaning in the window's language."""
    choice = Choice()
    for value in choices:
        choice.addItem(text(_VALUES[value]) if value in _VALUES else value, value)
    choice.setCurrentIndex(choice.findData(chosen))
    return choice


def _pairs(prefix: str, typed: str) -> dict[str, str]:
    """Return the options that are typed as `usps=endicia, ups=ups_walleted`."""
    pairs = (part.partition("=") for part in typed.split(","))
    return {f"{prefix}{name.strip()}": value.strip() for name, sign, value in pairs if sign and name.strip()}


def _pairs_text(prefix: str, options: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name.removeprefix(prefix)}={value}"
        for name, value in options.items()
        if name.startswith(prefix) and name != f"{prefix}default"
    )
