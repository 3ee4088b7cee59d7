"""Fixtures of the browser tests: one Chromium for them all, its microphone a file that each test writes."""

import pytest

from browser.devtools import Chromium
from browser.hotpin_page import HotpinPage
from harness import sound


class Microphone:
    """The file that the browser takes for its microphone, read from the start whenever a page opens it."""

    def __init__(self, path):
        self.path = path
        self.says(sound.silence(1))

    def says(self, *parts: bytes) -> None:
        """Lets the next recording hear this, after a breath and before three seconds of silence."""
        pcm = b"".join(parts)
        self.heard = sound.seconds(pcm) + 0.3
        sound.write_wav(self.path, sound.silence(0.3) + pcm + sound.silence(3))


@pytest.fixture(scope="session")
def microphone(tmp_path_factory):
    return Microphone(tmp_path_factory.mktemp("microphone") / "microphone.wav")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory, microphone):
    browser = Chromium(tmp_path_factory.mktemp("profile"), microphone.path)
    yield browser
    browser.close()


@pytest.fixture
def new_page(chromium):
    """`new_page(width=320, …)` opens a tab of the test's own; it must have nothing to complain about at the end."""
    pages = []

    def make(**size):
        pages.append(chromium.page(**size))
        return pages[-1]

    yield make
    complaints = [text for page in pages for text in page.complaints()]
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def hotpin(new_page, server):
    """`hotpin()` opens Hotpin's page in a new tab, connected and with a microphone."""

    def make(microphone: str = "granted", **size) -> HotpinPage:
        return HotpinPage(new_page(**size), server.origin).open(microphone)

    return make
