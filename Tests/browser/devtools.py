"""Debian's Chromium, driven by the DevTools protocol."""

import base64
import json
import os
import shutil
import subprocess
import threading
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path

from websockets.sync.client import connect

CALL_SECONDS = 30


class DevToolsError(Exception):
    """The browser refused a command, or a script in the page threw."""


class Chromium:
    """One headless browser. Its microphone plays the file `microphone` from the start whenever a page opens it."""

    def __init__(self, folder: Path, microphone: Path, *flags: str):
        program = shutil.which("chromium")
        assert program, "chromium is missing: run scripts/setup.sh --for-tests"
        self.process = subprocess.Popen(
            [
                program,
                "--headless=new",
                # Chromium refuses to sandbox root, as whom containers and build machines run.
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--mute-audio",
                "--remote-debugging-port=0",
                f"--user-data-dir={folder}",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
                "--host-resolver-rules=MAP *.test 127.0.0.1",
                *flags,
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(self._address(), max_size=None, open_timeout=CALL_SECONDS))
        self._next = 0
        self._events: deque[dict] = deque(maxlen=10_000)

    def _address(self) -> str:
        for line in self.process.stderr:
            if "DevTools listening on " in line:
                # What else the browser has to say is read on, so that it never waits for a reader.
                threading.Thread(target=deque, args=(self.process.stderr, 0), daemon=True).start()
                return line.split("DevTools listening on ")[1].strip()
        raise AssertionError("chromium ended before it could be driven")

    def call(self, method: str, session: str | None = None, timeout: float = CALL_SECONDS, **parameters) -> dict:
        self._next += 1
        number = self._next
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._socket.send(json.dumps(message))
        deadline = time.monotonic() + timeout
        while True:
            reply = self._receive(deadline)
            if reply.get("id") != number:
                continue
            if "error" in reply:
                raise DevToolsError(f"{method}: {reply['error']['message']}")
            return reply["result"]

    def event(self, method: str, session: str | None = None, timeout: float = CALL_SECONDS) -> dict:
        """The oldest event of this kind that was not taken yet."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self._events:
                if event["method"] == method and event.get("sessionId") == session:
                    self._events.remove(event)
                    return event["params"]
            self._receive(deadline)

    def events(self, method: str, session: str) -> list[dict]:
        """The events of this kind so far."""
        return [e["params"] for e in self._events if e["method"] == method and e.get("sessionId") == session]

    def _receive(self, deadline: float) -> dict:
        message = json.loads(self._socket.recv(timeout=max(0.0, deadline - time.monotonic())))
        if "method" in message:
            self._events.append(message)
        return message

    def page(self, **size) -> "Page":
        return Page(self, **size)

    def close(self) -> None:
        self.call("Browser.close")
        self._open.close()
        try:
            self.process.wait(CALL_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Page:
    """One tab in a browser profile of its own, so that nothing is remembered from test to test."""

    def __init__(self, browser: Chromium, width: int = 1280, height: int = 800, touch: bool = False):
        self.browser = browser
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.target = target
        self._forgiven: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height, touch)

    def call(self, method: str, timeout: float = CALL_SECONDS, **parameters) -> dict:
        return self.browser.call(method, self.session, timeout, **parameters)

    def resize(self, width: int, height: int, touch: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch, maxTouchPoints=1)

    def media(self, **features: str) -> None:
        """`media(prefers_color_scheme="dark")`"""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=listed)

    def permit(self, origin: str, microphone: str) -> None:
        """Answers the browser's question about the microphone ahead: "granted" or "denied"."""
        self.browser.call(
            "Browser.setPermission",
            permission={"name": "microphone"},
            setting=microphone,
            origin=origin,
            browserContextId=self.context,
        )

    def before_scripts(self, script: str) -> None:
        """Runs `script` in every document before the page's own scripts."""
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, url: str) -> None:
        result = self.call("Page.navigate", url=url)
        if "errorText" in result:
            raise DevToolsError(f"{url}: {result['errorText']}")
        self.browser.event("Page.loadEventFired", self.session)

    def evaluate(self, expression: str, timeout: float = CALL_SECONDS, gesture: bool = False):
        """The value of a JavaScript expression; a promise is awaited. `gesture`: as if the person had caused it."""
        reply = self.call(
            "Runtime.evaluate",
            timeout,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=gesture,
        )
        if "exceptionDetails" in reply:
            details = reply["exceptionDetails"]
            raise DevToolsError(details.get("exception", {}).get("description", details["text"]))
        return reply["result"].get("value")

    def until(self, condition: str, timeout: float = 20):
        """Waits in the page, picture by picture, until a JavaScript expression is true, and returns its value."""
        script = f"""new Promise((resolve, reject) => {{
            const end = performance.now() + {timeout * 1000};
            const look = () => {{
                const value = ({condition});
                if (value) resolve(value);
                else if (performance.now() > end) reject(new Error({json.dumps("never became true: " + condition)}
                    + "\\n" + document.body.dataset.phase + " | " + document.body.innerText));
                else setTimeout(look, 10);
            }};
            look();
        }})"""
        return self.evaluate(script, timeout + 10)

    def text(self, selector: str) -> str:
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def centre(self, selector: str) -> tuple[float, float]:
        x, y = self.evaluate(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        return x, y

    def mouse(self, kind: str, x: float, y: float) -> None:
        """`kind`: "mousePressed", "mouseMoved" or "mouseReleased"."""
        held = 0 if kind == "mouseReleased" else 1
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=held, clickCount=1)

    def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.mouse(kind, x, y)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """`kind`: "touchStart", "touchMove" or "touchEnd" (without points)."""
        self.call("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y} for x, y in points])

    def key(self, kind: str, name: str, repeat: bool = False) -> None:
        """`kind`: "down" or "up"."""
        code, text, number = KEYS[name]
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self.call(
            "Input.dispatchKeyEvent",
            **(down if kind == "down" else {"type": "keyUp"}),
            key=name,
            code=code,
            windowsVirtualKeyCode=number,
            autoRepeat=repeat,
        )

    def press(self, name: str) -> None:
        self.key("down", name)
        self.key("up", name)

    def complaints(self) -> list[str]:
        """What the page logged as an error or threw, blocked resources included."""
        logged = [e["entry"]["text"] for e in self.browser.events("Log.entryAdded", self.session)
                  if e["entry"]["level"] == "error"]
        thrown = [e["exceptionDetails"].get("exception", {}).get("description", e["exceptionDetails"]["text"])
                  for e in self.browser.events("Runtime.exceptionThrown", self.session)]
        return [text for text in logged + thrown if not any(part in text for part in self._forgiven)]

    def forgive(self, part: str) -> None:
        """Complaints with these words are expected in this test."""
        self._forgiven.append(part)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self.browser.call("Target.closeTarget", targetId=self.target)
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)


KEYS = {
    " ": ("Space", " ", 32),
    "Enter": ("Enter", "\r", 13),
    "Tab": ("Tab", "", 9),
    "Escape": ("Escape", "", 27),
    "ArrowRight": ("ArrowRight", "", 39),
}
