"""What a running process costs, as the kernel counts it; and its end."""

import re
import subprocess
import time
from pathlib import Path


def processor_ms(pid: int) -> float:
    """Processor time used so far by all threads, to the nanosecond (/proc/PID/stat counts in hundredths of a second)."""
    # clock_getcpuclockid(3): the number's complement, and 2 for the scheduler's clock.
    return time.clock_gettime((~pid << 3) | 2) * 1000


def memory_mb(pid: int) -> tuple[int, int]:
    """Resident now, and the most since `forget_peak`."""
    status = Path(f"/proc/{pid}/status").read_text()
    now, most = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) >> 10 for name in ("VmRSS", "VmHWM"))
    return now, most


def forget_peak(pid: int) -> None:
    """Counts the most memory from now on: what loading took for a moment is not what work takes."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        # Not this kernel, or not our process: then the peak of loading counts too.
        pass


def end(process: subprocess.Popen) -> None:
    """Asks it to end, and ends it where it does not."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
