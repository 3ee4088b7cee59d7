"""Runs a longer command quietly, with a sign of life while it lasts."""

import os
import subprocess
import tempfile
import time

HEARTBEAT_SECONDS = 10


class CommandFailed(Exception):
    """Carries what the command said."""

    def __init__(self, output: str):
        super().__init__(output)
        self.output = output


def say(message: str) -> None:
    print(message, flush=True)


def run(label: str, command: list, environment: dict[str, str] | None = None) -> str:
    """Says `label`, runs the command, returns its output.

    The output is kept from the terminal: of an installer's many lines only the ones that explain a
    failure are of use, and those reach the caller in `CommandFailed`.
    """
    say(label)
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | (environment or {}),
        )
        try:
            code = _wait(process, started)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        log.seek(0)
        output = log.read().decode("utf-8", "replace")
    if code != 0:
        raise CommandFailed(output)
    return output


def _wait(process: subprocess.Popen, started: float) -> int:
    while True:
        try:
            return process.wait(HEARTBEAT_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"  … still at it after {time.monotonic() - started:.0f} s")
