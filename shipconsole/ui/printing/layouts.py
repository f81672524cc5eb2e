"""The pages of any document."""

from collections.abc import Sequence
from typing import assert_never

from shipconsole.operations.printing.documents import (
    BadgeSheet,
    CommandSheet,
    Document,
    HandOverList,
    PackageLabel,
    PackingSlip,
    ShiftReportPage,
)
from shipconsole.ui.printing.hand_over import hand_over_pages
from shipconsole.ui.printing.page import Page, Paper
from shipconsole.ui.printing.report import report_pages
from shipconsole.ui.printing.sheets import badge_pages, command_pages, label_pages
from shipconsole.ui.printing.slip import slip_pages


def pages_of(documents: Sequence[Document], paper: Paper) -> tuple[Page, ...]:
    """Return the pages of some documents; a label has its own size."""
    return tuple(page for document in documents for page in _pages(document, paper))


def _pages(document: Document, paper: Paper) -> tuple[Page, ...]:
    match document:
        case PackingSlip():
            return slip_pages(document, paper)
        case PackageLabel():
            return label_pages(document)
        case CommandSheet():
            return command_pages(document, paper)
        case BadgeSheet():
            return badge_pages(document, paper)
        case HandOverList():
            return hand_over_pages(document, paper)
        case ShiftReportPage():
            return report_pages(document, paper)
        case _:
            assert_never(document)
