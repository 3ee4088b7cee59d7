"""OpenAI's audio API, with OpenAI's own client as it comes."""

import re

import openai
import pytest

from e2e.test_transcription import TEXT, wav, words
from harness import sound


@pytest.fixture(scope="session")
def question(speech):
    return speech(TEXT)


@pytest.fixture(scope="module")
def client(server):
    with openai.OpenAI(base_url=f"{server.origin}/v1", api_key="none needed", max_retries=0, timeout=120) as client:
        yield client


@pytest.fixture(scope="session")
def named(question):
    """A recording as the client takes it."""
    return lambda pcm=question: ("speech.wav", wav(pcm))


def test_json(client, named):
    found = client.audio.transcriptions.create(model="whisper-1", file=named())
    assert words(found.text) == words(TEXT)
    again = client.audio.transcriptions.create(
        model="whisper-tiny.en", file=named(), language="en", temperature=0.0, response_format="json")
    assert words(again.text) == words(TEXT)


def test_text(client, named):
    found = client.audio.transcriptions.create(model="whisper-1", file=named(), response_format="text")
    assert isinstance(found, str) and words(found) == words(TEXT)


CUE = r"(\d\d:\d\d:\d\d[,.]\d{3}) --> (\d\d:\d\d:\d\d[,.]\d{3})\n"


def test_srt(client, named, question):
    pcm = question + sound.silence(1) + question
    found = client.audio.transcriptions.create(model="whisper-1", file=named(pcm), response_format="srt")
    cues = re.findall(r"(?:^|\n)(\d+)\n" + CUE, found)
    assert [number for number, *_ in cues] == [str(index + 1) for index in range(len(cues))] and cues
    assert all("," in start and start < end for _, start, end in cues)
    assert words(re.sub(r"(?m)^\d+$|.*-->.*", "", found)) == words(TEXT) * 2


def test_vtt(client, named):
    found = client.audio.transcriptions.create(model="whisper-1", file=named(), response_format="vtt")
    assert found.startswith("WEBVTT\n\n") and re.search(CUE, found)


def test_verbose_json(client, named, question):
    found = client.audio.transcriptions.create(model="whisper-1", file=named(), response_format="verbose_json")
    assert found.language == "english" and words(found.text) == words(TEXT)
    assert float(found.duration) == pytest.approx(len(question) / 2 / sound.RATE, abs=0.05)
    assert found.segments and found.segments[0].id == 0
    for segment in found.segments:
        assert 0 <= segment.start <= segment.end <= float(found.duration) + 0.5
        assert segment.avg_logprob <= 0 and 0 <= segment.no_speech_prob <= 1
    assert words(" ".join(segment.text for segment in found.segments)) == words(TEXT)


def test_words(client, named):
    found = client.audio.transcriptions.create(
        model="whisper-1", file=named(), response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert found.segments and found.words
    assert words(" ".join(word.word for word in found.words)) == words(TEXT)
    starts = [word.start for word in found.words]
    assert starts == sorted(starts) and all(word.start <= word.end for word in found.words)
    alone = client.audio.transcriptions.create(
        model="whisper-1", file=named(), response_format="verbose_json", timestamp_granularities=["word"])
    assert alone.words and not alone.segments


SENTENCES = ["What is seven times eight?", "The train leaves early in the morning.", "Please close the kitchen window.",
             "My sister reads a very long book.", "There is fresh bread on the table."]


def test_stream(client, named, speech):
    pcm = b"".join(speech(sentence) + sound.silence(1.5) for sentence in SENTENCES * 2)
    deltas, done = [], None
    for event in client.audio.transcriptions.create(model="whisper-1", file=named(pcm), stream=True):
        assert done is None, "something comes behind the end"
        if event.type == "transcript.text.delta":
            deltas.append(event.delta)
        else:
            assert event.type == "transcript.text.done"
            done = event.text
    assert done == "".join(deltas) and len(deltas) > 1
    wanted = words(" ".join(SENTENCES * 2))
    found = words(done)
    assert len(set(wanted) & set(found)) >= 0.8 * len(set(wanted)) and 0.8 < len(found) / len(wanted) < 1.2, done


def test_prompt_and_hot_words(client, named):
    found = client.audio.transcriptions.create(
        model="whisper-1", file=named(), prompt="A question of arithmetic.", extra_body={"hotwords": "seven eight"})
    assert words(found.text) == words(TEXT)


def test_translation_needs_a_model_that_can(client, named):
    with pytest.raises(openai.BadRequestError) as error:
        client.audio.translations.create(model="whisper-1", file=named())
    assert "translate" in error.value.message and error.value.param == "model"


def test_models(client):
    models = client.models.list().data
    names = [model.id for model in models]
    assert "whisper-tiny.en" in names and all(model.object == "model" for model in models)
    for name in (names[0], "whisper-1", "tts-1"):
        assert client.models.retrieve(name).id == name
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("gpt-9")
    assert error.value.code == "model_not_found" and names[0] in error.value.message


def test_errors(client, named):
    with pytest.raises(openai.NotFoundError) as error:
        client.audio.transcriptions.create(model="whisper-9", file=named())
    assert error.value.code == "model_not_found" and error.value.param == "model"
    with pytest.raises(openai.BadRequestError) as error:
        client.audio.transcriptions.create(model="whisper-1", file=("x.wav", b"no sound at all"))
    assert "WAV" in error.value.message
    with pytest.raises(openai.BadRequestError) as error:
        client.audio.transcriptions.create(model="whisper-1", file=named(), language="xx")
    assert error.value.param == "language"


def spoken(client, **options) -> bytes:
    return client.audio.speech.create(
        **{"model": "tts-1", "voice": "alloy", "input": TEXT, "response_format": "wav"} | options).content


def heard(client, data: bytes, name: str) -> list[str]:
    """What the server itself hears in its speech."""
    return words(client.audio.transcriptions.create(model="whisper-1", file=(name, data)).text)


@pytest.fixture
def same(start_server):
    """A client of a server whose voice says a text the same way every time: as a rule it varies, and now and then a word of
    what it says is not understood."""
    server = start_server(VOICE_VARIATION="off")
    with openai.OpenAI(base_url=f"{server.origin}/v1", api_key="none needed", max_retries=0, timeout=120) as client:
        yield client


@pytest.mark.parametrize("form", ["wav", "flac", "opus"])
def test_speech(same, form):
    data = spoken(same, response_format=form)
    assert data[:4] == {"wav": b"RIFF", "flac": b"fLaC", "opus": b"OggS"}[form]
    assert heard(same, data, f"x.{form}") == words(TEXT)


def test_speech_as_samples(same):
    data = spoken(same, response_format="pcm")
    assert heard(same, wav(data, 24_000), "x.wav") == words(TEXT)


def test_speech_faster_and_slower(client):
    usual = len(spoken(client))
    assert len(spoken(client, speed=2.0)) < usual * 0.75
    assert len(spoken(client, speed=0.5)) > usual * 1.3


def test_speech_is_streamed(client):
    text = "Hello there. " + "This sentence follows the first one, and many others follow it. " * 12
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice="alloy", input=text, response_format="pcm"
    ) as answer:
        assert answer.headers["content-type"] == "audio/pcm"
        assert answer.headers["transfer-encoding"] == "chunked"
        pieces = list(answer.iter_bytes(4096))
    assert sum(map(len, pieces)) > 24_000 * 2 * 20


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"response_format": "mp3"}, "response_format"), ({"response_format": "aac"}, "response_format"),
        ({"speed": 9.0}, "speed"), ({"input": "x" * 4097}, "input"), ({"input": ""}, "input"),
        ({"voice": "nobody"}, "voice"),
    ],
)
def test_speech_that_cannot_be(client, options, param):
    with pytest.raises(openai.BadRequestError) as error:
        spoken(client, **options)
    assert error.value.param == param and len(error.value.message) > 15


def test_a_key(start_server, named):
    server = start_server(API_KEYS="some-secret-key")
    with openai.OpenAI(base_url=f"{server.origin}/v1", api_key="some-secret-key", max_retries=0) as client:
        assert words(client.audio.transcriptions.create(model="whisper-1", file=named()).text) == words(TEXT)
        assert len(spoken(client)) > 10_000
    with openai.OpenAI(base_url=f"{server.origin}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError):
            client.models.list()
