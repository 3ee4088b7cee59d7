"""A server that wants a key: the page asks for it, keeps it, and forgets it; and a page of a stranger gets nothing."""

import pytest

from browser.hotpin_page import HotpinPage
from browser.test_layout import CONTRAST
from harness import server as tool

TROUBLE = "document.getElementById('key-trouble').innerText"
ASKED = "!document.getElementById('key-form').hidden && document.body.dataset.link === 'locked'"


def make_key(server: tool.Server, name: str) -> str:
    done = tool.run("keys", "add", name, state=server.state)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def guarded(start_server):
    """A server with the key “phone”; its log must not hold any."""
    server = start_server()
    server.keys = [make_key(server, "phone")]
    yield server
    assert not any(key in str(server.log) for key in server.keys)


@pytest.fixture
def asked(guarded, new_page):
    """Hotpin's page, which asks for a key."""

    def make(**size) -> HotpinPage:
        hotpin = HotpinPage(new_page(**size), guarded.origin)
        hotpin.page.permit(hotpin.origin, "granted")
        hotpin.page.open(guarded.origin + "/")
        hotpin.page.until(ASKED)
        return hotpin

    return make


def enter(hotpin: HotpinPage, key: str) -> None:
    """Types the key into the form and sends it with Enter."""
    hotpin.page.evaluate("document.getElementById('key').focus()")
    hotpin.page.evaluate(f"document.getElementById('key').value = {key!r}")
    hotpin.page.press("Enter")


def test_the_key_is_asked_for_kept_and_forgotten(asked, guarded, microphone, speech):
    microphone.says(speech("What is seven times eight?"))
    hotpin = asked()
    page = hotpin.page
    assert "hotpin keys add phone" in page.text("#key-form")
    assert page.text("#link-text") == "Key wanted" and page.evaluate(TROUBLE) == ""
    assert page.evaluate("document.activeElement.id") == "key"

    enter(hotpin, "hotpin_wrong")
    page.until(f"{TROUBLE}.includes('does not take this key')")
    enter(hotpin, guarded.keys[0])
    hotpin.connected()
    page.until("document.getElementById('key-form').hidden")
    assert page.evaluate("document.activeElement.id") == "talk"
    hotpin.ask_by_space(microphone.heard)
    assert "56" in hotpin.answered()

    # A reload shows the key by itself, and never in an address.
    page.open(guarded.origin + "/")
    hotpin.connected()
    assert page.evaluate("localStorage.getItem('hotpin.key')") == guarded.keys[0]
    assert guarded.keys[0] not in page.evaluate(
        "JSON.stringify([location.href, ...performance.getEntries().map((entry) => entry.name)])"
    )

    page.evaluate("document.getElementById('forget-key').scrollIntoView()")
    page.click(*page.centre("#forget-key"))
    page.until(ASKED)
    assert page.evaluate("localStorage.getItem('hotpin.key')") is None
    assert page.evaluate("document.getElementById('forget-key').hidden")
    page.open(guarded.origin + "/")
    page.until(ASKED)


def test_a_key_that_is_revoked_is_asked_for_anew(asked, guarded):
    hotpin = asked()
    enter(hotpin, guarded.keys[0])
    hotpin.connected()
    assert tool.run("keys", "revoke", "phone", state=guarded.state).returncode == 0
    hotpin.page.until(ASKED)
    assert "revoked" in hotpin.page.evaluate(TROUBLE)
    guarded.keys.append(make_key(guarded, "phone"))
    enter(hotpin, guarded.keys[1])
    hotpin.connected()


def test_the_first_key_locks_a_page_that_is_open(start_server, new_page):
    server = start_server()
    hotpin = HotpinPage(new_page(), server.origin).open()
    assert hotpin.page.evaluate("document.getElementById('key-form').hidden")
    make_key(server, "phone")
    hotpin.page.until(ASKED)


def test_pressing_the_pin_without_a_key_says_what_is_missing(asked):
    hotpin = asked()
    hotpin.page.evaluate("document.activeElement.blur()")
    hotpin.page.press(" ")
    assert "wants a key" in hotpin.notice()


def test_too_many_wrong_keys_have_to_wait(start_server, new_page):
    server = start_server(WRONG_KEYS_PER_MINUTE="1")
    make_key(server, "phone")
    hotpin = HotpinPage(new_page(), server.origin)
    hotpin.page.open(server.origin + "/")
    hotpin.page.until(ASKED)
    enter(hotpin, "hotpin_guess_1")
    hotpin.page.until(f"{TROUBLE}.includes('does not take this key')")
    enter(hotpin, "hotpin_guess_2")
    hotpin.page.until(f"{TROUBLE}.includes('Too many wrong keys')")


@pytest.mark.parametrize("width, height", [(320, 568), (390, 844), (667, 375), (1280, 800)])
def test_the_form_fits(asked, width, height):
    page = asked(width=width, height=height, touch=width < 700).page
    page.evaluate("document.getElementById('forget-key').hidden = false")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for element in ("#key", ".key-send"):
        left, right, top, bottom = page.evaluate(
            "(({ left, right, top, bottom }) => [left, right, top, bottom])"
            f"(document.querySelector('{element}').getBoundingClientRect())"
        )
        assert left >= 0 and right <= width and top >= 0 and bottom <= height, f"{element} is out of sight"
        assert bottom - top >= 44, f"{element} is too small for a finger"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_the_form(asked, scheme):
    page = asked().page
    page.media(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    page.evaluate("""
        document.getElementById('forget-key').hidden = false;
        document.getElementById('key-trouble').textContent = 'Trouble';
    """)
    # A colour on its way to another is neither.
    page.until("document.getAnimations().length === 0")
    found = page.evaluate(CONTRAST)
    assert any("key-trouble" in name for _, name in found) and any("forget-key" in name for _, name in found)
    assert [entry for entry in found if entry[0] < 4.5] == []


def test_a_name_that_was_made_to_point_here_gets_the_page_and_nothing_else(new_page, server):
    page = new_page()
    hotpin = HotpinPage(page, server.origin)
    page.open(f"http://evil.test:{server.port}/")
    page.until("document.getElementById('notice').innerText.includes('ALLOWED_HOSTS')")
    assert "evil.test" in hotpin.notice()
    assert "ready" not in page.evaluate("document.body.dataset.link")
    # The browser logs each refused WebSocket.
    page.forgive("WebSocket connection")
    page.forgive("status of 421")


def test_a_page_of_another_server_cannot_talk(new_page, server, start_server):
    other = start_server()
    page = new_page()
    page.open(other.origin + "/health")
    closed = page.evaluate(f"""
        new Promise((done) => {{
            const socket = new WebSocket('ws://127.0.0.1:{server.port}/ws');
            socket.onopen = () => done('opened');
            socket.onclose = () => done('refused');
        }})
    """)
    assert closed == "refused"
    page.forgive("WebSocket connection")
    page.forgive("favicon")
    page.forgive("status of 404")
