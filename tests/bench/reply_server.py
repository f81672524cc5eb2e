"""A platform that answers every request after a pause with the same JSON: a process of its own, on loopback."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

BODY_BYTES = 3_400


async def _serve(pause_s: float) -> None:
    body = b'{"success": true, "order": {"order_number": "1001", "note": "' + b"x" * BODY_BYTES + b'"}}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in request.lower().split(b"\r\n")
                        if line[:15] == b"content-length:"
                    ),
                    0,
                )
                await reader.readexactly(length)
                await asyncio.sleep(pause_s)
                writer.write(head + body)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    # Ends with the process that started it, whose end closes this input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextlib.contextmanager
def running(pause_s: float) -> Generator[str]:
    """Run the server; yield its address."""
    command = [sys.executable, "-m", "tests.bench.reply_server", str(pause_s)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.kill()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(float(sys.argv[1])))
