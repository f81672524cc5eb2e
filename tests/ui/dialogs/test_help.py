"""Help: every dialog has a page, every page and heading exists, and nothing leaves the computer unasked."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.station.resources import page_file
from shipconsole.ui.dialogs.help.key import OWN_F1, HelpKey, page_of
from shipconsole.ui.dialogs.help.pages import (
    FIRST,
    OF_DIALOG,
    PAGES,
    Address,
    address_of,
    slug,
    text_of,
    title_of,
)
from shipconsole.ui.dialogs.help.window import HelpWindow
from shipconsole.ui.dialogs.keys_sheet import KeysSheet
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.prompt import Line, PromptButton, prompt
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import OpenAnywayDialog
from tests.architecture.links import anchors, links
from tests.architecture.tree import ROOT

UI = ROOT / "shipconsole" / "ui"
DIALOGS = frozenset({"Dialog", "ContextDialog", "OrderDialog", "QDialog", "Prompt", "TextPrompt"})
ABSTRACT = frozenset({"Dialog", "ContextDialog", "OrderDialog", "Prompt", "TextPrompt"})
# The kit's own question about a reason names itself where it is made.
CALLS = frozenset({"prompt", "Prompt", "TextPrompt"})


def names_in(path: Path) -> Iterator[str]:
    """Yield the object names of the dialogs that a module makes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name not in ABSTRACT:
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            if bases & DIALOGS:
                yield name_of(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield from literals(node.args[:3])


def name_of(node: ast.ClassDef) -> str:
    """Return the object name that a dialog's class gives itself."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "__init__":
            named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
            found = [*literals(named), *literals(call.args)]
            if found:
                return found[0]
        if call.func.attr == "setObjectName" and isinstance(call.func.value, ast.Name) and call.func.value.id == "self":
            return next(iter(literals(call.args)), "")
    raise AssertionError(f"{node.name} has no object name")


def literals(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def every_dialog() -> set[str]:
    return {name for path in sorted(UI.rglob("*.py")) for name in names_in(path)}


def test_every_dialog_has_a_page() -> None:
    found = every_dialog()
    assert len(found) > 25
    assert sorted(found - OF_DIALOG.keys() - OWN_F1) == []


def test_no_page_is_of_a_dialog_that_is_gone() -> None:
    assert sorted(OF_DIALOG.keys() - every_dialog()) == []


@pytest.mark.parametrize("link", sorted({*OF_DIALOG.values()}))
def test_every_page_and_heading_of_a_dialog_exists(link: str) -> None:
    address = address_of(link)
    assert address is not None
    headings = {slug(line.lstrip("#")) for line in text_of(address.page).splitlines() if line.startswith("#")}
    assert not address.heading or address.heading in headings


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_works(page: str) -> None:
    """Links to what is not shipped are to pages of the source alone, the generated pages, and the web."""
    for link in links(text_of(page)):
        address = address_of(link, page)
        if address is None:
            assert link.partition("#")[0] in NOT_SHIPPED, link
        elif address.heading:
            assert address.heading in anchors(page_file(address.page).read_text(encoding="utf-8"))


NOT_SHIPPED = frozenset(
    {
        "../README.md",
        "../CONTRIBUTING.md",
        "../SECURITY.md",
        "../packaging/README.md",
        "../packaging/postgresql/compose.yaml",
        "architecture.md",
        "messages.md",
    }
)


def test_all_pages_of_the_folder_are_listed_or_generated() -> None:
    files = {file.stem for file in (ROOT / "docs").glob("*.md")}
    assert files - {*PAGES} == {"architecture", "messages"}
    assert {*PAGES} <= files


class Pages(QObject):
    """Records the pages that would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def web() -> Iterator[Pages]:
    opener = Pages()
    QDesktopServices.setUrlHandler("https", opener, "take")
    yield opener
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def opened(window: QWidget, address: Address = Address(FIRST)) -> HelpWindow:  # noqa: B008 - a value
    made = HelpWindow(window, Theme(), address)
    made.open()
    return made


def browser(shown: HelpWindow) -> QTextBrowser:
    found = shown.findChild(QTextBrowser, "help_page")
    assert isinstance(found, QTextBrowser)
    return found


def message(shown: HelpWindow) -> str:
    found = shown.findChild(QLabel, "help_message")
    assert isinstance(found, QLabel)
    return found.text()


def test_a_page_is_shown_from_its_heading(window: QWidget) -> None:
    shown = opened(window, Address("data", "diagnostics"))
    assert browser(shown).textCursor().block().text() == "Diagnostics"
    assert browser(shown).verticalScrollBar().value() > 0
    assert "README" not in browser(shown).toPlainText()


def test_links_between_pages_are_followed_and_back(qtbot: QtBot, window: QWidget) -> None:
    shown = opened(window)
    shown.follow("settings.md#sounds")
    assert shown.address == Address("settings", "sounds")
    shown.follow("#first-run")
    assert shown.address == Address("settings", "first-run")
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    for _ in range(2):
        QTest.keyClick(shown.windowHandle(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert shown.address == Address(FIRST)
    assert not shown.findChild(QPushButton, "help_back").isEnabled()


def test_a_page_is_chosen_in_the_list(window: QWidget) -> None:
    shown = opened(window)
    pages = shown.findChild(QListWidget, "help_pages")
    pages.setCurrentRow(PAGES.index("webhooks"))
    assert browser(shown).document().begin().text() == title_of("webhooks") == "Webhooks"


def test_a_page_of_the_web_is_opened_only_if_a_person_agrees(window: QWidget, web: Pages) -> None:
    shown = opened(window)
    shown.follow("https://example.org/page")
    assert web.opened == []
    (question,) = shown.findChildren(OpenAnywayDialog)
    question.accept()
    assert message(shown) == "https://example.org/page"


@pytest.mark.parametrize(
    "link", ["http://example.org/", "file:///etc/passwd", "javascript:1", "../README.md", "gone.md"]
)
def test_other_links_are_shown_and_never_opened(window: QWidget, web: Pages, link: str) -> None:
    shown = opened(window)
    shown.follow(link)
    assert web.opened == []
    assert shown.findChildren(OpenAnywayDialog) == []
    assert message(shown) == text("help_window.not_here", link=link)


def test_nothing_is_loaded_into_a_page(window: QWidget, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"what nobody may see")
    shown = opened(window)
    for address in (QUrl.fromLocalFile(str(secret)), QUrl("https://example.org/z.png")):
        loaded = browser(shown).document().resource(QTextDocument.ResourceType.ImageResource.value, address)
        assert bytes(loaded).strip() == b""


def test_a_page_is_made_once(window: QWidget) -> None:
    shown = opened(window)
    first = browser(shown).document()
    shown.follow("orders.md")
    shown.back()
    assert browser(shown).document() is first


def test_f1_in_a_dialog_opens_its_page(qtbot: QtBot, window: QWidget) -> None:
    key = HelpKey(window, Theme())
    dialog = Dialog(window, Theme(), "edit_tracking_dialog", "x")
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_F1)
    (shown,) = dialog.findChildren(HelpWindow)
    assert shown.address == Address("shipping", "edit-tracking-or-void-a-shipment")
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    QTest.keyClick(shown.windowHandle(), Qt.Key.Key_F1)
    assert shown.findChildren(HelpWindow) == []
    shown.close()
    dialog.close()
    assert key.parent() is window


def test_a_question_without_a_page_has_that_of_its_dialog(window: QWidget) -> None:
    dialog = Dialog(window, Theme(), "settings_dialog", "x")
    asked = prompt(dialog, Theme(), "any_question", "x", (Line("x"),), (PromptButton("ok", "ok", key="Esc"),))
    assert page_of(asked) == Address("settings")
    assert page_of(window) == Address(FIRST)
    asked.close()


def test_the_sheet_of_keys_leads_to_help(qtbot: QtBot, window: QWidget) -> None:
    sheet = KeysSheet(window, Theme())
    sheet.open()
    with qtbot.waitSignal(sheet.help_requested):
        sheet.findChild(QPushButton, "open_help").click()
    assert not sheet.isVisible()


def test_a_dialog_without_a_name_would_be_found() -> None:
    (name,) = (name_of(node) for node in ast.walk(ast.parse(SAMPLE)) if isinstance(node, ast.ClassDef))
    assert name == "sample_dialog"
    assert isinstance(QDialog, type)


SAMPLE = "class A(Dialog):\n    def __init__(self):\n        super().__init__(parent, theme, 'sample_dialog', t)\n"
