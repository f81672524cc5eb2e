"""Names and addresses in every script that the station promises have their glyphs, in place of boxes."""

import pytest
from PySide6.QtGui import QFontDatabase, QTextLayout
from PySide6.QtWidgets import QApplication

from shipconsole.ui.kit.theme import load_fonts, typeface
from shipconsole.ui.kit.tokens import LIGHT

SYSTEM = QFontDatabase.WritingSystem
SCRIPTS = {
    SYSTEM.Latin: "Łódź, Ærøskøbing",
    SYSTEM.Cyrillic: "Бургас",
    SYSTEM.Greek: "Ερμού 18, Αθήνα",
    SYSTEM.SimplifiedChinese: "北京市朝阳区建国路",
    SYSTEM.Japanese: "大阪市北区梅田、ワイヤレスイヤホン",
    SYSTEM.Korean: "서울특별시 종로구",
    SYSTEM.Thai: "ถนนสุขุมวิท กรุงเทพ",
    SYSTEM.Arabic: "ليلى حداد، عمّان",
    SYSTEM.Hebrew: "רחוב דיזנגוף, תל אביב",
}
MISSING = 0
"""The glyph that typefaces have for a character they lack: a box."""


def glyphs(shown: str, size_px: float = 13) -> list[int]:
    """Return the glyphs with which a text is drawn in the window."""
    layout = QTextLayout(shown, typeface(LIGHT, size_px))
    layout.beginLayout()
    layout.createLine().setLineWidth(10_000)
    layout.endLayout()
    return [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]


@pytest.mark.parametrize("script", SCRIPTS, ids=QFontDatabase.writingSystemName)
def test_every_character_has_a_glyph(qapp: QApplication, script: QFontDatabase.WritingSystem) -> None:
    load_fonts()
    if not QFontDatabase.families(script):
        pytest.skip("this computer has no typeface of the script; bootstrap.py installs one")
    found = glyphs(SCRIPTS[script])
    assert len(found) > len(SCRIPTS[script]) // 2
    assert MISSING not in found


def test_a_character_that_no_typeface_has_is_missing(qapp: QApplication) -> None:
    load_fonts()
    # Not assigned in Unicode.
    assert MISSING in glyphs("\U0003fffd\u0378")
