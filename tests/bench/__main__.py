"""`python -m tests.bench`: fill the stores, measure every bar, show one table and write it as JSON."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.engines import CACHE, ENGINES, Engine, Place
from tests.bench.figures import Figure, comparison, from_json, table, unmeasured, with_growth, write
from tests.bench.groups import GROUPS
from tests.bench.running import Group

ROOT = Path(__file__).parents[2]


def main(words: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return the exit code, 1 if a bar is not met."""
    chosen = _parsed(words)
    if chosen.compare:
        print(comparison(*chosen.compare))
        return 0
    figures: list[Figure] = []
    wanted = frozenset(filter(None, chosen.only.split(",")))
    groups = {name: group for name, group in GROUPS.items() if not wanted or wanted & {name, *group.bars}}
    bars = wanted - GROUPS.keys()
    if bars:
        # All of the groups that are named beside them.
        bars = bars.union(*(GROUPS[name].bars for name in wanted & GROUPS.keys()))
    began_s = time.monotonic()
    work = Path(tempfile.mkdtemp(prefix="shipconsole-bench-", dir=chosen.cache))
    engines = [ENGINES[name]() for name in chosen.engine.split(",")]
    sizes = [int(size) for size in chosen.orders.split(",")]
    try:
        for name, group, engine, orders in _steps(groups, engines, sizes):
            place = engine.filled(chosen.cache, orders, _progress)
            _progress(f"{name}: {place.engine}, {orders:,} orders ({time.monotonic() - began_s:.0f} s)")
            for figure in _measured(name, group, place, work, bars, chosen):
                figures.append(figure)
                if figure.verdict == "SHORT":
                    _progress(f"  short: {figure.bar} {figure.name} {figure.judged:.3g}")
    finally:
        for engine in engines:
            engine.close()
        shutil.rmtree(work, ignore_errors=True)
        figures = with_growth(figures)
        if chosen.json and figures:
            write(chosen.json, figures, _about(chosen, time.monotonic() - began_s))
    order = {bar: position for position, bar in enumerate(bar for group in GROUPS.values() for bar in group.bars)}
    figures.sort(key=lambda figure: (order.get(figure.bar, 99), figure.bar, figure.name, figure.engine, figure.orders))
    print(table(figures))
    return int(any(figure.verdict == "SHORT" for figure in figures))


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="poe bench", description="Measure every speed bar beside its floor.")
    parser.add_argument("--orders", default="10000,100000,1000000", help="sizes of the stores")
    parser.add_argument("--engine", default="sqlite", help=f"databases: {','.join(ENGINES)}")
    parser.add_argument("--only", default="", help="bars or groups, as in S1,L1 or store,outbox")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--compare", nargs=2, type=Path, metavar="FILE", help="compare two such files and end")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where filled stores are kept")
    parser.add_argument("--seconds", type=float, default=20, help="how long what is limited by time takes")
    parser.add_argument("--rounds", type=int, default=15, help="how often programs are started")
    parser.add_argument("--peers", action="store_true", help="install the peers of S2 from the package index first")
    chosen = parser.parse_args(words)
    chosen.cache.mkdir(parents=True, exist_ok=True)
    return chosen


def _steps(
    groups: dict[str, Group], engines: list[Engine], sizes: list[int]
) -> Iterator[tuple[str, Group, Engine, int]]:
    """Yield what is measured, the cheap stores first; a group that needs no store of a size runs once."""
    for position, size in enumerate(sizes):
        for number, engine in enumerate(engines):
            for name, group in groups.items():
                is_first = position == 0 and number == 0
                if group.per_store or is_first:
                    yield name, group, engine, size


def _measured(
    name: str, group: Group, place: Place, work: Path, bars: frozenset[str], chosen: argparse.Namespace
) -> Iterator[Figure]:
    """Measure a group in a process of its own; a failure or a lack of time is a row of its own."""
    told = {
        "place": place._asdict(),
        "work": str(work),
        "seconds": chosen.seconds,
        "wanted": sorted(bars),
        "options": {"rounds": chosen.rounds, "peers": chosen.peers},
    }
    file = work / "told.json"
    file.write_text(json.dumps(told))
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.bench.one", name, str(file)]
    failure = ""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=_env(work), stdout=said, stderr=subprocess.PIPE, text=True)
        try:
            _, errors = process.communicate(timeout=group.limit_s)
            if process.returncode:
                failure = (errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1]
                _progress(errors[-4_000:])
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            failure = f"took longer than {group.limit_s:.0f} s"
        said.seek(0)
        for line in said:
            if line.startswith("{"):
                yield from_json(json.loads(line))
    file.unlink()
    if failure:
        yield unmeasured(",".join(group.bars), name, failure, place.engine, place.orders)


def _env(work: Path) -> dict[str, str]:
    """Return the environment: no screen, no session bus, a home of its own."""
    gone = ("SHIPCONSOLE_", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(gone)}
    return kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
        "HOME": str(work),
        "XDG_CONFIG_HOME": str(work / "config"),
        "XDG_DATA_HOME": str(work / "data"),
        "XDG_RUNTIME_DIR": str(work),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={work / 'no-bus'}",
    }


def _about(chosen: argparse.Namespace, took_s: float) -> dict[str, Any]:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "commit": described.stdout.strip(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "took_s": round(took_s),
        "load": os.getloadavg(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "orders": chosen.orders,
        "engine": chosen.engine,
        "only": chosen.only,
    }


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
