"""How a command of set-up runs and ends: with a code, and a line that says what to do."""

import argparse
import signal
import sys
from pathlib import Path

from .errors import SetupError, explain


def run(parser: argparse.ArgumentParser, root: Path, stopped: str) -> int:
    """Calls what the arguments name in `run`. `root`: the folder it works in; `stopped`: said when it is interrupted."""
    # A terminated run leaves the same way as one stopped from the keyboard: children ended, partial files known.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(explain(error, root), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(stopped, file=sys.stderr)
        return 130
    return 0
