"""How far a download is: one line that is written over on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

TERMINAL_SECONDS = 0.2
LOG_SECONDS = 10
# A rate that is measured over less says nothing.
STEADY_SECONDS = 0.5


class Progress:
    def __init__(self, stream: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic):
        self.stream = stream
        self.clock = clock
        self.is_terminal = stream.isatty()
        self.file: str | None = None
        self.open_line = False

    def show(self, file: str, have: int, total: int | None) -> None:
        now = self.clock()
        if file != self.file:
            self.file, self.started, self.first, self.last = file, now, have, now
        done = total is not None and have >= total
        if not done and now - self.last < (TERMINAL_SECONDS if self.is_terminal else LOG_SECONDS):
            return
        self.last = now
        elapsed = now - self.started
        line = progress_line(file, have, total, (have - self.first) / elapsed if elapsed >= STEADY_SECONDS else None)
        if self.is_terminal:
            self.stream.write(f"\r\033[K{line}" + ("\n" if done else ""))
            self.open_line = not done
        else:
            self.stream.write(line + "\n")
        self.stream.flush()

    def note(self, message: str) -> None:
        self.end()
        self.stream.write(message + "\n")
        self.stream.flush()

    def end(self) -> None:
        if self.open_line:
            self.stream.write("\n")
            self.open_line = False


def progress_line(file: str, have: int, total: int | None, rate: float | None) -> str:
    """`rate` in bytes a second; None where it is too early to tell."""
    speed = f", {rate / 1e6:.1f} MB/s" if rate is not None else ""
    if total is None:
        return f"  {file}: {amount(have)}{speed}"
    if have >= total:
        return f"  {file}: {amount(total)}{speed}"
    line = f"  {file}: {100 * have // total} %, {have / 1e6:.1f} of {amount(total)}{speed}"
    if rate:
        left = int((total - have) / rate)
        line += f", {left // 60}:{left % 60:02} left" if left < 360_000 else ""
    return line


def amount(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
