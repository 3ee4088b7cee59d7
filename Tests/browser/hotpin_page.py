"""Hotpin's page as a person has it before them: what they do with it, see on it and hear from it."""

import array
import base64

from browser.devtools import Page

# Copies everything that goes to the loudspeaker, and notes every phase and the loudest level that was shown. It wraps
# the browser's own functions and knows nothing of the page's modules.
PROBE = """
window.probe = { heard: [], rate: 0, context: null, phases: [], level: 0 };
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode && !this.isProbe) {
        // The longest blocks there are: a busy machine loses shorter ones.
        const tap = this.context.createScriptProcessor(16384, 1, 1);
        tap.isProbe = true;
        tap.onaudioprocess = ({ inputBuffer }) => window.probe.heard.push(inputBuffer.getChannelData(0).slice());
        window.probe.rate = this.context.sampleRate;
        window.probe.context = this.context;
        connect.call(this, tap);
        connect.call(tap, target);
    }
    return connect.call(this, target, ...rest);
};
document.addEventListener('DOMContentLoaded', () => {
    const note = () => {
        const { phase } = document.body.dataset;
        if (phase !== window.probe.phases.at(-1)) window.probe.phases.push(phase);
        const meter = document.querySelector('[role=meter]');
        window.probe.level = Math.max(window.probe.level, Number(meter.ariaValueNow));
    };
    new MutationObserver(note).observe(document.documentElement, { subtree: true, attributes: true });
    note();
});
"""

# Resolves when what was sent to the loudspeaker so far has been copied, or, where nothing runs any more, soon.
COPIED = """
new Promise((resolve) => {
    const { heard, context } = window.probe;
    const enough = heard.length + 3;
    const end = performance.now() + 5000;
    const look = () => {
        if (context?.state !== 'running' || heard.length >= enough || performance.now() > end) resolve();
        else setTimeout(look, 10);
    };
    look();
})
"""

RECORDED = "Number(1 - document.getElementById('clock').style.strokeDashoffset) * 30"


class HotpinPage:
    def __init__(self, page: Page, origin: str):
        self.page = page
        self.origin = origin
        page.before_scripts(PROBE)

    def open(self, microphone: str = "granted", origin: str | None = None) -> "HotpinPage":
        self.page.permit(self.origin, microphone)
        self.page.open((origin or self.origin) + "/")
        self.connected()
        return self

    def connected(self, timeout: float = 20) -> None:
        self.page.until("document.body.dataset.link === 'ready'", timeout)

    def phase(self, name: str, timeout: float = 20) -> None:
        self.page.until(f"document.body.dataset.phase === '{name}'", timeout)

    def recorded(self, seconds: float) -> None:
        """Waits until the page has recorded so much."""
        self.page.until(f"{RECORDED} >= {seconds}", seconds + 20)

    def answered(self, count: int = 1) -> str:
        """Waits until so many answers were given and spoken, and returns the last."""
        self.page.until(f"document.querySelectorAll('#log .answer').length >= {count}", 30)
        self.phase("idle", 40)
        return self.page.evaluate("[...document.querySelectorAll('#log .answer')].at(-1).innerText")

    def question(self) -> str:
        return self.page.evaluate("[...document.querySelectorAll('#log .question')].at(-1)?.innerText ?? ''")

    def notice(self) -> str:
        """Waits for the sentence that the page has to say, and returns it."""
        return self.page.until("!document.getElementById('notice').hidden && document.getElementById('notice').innerText")

    def phases(self) -> list[str]:
        return self.page.evaluate("window.probe.phases")

    def heard(self) -> tuple[bytes, int]:
        """What went to the loudspeaker: 16-bit mono PCM and its rate."""
        self.page.evaluate(COPIED)
        text, rate = self.page.evaluate("""(() => {
            const { heard, rate } = window.probe;
            const all = new Float32Array(heard.reduce((sum, block) => sum + block.length, 0));
            let at = 0;
            for (const block of heard) { all.set(block, at); at += block.length; }
            const bytes = new Uint8Array(all.buffer);
            let text = '';
            for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
            return [btoa(text), rate];
        })()""")
        samples = array.array("f", base64.b64decode(text))
        return array.array("h", (round(32_767 * max(-1.0, min(1.0, s))) for s in samples)).tobytes(), int(rate)

    def heard_seconds(self) -> float:
        """How much that was not silence went to the loudspeaker."""
        self.page.evaluate(COPIED)
        return self.page.evaluate("window.probe.heard.flatMap((b) => [...b]).filter((s) => s !== 0).length / window.probe.rate")

    def words(self, kind: str, answer: int = -1) -> str:
        """The words of an answer, the newest if not said otherwise, that were `heard`, or were not: `unheard`."""
        chosen = ".heard" if kind == "heard" else ":not(.heard)"
        return self.page.evaluate(
            f"[...[...document.querySelectorAll('#log .answer')].at({answer}).querySelectorAll('span{chosen}')]"
            ".map((word) => word.innerText).join(' ')"
        )

    def ask_by_mouse(self, seconds: float) -> None:
        x, y = self.page.centre("#talk")
        self.page.mouse("mouseMoved", x, y)
        self.page.mouse("mousePressed", x, y)
        self.recorded(seconds)
        self.page.mouse("mouseReleased", x, y)

    def ask_by_space(self, seconds: float) -> None:
        self.page.key("down", " ")
        self.recorded(seconds)
        self.page.key("up", " ")

    def choose(self, mode: str) -> None:
        """`hold`, `tap` or `free`."""
        self.page.evaluate(f"document.querySelector('input[value={mode}]').click()")

    def watch_microphone(self) -> None:
        """Before the page is opened: `microphone_closed` needs it."""
        self.page.before_scripts("""
            window.streams = [];
            const openMicrophone = MediaDevices.prototype.getUserMedia;
            MediaDevices.prototype.getUserMedia = async function (wanted) {
                const stream = await openMicrophone.call(this, wanted);
                window.streams.push(stream);
                return stream;
            };
        """)

    def microphone_closed(self) -> None:
        """Waits until every microphone that was opened has been given back."""
        self.page.until("window.streams.length > 0"
                        " && window.streams.every((s) => s.getTracks().every((t) => t.readyState === 'ended'))")

    def hide_and_show(self) -> None:
        """As when the person looks at another tab for a moment."""
        for hidden in ("true", "false"):
            self.page.evaluate(f"""
                Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});
                document.dispatchEvent(new Event('visibilitychange'));
            """)
