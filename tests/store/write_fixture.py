"""Write the store that is kept as an example of the first release: a few orders of each state, and their history.

Run ``poe store-fixture`` after a change of ``0001_first``, which is allowed until the first release only. From then on
that migration and this store never change; a change of the schema is a migration of its own.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from shipconsole.domain.call import CALL_STATES
from shipconsole.domain.intent import CREATE
from shipconsole.store import search_text
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql

FILE = Path(__file__).parent / "fixtures" / "first.sql"
NOW_MS = 1_795_000_000_000
STATES = {
    # State, and ordered, shipped and left units.
    "open": (3, 0, 3),
    "partly_shipped": (3, 1, 2),
    "shipped": (3, 3, 0),
    "cancelled": (3, 0, 0),
}


def text() -> str:
    """Return the statements that make the store anew, always the same."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shipconsole.db"
        store = SqliteStore(file)
        store.open()
        store.write(lambda db: db.value("changes.newest")).result()
        store.close()
        with closing(sql.connect(file)) as opened:
            _fill(opened)
            return "".join(f"{statement};\n" for statement in _statements(opened))


def load(file: Path) -> None:
    """Make a file that is the store as it was written."""
    with closing(sql.connect(file)) as opened:
        opened.execute("BEGIN;" + FILE.read_text("utf-8") + "COMMIT;")


def _fill(opened: apsw.Connection) -> None:
    def add(table: str, **values: object) -> int:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        opened.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
        return opened.last_insert_rowid()

    connection = add("connection", name="ShipEngine", vendor="shipengine", base_url="https://example.test")
    add("packer", name="Mira Berg", badge="MB-1", badge_key="mb-1")
    add("rate_limit", connection_id=connection, next_at_ms=NOW_MS)
    states = [(state, "") for state in STATES] + [("shipped", call_state) for call_state in CALL_STATES]
    for index, (state, call_state) in enumerate(states):
        ordered, shipped, left = STATES[state]
        number = str(10_001 + index)
        order = add(
            "orders",
            number=number,
            match_key=number,
            number_key=number.zfill(12),
            primary_connection_id=connection,
            ship_to='{"name": "Ada Byron", "street": "1 Mill Lane", "city": "Leeds", "country": "GB"}',
            recipient="A. Byron · Leeds GB",
            state=state,
            cancelled=int(state == "cancelled"),
            ordered_units=ordered,
            shipped_units=shipped,
            left_units=left,
            needs_attention=int(call_state in ("unknown", "needs_attention", "rejected", "blocked", "dead")),
            search_text=search_text.of((number,), ("Ada Byron", "Leeds", "LAMP")),
            changed_at_ms=NOW_MS + index,
        )
        cancelled = ordered if state == "cancelled" else 0
        line = add(
            "order_line", order_id=order, position=0, sku="LAMP", sku_key="lamp", ordered=ordered, shipped=shipped,
            cancelled=cancelled, cancelled_here=cancelled,
        )  # fmt: skip
        link = add(
            "link", order_id=order, connection_id=connection, remote_id=f"so-{number}", remote_number=number,
            match_key=number, document='{"ship_to": {"name": "Ada Byron"}}', seen_at_ms=NOW_MS,
        )  # fmt: skip
        add("line_link", link_id=link, line_id=line, remote_id="1", quantity=ordered)
        add("scan", order_id=order, at_ms=NOW_MS, operator="Mira Berg", raw="LAMP", verdict="good")
        add("manual_change", order_id=order, at_ms=NOW_MS, operator="Mira Berg", what='{"id":"audit.order_created"}')
        if shipped:
            shipment = add("shipment", order_id=order, created_at_ms=NOW_MS, station="Bench 1", operator="Mira Berg")
            tracking = f"94001001093611292783{index:02}"
            package = add(
                "package", shipment_id=shipment, position=0, tracking_number=tracking, tracking_key=tracking,
                carrier="usps", raw_scan=tracking,
            )  # fmt: skip
            add("packed", package_id=package, line_id=line, quantity=shipped)
        if call_state:
            _add_call(add, index, order, shipment, connection, call_state)
            track = add(
                "track", connection_id=connection, tracking_number=tracking, tracking_key=tracking, order_id=order,
                status="delivered", details=f'{{"tracking_number": "{tracking}", "document": "{{}}"}}',
                changed_at_ms=NOW_MS, next_check_at_ms=NOW_MS,
            )  # fmt: skip
            add("track_event", track_id=track, event_key="[]", message="Delivered", status="delivered", latitude=53.8)
    add("draft", order_id=1, body="{}", changed_at_ms=NOW_MS, station="Bench 1")
    add("claim", order_id=2, station="Bench 1", operator="Mira Berg", at_ms=NOW_MS, seen_at_ms=NOW_MS)
    for index, state in enumerate(("new", "processed", "failed", "ignored")):
        event = add(
            "webhook_event", connection_id=connection, received_at_ms=NOW_MS, body=b'{"resource_type": "API_ODD"}',
            sha256="", dedupe_key=f"event-{index}", state=state,
        )  # fmt: skip
    add(
        "platform_notice", at_ms=NOW_MS, connection_id=connection, webhook_event_id=event, kind="", position=0,
        message="Received", stands_out=0,
    )  # fmt: skip
    hand_over = add("hand_over", at_ms=NOW_MS, station="Bench 1", operator="Mira Berg")
    add("hand_over_package", package_id=1, hand_over_id=hand_over)
    opened.execute("UPDATE database_info SET database_id = 'f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1', commits = 7")
    opened.execute("UPDATE migration SET applied_at_ms = ?", (NOW_MS,))
    opened.execute("DELETE FROM change")
    opened.execute("DELETE FROM steady_time")


def _add_call(add: object, index: int, order: int, shipment: int, connection: int, state: str) -> None:
    assert callable(add)
    is_sent = state not in ("held", "pending")
    call = add(
        "call", key=f"{index:032x}", order_id=order, shipment_id=None if index % 5 == 4 else shipment,
        intent=CREATE if index % 5 == 4 else None, connection_id=connection, state=state, created_at_ms=NOW_MS,
        changed_at_ms=NOW_MS + index, due_at_ms=0, attempts=int(is_sent), position=index,
        request='{"call": "", "method": "POST", "path": "/", "query": [], "body": "{}"}' if is_sent else None,
        fingerprint="1" if is_sent else None,
    )  # fmt: skip
    if is_sent:
        add("attempt", call_id=call, number=1, at_ms=NOW_MS, what="sending", operator="Mira Berg")
        add("attempt", call_id=call, number=1, at_ms=NOW_MS, what="answered", status=200, answer="{}")


def _statements(opened: apsw.Connection) -> list[str]:
    """Return the tables with their rows, and after them what would change or check the rows."""
    schema = opened.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    own = [(kind, name, made) for kind, name, made in schema if not name.startswith(("order_search_", "sqlite_"))]
    found = [made for kind, _, made in own if kind == "table"]
    for name in [name for kind, name, _ in own if kind == "table" and name != "order_search"]:
        columns = [row[1] for row in opened.execute(f"PRAGMA table_info({name})")]
        quoted = " || ', ' || ".join(f"quote({column})" for column in columns)
        values = opened.execute(f"SELECT {quoted} FROM {name} ORDER BY rowid")
        found += [f"INSERT INTO {name} VALUES ({row})" for (row,) in values]
    found.append("INSERT INTO order_search (order_search) VALUES ('rebuild')")
    return found + [made for kind, _, made in own if kind != "table"]


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), "utf-8")
