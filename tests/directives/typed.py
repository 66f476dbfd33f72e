"""A page read as a browser without a script reads it, and letters brought in, corrected and filed by its forms."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from directives.models import Document

LETTERS = Path(__file__).parent / "letters"
SCAN = (LETTERS / "party_letter_scanned.md").read_text()

VOID = ("input", "br", "meta", "link", "hr", "img", "path", "rect", "option")


class Reader(HTMLParser):
    """`forms` in the order of the page: each its action and what would be sent; `ids`, `hrefs`, `marks` of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self._box, self._select, self._text = "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append((tag, told))
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "a" and "href" in told:
            self.hrefs.append(told["href"])
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "form":
            self.forms.append((told.get("action", ""), {}))
        elif tag == "input" and told.get("name"):
            self._input(told)
        elif tag == "textarea":
            self._box, self._text = told["name"], ""
        elif tag == "select":
            self._select = told["name"]
            self._sent().setdefault(self._select, "")
        elif tag == "option" and "selected" in told:
            self._sent()[self._select] = told.get("value", "")

    def _input(self, told: dict[str, str]) -> None:
        if told.get("type") in ("checkbox", "radio"):
            if "checked" in told:
                self._sent()[told["name"]] = told.get("value", "on")
        elif told.get("type") != "file":
            self._sent()[told["name"]] = told.get("value", "")

    def _sent(self) -> dict[str, str]:
        return self.forms[-1][1] if self.forms else {}

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops the first line break of a box, and sends the others as two letters.
            self._sent()[self._box] = self._text.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")

    def form(self, box: str) -> dict[str, str]:
        """What the one form that holds this box would send."""
        (found,) = (sent for _, sent in self.forms if box in sent)
        return found

    def classes(self, name: str) -> list[dict[str, str]]:
        return [told for _, told in self.tags if name in told.get("class", "").split()]


def add(client: Client, text: str = SCAN, **more: Any) -> Any:
    return client.post(reverse("document-add"), {"text": text, "open_document": "on"} | more)


def added(client: Client, text: str = SCAN) -> Document:
    response = add(client, text)
    assert response.status_code == 302, response.context["form"].errors
    found = Document.objects.latest("pk")
    assert response["Location"] == reverse("document-correct", args=[found.pk])
    return found


def page_of(response: Any) -> str:
    return str(response.content.decode())


def opened(client: Client, document: Document) -> Reader:
    response = client.get(reverse("document-correct", args=[document.pk]))
    assert response.status_code == 200
    return Reader(page_of(response))


def sent_back(client: Client, document: Document, **typed: str) -> Any:
    """The form as the page has it, some boxes typed over, sent."""
    body = opened(client, document).form("seen") | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(reverse("document-correct", args=[document.pk]), body)


def registered(client: Client, document: Document, purpose: str = "directive") -> Document:
    client.post(reverse("document-register", args=[document.pk]), {"muc-dich": purpose})
    document.refresh_from_db()
    return document
