"""The simulated platforms in a process of their own, as the demo runs them, with any number of orders."""

import contextlib
import subprocess
import sys
from collections.abc import Generator


@contextlib.contextmanager
def running(orders: int) -> Generator[str]:
    """Run them; yield their address."""
    command = [sys.executable, "-m", "shipconsole", "simulator", "--ends-with-input", "--no-webhooks"]
    with subprocess.Popen(
        [*command, "--orders", str(orders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            assert url.startswith("http://"), url
            yield url
        finally:
            process.stdin.close()
            process.kill()
