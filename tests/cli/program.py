"""The program as a separate process, and its result."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from shipconsole.domain.message import Argument, Message
from tests.support.warm_program import WarmProcess, can_be_warm

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_S = 240

Running: TypeAlias = "subprocess.Popen[str] | WarmProcess"


def line(message_id: str, **arguments: Argument) -> str:
    """Return the line that a message is on."""
    return f"{Message(message_id, **arguments)}\n"


@dataclass(frozen=True)
class Ended:
    """The result of a command: its exit code and its output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """Runs commands on one profile; `outputs` has everything that they wrote."""

    profile: Path
    env: Mapping[str, str]
    outputs: list[str] = field(default_factory=list)

    def start(self, *words: str) -> Running:
        """Start a command, with an open standard input."""
        env = {**self.env, "SHIPCONSOLE_PROFILE": str(self.profile)}
        return WarmProcess(words, env) if can_be_warm(env) else self.start_anew(*words)

    def start_anew(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command in a new interpreter, as a person does."""
        return subprocess.Popen(
            [sys.executable, "-m", "shipconsole", *words],
            cwd=ROOT,
            env={**self.env, "SHIPCONSOLE_PROFILE": str(self.profile), "PYTHONDONTWRITEBYTECODE": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def end(self, process: Running, typed: str = "") -> Ended:
        """Type into a command, wait for its end, and fail if the program has a defect."""
        try:
            out, err = process.communicate(typed, timeout=ENDS_WITHIN_S)
        finally:
            leave(process)
        self.outputs.extend((out, err))
        assert "Traceback" not in err, err
        assert process.returncode != 1, err
        return Ended(process.returncode, out, err)

    def run(self, *words: str, typed: str = "") -> Ended:
        """Run one command to its end."""
        return self.end(self.start(*words), typed)

    def done(self, *words: str, typed: str = "") -> Ended:
        """Run a command that must succeed."""
        ended = self.run(*words, typed=typed)
        assert ended.code == 0, ended
        return ended

    def json(self, *words: str) -> Any:
        """Run a command that must succeed, with --json, and return its document."""
        return self.done(*words, "--json").json

    def run_together(self, commands: Sequence[Sequence[str]]) -> list[Ended]:
        """Run commands side by side on the profile."""
        processes = [self.start(*words) for words in commands]
        try:
            return [self.end(process) for process in processes]
        finally:
            for process in processes:
                leave(process)

    def on(self, profile: Path, **env: str) -> "Program":
        """Return the program on another profile or with other environment variables."""
        return Program(profile, {**self.env, **env}, self.outputs)


def leave(process: Running) -> None:
    """Kill a command if it still runs, and close its pipes."""
    with process:
        process.kill()
