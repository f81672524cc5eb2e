"""The window's actions: keys, the two menus, and the dialogs that they open."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QPushButton

from shipconsole.messages import text
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.menu import Menu
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button_text
from shipconsole.ui.order_list.view_selector import FILTER_KEYS, VIEW_KEYS
from shipconsole.ui.window.banner import DISMISS_KEY
from shipconsole.ui.window.menu_entries import ENTRIES, MENU, ORDER_MENU, DialogArguments, MenuEntry
from shipconsole.ui.window.strip_text import KEEP_KEY
from shipconsole.ui.window.top_bar import BENCH_KEY, NEEDS_ATTENTION_KEY
from shipconsole.ui.window.verdict_strings import NEXT_ORDER_KEY

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.updates import VersionCheck
    from shipconsole.ui.dialogs.demo_faults import Faults
    from shipconsole.ui.dialogs.settings.pages import SettingsParts
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.printing.jobs import Printing
    from shipconsole.ui.sounds.effects import SoundEffects
    from shipconsole.ui.window.main_window import MainWindow
    from shipconsole.ui.window.paper import WindowPaper
    from shipconsole.ui.window.scanner import ScanProcessor


class Menus(QObject):
    """Makes the actions of a window, once it is painted, and opens the menus and dialogs."""

    def __init__(self, window: "MainWindow", theme: Theme, settings: Settings, profile: Profile) -> None:
        """Initialize without actions."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._profile = profile
        self.live = LiveSettings(profile, settings, self)
        """The settings, which everything that is opened from here shows and changes."""
        self._new_version: VersionCheck | None = None
        self.faults: Faults | None = None
        """What the simulated platforms do wrong, in a demo."""
        self.actions: dict[str, QAction] = {}
        """Every action by its name; the menus' entries too."""

    @cached_property
    def sounds(self) -> "SoundEffects":
        """The sounds of the verdicts."""
        from shipconsole.ui.sounds.effects import SoundEffects

        return SoundEffects(lambda: self.live.settings, parent=self)

    @property
    def is_demo(self) -> bool:
        """Whether every platform is simulated."""
        return self._window.is_demo

    @property
    def scans(self) -> "ScanProcessor":
        """What the window does with scans."""
        return self._window.scans

    def open_demo(self) -> None:
        """Open the demo, with a practice package, in a program of its own beside this one."""
        from shipconsole.ui.window.demo_process import start_demo

        start_demo()

    def settings_parts(self, args: DialogArguments) -> "SettingsParts":
        """Return what the pages of the settings need."""
        from shipconsole.ui.dialogs.settings.pages import SettingsParts

        return SettingsParts(args.ctx, args.tasks, args.theme, self.live, self.sounds, args.receiver, self.open)

    def make_actions(self) -> None:
        """Make every action, once."""
        if self.actions:
            return
        window = self._window
        for name, keys, act in (
            ("scan", "F2", window.top_bar.scan_field.focus),
            ("sync", "F5", window.sync_orders),
            ("search", "Ctrl+F", window.orders.find),
            ("needs_attention", NEEDS_ATTENTION_KEY, lambda: window.orders.show_view("needs_attention")),
            ("next_order", NEXT_ORDER_KEY, None),
            ("bench_mode", BENCH_KEY, lambda: window.bench_mode.toggle()),
            ("text_larger", "Ctrl++|Ctrl+=", lambda: window.appearance.larger()),
            ("text_smaller", "Ctrl+-", lambda: window.appearance.smaller()),
            ("text_usual", "Ctrl+0", lambda: window.appearance.usual()),
            ("keys", "F1", self._show_keys),
            ("ship", "Ctrl+Return|Ctrl+Enter", None),
            ("new_package", "Ctrl+N", None),
            ("all_left", "Ctrl+A", None),
            ("preview", "Alt+P", None),
            ("undo", "Ctrl+Z", None),
            ("all_fields", "F4", None),
            ("menu", "F10", self.show_menu),
            ("packer", "F6", self._ask_packer),
            ("order_menu", "F9", self.show_order_menu),
            ("dismiss", DISMISS_KEY, lambda: window.banner.dismiss()),
            ("keep_label", KEEP_KEY, None),
            ("slip", "Ctrl+P", None),
            ("package_label", "", None),
            ("command_sheet", "", None),
            ("views", "Alt+V", lambda: window.order_list.open_views()),
            *((f"view_{view}", key, partial(window.orders.show_view, view)) for view, key in VIEW_KEYS.items()),
            *((f"filter_{key[-1]}", key, partial(window.orders.show_filter, at)) for at, key in enumerate(FILTER_KEYS)),
            ("order_actions", "Ctrl+M", lambda: window.orders.show_actions()),
            ("quick_look", "Ctrl+I", None),
            ("take_over", "Alt+O", None),
        ):
            self._add(name, keys, act)
        for entry in ENTRIES:
            self._add(entry.name, entry.keys, lambda entry=entry: self._open_entry(entry))
            self.actions[entry.name].setText(button_text(text(entry.title)))
        from shipconsole.ui.dialogs.help.key import HelpKey

        self.help_key = HelpKey(window, self._theme)
        for name, title in (
            ("all_fields", "shared.all_fields"),
            ("keys", "keys.title"),
            ("packer", "menu.packer"),
            ("bench_mode", "frame.bench_mode"),
            ("text_larger", "frame.text_larger"),
            ("text_smaller", "frame.text_smaller"),
            ("text_usual", "frame.text_usual"),
            ("slip", "menu.slip"),
            ("package_label", "menu.package_label"),
            ("command_sheet", "menu.command_sheet"),
            ("quick_look", "menu.quick_look"),
        ):
            self.actions[name].setText(text(title))
        from shipconsole.ui.window.file_drop import FileDrop

        FileDrop(window, self.import_file)

    def connect_action(self, name: str, act: Callable[[], object]) -> None:
        """Enable an action that could do nothing before."""
        self.actions[name].triggered.connect(lambda _checked=False: act())
        self.actions[name].setEnabled(True)

    def trigger(self, name: str) -> None:
        """Do an action, as its key does; one that is not connected yet does nothing."""
        self.make_actions()
        self.actions[name].trigger()

    def open(self, name: str) -> None:
        """Open the dialog of a menu's entry."""
        self.trigger(name)

    @cached_property
    def paper(self) -> "WindowPaper":
        """What the window prints, and how; made when the window has its context."""
        from shipconsole.ui.window.paper import WindowPaper

        return WindowPaper(self._window, self._theme, self.live)

    @property
    def printing(self) -> "Printing":
        """The window's jobs for printers."""
        return self.paper.printing

    def start_printing(self) -> None:
        """Print by command code and at shipping, and show how many packages no carrier has scanned."""
        self.paper.start()
        for name, act in (
            ("slip", self.paper.show_slip),
            ("package_label", self.paper.show_label),
            ("command_sheet", self.paper.show_command_sheet),
        ):
            self.connect_action(name, act)
        self.printing.silent_counted.connect(self._show_silent)
        self.printing.silent_counted.connect(self._window.top_bar.show_silent)
        self._window.top_bar.silent_requested.connect(self.open_silent)

    def open_silent(self) -> None:
        """Open the hand-over lists at the packages that no carrier has scanned."""
        from shipconsole.ui.dialogs.hand_over.dialog import HandOverDialog

        self.open("hand_over")
        for dialog in self._window.findChildren(HandOverDialog):
            dialog.show_silent()

    def open_forward_review(self) -> None:
        """Open the webhook events at the shipments that are under review."""
        from shipconsole.ui.dialogs.webhook_events.dialog import WebhookEventsDialog

        self.open("webhook_events")
        for dialog in self._window.findChildren(WebhookEventsDialog):
            dialog.show_forward_review()

    def import_file(self, path: str) -> None:
        """Open the import with a file."""
        from shipconsole.ui.dialogs.import_files.dialog import ImportDialog

        self.open("import_file")
        for dialog in self._window.findChildren(ImportDialog):
            dialog.show_file(path)

    def show_menu(self) -> None:
        """Show the window's menu."""
        self.make_actions()
        hidden = {entry.name for entry in ENTRIES if entry.of_demo and not self.is_demo}
        self._pop_up(
            self._window.top_bar.menu_button, [[name for name in group if name not in hidden] for group in MENU]
        )

    def show_order_menu(self) -> None:
        """Show the menu of the open order, if there is one."""
        if self._window.ctx is not None and self._window.editor.order_id is not None:
            self._pop_up(self._window.editor.menu_button, ORDER_MENU)

    def show_new_version(self, new_version: "VersionCheck") -> None:
        """Announce a new version in the menu, and nowhere else."""
        if new_version.kind == "new":
            self.make_actions()
            self._new_version = new_version
            self.actions["about"].setText(button_text(text("menu.about_new_version", version=new_version.version)))

    def show_receiver(self, state: str) -> None:
        """Show in the menu whether webhook events are received."""
        self.make_actions()
        self.actions["webhook_events"].setText(button_text(f"{text('menu.webhook_events')} · {state}"))

    def _add(self, name: str, keys: str, act: Callable[[], object] | None) -> None:
        """Make an action; `keys` are separated by bars. Without `act` it is disabled until it is connected."""
        action = QAction(self._window)
        action.setObjectName(f"action_{name}")
        action.setShortcuts([QKeySequence(key) for key in keys.split("|") if key])
        action.setAutoRepeat(False)
        action.setEnabled(False)
        self._window.addAction(action)
        self.actions[name] = action
        if act is not None:
            self.connect_action(name, act)

    def _pop_up(self, under: QPushButton, groups: Sequence[Sequence[str]]) -> None:
        """Show groups of actions as a menu below a button, with their keys."""
        menu = Menu(under)
        menu.setObjectName(f"{under.objectName()}_entries")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for position, names in enumerate(groups):
            if position:
                menu.addSeparator()
            for name in names:
                self.actions[name].setShortcutVisibleInContextMenu(True)
                menu.addAction(self.actions[name])
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))
        menu.setActiveAction(self.actions[groups[0][0]])

    def _open_entry(self, entry: MenuEntry) -> None:
        window = self._window
        if window.ctx is None or window.tasks is None:
            return
        order_id = window.editor.order_id or 0
        if order_id or not entry.of_order:
            arguments = DialogArguments(
                window,
                window.ctx,
                window.tasks,
                self._theme,
                order_id,
                window.open_order,
                window.editor.sheet_changed,
                window.receiver,
                self._profile,
                self.live.settings,
                self._new_version,
                self.printing,
                lambda: window.order_list.model.ids,
                window.editor,
                self,
            )
            _open(entry.make(arguments))

    def _ask_packer(self) -> None:
        window = self._window
        if window.ctx is not None and window.tasks is not None:
            window.tasks.spawn("ask who packs", self._ask_known_packer(window.ctx, window.tasks))

    async def _ask_known_packer(self, ctx: "Context", tasks: "Tasks") -> None:
        """Ask for a packer that is entered, or for any name while none is."""
        from shipconsole.operations.orders import packers
        from shipconsole.ui.dialogs.packer import PackerDialog, SignInDialog

        window, prefix = self._window, self.live.settings.command_prefix
        known = await packers.every(ctx)
        if known:
            dialog = SignInDialog(window, ctx, tasks, self._theme, known, prefix)
        else:
            dialog = PackerDialog(window, self._theme, ctx.operator, prefix)
        dialog.answered.connect(window.set_packer)
        _open(dialog)

    def _show_silent(self, count: int) -> None:
        title = text("menu.hand_over_silent", count=count) if count else text("menu.hand_over")
        self.actions["hand_over"].setText(button_text(title))

    def _show_keys(self) -> None:
        from shipconsole.ui.dialogs.keys_sheet import KeysSheet

        sheet = KeysSheet(self._window, self._theme, self.live.settings.command_prefix)
        sheet.help_requested.connect(lambda: self.help_key.show_help(self._window))
        _open(sheet)


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
