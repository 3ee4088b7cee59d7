"""What the page says and does when something is missing or breaks."""

from browser.hotpin_page import HotpinPage
from harness import server as tool
from harness import sound


def test_refused_microphone_is_explained(hotpin):
    hotpin = hotpin(microphone="denied")
    hotpin.page.key("down", " ")
    assert "microphone is blocked" in hotpin.notice()
    hotpin.page.key("up", " ")
    hotpin.phase("idle")
    assert hotpin.page.evaluate("document.getElementById('notice').getAttribute('role')") == "alert"


def test_microphone_that_is_allowed_later_works(hotpin, microphone, speech):
    microphone.says(speech("What is seven times eight?"))
    hotpin = hotpin(microphone="denied")
    hotpin.page.key("down", " ")
    hotpin.notice()
    hotpin.page.key("up", " ")
    hotpin.page.permit(hotpin.origin, "granted")
    hotpin.ask_by_space(microphone.heard)
    assert "56" in hotpin.answered()


def test_missing_microphone_is_explained(new_page, server):
    page = new_page()
    page.before_scripts("""
        MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
    """)
    hotpin = HotpinPage(page, server.origin).open()
    page.key("down", " ")
    assert "No microphone was found" in hotpin.notice()
    page.key("up", " ")


def test_page_on_a_plain_address_says_what_to_do(new_page, start_server):
    server = start_server(ALLOWED_HOSTS="hotpin.test")
    hotpin = HotpinPage(new_page(), server.origin).open(origin=f"http://hotpin.test:{server.port}")
    notice = hotpin.notice()
    assert f"http://localhost:{server.port}" in notice and "https" in notice
    hotpin.page.key("down", " ")
    hotpin.page.key("up", " ")
    assert hotpin.notice() == notice


def test_press_that_is_too_short_sends_nothing(hotpin):
    hotpin = hotpin()
    # The microphone is open from here on, so that the next press records at once.
    hotpin.page.press(" ")
    assert "ready" in hotpin.notice()
    hotpin.page.key("down", " ")
    hotpin.page.until("document.body.dataset.phase === 'listening' || document.body.dataset.phase === 'opening'")
    hotpin.page.key("up", " ")
    notice = hotpin.notice()
    assert "Hold the pin" in notice
    hotpin.phase("idle")
    assert "transcribing" not in hotpin.phases()


def test_silence_gets_the_server_s_sentence(hotpin, microphone):
    microphone.says(sound.silence(1))
    hotpin = hotpin()
    hotpin.ask_by_space(1)
    assert "microphone" in hotpin.notice() or "Could not understand audio" in hotpin.notice()
    hotpin.phase("idle")


def test_noise_gets_the_server_s_sentence(hotpin, microphone):
    microphone.says(sound.noise(2, amplitude=120))
    hotpin = hotpin()
    hotpin.ask_by_space(2)
    assert hotpin.notice() == "Could not understand audio. Please try again."
    hotpin.phase("idle")


def test_longest_recording_ends_by_itself(hotpin, microphone):
    microphone.says(sound.noise(3, amplitude=120))
    hotpin = hotpin()
    hotpin.page.evaluate("import('/web/machine.js').then(({ LIMITS }) => { LIMITS.longestMs = 2000; })")
    hotpin.page.key("down", " ")
    hotpin.page.until("document.getElementById('left').innerText === '1 s left'")
    hotpin.page.until("window.probe.phases.includes('transcribing')")
    # The page is drawn anew after its state has changed.
    hotpin.page.until("document.getElementById('left').innerText === ''")
    hotpin.page.key("up", " ")
    hotpin.notice()
    hotpin.phase("idle")
    assert hotpin.phases().count("listening") == 1


def test_hidden_page_gives_the_microphone_back(hotpin):
    hotpin = hotpin()
    hotpin.page.evaluate("""
        window.streams = [];
        const open = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
            const stream = await open.call(this, wanted);
            window.streams.push(stream);
            return stream;
        };
    """)
    hotpin.page.key("down", " ")
    hotpin.recorded(0.5)
    hotpin.hide_and_show()
    hotpin.page.until("window.streams.length === 1 && window.streams[0].getTracks().every((t) => t.readyState === 'ended')")
    hotpin.page.key("up", " ")
    hotpin.connected()
    assert "transcribing" not in hotpin.phases()


def test_server_gone_and_back(start_server, new_page, microphone, speech, tmp_path):
    microphone.says(speech("What is seven times eight?"))
    first = start_server()
    hotpin = HotpinPage(new_page(), first.origin).open()
    assert first.stop() == 0
    hotpin.page.until("document.body.dataset.link === 'lost'")
    hotpin.page.until("document.getElementById('link-text').innerText.includes('Server not reachable')")
    assert hotpin.page.evaluate("!document.getElementById('retry').hidden")
    hotpin.page.key("down", " ")
    hotpin.page.key("up", " ")
    assert "cannot be reached" in hotpin.notice()

    second = tool.Server(first.state, {"SERVER_PORT": str(first.port)}).start()
    try:
        hotpin.connected(30)
        assert hotpin.page.evaluate("document.getElementById('notice').hidden")
        hotpin.ask_by_space(microphone.heard)
        assert "56" in hotpin.answered()
    finally:
        assert second.stop() == 0
    # The browser itself logs each failed try; that is not the page's complaint.
    hotpin.page.until("document.body.dataset.link === 'lost'")
    hotpin.page.forgive("WebSocket connection")
    # It fetches the page's icon when it has time, which may be when the server is gone.
    hotpin.page.forgive("net::ERR_CONNECTION_REFUSED")


def test_server_that_ends_while_it_thinks(start_server, new_page, microphone, speech):
    microphone.says(speech("What is seven times eight?"))
    server = start_server()
    hotpin = HotpinPage(new_page(), server.origin).open()
    hotpin.page.key("down", " ")
    hotpin.recorded(1)
    assert server.stop() == 0
    hotpin.page.key("up", " ")
    assert "connection broke" in hotpin.notice()
    hotpin.page.forgive("WebSocket connection")
    hotpin.page.forgive("net::ERR_CONNECTION_REFUSED")
