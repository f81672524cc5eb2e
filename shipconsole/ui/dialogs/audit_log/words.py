"""Every sentence of the record."""

from datetime import UTC, datetime

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.ui.kit.strings import attempt_word, counted

TITLE = "Audit log"
SUBTITLE = "Who did what and when, including every request and response. Entries cannot be changed."
COLUMNS = ("Time", "Who", "What", "Order", "Connection", "In words")
FIND = "Find in the record"
FIND_HINTS = (
    "Find an order, a number, a name, a word   Ctrl+F",
    "Find a word   Ctrl+F",
    "Find   Ctrl+F",
)
FROM = "From"
UNTIL = "to"
FIRST_DAY = "First day"
LAST_DAY = "Last day"
SENT = "What was sent"
ANSWERED = "What came back"
NOTHING = "Nothing."
NOT_CHOSEN = "Choose an entry to see what was sent and what came back."
READING = "Reading"
EMPTY = "Nothing was done in these days that has these words."
EXPORT = "Export CSV…"
EXPORT_TITLE = "Write the record to a file"
CSV_FILES = "CSV files (*.csv)"
COPIED = "The entry was copied."


def order_title(number: str) -> str:
    """The heading where only one order is shown."""
    return f"Record of order {number}"


def entries(number: int) -> str:
    """How many entries there are."""
    return counted(number, "entry", "entries")


def writing(done: int, of: int) -> str:
    """How far the file is."""
    return f"{done:,} of {of:,} written"


def written(number: int, file: str) -> str:
    """That the file is whole."""
    return f"{entries(number)} written to {file}."


def file_name(first: str, last: str) -> str:
    """What the file is called where nobody says otherwise."""
    return f"shipconsole-record-{first}.csv" if first == last else f"shipconsole-record-{first}-to-{last}.csv"


def time(at_ms: int) -> str:
    """Day and time to the second."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def who(event: AuditEvent) -> str:
    """The packer and the bench, as far as they are known."""
    return " · ".join(part for part in (event.operator, event.station) if part)


def what(event: AuditEvent) -> str:
    """What happened, in a word or two."""
    if event.call is not None:
        return attempt_word(str(event.what))
    return str(event.what)


def in_words(event: AuditEvent) -> str:
    """What is said of it: the package that shipped, what was seen, why it was done."""
    if event.what == "shipped":
        return " · ".join(part for part in (event.contents, event.carrier, event.tracking_number) if part)
    return str(event.message) or event.tracking_number


def as_text(event: AuditEvent, sent: str) -> str:
    """An entry to be pasted somewhere."""
    parts = [time(event.at_ms), who(event), event.order, event.connection, what(event), in_words(event)]
    head = "\t".join(part.replace("\t", " ").replace("\n", " ") for part in parts)
    bodies = [f"{title}:\n{text}" for title, text in ((SENT, sent), (ANSWERED, event.answer)) if text]
    return "\n\n".join([head, *bodies])
