"""Production is named by its environment, shows no demo, and does not start half-configured."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.portal import ROOT, clean_environment

PRODUCTION = {
    "PORTAL_MODE": "production", "SECRET_KEY": "mot-khoa-that-dai-va-khong-ai-doan-duoc-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "portal.example", "SITE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal", "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1", "EMAIL_URL": "smtp://127.0.0.1:1",
}


def manage(tmp_path: Path, *arguments: str, without: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in PRODUCTION.items() if name != without}
    foreign = (*PRODUCTION, "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in clean_environment().items() if name not in foreign}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env=kept | environment | {"VAR_DIR": str(tmp_path)} | more,
    )


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "PORTAL_MODE"])
def test_what_is_missing_is_named_before_anything_starts(tmp_path: Path, name: str) -> None:
    done = manage(tmp_path, "demo", "--list", without=name)
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]


def test_there_is_no_demo(tmp_path: Path) -> None:
    refused = manage(tmp_path, "demo", DEMO="1")
    assert refused.returncode != 0
    assert "Dữ liệu minh họa chỉ có ở bản dùng thử" in refused.stderr


ASKED = """
from django.conf import settings
from django.test import RequestFactory
from django.http import Http404
from portal import views, context
assert settings.DEMO is False and settings.DEBUG is False
for view, arguments in ((views.demo_people, []), (views.demo_sign_in, ["can-bo"])):
    request = RequestFactory().post("/demo/")
    request._dont_enforce_csrf_checks = True
    try:
        view(request, *arguments)
    except Http404:
        print("404")
from django.contrib.auth.models import AnonymousUser
request = RequestFactory().get("/tai-khoan/login/")
request.user = AnonymousUser()
print(context.chrome(request)["demo_people"], context.chrome(request)["demo"])
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT)
print(settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
print(settings.ALLOWED_HOSTS)
"""


def test_the_demos_addresses_are_not_there_and_cookies_go_by_https_only(tmp_path: Path) -> None:
    done = manage(tmp_path, "shell", "--no-imports", "-c", ASKED, DEMO="1")
    assert done.stderr == ""
    assert done.stdout.split() == [
        "404", "404", "[]", "False", "True", "True", "True", "31536000", "True", "Lax", "['portal.example']",
    ]
