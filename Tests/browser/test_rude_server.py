"""The page before a server that breaks the protocol, or says what a page must not believe."""

import io
import wave

import pytest

from browser.hotpin_page import HotpinPage
from browser.scripted_server import ScriptedServer
from harness import sound

BEGIN = {"status": "processing", "stage": "transcription"}
COMPLETE = {"status": "complete"}


def heard(text: str) -> dict:
    return {"status": "processing", "stage": "llm", "transcript": text}


def said(text: str) -> dict:
    return {"status": "processing", "stage": "tts", "response": text}


def wav(seconds: float = 0.3) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(sound.noise(seconds))
    return file.getvalue()


@pytest.fixture
def scripted(new_page, microphone):
    microphone.says(sound.noise(1))
    with ScriptedServer() as server:
        yield server, HotpinPage(new_page(), server.origin)


def test_handshake_asks_for_what_the_page_understands(scripted):
    server, hotpin = scripted
    hotpin.open()
    (handshake,) = server.handshakes
    assert set(handshake) == {"session_id", "announcements", "timeline", "audio", "partials"}
    assert handshake["announcements"] is True and handshake["timeline"] is True
    assert handshake["audio"] == "stream" and handshake["partials"] is True
    hotpin.page.open(server.origin + "/")
    hotpin.connected()
    assert server.handshakes[1]["session_id"] == handshake["session_id"], "a reload continues the session"


def test_markup_stays_text(scripted):
    server, hotpin = scripted
    evil = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"
    server.script = [BEGIN, heard(evil), said(evil), COMPLETE]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == evil
    assert hotpin.question() == evil
    assert hotpin.page.evaluate("document.querySelectorAll('#log img, #log b').length") == 0
    server.script = [BEGIN, {"status": "error", "message": evil}]
    hotpin.ask_by_space(0.5)
    assert evil in hotpin.notice()
    assert hotpin.page.evaluate("document.title") == "Hotpin"


def test_nonsense_between_the_frames_is_ignored(scripted):
    server, hotpin = scripted
    nonsense = ["", "{", "null", "[]", '{"status":"new"}', '{"status":7}', b"\x00" * 100,
                {"status": "processing", "stage": "dance"}, {"status": "processing", "stage": "llm", "transcript": 7}]
    server.script = [*nonsense, BEGIN, *nonsense[:-1], heard("hello"), *nonsense[:-1], said("Hello!"), wav(), COMPLETE,
                     *nonsense, COMPLETE, said("Ghost")]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == "Hello!"
    assert "Ghost" not in hotpin.page.text("#log")


@pytest.mark.parametrize(
    "audio", [b"", b"no sound", wav()[:30], wav()[:44], b"RIFF" + bytes(60)], ids=["empty", "text", "cut", "header", "zeros"]
)
def test_audio_that_cannot_be_played_still_answers(scripted, audio):
    server, hotpin = scripted
    server.script = [BEGIN, heard("hello"), said("Hello!"), audio, COMPLETE]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == "Hello!"
    if audio:
        assert "could not be played" in hotpin.notice()
    server.script = [BEGIN, heard("again"), said("Here I am."), wav(), COMPLETE]
    hotpin.ask_by_space(0.5)
    assert hotpin.answered(2) == "Here I am."


def test_more_audio_than_fits_is_dropped(scripted):
    server, hotpin = scripted
    server.script = [BEGIN, heard("hello"), said("Hello!"), *[bytes(1 << 20)] * 9, COMPLETE]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == "Hello!"


def test_error_without_a_message_is_still_a_sentence(scripted):
    server, hotpin = scripted
    server.script = [BEGIN, {"status": "error"}]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.notice() == "Something went wrong on the server. Please try again."
    hotpin.phase("idle")


def test_announcement_is_shown_and_heard(scripted):
    server, hotpin = scripted
    server.script = [BEGIN, heard("hello"), said("Hello!"), COMPLETE,
                     {"status": "announcement", "response": "Your timer is done."}, wav(0.6), COMPLETE]
    hotpin.open().ask_by_space(0.5)
    hotpin.page.until("document.querySelector('.announcement')")
    assert "Your timer is done." in hotpin.page.text(".announcement")
    hotpin.phase("idle")
    samples, rate = hotpin.heard()
    assert sound.rms(samples) > 50
    assert len(samples) / 2 / rate > 0.4


def test_announcement_before_anything_was_pressed_waits_for_a_press(scripted):
    server, hotpin = scripted
    server.greeting = [{"status": "announcement", "response": "Your timer is done."}, wav(0.6), COMPLETE]
    hotpin.open()
    assert "until you press something" in hotpin.notice()
    assert sound.rms(hotpin.heard()[0]) == 0
    hotpin.page.click(*hotpin.page.centre(".announcement"))
    hotpin.phase("idle")
    assert sound.rms(hotpin.heard()[0]) > 50
    assert hotpin.page.evaluate("document.getElementById('notice').hidden")


def test_server_that_says_nothing_is_tried_again(scripted):
    server, hotpin = scripted
    server.connected = None
    hotpin.page.open(server.origin + "/")
    hotpin.page.until("document.body.dataset.link === 'lost'", 30)
    server.connected = {"status": "connected", "session_id": "x"}
    hotpin.connected()
    assert len(server.handshakes) >= 2
