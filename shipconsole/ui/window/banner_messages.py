"""The banner's messages besides verdicts: each has a topic, and ends when its cause is over."""

from PySide6.QtCore import QObject

from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.banner_message import BannerMessage

NOTE = "note"
"""The topic of a message about the last action; the next action ends it."""


class BannerMessages(QObject):
    """Shows what the order editor and the tasks report."""

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
        editor.packed_elsewhere.connect(self._on_packed_elsewhere)
        editor.draft_saved.connect(lambda order_id: banner.settle(f"draft {order_id}"))
        editor.update_needs_attention.connect(self._on_update_needs_attention)
        editor.update_resolved.connect(self._on_call_settled)
        tasks.failing.connect(self._on_task_failing)
        tasks.recovered.connect(self._on_task_recovered)

    def note(self, message: str) -> None:
        """Show a message about the last action."""
        self._banner.show_message(BannerMessage(message, topic=NOTE))

    def clear_note(self) -> None:
        """Remove the message about the last action, since another followed."""
        self._banner.settle(NOTE)

    def _topic(self, cause: str) -> str:
        return f"{cause} {self._editor.order_id}"

    def _of_order(self, cause: str, message: str, advice: str = "") -> BannerMessage:
        return BannerMessage(message, advice=advice, topic=self._topic(cause), order_id=self._editor.order_id)

    def _on_opened(self, order_id: int | None, _number: str, _left: int) -> None:
        self._banner.show_order(order_id)
        self.clear_note()

    def _on_changed(self) -> None:
        self.clear_note()
        self._banner.settle(self._topic("problems"))

    def _on_failed(self, problems: tuple[Problem, ...]) -> None:
        message = "\n".join(dict.fromkeys(str(problem.message) for problem in problems))
        advice = " ".join(dict.fromkeys(str(problem.advice) for problem in problems if str(problem.advice)))
        self._banner.show_message(self._of_order("problems", message, advice))

    def _on_packed_elsewhere(self, message: str) -> None:
        self._banner.show_message(self._of_order("draft", message, text("draft.packed_elsewhere_means")))

    def _on_quantity_refused(self, message: str) -> None:
        self._banner.show_message(self._of_order("quantity", message))

    def _on_quantity_taken(self) -> None:
        self._banner.settle(self._topic("quantity"))

    def _on_update_needs_attention(self, call_id: int, problem: Problem) -> None:
        message = self._of_order("", str(problem.message), str(problem.advice))
        self._banner.show_message(message._replace(topic=f"call {call_id}"))

    def _on_call_settled(self, call_id: int) -> None:
        self._banner.settle(f"call {call_id}")

    def _on_task_failing(self, name: str, message: str) -> None:
        self._banner.show_message(BannerMessage(message or text("program.failed"), topic=f"task {name}"))

    def _on_task_recovered(self, name: str) -> None:
        self._banner.settle(f"task {name}")
