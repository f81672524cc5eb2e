"""What the window loads of the station before its first paint: nothing heavier than pydantic."""

import subprocess
import sys

SHOW_LOADED = """
import importlib, pkgutil, sys, tempfile
from pathlib import Path
import shipconsole.station
for module in pkgutil.iter_modules(shipconsole.station.__path__, "shipconsole.station."):
    importlib.import_module(module.name)
    print(module.name)
from shipconsole.station.keys import OsKeys
OsKeys("p")
print("heavy:", *sorted({name.partition(".")[0] for name in sys.modules}
    & {"keyring", "asyncio", "httpx", "tomllib", "tomlkit", "secretstorage", "PySide6"}))
"""


def test_importing_the_station_loads_nothing_heavy() -> None:
    ran = subprocess.run([sys.executable, "-c", SHOW_LOADED], capture_output=True, text=True, check=True)
    *modules, heavy = ran.stdout.splitlines()
    assert {"keys", "logs", "profile", "settings"} <= {name.rpartition(".")[2] for name in modules}
    assert heavy == "heavy:"
