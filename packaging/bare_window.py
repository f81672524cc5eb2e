"""A window with nothing in it, frozen by the recipe of the program: what the program's size and start are held against.

It takes the words that `start_time.py` gives the program too and looks at none of them.
"""

import sys

from PySide6.QtWidgets import QApplication, QMainWindow

app = QApplication(sys.argv[:1])
window = QMainWindow()
window.setWindowTitle("Shipconsole")
window.show()
sys.exit(app.exec())
