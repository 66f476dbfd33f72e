"""The printed slip with which an account is handed out: its code is shown once, and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from units import codes, mail
from units.models import Office, Unit, User

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Slip:
    unit: Unit
    user: User
    code: str
    until: datetime

    @property
    def link(self) -> str:
        return mail.link(self.code)

    @property
    def grouped(self) -> str:
        return codes.grouped(self.code)

    @property
    def unit_code(self) -> str:
        """What the unit may type instead of the name: the official code, or the number here."""
        return self.unit.code if codes.organisation_digits(self.unit.code) else codes.portal_code(self.unit.pk)


def slips_page(request: HttpRequest, coded: Iterable[tuple[Office, str]], back: str, now: datetime) -> HttpResponse:
    """The answer to the POST that made the codes; a later request cannot show them again."""
    until = now + timedelta(days=settings.INVITATION_DAYS)
    slips = [Slip(office.unit, office.user, code, until) for office, code in coded]
    context = {"slips": slips, "back": back, "site": f"{settings.SITE_URL}{reverse('activate')}"}
    response = render(request, "units/slips.html", context)
    response["Cache-Control"] = "no-store"
    return response
