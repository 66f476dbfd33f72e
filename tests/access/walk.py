"""Every address of the portal, what to send there, and what each person got."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.scene import KEYS, MISSING, PERSONAS, REACH, Scene, state, undone

COLUMNS = ("own", "sibling", "ancestor", "descendant", "branch", "missing")
STAGES = ("draft", "frozen", "checked", "issued", "missing")
SIGNS = {200: ".", 302: ">", 403: "x", 404: "-", 405: "m", 409: "c", 422: "r", 400: "b", 503: "s", 500: "!"}
Json = dict[str, Any]
CANARY = re.compile(r"canary-[\w-]+", re.IGNORECASE)
PROVINCE_READERS = ("board", "head", "registry")
# Everybody knows the names of the organisations above the own one.
ABOVE = {"secretary": "PA", "sibling": "PA", "parent": "P", "branch": "P", "cell": ("P", "A", "A1")}
# What those without a subtree to view may read of all units: issued reports and registered documents; units and mail.
READS = {
    "committee": re.compile(
        r"CANARY-\w+-(NAME|LABEL-(COMMITTEE|HEAD|REGISTRY)|REPORT.*-ISSUED|(DOC|DONE|UNISSUED).*)"
    ),
    "administrator": re.compile(
        rf"CANARY-\w+-(NAME|CODE|DECISION|LABEL-\w+|DOC-NUMBER|MAIL-ERROR|{'|'.join(PERSONAS).upper()})"
    ),
}
# What reaches every unit: the letter rolled out to all of them.
ALWAYS = ("CANARY-P-DOC-EVERYWHERE",)


def patterns(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(name, route) of every address; one without a name is called by its route."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield each.name or route, route


# ---- addresses: kind of object → the arguments for a column -----------------------------------------------------


def _of(what: str) -> Callable[[Scene, str], list[Any]]:
    def arguments(scene: Scene, column: str) -> list[Any]:
        return [MISSING] if column == "missing" else [getattr(scene.owned[column], what).pk]

    return arguments


def _in_everywhere(scene: Scene, column: str) -> list[Any]:
    return [scene.everywhere.pk, MISSING if column == "missing" else scene.units[KEYS[column]].pk]


def _evidence(scene: Scene, column: str) -> list[Any]:
    return [MISSING, MISSING] if column == "missing" else [
        scene.owned[column].occasion.pk, scene.owned[column].file.pk
    ]


ARGUMENTS: dict[str, Callable[[Scene, str], list[Any]]] = {
    **{what: _of(what) for what in ("unit", "office", "document", "rollout", "line", "asked", "done", "occasion",
                                    "extension", "mail")},
    "level": lambda scene, column: [*_of("rollout")(scene, column), 0],
    "reached": _in_everywhere, "evidence": _evidence,
    "report": lambda scene, column: [MISSING if column == "missing" else scene.reports[column].pk],
    "draft": lambda scene, column: [scene.draft.pk], "unissued": lambda scene, column: [scene.unissued.pk],
    "account_list": lambda scene, column: [scene.account_list.pk],
    "unit_list": lambda scene, column: [scene.unit_list.pk],
    "decision": lambda scene, column: [
        MISSING if column == "missing" else scene.units[KEYS[column]].changes.get(founds=True).reorganisation_id
    ],
}


@dataclass(frozen=True)
class Row:
    """What one address answers. `get` and `post`: persona → one sign a column (SIGNS; L is "sign in first").

    Without `post` a POST answers as a GET does. `body` is what a person would send there.
    """

    get: dict[str, str]
    post: dict[str, str] | None = None
    of: str = ""
    body: Callable[[Scene, str], Json] = lambda scene, column: {}
    arguments: tuple[Any, ...] = ()
    json: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        if not self.of or self.of in ("draft", "unissued", "account_list", "unit_list"):
            return ("own",)
        return STAGES if self.of == "report" else COLUMNS

    def address(self, name: str, scene: Scene, column: str) -> str:
        if name.startswith("/"):
            return name.replace("^", "")
        made = ARGUMENTS[self.of](scene, column) if self.of else []
        return reverse(name, args=[*made, *self.arguments])


def sign(response: HttpResponse) -> str:
    if response.status_code == 302 and response["Location"].startswith("/tai-khoan/login/?next="):
        return "L"
    return SIGNS.get(response.status_code, f"({response.status_code})")


def send(client: Client, method: str, address: str, row: Row, scene: Scene, column: str) -> Any:
    if method == "GET":
        return client.get(address)
    body = row.body(scene, column)
    return client.post(address, body, content_type="application/json") if row.json else client.post(address, body)


def table(text: str) -> dict[str, str]:
    """Lines of "persona persona signs"."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        *personas, signs = line.split()
        found |= dict.fromkeys(personas, signs)
    return found


def everyone(signs: str, **others: str) -> dict[str, str]:
    return {"*": signs} | others


def expected(row: Row, method: str, persona: str) -> str:
    """The signs of every column; visitors without a sign of their own are sent to sign in."""
    told = row.get if method == "GET" or row.post is None else row.post
    if persona in ("anonymous", "disabled") and persona not in told:
        if "anonymous" in told:
            return told["anonymous"]
        return ("x" if row.json else "L") * len(row.columns)
    return told.get(persona, told["*"])


def columns_of(row: Row, signs: str, persona: str) -> list[int]:
    """Which columns to try: all where they differ, else the first and the missing one.

    Every foreign thing is tried as A1's and A's secretary; as the others, what they see and one that they do not.
    """
    last = len(row.columns) - 1
    if set(signs) == {"m"}:
        return [0]
    if len(set(signs[:-1])) <= 1:
        return sorted({0, last})
    seen = {at for at in range(last + 1) if signs[at] != "-"}
    return list(range(last + 1)) if persona in ("secretary", "parent") else sorted(seen | {0, last})


def body_of(response: Any) -> str:
    found = b"".join(response.streaming_content) if response.streaming else response.content
    return str(found.decode("utf-8", "replace"))


def plain(text: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


def strangers(text: str, persona: str) -> set[str]:
    """Canaries of what this persona may not read."""
    found = {each.upper() for each in CANARY.findall(text)}
    if persona in PROVINCE_READERS:
        return set()
    if persona in READS:
        return {each for each in found if not READS[persona].fullmatch(each)}
    mine = REACH.get(persona, {"NONE"})
    known = {f"CANARY-{key}-NAME" for key in ABOVE.get(persona, "")}
    return {each for each in found - known if each.split("-")[1] not in mine and not each.startswith(ALWAYS)}


def differences(
    scene: Scene, name: str, row: Row, personas: Iterable[str] = PERSONAS, methods: Iterable[str] = ("GET", "POST")
) -> list[str]:
    """How the portal departs from one row: other answers, a foreign thing told from a missing one, strangers' words,
    a refusal that wrote something."""
    found: list[str] = []
    before = state()
    for method, persona in product(methods, personas):
        if method == "POST" and row.post is None and persona not in ("anonymous", "board", "secretary"):
            continue
        signs = expected(row, method, persona)
        missing = ""
        for at in reversed(columns_of(row, signs, persona)):
            where = f"{method} {name} {persona} {row.columns[at]}"
            with undone() if signs[at] in ".>" else nullcontext():
                response = send(scene.client(persona), method, row.address(name, scene, row.columns[at]), row, scene,
                                row.columns[at])
                text = plain(body_of(response))
            if sign(response) != signs[at]:
                found.append(f"{where}: {sign(response)} instead of {signs[at]}")
            if foreign := strangers(text, persona):
                found.append(f"{where}: shows {sorted(foreign)}")
            if row.columns[at] == "missing":
                missing = text
            elif signs[at] == "-" and missing and text != missing:
                found.append(f"{where}: told from a missing one")
    if state() != before:
        found.append(f"{name}: a refused request wrote something")
    return found
