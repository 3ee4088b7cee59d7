"""Turns a part's fetched files into the ones that are used, and tries the result."""

from pathlib import Path

from . import steps
from .catalogue import Part
from .environment import PythonEnvironment, last_line
from .errors import SetupError, disk_full
from .steps import CommandFailed

# Another version of a library may lay a graph out a little differently.
SIZE_TOLERANCE = 0.02


def convert(part: Part, sources: Path, output: Path, repository: Path, environment: PythonEnvironment) -> None:
    conversion = part.conversion
    tool = repository / conversion.tool
    environment.install(tool.parent / "requirements.txt", "the conversion of speech models")
    clip = conversion.check.get("clip")
    if clip and not Path(clip).exists():
        raise SetupError(f"The test speech {clip} is missing. Install it with: sudo apt-get install {conversion.clip_package}")
    # The sources are written to `output`'s own disk first, so this is the likeliest place to run out of room.
    arguments = ["--model", sources, "--assets", sources, "--output", output]
    _run(f"Converting {part.name} …", tool, ["convert", *arguments], part, environment)
    _check_sizes(part, output)
    check = ["--output", output]
    for name, value in conversion.check.items():
        check += [f"--{name}", value.replace("{sources}", str(sources))]
    said = _run(f"Trying {part.name} …", tool, ["check", *check], part, environment)
    for line in said.splitlines():
        steps.say(f"  {line}")


def _run(label: str, tool: Path, arguments: list, part: Part, environment: PythonEnvironment) -> str:
    # A warning that a library prints is no result: the tool's own lines go to standard output alone.
    try:
        return steps.run(
            label,
            [environment.python, "-W", "ignore", "-m", tool.name, *arguments],
            {"PYTHONPATH": str(tool.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except CommandFailed as failure:
        if "No space left on device" in failure.output:
            raise disk_full(environment.folder.parent, part.size) from failure
        raise SetupError(
            f"{label.removesuffix(' …')} failed: {last_line(failure.output)} Remove {environment.folder} and run "
            "this again; if it stays so, report it."
        ) from failure


def _check_sizes(part: Part, output: Path) -> None:
    for name, expected in part.conversion.makes.items():
        size = (output / name).stat().st_size if (output / name).exists() else 0
        if abs(size - expected) > max(SIZE_TOLERANCE * expected, 1024):
            raise SetupError(
                f"The conversion of {part.name} made {name} with {size} bytes where about {expected} were expected: report this."
            )
