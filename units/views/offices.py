"""The people of one unit: invited, appointed, standing in, leaving, handing over. All of it the administrator's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from units import access
from units.access import Rights, Verb
from units.actions import accounts, offices
from units.actions.carry_out import WrongState
from units.forms import AppointmentForm, DismissalForm, HandOverForm, InvitationForm, SubstituteForm
from units.models import Office, Unit, User
from units.vietnamese import day_short
from units.views.slips import slips_page
from units.views.units import administered


def _office(rights: Rights, pk: int) -> Office:
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    found = access.offices_administered(rights).select_related("unit", "user", "substitutes__user")
    return get_object_or_404(found, pk=pk)


def _unit_page(unit: Unit) -> str:
    return reverse("unit-detail", args=[unit.pk])


def _done(form: forms.Form, change: Callable[[], object]) -> bool:
    """Whether a valid form's change was made; what stands against it is said on the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        change()
    except WrongState as error:
        form.add_error(None, str(error))
        return False
    return True


def _form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if context["form"].errors else 200)


def _handed_out(request: HttpRequest, user: User, unit: Unit, code: str, *, printed: bool) -> HttpResponse:
    """By mail to an account with an address; else, or when asked for, on a slip."""
    if user.email and not printed:
        messages.success(request, f"Đã gửi thư mời đến {user.email}.")
        return redirect("unit-detail", pk=unit.pk)
    return slips_page(request, [(Office(user=user, unit=unit), code)], _unit_page(unit), timezone.now())


@never_cache
def invitation_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a role account; its code goes by mail, or is shown once on a slip."""
    rights = access.rights(request.user, timezone.localdate())
    unit = administered(rights, pk)
    form = InvitationForm(request.POST or None, unit=unit)
    made: list[tuple[User, str]] = []
    if _done(form, lambda: made.append(accounts.invite(
        unit=unit, from_on=rights.today, by=rights.actor, now=timezone.now(), **form.cleaned_data
    ))):
        user, code = made[0]
        return _handed_out(request, user, unit, code, printed=False)
    return _form_page(request, "units/invitation_add.html", {"form": form, "unit": unit})


def appointment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account that is there an office at the unit."""
    rights = access.rights(request.user, timezone.localdate())
    unit = administered(rights, pk)
    form = AppointmentForm(
        request.POST or None, unit=unit, accounts=access.accounts_administered(rights),
        initial={"from_on": rights.today.isoformat()},
    )
    if _done(form, lambda: offices.appoint(
        user=form.cleaned_data["account"], unit=unit, role=form.cleaned_data["role"],
        from_on=form.cleaned_data["from_on"], to_on=form.to_on, by=rights.actor, now=timezone.now(),
    )):
        messages.success(request, f"Đã giao vai trò cho {form.cleaned_data['account']}.")
        return redirect("unit-detail", pk=unit.pk)
    return _form_page(request, "units/appointment_add.html", {"form": form, "unit": unit})


def substitute_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another account act in an office for a time."""
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    form = SubstituteForm(
        request.POST or None, accounts=access.accounts_administered(rights),
        initial={"from_on": rights.today.isoformat(), "last_on": (rights.today + timedelta(days=6)).isoformat()},
    )
    if _done(form, lambda: offices.substitute(
        office=office, user=form.cleaned_data["account"], from_on=form.cleaned_data["from_on"],
        to_on=form.to_on or rights.today, by=rights.actor, now=timezone.now(),
    )):
        messages.success(request, f"Đã giao {form.cleaned_data['account']} làm thay {office.user}.")
        return redirect("unit-detail", pk=office.unit_id)
    return _form_page(request, "units/substitute_add.html", {"form": form, "unit": office.unit, "office": office})


def office_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an office, today when no day is said."""
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    bound = request.method == "POST"
    form = DismissalForm(request.POST if bound else None, initial={"on": rights.today.isoformat()})
    if _done(form, lambda: offices.dismiss(
        office=office, on=form.cleaned_data["on"] or rights.today, by=rights.actor, now=timezone.now()
    )):
        on = form.cleaned_data["on"] or rights.today
        messages.success(request, f"{office.user} thôi giữ vai trò từ ngày {day_short(on)}.")
        return redirect("unit-detail", pk=office.unit_id)
    return _form_page(request, "units/office_end.html", {"form": form, "unit": office.unit, "office": office})


@never_cache
def account_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the role account that holds this office to the next holder."""
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    user = office.user
    form = HandOverForm(request.POST or None, user=user, initial={"label": user.label})
    made: list[str] = []
    if _done(form, lambda: made.append(accounts.hand_over_account(
        user=user, by=rights.actor, now=timezone.now(), **form.cleaned_data
    ))):
        return _handed_out(request, user, office.unit, made[0], printed=False)
    return _form_page(request, "units/account_hand_over.html", {"form": form, "unit": office.unit, "office": office})


@require_POST
def invitation_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new code for the account; with `phieu` on a slip even when it has an address."""
    rights = access.rights(request.user, timezone.localdate())
    office, printed = _office(rights, pk), "phieu" in request.POST
    try:
        code = accounts.renew_invitation(
            user=office.user, unit=office.unit, printed=printed, by=rights.actor, now=timezone.now()
        )
    except WrongState as error:
        messages.error(request, str(error))
        return redirect("unit-detail", pk=office.unit_id)
    return _handed_out(request, office.user, office.unit, code, printed=printed)


@require_POST
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    try:
        accounts.revoke_invitation(user=office.user, unit=office.unit, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Đã thu hồi lời mời của {office.user}; thư và phiếu đã cấp không còn dùng được.")
    return redirect("unit-detail", pk=office.unit_id)
