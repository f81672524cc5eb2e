"""Texts from outside that a terminal, a spreadsheet or a reader must not obey."""

import json

import apsw

from shipconsole.domain.message import from_stored

ESC, BEL, CSI, OSC = "\x1b", "\x07", "\x9b", "\x9d"

HOSTILE = (
    f"{ESC}[2J{ESC}[Hgone",
    f"{ESC}[31mred{ESC}[0m",
    f"{ESC}]0;title{BEL}",
    f"{ESC}]52;c;ZWNobyBoaQ=={BEL}",
    f"{ESC}]52;c;ZWNobyBoaQ=={ESC}\\",
    f"{ESC}]8;;https://example.test{ESC}\\link{ESC}]8;;{ESC}\\",
    f"{ESC}P1$r{ESC}\\",
    f"{ESC}c",
    f"{ESC}[?1049h",
    f"{ESC}[6n",
    f"{ESC}#8",
    f"{CSI}2J",
    f"{CSI}31mred",
    f"{OSC}52;c;ZWNobyBoaQ==\x9c",
    "\x90+q\x9c",
    "\x85next line",
    f"{BEL}bell",
    "back\b\b\b\bspaces",
    "over\rwritten",
    "line\nforged: confirmed",
    "line\r\nforged",
    "vertical\x0btab",
    "form\x0cfeed",
    "shift\x0eout\x0f",
    "del\x7fete",
    "right\u202eto left",
    "left\u202dto right",
    "embed\u202a\u202b\u202c",
    "isolate\u2066\u2067\u2068\u2069",
    "mark\u200e\u200f\u061c",
    "zero\u200bwidth",
    "joined\u200d\u200c",
    "\ufeffmark in front",
    "word\u2060joiner",
    "invisible\u2061\u2062\u2063\u2064",
    "line\u2028separator",
    "paragraph\u2029separator",
    "tab\tbed",
    "null\x01\x02\x03",
    "=cmd|' /C calc'!A0",
)
assert len(HOSTILE) == 40

ALL = " | ".join(HOSTILE)
"""All forty at once: what is obeyed is obeyed wherever it stands."""
SHORT = "\x1b]0;x\x07\x9b2J\u202e\u200b\rover\u2028\x85\u2066"
"""What fits where our own limits are narrow: the texts of packages."""

OBEYED = frozenset({*range(0x20), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)} - {0x0A}) | {
    *range(0x2060, 0x206A),
    0xFEFF,
    0x061C,
}
"""The code points that no output for people may hold; line feed is the one that stays."""


def obeyed(text: str) -> list[str]:
    """Return what of a text a terminal or a reader would obey."""
    return sorted({f"U+{ord(character):04X}" for character in text if ord(character) in OBEYED})


AS_THEY_ARE = frozenset(
    {"state", "kind", "mode", "vendor", "base_url", "name", "fingerprint", "database_id", "run", "resolution", "what"}
    | {"key", "match_key", "number_key", "sku_key", "barcode_key", "tracking_key", "event_key", "dedupe_key", "sha256"}
    | {
        "number",
        "sku",
        "waits_for",
        "quantity_text",
        "resolved_quantity",
        "unconfirmed_of",
        "code",
        "profile_id",
        "computer",
        "folder",
    }
)
"""Columns that hold our own codes, or by which something is found."""
NARROW = frozenset({"package", "package_change", "forward_review"})


def spoil(database: apsw.Connection) -> int:
    """Put hostile text wherever the database keeps a text of others; tell in how many columns."""
    spoilt = 0
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table.startswith(("sqlite_", "order_text", "migration", "change")):
            continue
        for _, column, kind, *_ in database.execute(f"PRAGMA table_info({table})").fetchall():
            if kind != "TEXT" or column in AS_THEY_ARE or column.endswith("_id"):
                continue
            if is_json(database, table, column):
                spoilt += spoil_messages(database, table, column)
                continue
            try:
                database.execute(f"UPDATE {table} SET {column} = ?", (SHORT if table in NARROW else ALL,))
            except apsw.ConstraintError:
                continue
            spoilt += 1
    ship_to = json.dumps({"name": ALL, "street": ALL, "city": ALL, "country": "AU"})
    database.execute("UPDATE orders SET ship_to = ?", (ship_to,))
    database.execute("UPDATE orders SET number = ? WHERE number = '10007'", (ALL,))
    database.execute("UPDATE order_line SET sku = ? WHERE order_id = 7", (ALL,))
    database.execute("UPDATE call SET problems = ?", (json.dumps([["a", ALL, ALL]]),))
    ((order_id,),) = database.execute("SELECT id FROM orders WHERE number = '10001'").fetchall()
    for text in (ALL, *HOSTILE):
        database.execute(
            "INSERT INTO manual_change (order_id, at_ms, what, reason) VALUES (?, 1, ?, ?)", (order_id, text, text)
        )
    return spoilt


def spoil_messages(database: apsw.Connection, table: str, column: str) -> bool:
    """Put hostile text into the arguments of stored messages; tell whether there were any."""
    found = database.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE '{{\"id\":%'").fetchall()
    for (stored,) in found:
        hostile = from_stored(stored).mapped(lambda _: ALL).stored()
        database.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (hostile, stored))
    return bool(found)


def is_json(database: apsw.Connection, table: str, column: str) -> bool:
    """Whether a column holds JSON, by its values or by what it has of itself."""
    found = database.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' LIMIT 3").fetchall()
    return column in ("document", "details", "body", "options", "request") or any(
        str(entry).startswith(("[", "{")) for (entry,) in found
    )
