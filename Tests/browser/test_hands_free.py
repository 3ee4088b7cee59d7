"""A conversation without the hands: the real server finds out who speaks when."""

import re

import pytest

from browser.hotpin_page import HotpinPage
from harness import server as tool
from harness import sound
from harness.chat import ChatService

STORY = (
    "Once upon a time there was a small lighthouse on a rock in the sea. Every evening the keeper climbed the stairs and lit "
    "the lamp. The ships saw it from far away and found their harbour. One night a storm came, and the lamp went out. The "
    "keeper lit it again and again until the morning. Then the sun rose, the sea was calm, and all the ships were safe. The "
    "keeper went to bed, and the gulls sang him to sleep."
)
# The second sentence comes so long after the first: the story has begun by then, and lasts longer.
GAP = 14


@pytest.fixture
def storyteller(start_server):
    with ChatService({"story": STORY}) as chat:
        # A story that is being told when the test ends need not be told to its end.
        yield start_server(DRAIN_SECONDS="1", **chat.settings), chat


def start(new_page, server) -> HotpinPage:
    hotpin = HotpinPage(new_page(), server.origin).open()
    hotpin.choose("free")
    hotpin.page.press(" ")
    return hotpin


def answers(hotpin: HotpinPage, count: int) -> None:
    hotpin.page.until(f"document.querySelectorAll('#log .answer').length >= {count}", 60)


def test_two_questions_without_a_press(new_page, server, microphone, speech):
    microphone.says(speech("What is seven times eight?"), sound.silence(10), speech("What is two plus three?"))
    hotpin = start(new_page, server)
    answers(hotpin, 2)
    hotpin.phase("attending", 60)
    text = hotpin.page.text("#log").lower()
    assert re.search(r"56|fifty[- ]six", text) and re.search(r"\b(5|five)\b", text), text
    phases = hotpin.phases()
    assert phases.count("hearing") >= 2 and phases.count("speaking") >= 2, phases
    assert sound.rms(hotpin.heard()[0]) > 100
    assert "from your last word" in hotpin.page.text("#times-total")


def test_a_person_is_answered_so_that_it_can_be_understood(new_page, start_server, microphone, human_speech, tmp_path):
    """Recorded human speech goes in; what the loudspeaker gives is recognised again."""
    answer = "The robot rolls ten meters ahead, and then it stops beside the garden wall."
    with ChatService({"forward": answer}) as chat:
        microphone.says((human_speech / "goforward.raw").read_bytes(), sound.silence(10))
        hotpin = start(new_page, start_server(**chat.settings))
        answers(hotpin, 1)
        hotpin.phase("attending", 60)
    heard, rate = hotpin.heard()
    wav = sound.write_wav(tmp_path / "heard.wav", heard, rate)
    written = tool.run("transcribe", str(wav), state=tmp_path / "state")
    assert written.returncode == 0, written.stderr
    said = re.findall(r"[a-z]+", answer.lower().replace("ten", ""))
    understood = re.findall(r"[a-z]+", written.stdout.lower())
    assert sum(word in understood for word in said) >= 0.8 * len(said), written.stdout


def test_words_are_shown_while_they_are_spoken(new_page, server, microphone, speech):
    # Long enough for the recogniser to look twice before the end, on a slow machine too.
    microphone.says(speech("Please tell me, if you can, and without any hurry at all, what is the result when one takes "
                           "the number seven and multiplies it, as carefully as possible, by the number eight?"))
    hotpin = start(new_page, server)
    hotpin.page.until("!document.getElementById('partial').hidden && document.getElementById('partial').innerText !== ''", 60)
    assert re.search(r"[a-z]{3}", hotpin.page.text("#partial").lower())
    answers(hotpin, 1)
    assert hotpin.page.evaluate("document.getElementById('partial').hidden")


def test_speaking_over_the_story_stops_it_and_is_answered(new_page, storyteller, microphone, speech):
    server, chat = storyteller
    microphone.says(speech("Tell me a story."), sound.silence(GAP), speech("What is seven times eight?"))
    hotpin = start(new_page, server)
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 3", 60)
    hotpin.page.until("document.querySelector('#log .answer.cut')", 60)
    heard, unheard = hotpin.words("heard", 0), hotpin.words("unheard", 0)
    assert STORY.startswith(heard) and heard and unheard, (heard, unheard)
    answers(hotpin, 2)
    hotpin.phase("attending", 60)
    assert re.search(r"56|fifty[- ]six", hotpin.page.evaluate("[...document.querySelectorAll('#log .answer')].at(-1).innerText"))
    assert "held" in hotpin.phases()


def test_space_bar_stops_the_story_and_the_model_knows_what_was_heard(new_page, storyteller, microphone, speech):
    server, chat = storyteller
    microphone.says(speech("Tell me a story."), sound.silence(60))
    hotpin = start(new_page, server)
    hotpin.page.until("document.querySelectorAll('#log .answer .heard').length >= 3", 60)
    hotpin.page.press(" ")
    hotpin.phase("attending", 60)
    heard, unheard = hotpin.words("heard", 0), hotpin.words("unheard", 0)
    assert STORY.startswith(heard) and heard and unheard, (heard, unheard)
    # A new microphone hears its file from the start.
    hotpin.page.press(" ")
    hotpin.phase("idle")
    microphone.says(speech("Tell me that story again."))
    hotpin.page.press(" ")
    hotpin.page.until("document.querySelectorAll('#log .question').length >= 2", 60)
    answers(hotpin, 2)
    told = [message["content"] for message in chat.requests[-1] if message["role"] == "assistant"]
    assert told and STORY.startswith(told[-1].rstrip(" .…")) and len(told[-1]) < len(STORY) / 2, told
