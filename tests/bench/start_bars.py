"""S1 to S4: the time to the first painted page beside an empty window, what is loaded by then, and the pauses after."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median

from tests.bench.figures import middle, unmeasured
from tests.bench.running import Run
from tests.e2e.test_start import COMMANDS, started
from tests.support.xvfb import Display, running_xvfb

PEERS = {"vorta": "vorta", "git-cola": "git-cola"}
"""Programs with the same toolkit, by the name of their package, which is that of their command."""
HEAVY = ("httpx", "sqlalchemy", "asyncio", "keyring", "psycopg", "uvicorn", "qasync", "starlette")
# Starts the program as the menu does; `tests.e2e.test_first_paint` looks at the same moment.
PROBE = """
import json, os, sys, time
from shipconsole.cli import load_before_qt, main
load_before_qt()
import shipconsole.app as app
from PySide6.QtCore import QEvent, Qt, QTimer
found = {"gaps": [], "begins": [], "after": []}
state = {"painted": 0.0, "loaded": 0.0, "last": 0.0}

class Watched(app.MainWindow):
    def event(self, event):
        if event.type() == QEvent.Type.Paint and not state["last"]:
            state["last"] = time.perf_counter()
            QTimer.singleShot(0, self.begin_to_watch)
        return super().event(event)

    def begin_to_watch(self):
        found["modules"] = [name for name in HEAVY if name in sys.modules]
        state["painted"] = state["last"] = time.perf_counter()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        timer.start(5)

def tick():
    now = time.perf_counter()
    # A second after the loop of coroutines has taken over, everything that was put off is done.
    since = now - state["loaded"] if state["loaded"] else 0.0
    found["after" if since > 1.0 else "begins" if since else "gaps"].append(1000 * (now - state["last"]))
    state["last"] = now
    if state["loaded"] and now - state["loaded"] > 4.0:
        print(json.dumps(found), flush=True)
        os._exit(0)

work = app._work

def working(*args):
    state["loaded"] = time.perf_counter()
    found["loaded_ms"] = 1000 * (state["loaded"] - state["painted"])
    work(*args)

app.MainWindow, app._work = Watched, working
sys.exit(main([]))
"""


def measure(run: Run) -> None:
    """Measure on a virtual screen."""
    if not shutil.which("Xvfb"):
        run.say(unmeasured("S1", "first painted page", "needs Xvfb"))
        return
    profile = _profile(run)
    with running_xvfb() as display:
        os.environ |= profile
        empty_s = _first_paint(run, display)
        _loading(run, display, empty_s, profile)


def _profile(run: Run) -> dict[str, str]:
    """Return the environment that opens the store in the program."""
    folder = run.work / "profile-of-start"
    folder.mkdir()
    if run.place.engine == "postgresql":
        return {"SHIPCONSOLE_PROFILE": str(folder), "SHIPCONSOLE_DATABASE": run.place.at}
    file = Path(run.place.at)
    return {"SHIPCONSOLE_PROFILE": str(file.parent)}


def _first_paint(run: Run, display: Display) -> float:
    folder = Path(os.environ["SHIPCONSOLE_PROFILE"])
    commands = {
        "empty": COMMANDS["empty window"],
        "empty again": COMMANDS["empty window"],
        "ours": COMMANDS["ours"],
        **(_peers(run) if run.options["peers"] else {}),
    }
    took_s: dict[str, list[float]] = {name: [] for name in commands}
    cpu_s: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(run.options["rounds"] + 1):
        for name, command in commands.items():
            with started(command, display, folder) as (_, wall_s, used_s):
                pass
            if number:  # the first start of each compiles, and reads from the disk
                took_s[name].append(wall_s)
                cpu_s[name].append(used_s)
    base_s, base_cpu_s = median(took_s["empty"] + took_s["empty again"]), median(cpu_s["empty"] + cpu_s["empty again"])
    value, noise = middle([1e3 * taken for taken in took_s["ours"]])
    apart = abs(median(took_s["empty"]) / median(took_s["empty again"]) - 1)
    note = f"the floor repeated within {apart:.0%}"
    more = {"floor": 1e3 * base_s, "floor_name": "empty window", "noise": noise}
    run.add("S1", "first painted page", value, most=1.5, note=note, **more)
    value, noise = middle([1e3 * taken for taken in cpu_s["ours"]])
    run.add("S1", "first painted page, CPU", value, floor=1e3 * base_cpu_s, floor_name="empty window", noise=noise)
    for peer in PEERS:
        if took_s.get(peer):
            floor = 1e3 * median(took_s[peer])
            run.add("S2", f"beside {peer}", 1e3 * median(took_s["ours"]), floor=floor, floor_name=peer, most=0.45)
            ours, base = (1e3 * median(cpu_s[name]) for name in ("ours", peer))
            run.add("S2", f"beside {peer}, CPU", ours, floor=base, floor_name=peer)
        elif run.wants("S2") or not run.wanted:
            why = "could not be installed or started" if run.options["peers"] else "needs --peers, which installs it"
            run.say(unmeasured("S2", f"beside {peer}", why))
    return base_s


def _peers(run: Run) -> dict[str, list[str]]:
    """Install the peers into an environment that is thrown away; return the commands of those that could be."""
    folder = run.work / "peers"
    venv.create(folder, with_pip=True)
    found: dict[str, list[str]] = {}
    for package, command in PEERS.items():
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "PySide6-Essentials<6.12", package]
        done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode == 0 and (folder / "bin" / command).exists():
            found[package] = [str(folder / "bin" / command)]
    return found


def _loading(run: Run, display: Display, empty_s: float, profile: dict[str, str]) -> None:
    """Start the program with a timer of 5 ms from its first paint on, and read what it found."""
    loaded: list[float] = []
    gaps: list[float] = []
    begins: list[float] = []
    after: list[float] = []
    modules: set[str] = set()
    # As installed: compiled once. The first start compiles, and does not count.
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(run.work / "compiled")}
    command = [sys.executable, "-c", f"HEAVY = {HEAVY}\n{PROBE}"]
    env = display.env | profile | compiled
    for number in range(1 + max(1, run.options["rounds"] // 3)):
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
        if not number:
            continue
        found = json.loads(done.stdout.strip().splitlines()[-1])
        loaded.append(found["loaded_ms"])
        gaps.append(max(found["gaps"]))
        begins.append(max(found["begins"]))
        after += sorted(found["after"])[int(0.99 * len(found["after"])) :][:1]
        modules |= set(found["modules"])
    run.add("S3", "heavy modules loaded at the first paint", len(modules), "", most=0, note=" ".join(sorted(modules)))
    ours_ms = next(figure.value for figure in run.found if figure.name == "first painted page") or 0
    whole = ours_ms + median(loaded)
    run.add("S4", "all is loaded", whole, floor=1e3 * empty_s, floor_name="empty window", most=6)
    run.add("S4", "longest pause while it loads", median(gaps), most=100)
    run.add("S4", "longest pause while the rest of the window is made", median(begins))
    run.add("S4", "pauses afterwards, p99", median(after), most=8)
