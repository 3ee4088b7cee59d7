"""Requests made from the server's own description, as many as schemathesis thinks of. Only where it is installed:

    .deps/test-venv/bin/pip install schemathesis==4.32.5
"""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(sys.executable).with_name("schemathesis")


@pytest.mark.skipif(not TOOL.exists(), reason="schemathesis is not installed")
@pytest.mark.timeout(600)
def test_whatever_the_description_allows_is_answered_as_it_says(server, tmp_path):
    # Texts of thousands of digits are spoken for minutes; the speech door has tests of its own.
    done = subprocess.run(
        [TOOL, "run", f"{server.origin}/openapi.json", "--exclude-path", "/v1/audio/speech", "--max-examples", "25",
         "--phases", "coverage,fuzzing", "--continue-on-failure", "--request-timeout", "60",
         # Methods that HTTP/1.1's parser does not know are 400; bytes that are no sound are refused, as they must be.
         "--exclude-checks", "unsupported_method,positive_data_acceptance"],
        cwd=tmp_path, capture_output=True, text=True, timeout=540)
    assert done.returncode == 0, done.stdout[-6000:]
    assert server.alive
