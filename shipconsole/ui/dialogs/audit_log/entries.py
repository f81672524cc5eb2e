"""The columns of the audit log's table."""

from PySide6.QtCore import QObject

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.ui.dialogs.audit_log import words
from shipconsole.ui.kit.binding.model_table import Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable

TIME, WHO, WHAT, ORDER, CONNECTION, WORDS = range(6)


def audit_table(fetch: Fetch[AuditEvent], parent: QObject) -> PagedTable[AuditEvent]:
    """Make a table of entries, which are shown newest first."""
    columns = (
        Column("at_ms", words.COLUMNS[TIME], shown=lambda event: words.time(event.at_ms), waiting=words.READING),
        Column("operator", words.COLUMNS[WHO], shown=words.who),
        Column("what", words.COLUMNS[WHAT], shown=words.what),
        Column("order", words.COLUMNS[ORDER]),
        Column("connection", words.COLUMNS[CONNECTION]),
        Column("words", words.COLUMNS[WORDS], shown=words.in_words),
    )
    return PagedTable(AuditEvent, columns, fetch, lambda event: event.entry, parent)
