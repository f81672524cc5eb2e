"""Open an empty window. Frozen like the program, it is the reference for the program's size and start-up time.

Arguments are ignored.
"""

import sys

from PySide6.QtWidgets import QApplication, QMainWindow

app = QApplication(sys.argv[:1])
window = QMainWindow()
window.setWindowTitle("Shipconsole")
window.show()
sys.exit(app.exec())
