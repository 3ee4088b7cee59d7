"""haproxy before several servers, as Documentation/Scale.md describes it; ended by its process."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from harness.redis import free_port

CONFIGURATION = """
global
    maxconn 1000
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h
    # A server that is gone is not asked twice: the connection goes to another.
    option redispatch 1
    retries 2
    retry-on conn-failure
frontend voice
    bind 127.0.0.1:{port}
    default_backend hotpin
backend hotpin
    balance leastconn
    option httpchk
    http-check send meth GET uri /health ver HTTP/1.1 hdr Host localhost
    default-server check inter 200ms fall 2 rise 1
{servers}
"""


class Balancer:
    """Use as a context manager."""

    def __init__(self, folder: Path, ports: list[int]):
        self.program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
        assert self.program, "haproxy is missing: run scripts/setup.sh --for-tests"
        self.port = free_port()
        servers = "\n".join(f"    server s{index} 127.0.0.1:{port}" for index, port in enumerate(ports))
        self.file = folder / "haproxy.cfg"
        self.file.write_text(CONFIGURATION.format(port=self.port, servers=servers))

    def __enter__(self) -> "Balancer":
        self.process = subprocess.Popen(
            [self.program, "-db", "-f", self.file], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, f"haproxy ended: {self.process.stderr.read()}"
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert time.monotonic() < end, "haproxy does not listen"
                time.sleep(0.02)

    def __exit__(self, *problem) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
