"""The columns of the audit log's table, and what each shows of an entry."""

from datetime import UTC, datetime

from PySide6.QtCore import QObject

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.messages import text
from shipconsole.ui.kit.binding.model_table import Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable
from shipconsole.ui.kit.strings import attempt_label

TIME, WHO, WHAT, ORDER, CONNECTION, DETAILS = range(6)
_ACTIONS = {
    "shipped": "audit_log.shipped",
    "scanned": "audit_log.scanned",
    "answered_verdict": "audit_log.scan_answered",
}


def audit_table(fetch: Fetch[AuditEvent], parent: QObject) -> PagedTable[AuditEvent]:
    """Make a table of entries, which are shown newest first."""
    columns = (
        Column("at_ms", text("audit_log.time"), shown=_time, waiting=text("audit_log.loading")),
        Column("operator", text("audit_log.who"), shown=_who),
        Column("what", text("audit_log.action"), shown=_action),
        Column("order", text("shared.order")),
        Column("connection", text("audit_log.connection")),
        Column("message", text("audit_log.details"), shown=_details),
    )
    return PagedTable(AuditEvent, columns, fetch, lambda event: event.entry, parent)


def as_text(event: AuditEvent, sent: str) -> str:
    """Return an entry with its request and response, to be pasted elsewhere."""
    parts = [_time(event), _who(event), event.order, event.connection, _action(event), _details(event)]
    head = "\t".join(part.replace("\t", " ").replace("\n", " ") for part in parts)
    bodies = ((text("audit_log.request"), sent), (text("audit_log.response"), event.answer))
    return "\n\n".join([head, *(f"{title}\n{body}" for title, body in bodies if body)])


def _time(event: AuditEvent) -> str:
    return datetime.fromtimestamp(event.at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _who(event: AuditEvent) -> str:
    return " · ".join(part for part in (event.operator, event.station) if part)


def _action(event: AuditEvent) -> str:
    if event.call is not None:
        return attempt_label(str(event.what))
    action = _ACTIONS.get(event.what) if isinstance(event.what, str) else None
    return text(action) if action else str(event.what)


def _details(event: AuditEvent) -> str:
    """Return what shipped, what was seen, or why it was done."""
    if event.what == "shipped":
        return " · ".join(part for part in (event.contents, event.carrier, event.tracking_number) if part)
    return str(event.message) or event.tracking_number
