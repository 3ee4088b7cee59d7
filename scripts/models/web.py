"""Asks web servers for files: redirects are followed here, so that a key reaches no other host than its own."""

import http.client
import os
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

from parts.errors import SetupError

REDIRECTS = 5
REDIRECT_CODES = {301, 302, 303, 307, 308}
TIMEOUT_SECONDS = 30
TRIES = 3
LONGEST_WAIT_SECONDS = 60
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
Result = TypeVar("Result")


class Passing(Exception):
    """A failure that another try may not meet."""

    def __init__(self, reason: str, wait: float | None = None):
        super().__init__(reason)
        # What the server asked for, seconds.
        self.wait = wait


@dataclass
class Answer:
    """The last response of a chain of redirects, and the headers of those that came from the first host."""

    body: http.client.HTTPResponse
    status: int
    headers: http.client.HTTPMessage
    # Lower-case names; the first value counts.
    own: dict[str, str]

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *problem) -> None:
        self.body.close()

    def read(self, count: int) -> bytes:
        try:
            return self.body.read(count)
        except (OSError, http.client.HTTPException) as error:
            raise Passing(f"the connection broke off ({error or type(error).__name__})") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Web:
    """`key` is sent to the host of `key_url` alone, and never in the clear to another machine."""

    def __init__(self, key: str | None = None, key_url: str | None = None, timeout: float = TIMEOUT_SECONDS):
        if key and not re.fullmatch(r"[!-~]+", key):
            raise SetupError("HF_TOKEN holds spaces or other characters that no key has: set it anew.")
        self.key = key
        self.key_origin = origin(key_url) if key_url and is_private(key_url) else None
        self.timeout = timeout
        handler = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self.opener = urllib.request.build_opener(_NoRedirects, handler)

    def open(self, url: str, headers: dict[str, str] | None = None, head: bool = False) -> Answer:
        """Follows redirects; for `head` only on the same host, whose word is wanted.

        Raises `Passing` where another try may help, `SetupError` where it will not.
        """
        own: dict[str, str] = {}
        first = origin(check_url(url))
        for _ in range(REDIRECTS + 1):
            body = self._ask(url, headers or {}, "HEAD" if head else "GET")
            if origin(url) == first:
                own |= {name.lower(): value for name, value in body.headers.items() if name.lower() not in own}
            target = body.headers.get("Location")
            if body.status not in REDIRECT_CODES or not target:
                return Answer(body, _accepted(body, url), body.headers, own)
            target = check_url(urljoin(url, target))
            if head and origin(target) != first:
                return Answer(body, 200, body.headers, own)
            body.close()
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
                raise SetupError(f"{shown(url)} redirects to a connection that is not encrypted: it was not followed.")
            url = target
        raise SetupError(f"{shown(url)} redirects more than {REDIRECTS} times: check the address.")

    def read(self, url: str, limit: int) -> bytes:
        """A small document."""
        return patiently(lambda: self._read(url, limit), shown(url))

    def _read(self, url: str, limit: int) -> bytes:
        with self.open(url) as answer:
            data = b""
            while piece := answer.read(1 << 16):
                data += piece
                if len(data) > limit:
                    raise SetupError(f"{shown(url)} is larger than {limit / 1e6:.0f} MB: check the address.")
            return data

    def _ask(self, url: str, headers: dict[str, str], method: str) -> http.client.HTTPResponse:
        request = urllib.request.Request(url, headers={"Accept-Encoding": "identity", **headers}, method=method)
        request.add_header("User-Agent", "hotpin-models")
        if self.key and self.key_origin == origin(url):
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        try:
            return self.opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as response:
            return response
        except ssl.SSLCertVerificationError as error:
            raise _not_trusted(url, error) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise _not_trusted(url, error.reason) from error
            raise Passing(f"{host(url)} was not reached ({error.reason})") from error
        except (OSError, http.client.HTTPException) as error:
            raise Passing(f"{host(url)} gave no answer ({error or type(error).__name__})") from error
        except ValueError as error:
            raise SetupError(f"{shown(url)} is no address that can be asked: check it.") from error


def patiently(ask: Callable[[], Result], what: str) -> Result:
    """For what is small enough to be asked for again as a whole."""
    for _ in range(TRIES):
        try:
            return ask()
        except Passing as fault:
            last = fault
    raise SetupError(f"{what} could not be fetched: {last}. Check the network and run this again.") from last


def _accepted(body: http.client.HTTPResponse, url: str) -> int:
    """The status, if it is one that a file comes with, or 416."""
    status = body.status
    if status in (200, 206, 416):
        if body.headers.get("Content-Encoding", "identity") != "identity":
            raise SetupError(f"{shown(url)} comes compressed, though it was asked for as it is: use another address.")
        return status
    body.close()
    if status in (408, 425, 429) or status >= 500:
        wait = body.headers.get("Retry-After", "")
        seconds = min(int(wait), LONGEST_WAIT_SECONDS) if re.fullmatch(r"\d{1,18}", wait) else None
        raise Passing(f"{host(url)} answered {status}", seconds)
    if status in (401, 403):
        raise SetupError(
            f"{shown(url)} is not given to everyone ({status}): accept its terms there, and set HF_TOKEN to a key of yours."
        )
    if status in (404, 410):
        raise NotThere(f"{shown(url)} is not there ({status}): check the address and the revision.")
    raise SetupError(f"{host(url)} answered {status} for {shown(url)}: check the address.")


class NotThere(SetupError):
    """The server does not have that file."""


def _not_trusted(url: str, error: ssl.SSLCertVerificationError) -> SetupError:
    return SetupError(
        f"{host(url)} showed a certificate that is not trusted ({error.verify_message}): nothing was fetched. "
        "If it is your own, name its authority with SSL_CERT_FILE=FILE."
    )


def check_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and url.isascii()
    except ValueError:
        usable = False
    if not usable or any(character <= " " for character in url):
        raise SetupError("That is no address that begins with https:// or http://: check it.")
    if parts.username or parts.password:
        raise SetupError(f"The address of {parts.hostname} holds a name or key: take it out and set HF_TOKEN instead.")
    return url


def origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def is_private(url: str) -> bool:
    """Whether nobody on the way can read or change what is sent."""
    return urlsplit(url).scheme == "https" or urlsplit(url).hostname in LOOPBACK


def host(url: str) -> str:
    return urlsplit(url).netloc


def shown(url: str) -> str:
    """For messages: what follows the path may be a signature that lets its owner in."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def web(key_url: str | None) -> Web:
    """With the key of the environment."""
    return Web(os.environ.get("HF_TOKEN", "").strip() or None, key_url)
