"""A person at the portal: clicks, and looks at every page they come to.

Every page is looked at as it is reached: nothing runs off the screen, no script complains, no English and no template
language is left in the text. Clicks are counted, so that a journey can say how many it took.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, Response

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "huong-dan"
SHOT_BYTES = 300_000
# None of these is a Vietnamese syllable.
ENGLISH = re.compile(
    r"\b(the|and|this|that|with|from|your|field|required|please|password|submit|save|delete|edit|error|page|next"
    r"|previous|none|true|false|search|invalid|select|choose|warning|success|user|username|unknown|log|sign|draft|report"
    r"|sent|failed|waiting|late|open|done|units?|mail|january|february|march|april|june|july|august|september|october"
    r"|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|bytes|[ap]\.m\.)\b",
    re.IGNORECASE,
)
NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|\S*[/_]\S*|\w+\.(?:pdf|txt|csv|md)\b")
TEMPLATE = re.compile(r"\{\{|\{%|%\}|\}\}")
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOUCHING = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}


class Visitor:
    """One person's browser. `tap` and `click` are the same: one of the clicks that are counted."""

    def __init__(self, page: Page, home: str, *, touch: bool = False, script: bool = True, shots: bool = False) -> None:
        self.page, self.home, self.touch, self.script, self.shots = page, home, touch, script, shots
        self.clicks = 0
        self.seen: list[str] = []
        self.status = 0
        self.complaints: list[str] = []
        page.on("response", self._answered)
        page.on("console", lambda line: self._heard(line.type, line.text))

    # ---- going --------------------------------------------------------------------------------------------

    def goto(self, path: str, status: int = 200) -> None:
        """Type an address; what the portal itself prints is the whole of it."""
        self._leave(lambda: self.page.goto(path if path.startswith("http") else self.home + path), status)

    def click(self, target: Locator, status: int = 200) -> None:
        """Follow a link or press a button that leads to a page."""
        self.clicks += 1
        self._leave(lambda: self._press(target), status)

    def tick(self, target: Locator) -> None:
        """A click that stays on the page."""
        self.clicks += 1
        self._press(target)

    def type(self, **values: str) -> None:
        """Fill boxes by their names."""
        for name, value in values.items():
            self.page.locator(f"[name={name.replace('_', '-') if '__' in name else name}]").fill(value)

    def take(self, target: Locator) -> Download:
        """Click something that is downloaded."""
        self.clicks += 1
        with self.page.expect_download() as coming:
            self._press(target)
        return coming.value

    def fetch(self, target: Locator) -> bytes:
        """Click a link to a file and read it with this person's session; a PDF opens in a viewer, not as a page."""
        self.clicks += 1
        answer = self.page.context.request.get(self.home + str(target.get_attribute("href")))
        assert answer.ok, answer.status
        return answer.body()

    def status_of(self, path: str) -> int:
        """What an address answers to this person, without going there."""
        return self.page.context.request.get(self.home + path).status

    def sign_in(self, label: str) -> None:
        """By the demo's button; the clicks are counted from the front page that follows."""
        self.goto("/")
        self.click(self.page.locator(".people").get_by_role("button", name=label))
        self.clicks = 0

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def _press(self, target: Locator) -> None:
        target.tap() if self.touch else target.click()

    def _leave(self, go: Callable[[], object], status: int) -> None:
        with self.page.expect_event("domcontentloaded"):
            go()
        self.look(status)

    # ---- looking ------------------------------------------------------------------------------------------

    def look(self, status: int = 200) -> None:
        """What must hold of every page."""
        where = self.page.url
        self.seen.append(where)
        assert self.status == status, f"{where}: {self.status}\n{self.text[:600]}"
        assert self.page.evaluate(WIDER) <= 0, f"{where} runs off a screen of {self.page.viewport_size}"
        assert TEMPLATE.search(self.text) is None, where
        english = ENGLISH.findall(NOT_WORDS.sub(" ", self.text))
        assert english == [], f"{where}: {english}"
        assert self.page.title().strip(" –"), where

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def says(self, text: str) -> None:
        """This is to be read on the page."""
        self.page.get_by_text(text).first.wait_for()

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait as a person does, letting the page go on by itself."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}\n{self.text[:1500]}"
            self.page.wait_for_timeout(200)

    def shot(self, name: str, *, whole: bool = False) -> None:
        """A picture for the user guide, in the light theme, when pictures are asked for."""
        if not self.shots:
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.evaluate("() => document.activeElement?.blur()")
        if not self.touch:
            self.page.mouse.move(0, 0)
        usual = self.page.viewport_size
        if whole and usual:  # a window as tall as the page: what sticks to its edge covers nothing
            tall = int(self.page.evaluate("() => document.documentElement.scrollHeight"))
            self.page.set_viewport_size({"width": usual["width"], "height": tall})
        self.page.wait_for_timeout(300)  # the flash of a tap, the pointer that was over a row
        self.page.screenshot(path=path, animations="disabled")
        if usual:
            self.page.set_viewport_size(usual)
        assert path.stat().st_size < SHOT_BYTES, f"{path.name}: {path.stat().st_size} bytes"

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.status = response.status
        elif response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _heard(self, kind: str, text: str) -> None:
        # A page that answers 404 or 422 is meant to; Chromium says so in the console.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)
