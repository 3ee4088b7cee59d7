"""Runs the unit tests of the page's modules (unit/*.test.js) inside the browser."""

import http.server
import threading
from functools import partial
from pathlib import Path

import pytest

from harness.server import REPOSITORY

FILES = sorted(path.name for path in (Path(__file__).parent / "unit").glob("*.test.js"))


@pytest.fixture(scope="module")
def origin():
    """The repository over HTTP, because modules are not loaded from files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {".js": "text/javascript", ".html": "text/html", "": "application/octet-stream"}

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=REPOSITORY))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("file", FILES)
def test_modules(file, origin, new_page):
    page = new_page()
    page.open(f"{origin}/Tests/browser/unit/run.html")
    results = page.evaluate(
        f"import('./{file}').then(() => import('./check.js')).then(({{ runChecks }}) => runChecks())", timeout=60
    )
    assert len(results) > 3, "hardly any check ran"
    failed = [f"{r['name']}: {r['error']}" for r in results if r["error"]]
    assert not failed, "\n".join(failed)


def test_every_file_of_checks_was_found():
    assert {"machine.test.js", "resampler.test.js", "audio.test.js", "values.test.js"} <= set(FILES)
