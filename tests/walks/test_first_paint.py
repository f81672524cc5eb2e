"""The window is painted before anything heavy is loaded, with the first orders in it."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("pydantic", "httpx", "asyncio", "keyring", "qasync", "sqlalchemy", "psycopg", "h11", "truststore")
UNTIL_PAINTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication
from shipconsole.app import _held
from shipconsole.station.profile import open_profile
from shipconsole.ui.look import LIGHT, Look
from shipconsole.ui.main_window import MainWindow
import shipconsole.cli

app = QApplication([])
painted = QEventLoop()

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            painted.quit()
        return False

with _held(open_profile(Path(sys.argv[1]), {}), None, "") as opened:
    look = Look()
    look.use(app, LIGHT)
    window = MainWindow(opened.store, look, opened.settings)
    watch = Painted()
    window.installEventFilter(watch)
    window.show()
    painted.exec()
    print("loaded:", *sorted(set(sys.argv[2:]) & {name.partition(".")[0] for name in sys.modules}))
    window.feed.stop()
"""


def test_nothing_heavy_is_loaded_at_the_first_paint(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", UNTIL_PAINTED, str(tmp_path), *HEAVY],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "loaded:"
