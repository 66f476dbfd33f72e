"""The design system keeps its word: contrast in both themes, nothing inline, nothing from elsewhere, all Vietnamese."""

import gettext
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import formats

from units.models import User

ROOT = settings.BASE_DIR
CSS = (ROOT / "static/app.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
SCRIPT = (ROOT / "static/app.js").read_text()
CATALOGUE = ROOT / "portal/locale/vi/LC_MESSAGES"
# The report's own pages are for WeasyPrint and never reach a browser.
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "pdf" not in path.parts)

# ---- colours --------------------------------------------------------------------------------------------

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11
GROUNDS = ("paper", "surface", "sunken")
FINDS = ("find", "find-head", "find-cited", "find-due", "find-duty")  # marks on a letter's own white
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "accent-ink") for ground in GROUNDS),
    *((tone, f"{tone}-wash", TEXT) for tone in ("ok", "warn", "late", "info")),
    *(("ink", f"{tone}-wash", TEXT) for tone in ("ok", "warn", "late", "info", "accent")),
    ("ink-soft", "ok-wash", TEXT),  # the small line in a ticked tile
    *(("late", ground, TEXT) for ground in ("paper", "surface")),
    *(("on-accent", ground, TEXT) for ground in ("accent", "accent-deep")),
    *(("sheet-ink", ground, TEXT) for ground in ("sheet", *FINDS)),
    *(("find-edge", ground, SHAPE) for ground in ("sheet", *FINDS)),
    *(("line-strong", ground, SHAPE) for ground in GROUNDS),  # edges of boxes and buttons
    *(("focus", ground, SHAPE) for ground in GROUNDS),
    *((f"bar-{part}", "surface", SHAPE) for part in ("done", "done-late", "open", "late")),
    ("bar-done", "bar-track", SHAPE),
]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


LIGHT = _tokens(RULES.split("@media", 1)[0])
DARK = LIGHT | _tokens(RULES.split("(prefers-color-scheme: dark)", 1)[1].split("@media", 1)[0])


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_colours_has_enough_contrast(theme: dict[str, str]) -> None:
    measured = {(one, other, least): _contrast(theme[one], theme[other]) for one, other, least in PAIRS}
    assert {pair: round(found, 2) for pair, found in measured.items() if found < pair[2]} == {}


def test_the_dark_theme_says_every_colour_anew_but_the_papers() -> None:
    assert LIGHT.keys() - _tokens(RULES.split("(prefers-color-scheme: dark)", 1)[1].split("@media", 1)[0]).keys() == {
        "sheet", "sheet-ink", "find-edge", *FINDS,
    }


def test_colours_are_written_only_as_tokens() -> None:
    elsewhere = RULES[RULES.index("body {") :].split("@media print", 1)[0]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", elsewhere) == []


# ---- what may stand in the files --------------------------------------------------------------------------


def _source(path: Path) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)


FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\ssrc=)",
    "an inline handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "something from elsewhere": r"""<(?:script|link|img|source|form)\b[^>]*\s(?:src|href|action)=["'](?:https?:)?//""",
    "a frame, an object": r"<(?:iframe|object|embed|base)\b",
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_page_obeys_the_content_security_policy(path: Path) -> None:
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, _source(path), re.IGNORECASE)] == []


def test_the_sheet_fetches_nothing_and_the_script_only_from_here_and_runs_no_text() -> None:
    assert re.findall(r"url\(|@import|@font-face|expression\(", RULES) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|Function\(|https?:", SCRIPT) == []
    # One way of asking, for parts of its own pages; the content security policy keeps it to this portal.
    assert re.findall(r"fetch\([^,]*, [^,]*", SCRIPT) == ["fetch(new URL(address, location.origin)"]
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'self'"]


def test_the_sheet_and_the_script_stay_small() -> None:
    assert len(gzip.compress(CSS.encode())) < 9 * 1024
    assert len(gzip.compress(SCRIPT.encode())) < 3 * 1024


STYLED = set(re.findall(r"\.(-?[a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", RULES)))
BARE = {"paper-star", "table-wrap"}  # named for the reader of the markup only


def _classes(markup: str) -> set[str]:
    """Class names as they come out, whichever branch is taken; one cut off by a value ends in "*"."""
    found = set()
    for attribute in re.findall(r'\bclass="([^"]*)"', markup):
        start = ""
        for piece in re.split(r"\{%.*?%\}", re.sub(r"\{\{.*?\}\}", "*", attribute)):
            names = (start + piece if piece[:1].strip() else piece).split()
            if names and names[-1].endswith("-"):
                start = names.pop()
            elif piece != piece.strip() or not piece:
                start = start if not piece.strip() else ""
            found.update(names)
    return found


def _unknown(names: set[str]) -> set[str]:
    return {
        name for name in names - STYLED - BARE
        if not (name.endswith("*") and any(known.startswith(name[:-1]) for known in STYLED))
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_page_uses_only_classes_of_the_sheet(path: Path) -> None:
    assert _unknown(_classes(_source(path))) == set()


def test_the_guide_names_only_classes_of_the_sheet() -> None:
    guide = (ROOT / "docs/design.md").read_text()
    shown = guide.replace("badge-STATE", "badge-done").replace("notice-ok|info|warn|late", "notice-ok")
    assert _unknown(_classes(shown)) == set()
    assert set(re.findall(r"`\.([a-z][\w-]*)`", guide)) - STYLED - BARE == set()


# ---- words ------------------------------------------------------------------------------------------------


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = (CATALOGUE / "django.po").read_text()
    entries = re.findall(
        r'(?:msgctxt "(.*)"\n)?msgid "(.+)"\n(?:msgid_plural "(.*)"\n)?msgstr(?:\[0\])? "(.+)"', written
    )
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    found = [
        (context, source, plural, compiled.ngettext(source, plural, 1) if plural
         else compiled.pgettext(context, source) if context else compiled.gettext(source))
        for context, source, plural, _ in entries
    ]
    assert len(entries) == written.count("\nmsgid ") - 1
    assert found == entries


def test_dates_and_figures_are_read_and_written_the_vietnamese_way() -> None:
    assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"
    assert formats.get_format("SHORT_DATE_FORMAT") == "d/m/Y"
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
    assert formats.number_format(1234567.5, decimal_pos=1, force_grouping=True) == "1.234.567,5"


ENGLISH = re.compile(
    r"\b(the|your|you|password|username|email|sign|please|invalid|enter|must|reset|again|account)\b", re.IGNORECASE
)


def _read(html: str) -> str:
    """What a person reads: no tags, but the words inside the attributes that are shown or spoken."""
    body = html[html.index("<body") :]
    spoken = " ".join(re.findall(r'(?:placeholder|title|aria-label|alt)="([^"]*)"', body))
    return re.sub(r"<[^>]*>", " ", body) + " " + spoken


def _english(html: str) -> list[str]:
    return ENGLISH.findall(_read(html))


@pytest.fixture
def somebody(db: None) -> User:
    user = User.objects.create_user(username="van-thu", email="van-thu@don-vi.example", label="Văn thư xã")
    user.set_password("mot-cau-dai-de-nho")
    user.save()
    return user


def test_signing_in_is_vietnamese_and_keeps_what_was_typed(client: Client, somebody: User) -> None:
    page = client.get("/tai-khoan/login/").content.decode()
    assert _english(page) == []
    refused = client.post("/tai-khoan/login/", {"login": "van-thu", "password": "sai"}).content.decode()
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in refused
    assert 'value="van-thu"' in refused
    assert _english(refused) == []
    empty = client.post("/tai-khoan/login/", {}).content.decode()
    assert empty.count("Cần nhập mục này.") == 2
    assert 'aria-describedby="id_login_helptext id_login_error"' in empty
    assert 'id="id_login_error"' in empty


def test_changing_a_password_is_vietnamese(client: Client, somebody: User) -> None:
    client.force_login(somebody)
    assert _english(client.get("/tai-khoan/password/change/").content.decode()) == []
    weak = {"oldpassword": "sai", "password1": "van-thu", "password2": "khac"}
    assert _english(client.post("/tai-khoan/password/change/", weak).content.decode()) == []
    good = {"oldpassword": "mot-cau-dai-de-nho", "password1": "cau-dai-thu-hai-nay", "password2": "cau-dai-thu-hai-nay"}
    changed = client.post("/tai-khoan/password/change/", good)
    assert changed.status_code == 302
    assert "Đã đổi mật khẩu." in client.get("/tai-khoan/password/change/").content.decode()
    assert _english(client.get("/tai-khoan/logout/").content.decode()) == []


@pytest.mark.parametrize("address", ["van-thu@don-vi.example", "khong-co@don-vi.example"])
def test_a_reset_is_vietnamese_on_every_page_and_in_the_letter(
    client: Client, somebody: User, settings: Any, address: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert _english(client.get("/tai-khoan/password/reset/").content.decode()) == []
    done = client.post("/tai-khoan/password/reset/", {"email": address}, follow=True)
    assert "Đã gửi thư" in done.content.decode()
    assert _english(done.content.decode()) == []
    letter = mail.outbox[0]
    link = re.search(r"http\S+", str(letter.body))
    words = re.sub(r"\S+://\S+|\S+@\S+", "", f"{letter.subject} {letter.body}")
    assert ENGLISH.findall(words) == []
    assert (link is not None) is (address == somebody.email)
    if link:
        path = "/" + link[0].split("/", 3)[3]
        form = client.get(path, follow=True)
        assert _english(form.content.decode()) == []
        new = "cau-dai-thu-hai-nay"
        set_at = form.redirect_chain[-1][0]
        assert _english(client.post(set_at, {"password1": "ngan", "password2": "khac"}).content.decode()) == []
        finished = client.post(set_at, {"password1": new, "password2": new}, follow=True)
        assert _english(finished.content.decode()) == []
        assert "không còn hiệu lực" in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "name", ["403", "404", "413", "429", "account/account_inactive", "account/signup_closed"]
)
def test_a_refusal_says_what_to_do(db: None, name: str) -> None:
    request = RequestFactory().get("/khong-co/")
    request.user = AnonymousUser()
    page = engines["django"].get_template(f"{name}.html").render({}, request)
    assert page.count("<h1") == 1
    assert 'class="button' in page
    assert _english(page) == []


def test_the_worst_page_needs_nothing() -> None:
    assert "Cổng gặp lỗi" in engines["django"].get_template("500.html").render()
