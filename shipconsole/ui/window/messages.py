"""What the banner says besides verdicts: each message under its cause, and over when the cause is."""

from PySide6.QtCore import QObject

from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.trouble import Trouble

NOTE = "note"
"""The topic of what was said of the last act; the next one that does something ends it."""


class Messages(QObject):
    """Says in the banner what the editor and the tasks have to say."""

    def __init__(self, banner: Banner, editor: OrderEditorPanel, tasks: Tasks) -> None:
        """Connect them."""
        super().__init__(banner)
        self._banner = banner
        self._editor = editor
        editor.refused.connect(self.note)
        editor.quantity_refused.connect(self._on_quantity_refused)
        editor.quantity_taken.connect(self._on_quantity_taken)
        editor.changed.connect(self._on_changed)
        editor.opened.connect(self._on_opened)
        editor.failed.connect(self._on_failed)
        editor.update_needs_attention.connect(self._on_call_troubled)
        editor.update_resolved.connect(self._on_call_settled)
        tasks.troubled.connect(self._on_task_troubled)
        tasks.recovered.connect(self._on_task_recovered)

    def note(self, said: str) -> None:
        """Say something of the last act."""
        self._banner.tell(Trouble(said, topic=NOTE))

    def forget_note(self) -> None:
        """Something else was done."""
        self._banner.settle(NOTE)

    def _topic(self, cause: str) -> str:
        return f"{cause} {self._editor.order_id}"

    def _of_order(self, cause: str, said: str, advice: str = "") -> Trouble:
        return Trouble(said, advice=advice, topic=self._topic(cause), order_id=self._editor.order_id)

    def _on_opened(self, order_id: int | None, _number: str, _left: int) -> None:
        self._banner.show_order(order_id)
        self.forget_note()

    def _on_changed(self) -> None:
        self.forget_note()
        self._banner.settle(self._topic("problems"))

    def _on_failed(self, problems: tuple[Problem, ...]) -> None:
        said = "\n".join(dict.fromkeys(str(problem.message) for problem in problems))
        advice = " ".join(dict.fromkeys(str(problem.advice) for problem in problems if str(problem.advice)))
        self._banner.tell(self._of_order("problems", said, advice))

    def _on_quantity_refused(self, said: str) -> None:
        self._banner.tell(self._of_order("quantity", said))

    def _on_quantity_taken(self) -> None:
        self._banner.settle(self._topic("quantity"))

    def _on_call_troubled(self, call_id: int, problem: Problem) -> None:
        trouble = self._of_order("", str(problem.message), str(problem.advice))
        self._banner.tell(trouble._replace(topic=f"call {call_id}"))

    def _on_call_settled(self, call_id: int) -> None:
        self._banner.settle(f"call {call_id}")

    def _on_task_troubled(self, name: str, said: str) -> None:
        self._banner.tell(Trouble(said or text("program.failed"), topic=f"task {name}"))

    def _on_task_recovered(self, name: str) -> None:
        self._banner.settle(f"task {name}")
