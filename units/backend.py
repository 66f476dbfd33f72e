"""Signing in by the code of a unit: whoever holds its secretary's office types the code instead of a name."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from units import codes
from units.data.people import known_by_code
from units.models import User


class ByUnitCode(ModelBackend):
    """Beside allauth's own backend, which looks names and addresses up; its limits on guessing hold for both."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        if not username or not password:
            return None
        if codes.unit_number(username) is None and not codes.organisation_digits(username):
            return None
        users = known_by_code(username, timezone.localdate())
        if not users:
            User().set_password(password)  # an unknown code takes as long as a wrong password
            return None
        # All are tried, so that two with the same password are noticed: the code then says nothing of who it is.
        matching = [user for user in users if user.check_password(password)]
        return matching[0] if len(matching) == 1 else None
