"""Signs out a packer who was removed, at this station or elsewhere; a new name is used from then on."""

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import packers
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.banner_message import BannerMessage

TOPIC = "packer"


class PackerWatch(QObject):
    """Knows which of the entered packers is signed in. Signal: renamed(name), which is empty for one who is removed."""

    renamed = Signal(str)

    def __init__(self, ctx: Context, tasks: Tasks, banner: Banner, parent: QObject) -> None:
        """Begin with nobody signed in; `banner` says who was signed out."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._banner = banner
        self._id = 0
        """Of the packer who is signed in; 0 for a name that is not entered."""

    def signed_in(self) -> None:
        """Follow another packer from now on, and remove the message about the one before."""
        self._id = 0
        if self._ctx.operator:
            self._banner.settle(TOPIC)
            self._tasks.spawn("find the packer", self._find(self._ctx.operator))

    def apply_changes(self, changes: Changes) -> None:
        """Look whether the packer was changed or removed."""
        if self._id and (changes.too_many or Change("packer", self._id) in changes.changes):
            self._tasks.spawn("look for the packer", self._look(self._id))

    async def _find(self, name: str) -> None:
        known = await packers.every(self._ctx)
        if name == self._ctx.operator:
            self._id = next((packer.id for packer in known if packer.name == name), 0)

    async def _look(self, id_: int) -> None:
        known = await packers.every(self._ctx)
        found = next((packer.name for packer in known if packer.id == id_), "")
        before = self._ctx.operator
        if self._id != id_ or found == before:
            return
        self.renamed.emit(found)
        if not found:
            self._banner.show_message(
                BannerMessage(text("packers.signed_out", name=before, key=key_name("F6")), topic=TOPIC)
            )
