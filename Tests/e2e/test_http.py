"""The page's files and the two addresses for programs."""

import hashlib
import time

import pytest

from harness.server import REPOSITORY

WEB = REPOSITORY / "Web"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml", ".json": "application/json"}
FILES = sorted(str(path.relative_to(WEB)) for path in WEB.rglob("*") if path.is_file())


def test_page_for_people(server):
    for headers in ({}, {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, {"Accept": "*/*"}):
        reply = server.get("/", **headers)
        assert reply.status == 200
        assert reply.headers["content-type"].startswith("text/html")
        assert reply.body == (WEB / "index.html").read_bytes()


def test_json_for_programs(server):
    reply = server.get("/", Accept="application/json")
    assert reply.headers["content-type"].startswith("application/json")
    status = reply.json()
    assert list(status) == ["name", "version", "status"]
    assert status["status"] == "running" and status["name"] and status["version"][0].isdigit()
    assert server.get("/", Accept="application/json;q=0.1, text/html").headers["content-type"].startswith("text/html")


def test_health(server):
    reply = server.get("/health")
    assert reply.status == 200 and reply.headers["content-type"].startswith("application/json")
    health = reply.json()
    assert (health["status"], health["model_loaded"]) == ("healthy", True)
    assert abs(health["timestamp"] - time.time()) < 60


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_the_page(server, file):
    reply = server.get(f"/web/{file}")
    assert reply.status == 200
    assert reply.body == (WEB / file).read_bytes()
    assert reply.headers["content-type"].split(";")[0] == TYPES["." + file.rsplit(".")[-1]]
    assert reply.headers["x-content-type-options"] == "nosniff"

    tag = reply.headers["etag"]
    again = server.get(f"/web/{file}", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    other = server.get(f"/web/{file}", If_None_Match='"' + hashlib.sha1(b"other").hexdigest() + '"')
    assert other.status == 200


def test_nothing_else_may_be_loaded_by_the_page(server):
    policy = server.get("/").headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'" and directives["style-src"] == "'self'"
    assert "unsafe" not in policy and "*" not in policy


def test_part_of_a_file(server):
    whole = (WEB / "main.js").read_bytes()
    reply = server.get("/web/main.js", Range="bytes=10-19")
    assert (reply.status, reply.body) == (206, whole[10:20])
    assert reply.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert server.get("/web/main.js", Range=f"bytes={len(whole)}-").status == 416


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/web/", "/web", "/web/nothing.js", "/web/../Package.swift", "/web/%2e%2e/Package.swift",
     "/web/..%2fPackage.swift", "/web//etc/passwd", "/web/%00", "/web/audio", "/..", "/web/....//Package.swift"],
)
def test_what_is_not_there_is_404(server, path):
    reply = server.get(path)
    assert reply.status in (400, 404)
    assert b"swift-tools-version" not in reply.body and b"root:" not in reply.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_changed_over_http(server, method):
    for path in ("/", "/health", "/web/main.js"):
        reply = server.request(method, path)
        assert reply.status == 405 and "GET" in reply.headers["allow"]


def test_head_is_the_answer_without_its_body(server):
    reply = server.request("HEAD", "/web/main.js")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) == (WEB / "main.js").stat().st_size
