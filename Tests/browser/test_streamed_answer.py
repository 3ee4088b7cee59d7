"""Answers that are played while they arrive, from a server that says exactly what a test wants."""

import pytest

from browser.hotpin_page import HotpinPage
from browser.scripted_server import ScriptedServer
from browser.streaming import (
    AUDIO, BEGIN, COMPLETE, SENTENCE, STREAMED, answer, audio_end, begun, chunks, heard, said, speaking,
)
from harness import sound


@pytest.fixture
def scripted(new_page, microphone):
    microphone.says(sound.noise(1))
    with ScriptedServer() as server:
        server.connected = STREAMED
        yield server, HotpinPage(new_page(), server.origin)


def sounds(hotpin: HotpinPage) -> None:
    """Waits until something is heard."""
    hotpin.page.until("window.probe.heard.some((block) => block.some((sample) => Math.abs(sample) > 0.01))")


def test_answer_is_heard_whole_and_once(scripted):
    server, hotpin = scripted
    # So quick that the way to the page always takes longer.
    server.script = answer(SENTENCE, 1.5, speech_end=0, endpoint=1, transcript=2, first_clause=3, reply=3, first_audio=4)
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == SENTENCE
    hotpin.page.until("document.querySelectorAll('#log .bar .span').length >= 4")
    assert abs(hotpin.heard_seconds() - 1.5) < 0.1
    parts = hotpin.page.evaluate("[...document.querySelectorAll('#times-parts .part')].map((p) => p.dataset.part)")
    assert parts[:5] == ["wait", "recognise", "clause", "speak", "network"], parts


def test_answer_sounds_before_it_is_whole(scripted):
    server, hotpin = scripted
    server.script = [BEGIN, heard("hello"), AUDIO, speaking("Well,", 0), *chunks(0.3)]
    hotpin.open().ask_by_space(0.5)
    hotpin.phase("speaking")
    sounds(hotpin)
    server.say(speaking("here I am.", 300), said("Well, here I am."), *chunks(0.3), audio_end(0.6), COMPLETE)
    assert hotpin.answered() == "Well, here I am."
    assert abs(hotpin.heard_seconds() - 0.6) < 0.1


def test_words_are_shown_as_they_are_spoken(scripted):
    server, hotpin = scripted
    server.script = begun(SENTENCE, 3)
    hotpin.open().ask_by_space(0.5)
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length === 3")
    assert hotpin.words("heard") .startswith("one two three")
    assert hotpin.words("unheard").endswith("nine ten")
    server.say(audio_end(3), COMPLETE)
    assert hotpin.answered() == SENTENCE
    assert hotpin.page.evaluate("document.querySelector('#log .saying, #log .cut') === null")


@pytest.mark.parametrize("key", ["Escape", " "])
def test_key_stops_the_answer_at_once_and_tells_how_much_was_played(scripted, key):
    server, hotpin = scripted
    server.script = begun(SENTENCE, 10)
    hotpin.open().ask_by_space(0.5)
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 1", 30)
    hotpin.page.key("down", key)
    hotpin.page.until("document.querySelector('#log .cut')")
    if key == " ":
        # It records the next question now, which this test does not want to ask.
        hotpin.page.press("Escape")
    hotpin.page.key("up", key)
    hotpin.phase("idle")
    hotpin.connected()
    cancel = server.signals[-1]
    assert cancel["signal"] == "CANCEL" and 300 < cancel["played_ms"] < 9_000
    # What the browser does not hand out is not heard; the figure leaves out what was on its way to the loudspeaker.
    late = hotpin.heard_seconds() * 1000 - cancel["played_ms"] - 1000 * hotpin.page.evaluate("window.probe.context.outputLatency")
    print(f"heard after the key: {late:.0f} ms")
    assert late < 250
    heard_words, unheard = hotpin.words("heard"), hotpin.words("unheard")
    assert f"{heard_words} {unheard}" == SENTENCE and heard_words and unheard
    assert "interrupted" in hotpin.page.text("#log .took")

    server.script = answer("Here I am.", 0.4)
    hotpin.ask_by_space(0.5)
    assert hotpin.answered(2) == "Here I am."


def test_what_follows_a_cancelled_answer_is_not_heard(scripted):
    server, hotpin = scripted
    server.script = begun(SENTENCE, 0.5)
    server.on_cancel = [speaking("ghost", 500), *chunks(3), said("Ghost."), audio_end(3.5), COMPLETE, {"status": "cancelled"}]
    hotpin.open().ask_by_space(0.5)
    sounds(hotpin)
    hotpin.page.press("Escape")
    hotpin.phase("idle")
    server.say({"status": "announcement", "response": "Ring."}, AUDIO, speaking("Ring.", 0), *chunks(0.3), audio_end(0.3), COMPLETE)
    hotpin.page.until("document.querySelector('.announcement')")
    hotpin.phase("idle")
    hotpin.page.until("window.probe.phases.filter((phase) => phase === 'speaking').length >= 2")
    assert hotpin.heard_seconds() < 1.2
    assert "ghost" not in hotpin.page.text("#log").lower()


def test_held_keeps_the_rest_and_resumed_goes_on(scripted):
    server, hotpin = scripted
    server.script = [*begun(SENTENCE, 3), audio_end(3)]
    hotpin.open().ask_by_space(0.5)
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 1", 30)
    server.say({"status": "held"})
    hotpin.phase("held")
    # Silent: a second goes by in which nothing new is heard.
    hotpin.page.evaluate("(window.probe.from = window.probe.heard.length + 3)")
    hotpin.page.until("window.probe.heard.length > window.probe.from + 3")
    assert hotpin.page.evaluate("window.probe.heard.slice(window.probe.from).every((b) => b.every((s) => s === 0))")
    server.say({"status": "resumed"}, COMPLETE)
    hotpin.phase("speaking")
    assert hotpin.answered() == SENTENCE
    assert abs(hotpin.heard_seconds() - 3) < 0.2, "something was lost or said twice"


def test_server_that_cancels_says_what_was_heard(scripted):
    server, hotpin = scripted
    server.script = begun(SENTENCE, 5)
    hotpin.open().ask_by_space(0.5)
    sounds(hotpin)
    server.say({"status": "held"}, {"status": "cancelled", "heard": "one two thr"})
    hotpin.phase("idle")
    assert (hotpin.words("heard"), hotpin.words("unheard")) == ("one two three", SENTENCE.removeprefix("one two three "))
    assert hotpin.page.evaluate(
        "getComputedStyle([...document.querySelectorAll('.answer span')].at(-1)).textDecorationLine") == "line-through"
    assert [signal for signal in server.signals if signal.get("signal") == "CANCEL"] == []


def test_audio_with_gaps_is_heard_whole(scripted):
    server, hotpin = scripted
    server.script = [BEGIN, heard("hello"), AUDIO, speaking("one two", 0), *chunks(0.2)]
    hotpin.open().ask_by_space(0.5)
    sounds(hotpin)
    for _ in range(2):
        # The rest comes when all that was there has been played.
        hotpin.page.evaluate("(window.probe.from = window.probe.heard.length + 1)")
        hotpin.page.until("window.probe.heard.slice(window.probe.from).some((b) => b.every((s) => s === 0))")
        server.say(*chunks(0.5))
    server.say(said("one two"), audio_end(1.2), COMPLETE)
    assert hotpin.answered() == "one two"
    assert abs(hotpin.heard_seconds() - 1.2) < 0.1


def test_stream_that_breaks_off_is_played_as_far_as_it_came(scripted):
    server, hotpin = scripted
    server.script = [*begun("one two", 0.5), {"status": "error", "message": "The voice failed."}]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.notice() == "The voice failed."
    hotpin.answered()
    assert abs(hotpin.heard_seconds() - 0.5) < 0.1


@pytest.mark.parametrize("nonsense", [
    [AUDIO | {"format": "opus"}], [AUDIO | {"sample_rate": 0}], [AUDIO | {"channels": 7}], [AUDIO, AUDIO, b"\x01"],
    [{"status": "speaking"}], [{"status": "speaking", "text": 7, "at_ms": -1}], [{"status": "audio_end", "duration_ms": "x"}],
    [{"status": "resumed"}], [{"status": "partial"}], [{"status": "cancelled", "heard": 7}],
], ids=lambda frames: str(frames)[:60])
def test_nonsense_before_an_answer_harms_nothing(scripted, nonsense):
    server, hotpin = scripted
    server.greeting = nonsense
    server.script = [*answer("Hello!", 0.3), *nonsense]
    hotpin.open().ask_by_space(0.5)
    assert hotpin.answered() == "Hello!"
    hotpin.ask_by_space(0.5)
    assert hotpin.answered(2) == "Hello!"


def test_announcement_before_anything_was_pressed_waits_for_a_press(scripted):
    server, hotpin = scripted
    server.greeting = [{"status": "announcement", "response": "Ring."}, AUDIO, speaking("Ring.", 0), *chunks(0.4), audio_end(0.4),
                       COMPLETE]
    hotpin.open()
    assert "until you press something" in hotpin.notice()
    hotpin.page.click(*hotpin.page.centre(".announcement"))
    hotpin.phase("idle")
    assert abs(hotpin.heard_seconds() - 0.4) < 0.1
    assert hotpin.page.evaluate("document.getElementById('notice').hidden")


def test_start_over_in_the_middle_leaves_nothing_behind(scripted):
    server, hotpin = scripted
    server.script = begun(SENTENCE, 5)
    hotpin.open().ask_by_space(0.5)
    sounds(hotpin)
    hotpin.page.click(*hotpin.page.centre("#reset"))
    hotpin.phase("idle")
    assert [signal["signal"] for signal in server.signals[-2:]] == ["RESET", "CANCEL"]
    assert hotpin.page.text("#log") == ""
    server.script = answer("Here I am.", 0.3)
    hotpin.ask_by_mouse(0.5)
    assert hotpin.answered() == "Here I am."


def test_partial_text_is_shown_while_speaking_and_replaced(scripted):
    server, hotpin = scripted
    hotpin.open()
    hotpin.page.key("down", " ")
    hotpin.phase("listening")
    server.say({"status": "partial", "stable": "set a timer", "text": "set a timer for <b>ten</b>"})
    hotpin.page.until("!document.getElementById('partial').hidden")
    assert hotpin.page.text("#partial") == "set a timer for <b>ten</b>"
    assert hotpin.page.text("#partial .stable") == "set a timer"
    server.script = answer("Done.", 0.3)
    hotpin.recorded(0.5)
    hotpin.page.key("up", " ")
    assert hotpin.answered() == "Done."
    assert hotpin.page.evaluate("document.getElementById('partial').hidden") and hotpin.question() == "hello"
