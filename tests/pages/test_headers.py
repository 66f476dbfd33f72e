"""The headers of every answer, and of what is downloaded; nothing of a signed-in person stays in a cache."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.access.matrix import MATRIX
from tests.access.scene import Scene
from tests.access.walk import send

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'", "img-src": "'self' data:", "object-src": "'none'", "frame-ancestors": "'none'",
    "base-uri": "'none'", "form-action": "'self'",
}
FILES = ("document-file", "occasion-file")


def policy(response: Any) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("name", [name for name in MATRIX if name not in ("api-docs", *FILES, "report-pdf")])
def test_every_page_is_fenced_in(scene: Scene, name: str) -> None:
    row = MATRIX[name]
    for persona in ("anonymous", "board", "secretary"):
        for method in ("GET", "POST"):
            column = row.columns[0]
            response = send(scene.client(persona), method, row.address(name, scene, column), row, scene, column)
            assert EVERYWHERE.items() <= dict(response.headers).items(), (persona, method)
            if name == "rollout-export" and response.status_code == 200:
                continue
            assert policy(response) == POLICY, (persona, method)
            signed_out = name == "account_logout" or name == "demo-sign-in"
            if persona != "anonymous" and not signed_out:
                assert re.search("no-store|no-cache", response["Cache-Control"]), (persona, method)


def test_the_page_of_the_api_may_style_itself_and_nothing_more(scene: Scene) -> None:
    response = scene.client("board").get(reverse("api-docs"))
    assert policy(response) == POLICY | {"style-src": "'self' 'unsafe-inline'"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_handed_over_shut(scene: Scene, name: str) -> None:
    row = MATRIX[name]
    response = scene.client("secretary").get(row.address(name, scene, "own"))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "no-store"
    assert EVERYWHERE.items() <= dict(response.headers).items()
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("stage", ["frozen", "issued"])
def test_a_printed_report_is_no_page(scene: Scene, stage: str) -> None:
    response = scene.client("board").get(reverse("report-pdf", args=[scene.reports[stage].pk]))
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert re.match("attachment|inline", response["Content-Disposition"])
    assert EVERYWHERE.items() <= dict(response.headers).items()
    assert policy(response)["default-src"] in ("'self'", "'none'")


def test_a_table_is_handed_over_as_a_file(scene: Scene) -> None:
    response = scene.client("secretary").get(reverse("rollout-export", args=[scene.everywhere.pk]))
    assert response["Content-Disposition"].startswith('attachment; filename="trien-khai-')
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_cookies_are_out_of_a_scripts_reach(scene: Scene) -> None:
    client = scene.client("anonymous")
    client.post(reverse("demo-sign-in", args=["can-bo"]))
    cookies = {name: cookie for name, cookie in client.cookies.items() if "session" in name}
    assert cookies
    for cookie in cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_page_that_is_none_is_fenced_in_too(scene: Scene) -> None:
    for persona in ("anonymous", "secretary"):
        for address in ("/khong-co/", "/van-ban/khong-co/", "/static/khong-co.css", "/.env", "/admin/", "/media/x"):
            response = scene.client(persona).get(address)
            assert response.status_code == 404, address
            assert EVERYWHERE.items() <= dict(response.headers).items()


def test_nothing_kept_by_hash_lies_in_the_folder_of_pages(scene: Scene, settings: Any) -> None:
    kept = scene.owned["own"].file.path
    assert kept.is_relative_to(settings.MEDIA_ROOT)
    for served in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT):
        assert not kept.is_relative_to(Path(served))
