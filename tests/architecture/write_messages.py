"""Write the list of all messages and bring the catalogs up to date: `python -m tests.architecture.write_messages`.

A new English text is added to each catalog without a translation; a reworded text keeps its old translation, marked
fuzzy, until it is reviewed.
"""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import read_po, write_po

from shipconsole import messages
from shipconsole.messages import texts
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "messages.md"
LOCALE = ROOT / "resources" / "locale"
TRANSLATED = ("de",)
IN_GERMAN = frozenset(
    {
        "about",
        "activity",
        "address",
        "argparse",
        "audit_log",
        "banner",
        "box",
        "bulk",
        "by_itself",
        "button",
        "call_details",
        "cancel_items",
        "carriers",
        "cases",
        "cli",
        "claim",
        "close",
        "closing",
        "connection_group",
        "connection_now",
        "connection_state",
        "connections",
        "damaged_database",
        "demo",
        "demo_faults",
        "download",
        "due",
        "edit_tracking",
        "exit",
        "field_group",
        "export",
        "fields",
        "first_run",
        "frame",
        "hand_over",
        "help",
        "help_window",
        "import_dialog",
        "import_field",
        "import_file",
        "import_kind",
        "import_stage",
        "import_status",
        "item_list",
        "keys",
        "label_fix",
        "link_orders",
        "menu",
        "new_order",
        "notified",
        "offline",
        "open_page",
        "order_action",
        "order_column",
        "order_editor",
        "order_item",
        "order_list",
        "order_sort",
        "order_state",
        "order_view",
        "option_value",
        "package_issue",
        "package_card",
        "package_tab",
        "packer",
        "packers",
        "practice",
        "print_preview",
        "printing",
        "program",
        "quick_look",
        "quote",
        "remark",
        "requests",
        "resolve_choice",
        "resolve_items",
        "scan_field",
        "scanner_test",
        "setting",
        "setting_choice",
        "settings",
        "settings_dialog",
        "settings_page",
        "shared",
        "shift_report",
        "ship_button",
        "sounds",
        "strip",
        "shipping_label",
        "sync_problem",
        "sync_progress",
        "sync_some",
        "time",
        "top_bar",
        "track_details",
        "track_panel",
        "tracking_state",
        "undo_refused",
        "unsaved",
        "update_attempt",
        "update_of",
        "update_state",
        "update_time",
        "verdict",
        "verdict_choice",
        "verdict_reason",
        "verdict_title",
        "verdict_units",
        "webhook_events",
        "webhook_receiver",
    }
)
"""The first parts of IDs that must have a German translation."""

_CHANGING = re.compile(
    r'^"(?:Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By)[^\n]*\n',
    re.MULTILINE,
)

HEAD = """\
# Messages

[← README](../README.md)

Every message that Shipconsole shows, with the ID that stays the same when it is reworded or translated. `--json` gives
the ID as `code`. Two forms are the singular and the plural.

| ID | English |
|---|---|
"""


def expected_list() -> str:
    """Return the expected content of docs/messages.md."""
    rows = []
    for id_, text in sorted(texts().items()):
        shown = text if isinstance(text, str) else " / ".join(text)
        rows.append(f"| `{id_}` | {shown.replace('|', chr(92) + '|').replace(chr(10), ' ')} |")
    return HEAD + "\n".join(rows) + "\n"


def written_list() -> str:
    """Return the content of docs/messages.md."""
    return PAGE.read_text(encoding="utf-8")


def template() -> Catalog:
    """Return the messages for translators, with the ID as the context of the English text."""
    catalog = Catalog(charset="utf-8", fuzzy=False, header_comment="# Translations of Shipconsole.")
    for id_, text in texts().items():
        catalog.add(text, context=id_)
    return catalog


def updated(language: str, folder: Path = LOCALE) -> str:
    """Return a catalog with all messages of the tables."""
    path = folder / language / "shipconsole.po"
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        before = {message.context: message for message in catalog if message.context}
        catalog.update(template(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        for message in catalog:
            _keep_translation(message, before.get(message.context or ""))
    else:
        catalog = template()
        catalog.locale = language
    written = io.BytesIO()
    write_po(written, catalog, width=0, sort_output=False, omit_header=False, include_previous=False)
    # These lines would change with every run.
    return _CHANGING.sub("", written.getvalue().decode())


def _keep_translation(message: BabelMessage, old: BabelMessage | None) -> None:
    """Give a reworded text its former translation, marked fuzzy.

    `Catalog.update` drops it, because the English text is part of its key.
    """
    if old is None or old.id == message.id or old.pluralizable != message.pluralizable:
        return
    if any(old.string or ()):
        message.string = old.string
        message.flags.add("fuzzy")


def main() -> None:
    """Write both, and print how complete each catalog is."""
    PAGE.write_text(expected_list(), encoding="utf-8")
    print(f"docs/messages.md: {len(texts())} messages")
    for language in TRANSLATED:
        path: Path = LOCALE / language / "shipconsole.po"
        text = updated(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        count = sum(bool(key[0]) for key in messages.read_po(text))
        print(f"{language}: {count} of {len(texts())} translated")


if __name__ == "__main__":
    main()
