"""What is left for later at the start is there when it is wanted, and says the same."""

import json
import subprocess
import sys
from typing import Any

ASKED = """
import json, sys
if sys.argv[1] == "quick":
    from shipconsole import quick_start
    quick_start.begin()
from PySide6.QtWidgets import QLabel
def is_loaded(name):
    return "__file__" in vars(sys.modules[f"shibokensupport.signature.{name}"])
names = ("errorhandler", "layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
seen = {"loaded": [name for name in names if is_loaded(name)]}
try:
    QLabel(1, 2, 3)
except TypeError as error:
    seen["refused"] = str(error)
try:
    QLabel.setText(3)
except TypeError as error:
    seen["refused too"] = str(error)
from PySide6.support.signature import get_signature
seen["signature"] = str(get_signature(QLabel.setText))
import PySide6.support.signature.layout as layout, PySide6.support.signature.lib.pyi_generator as generator
seen["documented"] = [bool(generator.__doc__), layout.create_signature.__name__]
print(json.dumps(seen))
"""


def seen(start: str) -> Any:
    ran = subprocess.run([sys.executable, "-c", ASKED, start], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(ran.stdout)


def test_signatures_are_loaded_when_one_is_asked_for_and_read_as_ever() -> None:
    usual, quick = seen("usual"), seen("quick")
    assert len(usual.pop("loaded")) == 6
    assert quick.pop("loaded") == []
    assert "QLabel" in quick["refused"]
    assert quick == usual
