"""allauth's hooks: no signup of any kind; accounts come by invitation only (units.actions.offices)."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from units.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type hints
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display(user: User) -> str:
    return str(user)
