"""Which page of docs/ each dialog opens on F1, and the pages in the order in which help lists them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from shipconsole.station.resources import page_file

PAGES = (
    "shipping",
    "printing",
    "orders",
    "files",
    "tracking",
    "updates",
    "connections",
    "webhooks",
    "forwarding",
    "settings",
    "audit-log",
    "data",
    "postgresql",
    "demo",
    "cli",
    "install",
    "glossary",
)
FIRST = "shipping"

OF_DIALOG: Mapping[str, str] = MappingProxyType(
    {
        "about_dialog": "data#diagnostics",
        "audit_log_dialog": "audit-log",
        "call_details": "updates",
        "cancel_items_dialog": "orders#cancel-and-restore-items",
        "carriers_dialog": "connections#carrier-codes",
        "case_units": "shipping#units-in-a-case",
        "close_dialog": "updates#closing-the-window",
        "connections_dialog": "connections",
        "cases_dialog": "shipping#units-in-a-case",
        "create_orders_dialog": "orders#create-an-order-in-another-connection",
        "damaged_database_dialog": "data#a-damaged-database",
        "demo_faults_dialog": "demo#simulate-faults",
        "draft_question": "postgresql#while-the-server-is-away",
        "edit_tracking_dialog": "shipping#edit-tracking-or-void-a-shipment",
        "export_dialog": "files#export",
        "fields_dialog": "orders#edit-an-order-on-a-platform",
        "filter_name": "orders#views",
        "first_run_dialog": "settings#first-run",
        "hand_over_dialog": "printing#hand-over",
        "import_dialog": "files#import",
        "keep_reason": "shipping#labels-that-need-a-decision",
        "keys_sheet": "shipping#pack-with-the-scanner",
        "link_orders_dialog": "orders#link-and-unlink-orders",
        "new_order_dialog": "orders#create-an-order",
        "open_anyway_dialog": "tracking#in-the-window",
        "packer": "orders#packers",
        "packers_dialog": "orders#packers",
        "practice_dialog": "demo#ship-a-practice-package",
        "preview_dialog": "shipping#what-each-platform-supports",
        "print_preview_dialog": "printing",
        "quick_look": "orders#quick-look",
        "reason": "updates#no-response",
        "resolve_items_dialog": "orders#quantities-that-are-not-whole-numbers",
        "server_behind_dialog": "postgresql#what-restoring-means",
        "settings_dialog": "settings",
        "shift_report_dialog": "audit-log#shift-report",
        "ship_box_dialog": "shipping#several-orders-in-one-box",
        "sign_in": "orders#packers",
        "sync_some_dialog": "orders#sync-orders",
        "track_details_dialog": "tracking#in-the-window",
        "unsaved_dialog": "shipping#pack-with-the-scanner",
        "webhook_events_dialog": "webhooks#in-the-window",
    }
)
"""The page, and after a hash the heading, by the dialog's object name. A question without one takes its parent's."""


class Address(NamedTuple):
    """A page of help, and the heading in it."""

    page: str
    heading: str = ""


def address_of(link: str, current: str = FIRST) -> Address | None:
    """Return where a link in a page leads, None if to no page of help. `current` is the page that has the link."""
    target, _, heading = link.partition("#")
    page = target.removesuffix(".md") if target else current
    return Address(page, heading) if page in PAGES else None


def text_of(page: str) -> str:
    """Return a page's Markdown, without the way back to a file that is not shipped."""
    lines = Path(page_file(page)).read_text(encoding="utf-8").split("\n")
    return "\n".join(line for line in lines if line != "[← README](../README.md)")


def title_of(page: str) -> str:
    """Return a page's title."""
    with Path(page_file(page)).open(encoding="utf-8") as file:
        return file.readline().removeprefix("#").strip()


def slug(heading: str) -> str:
    """Return the name by which links know a heading, as GitHub makes it."""
    kept = (sign for sign in heading.strip().casefold() if sign.isalnum() or sign in " -_")
    return "".join(kept).replace(" ", "-")
