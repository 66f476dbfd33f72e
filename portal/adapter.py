"""allauth's hooks: no signup of any kind; accounts come by invitation only (units.actions.accounts)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from units import codes
from units.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Guesses count for what is meant: "DV-7" and "dv 0007" are one unit's code."""
        if "username" in credentials:
            credentials["username"] = codes.sign_in_name(credentials["username"])
        super().pre_authenticate(request, **credentials)


def display(user: User) -> str:
    return str(user)
