"""Writes documents as PDF files for commands: Qt is loaded for that alone, and without a screen."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from shipconsole.operations.printing.documents import Document
from shipconsole.station.settings import PaperChoice
from shipconsole.ui.kit.formats import use_language
from shipconsole.ui.kit.theme import ALL_FONT_FILES, load_fonts
from shipconsole.ui.printing import painter
from shipconsole.ui.printing.layouts import pages_of
from shipconsole.ui.printing.page import chosen_paper


def write(documents: Sequence[Document], file: Path, title: str, paper: PaperChoice) -> int:
    """Write documents into one PDF file and return its pages; raise `EnvironmentFailure` where it can't be written."""
    if not _kept:
        if not os.environ.get("QT_QPA_PLATFORM", "").startswith("offscreen"):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # Kept for as long as the process lives: Qt does not survive that another one is made.
        _kept.append(QApplication.instance() or QApplication(["shipconsole"]))
        load_fonts(ALL_FONT_FILES)
    use_language(_kept[0])
    pages = pages_of(documents, chosen_paper(paper))
    painter.save_pdf(pages, title, file)
    return len(pages)


_kept: list[QCoreApplication] = []
