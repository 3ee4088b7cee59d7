"""Several servers that share their sessions through Redis, behind a balancer."""

import time

import pytest
from websockets.exceptions import WebSocketException

from e2e.client import Client
from e2e.test_durability import FORGETFUL
from harness import server as tool
from harness.balancer import Balancer
from harness.chat import ChatService
from harness.redis import Redis


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path / "redis") as redis:
        yield redis


def reconnect(port: int, session: str, **options) -> Client:
    """Connects as a device does: again and again, until someone answers."""
    end = time.monotonic() + 30
    while True:
        client = Client(port, session, **options)
        try:
            return client.__enter__()
        except (OSError, WebSocketException, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def next_answer(client: Client, pcm: bytes, announced: list[str]) -> str:
    """Asks; what is announced meanwhile is put aside."""
    client.speak(pcm, 4096)
    client.send({"signal": "EOS"})
    answer = ""
    in_announcement = False
    while True:
        message = client.receive(30)
        if isinstance(message, bytes):
            continue
        assert message["status"] != "error", message
        if message["status"] == "announcement":
            announced.append(message["response"])
            in_announcement = True
        elif message["status"] == "complete":
            if not in_announcement:
                return answer
            in_announcement = False
        else:
            answer = message.get("response", answer)


def test_a_conversation_goes_on_when_its_server_is_killed(tmp_path, start_server, speech, redis):
    answers = {"hamlet": "William Shakespeare wrote Hamlet.", "born": "He was born in Stratford."}
    with ChatService(answers) as chat:
        servers = [start_server(REDIS_URL=redis.url, **chat.settings) for _ in range(2)]
        with Balancer(tmp_path, [server.port for server in servers]) as balancer:
            announced: list[str] = []
            client = reconnect(balancer.port, "kitchen", announcements=True)
            note = next_answer(client, speech("Take a note: the key is under the mat."), announced)
            assert "I noted" in note, note
            assert "Shakespeare" in next_answer(client, speech("Who wrote Hamlet?"), announced)
            assert "Timer set" in next_answer(client, speech("Set a timer for twenty seconds."), announced)
            used = [s for s in servers if any(r.get("message") == "session opened" for r in s.log)]
            assert len(used) == 1, "the conversation is on one server"
            used[0].process.kill()
            used[0].process.wait()

            client = reconnect(balancer.port, "kitchen", announcements=True)
            assert "Stratford" in next_answer(client, speech("Where was he born?"), announced)
            said = [message["content"] for message in chat.requests[-1] if message["role"] != "system"]
            assert said[-2] == "Timer set for 20 seconds." and "William Shakespeare wrote Hamlet." in said
            notes = next_answer(client, speech("Read my notes."), announced)
            assert "key is under the mat" in notes, notes
            while not announced:
                frame = client.receive(60)
                if isinstance(frame, dict) and frame["status"] == "announcement":
                    announced.append(frame["response"])
            assert len(announced) == 1 and announced[0].startswith("Your 20 second timer"), announced
            client.__exit__(None, None, None)


def test_a_timer_rings_once_on_the_server_that_its_session_is_on(start_server, speech, redis):
    one, two = (start_server(REDIS_URL=redis.url) for _ in range(2))
    with Client(one.port, "hall") as client:
        client.ask(speech("Set a timer for two seconds."))
    with Client(two.port, "hall", announcements=True) as client, Client(one.port, "other", announcements=True):
        frame = client.frame(60)
        assert frame["status"] == "announcement" and "2 second timer" in frame["response"]
        while frame["status"] != "complete":
            frame = message if isinstance(message := client.receive(), dict) else frame
        assert client.ask(speech("What is seven times eight?")).response == "7 times 8 is 56."


@pytest.mark.parametrize("how", ["frozen", "killed"])
def test_without_redis_the_server_answers_and_remembers_again_when_it_is_back(start_server, speech, redis, how):
    server = start_server(REDIS_URL=redis.url)
    with Client(server.port, "kitchen") as client:
        assert "I added" in client.ask(speech("Add milk to my shopping list.")).response
        redis.freeze() if how == "frozen" else redis.kill()
        turn = client.ask(speech("What is seven times eight?"))
        assert turn.response == "7 times 8 is 56."
        assert turn.seconds < 15, "the turn waited for Redis again and again"
        assert client.ask(speech("Add bread to my shopping list.")).response == FORGETFUL
        redis.thaw() if how == "frozen" else redis.start()
        end = time.monotonic() + 30
        while "I added" not in (answer := client.ask(speech("Add eggs to my shopping list.")).response):
            assert answer == FORGETFUL and time.monotonic() < end, answer
        listed = client.ask(speech("What is on my shopping list?")).response
        assert "milk" in listed and "eggs" in listed
    assert any(record.get("message") == "Redis is away" for record in server.log)
    assert any(record.get("message") == "Redis is back" for record in server.log)


def test_a_server_waits_for_a_redis_that_is_not_there_yet(tmp_path, start_server, speech):
    redis = Redis(tmp_path / "redis")
    server = start_server(REDIS_URL=redis.url)
    with Client(server.port, "kitchen") as client:
        assert client.ask(speech("Add milk to my shopping list.")).response == FORGETFUL
        with redis:
            end = time.monotonic() + 30
            while "I added" not in client.ask(speech("Add eggs to my shopping list.")).response:
                assert time.monotonic() < end


def test_a_wrong_password_is_said_at_the_start_and_never_printed(tmp_path):
    with Redis(tmp_path / "redis", "--requirepass", "right-one") as redis:
        url = redis.url.replace("redis://", "redis://:wrong-one@")
        done = tool.run("serve", state=tmp_path / "state", LOG_FORMAT="text", REDIS_URL=url)
        assert done.returncode == 1 and "REDIS_URL" in done.stderr, done.stderr
        assert "wrong-one" not in done.stderr + done.stdout
        printed = tool.run("config", state=tmp_path / "state", REDIS_URL=url).stdout
        assert "REDIS_URL" in printed and "wrong-one" not in printed


@pytest.mark.parametrize("url", ["rediss://host", "redis://user:secret-word@host:port", "http://host", "redis://"])
def test_a_url_that_is_none_is_refused(tmp_path, url):
    done = tool.run("config", state=tmp_path, REDIS_URL=url)
    assert done.returncode == 2 and "REDIS_URL must be redis://" in done.stderr
    assert "secret-word" not in done.stderr
