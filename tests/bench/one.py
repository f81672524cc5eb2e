"""Measure one group on one store and write each figure as a line of JSON: `python -m tests.bench.one GROUP FILE`.

A process of its own, so that no group sees the memory, the modules and the threads of another.
"""

import importlib
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.engines import ENGINES, Place
from tests.bench.figures import Figure
from tests.bench.groups import GROUPS
from tests.bench.running import Run


def main(name: str, file: str) -> None:
    """Run the group on what the JSON in the file says."""
    told = json.loads(Path(file).read_text("utf-8"))
    place = Place(**told["place"])
    engine = ENGINES[place.engine]()
    lines = os.fdopen(os.dup(1), "w")

    def tell(figure: Figure) -> None:
        lines.write(json.dumps(asdict(figure)) + "\n")
        lines.flush()

    with tempfile.TemporaryDirectory(prefix="shipconsole-bench-", dir=told["work"]) as work:
        folder = Path(work)
        with engine.on_loan(place, folder) as lent:
            run = Run(engine, lent, folder, told["seconds"], told["options"], frozenset(told["wanted"]), told=tell)
            importlib.import_module(GROUPS[name].module).measure(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
