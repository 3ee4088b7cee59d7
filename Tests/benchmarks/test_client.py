"""The benchmark's client beside a server that is scripted: what it notes, and when."""

import asyncio
import json

import pytest
from websockets.asyncio.server import serve

from turns.client import Client, Turn

SECOND = bytes(32_000)


async def beside(server, body):
    """Runs `body(port)` beside a server whose connections `server(socket)` serves."""
    async with serve(server, "127.0.0.1", 0) as running:
        return await body(running.sockets[0].getsockname()[1])


async def greeted(socket) -> dict:
    greeting = json.loads(await socket.recv())
    await socket.send(json.dumps({"status": "connected", **greeting}))
    return greeting


async def heard(socket) -> int:
    """Bytes of audio up to EOS."""
    count = 0
    async for message in socket:
        if isinstance(message, str):
            assert json.loads(message) == {"signal": "EOS"}
            return count
        count += len(message)
    return count


def test_a_gap_is_where_a_player_would_have_been_silent():
    second = 32_000
    assert Turn().longest_gap == 0.0 and Turn().first_audio is None
    assert Turn(audio=[(100.0, second), (900.0, second)]).longest_gap == 0.0
    assert Turn(audio=[(100.0, second), (1350.0, second), (2200.0, second)]).longest_gap == pytest.approx(250.0)


def test_it_speaks_in_real_time_and_notes_what_comes_back():
    async def server(socket):
        await greeted(socket)
        assert await heard(socket) == 16_000
        await socket.send('{"status":"processing","stage":"llm","transcript":"hello"}')
        await socket.send('{"status":"processing","stage":"tts","response":"Hi."}')
        await socket.send(bytes(10))
        await socket.send('{"status":"complete","timeline":{"first_clause":3}}')

    async def body(port):
        began = asyncio.get_running_loop().time()
        async with Client(port, "s", audio="stream") as client:
            turn = await client.ask(SECOND[:16_000])
        assert asyncio.get_running_loop().time() - began >= 0.5
        assert client.agreed["audio"] == "stream"
        return turn

    turn = asyncio.run(beside(server, body))
    assert (turn.transcript, turn.response, turn.error) == ("hello", "Hi.", "")
    assert list(turn.frames) == ["llm", "tts", "complete"]
    assert [size for _, size in turn.audio] == [10] and turn.first_audio >= 0
    assert turn.timeline == {"first_clause": 3}


@pytest.mark.parametrize(("message", "error"), [
    ('{"status":"error","message":"Too busy"}', "Too busy"), (None, "the connection was closed"),
])
def test_a_turn_without_an_answer_says_why(message, error):
    async def server(socket):
        await greeted(socket)
        await heard(socket)
        if message:
            await socket.send(message)
            await socket.wait_closed()

    async def body(port):
        async with Client(port, "s") as client:
            return await client.ask_at_once(SECOND)

    turn = asyncio.run(beside(server, body))
    assert turn.error == error and turn.first_audio is None


def test_speech_over_an_answer_counts_to_the_last_audio_before_it_is_held():
    async def server(socket):
        await greeted(socket)
        await heard(socket)
        await socket.send(bytes(640))
        # The quiet room first, then the speech over the answer.
        async for message in socket:
            if set(message) == {255}:
                break
        await socket.send(bytes(320))
        await socket.send('{"status":"held"}')
        async for _ in socket:
            pass

    async def body(port):
        async with Client(port, "s", audio="stream", turns="auto", barge_in=True) as client:
            return await client.interrupt(SECOND[:3200], b"\xff" * 16_000, 800)

    turn = asyncio.run(beside(server, body))
    assert turn.error == "" and "held" in turn.frames
    assert [size for _, size in turn.audio] == [320]
    # It came with the first words, 50 ms before which they were no speech yet.
    assert turn.first_audio >= -50
