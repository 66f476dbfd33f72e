"""A person at the reorganisation desk: signs in, looks at a decision, confirms it, uploads a list."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from units.data import unit_list
from units.models import Reorganisation, Unit
from units.sheets.writer import xlsx


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(act: str, unit: Unit) -> str:
    return f"{reverse('reorganisation-add', args=[act])}?don-vi={unit.pk}"


def carried_out(client: Client, act: str, unit: Unit, **told: Any) -> Reorganisation:
    """The two steps of a person: look, then confirm what was shown."""
    shown = client.post(at(act, unit), told | {"buoc": "xem"})
    assert shown.status_code == 200, shown.context["form"].errors
    assert Reorganisation.objects.filter(number=told.get("number", "?")).count() == 0
    done = client.post(at(act, unit), told | {"buoc": "xac-nhan", "ban-xem": shown.context["seen"].digest})
    assert done.status_code == 302
    return Reorganisation.objects.latest("pk")


def upload(client: Client, sort: str, data: bytes, name: str, today: date, **paper: str) -> Any:
    told = {"file": SimpleUploadedFile(name, data), "effective_on": today.isoformat()} | paper
    return client.post(reverse("import-add", args=[sort]), told)


def listed(rows: list[list[str | int]]) -> bytes:
    return xlsx([column.heading for column in unit_list.COLUMNS], rows, sheet="Danh sách")
