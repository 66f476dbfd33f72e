from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from units import access
from units.access import Rights, Verb
from units.actions import offices
from units.actions.carry_out import WrongState
from units.forms import InvitationForm, PasswordForm
from units.models import Office
from units.views.units import administered


def invitation_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a role account; the one-time link is shown once, to be handed over."""
    rights = access.rights(request.user, timezone.localdate())
    unit = administered(rights, pk)
    form = InvitationForm(request.POST or None)
    context = {"form": form, "unit": unit}
    if request.method == "POST" and form.is_valid():
        _, token = offices.invite(
            unit=unit, by=rights.actor, now=timezone.now(), from_on=rights.today, **form.cleaned_data
        )
        return render(request, "units/invitation_made.html", context | {"link": _link(token)})
    return render(request, "units/invitation_add.html", context, status=422 if form.errors else 200)


def _office(rights: Rights, pk: int) -> Office:
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    return get_object_or_404(access.offices_administered(rights).select_related("unit", "user"), pk=pk)


@require_POST
def invitation_renew(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    token = offices.renew_invitation(user=office.user, unit=office.unit, by=rights.actor, now=timezone.now())
    return render(request, "units/invitation_made.html", {"unit": office.unit, "link": _link(token)})


@require_POST
def office_end(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    office = _office(rights, pk)
    try:
        offices.dismiss(office=office, on=rights.today, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã kết thúc vai trò.")
    return redirect("unit-detail", pk=office.unit_id)


def _link(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('invitation-accept', args=[token])}"


@never_cache
@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person sets the first password, once."""
    invitation = offices.open_invitation(token, timezone.now())
    if invitation is None:
        raise Http404
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offices.accept_invitation(
                invitation=invitation, password=form.cleaned_data["password"], by=invitation.user, now=timezone.now()
            )
        except ValidationError as error:
            form.add_error("password", error)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã đặt mật khẩu. Mời đồng chí đăng nhập.")
            return redirect("account_login")
    context = {"form": form, "invited": invitation.user}
    return render(request, "units/invitation_accept.html", context, status=422 if form.errors else 200)
