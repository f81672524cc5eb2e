"""What can be done with several orders of the list: claim, pack first, export, print, create; and saved filters."""

from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.domain.saved_filter import NAME_MAX
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, export, filters, first
from shipconsole.ui.kit.claim_note import claim_text
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.menu import Menu
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.state import OrderQuery
from shipconsole.ui.order_list.table import OrderTable

FILE_NAME = "shipconsole-orders.csv"
NAMED_MOST = 2


class OrderActions(QObject):
    """Acts on the chosen orders of a table, or on the current one.

    Signals: said(text), the result of an action; slips_requested(ids), to print packing slips; create_requested(ids),
    to create the orders in a connection; look_requested(id), to show an order beside the open one.
    """

    said = Signal(str)
    slips_requested = Signal(object)
    create_requested = Signal(object)
    look_requested = Signal(int)

    def __init__(self, parent: QWidget, ctx: Context, tasks: Tasks, theme: Theme, table: OrderTable) -> None:
        """Act on a table."""
        super().__init__(parent)
        self._parent = parent
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._table = table

    def menu(self) -> Menu:
        """Return the menu of all actions."""
        menu = Menu(self._parent)
        menu.setObjectName("order_actions_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_one = len(self._table.chosen) == 1
        for title, act in (
            ("order_action.look", self.look if is_one else None),
            ("order_action.pack_first", self.pack_first),
            ("order_action.pack_in_turn", self.pack_in_turn),
            ("order_action.claim", self.claim),
            ("order_action.release", self.release),
            ("order_action.print_slips", lambda: self.slips_requested.emit(self._table.chosen)),
            ("order_action.create_in", lambda: self.create_requested.emit(self._table.chosen)),
            ("order_action.export", self.ask_file),
        ):
            if act is not None:
                key = f"\t{key_name('Space')}" if act == self.look else ""
                menu.addAction(text(title) + key, act).setObjectName(title.replace(".", "_"))
        return menu

    def look(self) -> None:
        """Show an order beside the open one."""
        for order_id in self._table.chosen[:1]:
            self.look_requested.emit(order_id)

    def pack_first(self) -> None:
        """Have the orders packed first."""
        self._run("pack orders first", self._pack_first(self._table.chosen, is_first=True))

    def pack_in_turn(self) -> None:
        """Have the orders no longer packed first, whatever the rules say."""
        self._run("pack orders in turn", self._pack_first(self._table.chosen, is_first=False))

    def claim(self) -> None:
        """Claim the orders for this station and packer."""
        self._run("claim orders", self._claim(self._table.chosen))

    def release(self) -> None:
        """End the claims of the orders."""
        self._run("release orders", self._release(self._table.chosen))

    def ask_file(self) -> None:
        """Ask for the file to which the list of the orders is exported."""
        dialog = QFileDialog(self._parent, text("order_list.export_title"), QDir.home().filePath(FILE_NAME))
        dialog.setObjectName("export_orders")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write the list of the orders to a file."""
        if path:
            self._run("export orders", self._export(self._table.chosen, path))

    def save_filter(self, query: OrderQuery) -> None:
        """Ask for a name, and save what the list shows under it."""
        question = TextPrompt(
            self._parent,
            self._theme,
            "filter_name",
            text("order_list.save_filter_title"),
            text("order_list.save_filter_hint"),
            label=text("order_list.filter_name"),
            button=text("button.save"),
            text=query.words[:NAME_MAX],
            max_length=NAME_MAX,
        )
        view, sort, words = query.view, query.sort, query.words
        question.answered.connect(
            lambda name: self._run("save a filter", self._save_filter(name, view=view, sort=sort, words=words))
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def delete_filter(self, filter_id: int) -> None:
        """Delete a saved filter."""
        self._run("delete a filter", filters.delete(self._ctx, filter_id))

    def _run(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        self._tasks.spawn(name, self._say(work))

    async def _say(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            said = await work
        except (ValidationFailed, EnvironmentFailure) as refused:
            said = str(refused.message)
        if isinstance(said, str):
            self.said.emit(said)

    async def _pack_first(self, ids: Sequence[int], *, is_first: bool) -> str:
        count = await first.pack_first(self._ctx, ids, is_first=is_first)
        return text("order_list.now_first" if is_first else "order_list.now_in_turn", count=count)

    async def _claim(self, ids: Sequence[int]) -> str:
        others = await claims.claim(self._ctx, ids)
        said = text("order_list.claimed", count=len(ids) - len(others))
        return " ".join((said, *map(claim_text, others[:NAMED_MOST]))) if others else said

    async def _release(self, ids: Sequence[int]) -> str:
        return text("order_list.released", count=await claims.release(self._ctx, ids))

    async def _export(self, ids: Sequence[int], path: str) -> str:
        count = await export.export(self._ctx, ids, path)
        return text("order_list.exported", count=count, path=path)

    async def _save_filter(self, name: str, *, view: str, sort: str, words: str) -> None:
        await filters.save(self._ctx, name, view=view, sort=sort, words=words)
