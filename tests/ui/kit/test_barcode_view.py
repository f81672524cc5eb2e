"""The barcodes on the screen are read back by a decoder, at every text size and in every theme."""

import pytest
import zxingcpp
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shipconsole.domain.scanner_check import TEST_CODE
from shipconsole.ui.kit.barcode_view import BarcodeView
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, scaled


@pytest.mark.parametrize("tokens", [LIGHT, scaled(LIGHT, 0.75), scaled(DARK, 2.0), HIGH_CONTRAST])
@pytest.mark.parametrize("code", [TEST_CODE, "%NEXT PACKAGE", "9400111206206406260787"])
def test_a_code_is_read_from_the_screen(qtbot: QtBot, qapp: QApplication, tokens: Tokens, code: str) -> None:
    theme = Theme()
    theme.use(qapp, tokens)
    view = BarcodeView(code, theme)
    qtbot.addWidget(view)
    for width in (view.minimumSizeHint().width(), view.sizeHint().width() + 37):
        view.resize(width, view.sizeHint().height())
        picture = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        (found,) = zxingcpp.read_barcodes(picture)
        assert (found.text, found.format.name) == (code, "Code128")
    assert view.accessibleName() == code


def test_a_text_without_a_barcode_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="Ä"):
        BarcodeView("Ä", Theme())
