"""Qt's own texts and formats in the language of the program: names of keys, standard dialogs, number fields."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from shipconsole import messages
from shipconsole.ui.kit.times import locale

NAME = "qt_texts"


def use_language(app: QCoreApplication) -> None:
    """Have Qt use the program's language from now on; without a translation of Qt its texts stay English."""
    QLocale.setDefault(locale())
    before = app.findChild(QTranslator, NAME)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    if messages.language() in (messages.ENGLISH, messages.PSEUDO):
        return
    translator = QTranslator(app)
    translator.setObjectName(NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(locale(), "qtbase", "_", folder):
        app.installTranslator(translator)
