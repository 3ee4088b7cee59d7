"""Talking hands-free, as far as the page is concerned, with a server that says exactly what a test wants."""

import pytest

from browser.hotpin_page import HotpinPage
from browser.scripted_server import ScriptedServer
from browser.streaming import AUDIO, BEGIN, COMPLETE, HANDS_FREE, STREAMED, audio_end, begun, chunks, heard, said, speaking
from harness import sound


def agree(handshake: dict) -> dict:
    """As a server that can do everything."""
    if handshake.get("turns") != "auto":
        return STREAMED
    return HANDS_FREE | {"barge_in": handshake["barge_in"]}


@pytest.fixture
def scripted(new_page, microphone):
    microphone.says(sound.noise(60, amplitude=3_000))
    with ScriptedServer() as server:
        server.connected = agree
        yield server, HotpinPage(new_page(), server.origin)


def start(hotpin: HotpinPage) -> HotpinPage:
    hotpin.open().choose("free")
    hotpin.page.press(" ")
    hotpin.phase("attending")
    return hotpin


def asked(*answer: dict | bytes) -> list[dict | bytes]:
    return [{"status": "speech_started"}, {"status": "partial", "stable": "hel", "text": "hello"}, {"status": "speech_ended"},
            *answer]


def received(server: ScriptedServer, hotpin: HotpinPage, more: int = 16_000) -> None:
    """Waits until the server was sent so many more bytes of speech."""
    wanted = server.audio_bytes + more
    for _ in range(2_000):
        if server.audio_bytes >= wanted:
            return
        hotpin.page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))")
    raise AssertionError(f"only {server.audio_bytes} of {wanted} bytes came")


def test_microphone_stays_open_and_turns_follow_one_another(scripted):
    server, hotpin = scripted
    start(hotpin)
    assert server.handshakes[-1]["turns"] == "auto" and server.handshakes[-1]["barge_in"] is True
    assert server.handshakes[-1]["session_id"] == server.handshakes[0]["session_id"]
    for count in (1, 2):
        received(server, hotpin)
        server.say(*asked(*begun("Here I am.", 0.4), audio_end(0.4), COMPLETE | {"timeline": {"endpoint": 250, "first_audio": 300}}))
        hotpin.page.until(f"document.querySelectorAll('#log .answer').length === {count}")
        hotpin.phase("attending")
    assert server.signals == [], "nothing has to be pressed"
    assert hotpin.phases()[-5:] == ["hearing", "transcribing", "thinking", "speaking", "attending"]
    assert hotpin.page.text("#times-parts").startswith("End of speech")


def test_states_are_said(scripted):
    server, hotpin = scripted
    start(hotpin)
    assert hotpin.page.text("#status") == "Listening"
    assert hotpin.page.evaluate("document.getElementById('talk').getAttribute('aria-pressed')") == "true"
    assert hotpin.page.text("#talk-text") == "Stop listening"
    server.say({"status": "speech_started"})
    hotpin.page.until("document.getElementById('status').innerText === 'Hearing you'")
    assert hotpin.page.text("#talk-text") == "Send now"
    server.say({"status": "speech_ended"}, *begun("one two three", 4))
    hotpin.phase("speaking")
    assert hotpin.page.text("#talk-text") == "Interrupt"
    server.say({"status": "speech_started"}, {"status": "held"})
    hotpin.page.until("document.getElementById('status').innerText === 'Waiting for you'")


def test_speaking_over_the_answer_stops_it_and_asks_the_next(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.say(*asked(*begun("one two three four five six", 6)))
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 1")
    server.say({"status": "speech_started"}, {"status": "held"}, {"status": "cancelled", "heard": "one two"})
    hotpin.phase("hearing")
    assert (hotpin.words("heard"), hotpin.words("unheard")) == ("one two", "three four five six")
    server.say({"status": "speech_ended"}, *begun("Yes?", 0.4), audio_end(0.4), COMPLETE)
    hotpin.page.until("document.querySelectorAll('#log .answer').length === 2")
    hotpin.phase("attending")


def test_space_bar_interrupts_and_listening_goes_on(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.say(*asked(*begun("one two three four five six", 6)))
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 1")
    hotpin.page.press(" ")
    hotpin.phase("attending")
    assert server.signals[-1]["signal"] == "CANCEL" and server.signals[-1]["played_ms"] > 0
    received(server, hotpin)


def test_pin_while_speaking_sends_at_once(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.script = [*begun("Yes?", 0.4), audio_end(0.4), COMPLETE]
    server.say({"status": "speech_started"})
    hotpin.phase("hearing")
    hotpin.page.click(*hotpin.page.centre("#talk"))
    hotpin.page.until("document.querySelectorAll('#log .answer').length === 1")
    assert server.signals == [{"signal": "EOS"}]
    hotpin.phase("attending")


@pytest.mark.parametrize("way", ["pin", "escape", "mode", "hidden"])
def test_ways_out_close_the_microphone(scripted, way):
    server, hotpin = scripted
    hotpin.watch_microphone()
    start(hotpin)
    if way == "pin":
        hotpin.page.click(*hotpin.page.centre("#talk"))
    elif way == "escape":
        hotpin.page.press("Escape")
    elif way == "mode":
        hotpin.choose("hold")
    else:
        hotpin.hide_and_show()
        assert "page was hidden" in hotpin.notice()
    hotpin.microphone_closed()
    hotpin.phase("idle")
    hotpin.page.until("document.body.dataset.link === 'ready'")
    assert "turns" not in server.handshakes[-1], "a pin that is held needs no server that finds the end"


def test_without_echo_cancellation_nothing_is_sent_over_the_answer(scripted):
    server, hotpin = scripted
    hotpin.page.before_scripts("""
        const settings = MediaStreamTrack.prototype.getSettings;
        MediaStreamTrack.prototype.getSettings = function () {
            return { ...settings.call(this), echoCancellation: false };
        };
    """)
    start(hotpin)
    assert server.handshakes[-1]["barge_in"] is False
    assert "does not listen while it speaks" in hotpin.notice()
    received(server, hotpin)
    server.say(*asked(*begun("one two three four five six", 3), audio_end(3), COMPLETE))
    hotpin.phase("speaking")
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 1")
    before = server.audio_bytes
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 4")
    assert server.audio_bytes == before
    hotpin.phase("attending")
    received(server, hotpin)


def test_server_that_cannot_is_named(scripted):
    server, hotpin = scripted
    server.connected = {"status": "connected", "session_id": "old"}
    hotpin.watch_microphone()
    hotpin.open().choose("free")
    hotpin.page.press(" ")
    assert "cannot find out by itself" in hotpin.notice()
    hotpin.microphone_closed()
    hotpin.phase("idle")


def test_choice_is_remembered_but_the_microphone_is_not_opened(scripted):
    server, hotpin = scripted
    hotpin.watch_microphone()
    start(hotpin)
    hotpin.page.open(server.origin + "/")
    hotpin.connected()
    hotpin.phase("idle")
    assert hotpin.page.evaluate("document.querySelector('input[value=free]').checked")
    assert hotpin.page.evaluate("window.streams.length") == 0
    assert hotpin.page.text("#talk-text") == "Start listening"


def test_announcement_while_listening(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.say({"status": "announcement", "response": "Your timer is done."}, AUDIO, speaking("Your timer is done.", 0),
               *chunks(0.5), audio_end(0.5), COMPLETE)
    hotpin.page.until("window.probe.phases.includes('speaking')")
    hotpin.phase("attending")
    assert "Your timer is done." in hotpin.page.text(".announcement")


def test_lost_connection_is_listened_on_afterwards(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.hang_up()
    hotpin.page.until("window.probe.phases.includes('offline')")
    hotpin.phase("attending")
    received(server, hotpin)


def test_error_is_shown_and_listening_goes_on(scripted):
    server, hotpin = scripted
    start(hotpin)
    server.say(*asked(BEGIN, {"status": "error", "message": "Could not understand audio. Please try again."}))
    assert "Could not understand" in hotpin.notice()
    hotpin.phase("attending")
    server.say({"status": "speech_started"})
    hotpin.page.until("document.getElementById('notice').hidden")
