from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from units import access
from units.access import Rights, Verb
from units.actions import offices, units
from units.actions.units import WrongState
from units.data import history, holders, lineage
from units.forms import InvitationForm, PasswordForm, UnitForm
from units.models import Office, Unit
from units.models.unit import UnitQuerySet
from units.vietnamese import clean, search_words


def _visible(rights: Rights) -> UnitQuerySet:
    """The administrator and those who view a subtree see its organisations."""
    return rights.reach(Verb.VIEW) | rights.reach(Verb.ADMINISTER)


def unit_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    units_ = _visible(rights).select_related("parent")
    words, missing = request.GET.get("tim", "").strip(), request.GET.get("loc") == "chua-co-nguoi"
    if words:
        for word in search_words(words):
            units_ = units_.filter(search_text__contains=word)
    elif missing:
        expected = units_.alive_on(rights.today).filter(kind__in=Unit.EXPECTED_ACCOUNT_KINDS)
        units_ = expected.exclude(pk__in=holders(rights.today))
    else:
        tops = {unit.pk for verb in (Verb.VIEW, Verb.ADMINISTER) for unit in rights.units(verb)}
        units_ = units_.filter(pk__in=tops)
        if units_.count() == 1:
            return redirect("unit-detail", pk=units_.get().pk)
    page = Paginator(units_.order_by("path"), 50).get_page(request.GET.get("trang"))
    return render(request, "units/unit_list.html", {"page": page, "words": words, "missing": missing})


def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = get_object_or_404(_visible(rights).select_related("parent"), pk=pk)
    seen = set(_visible(rights).filter(pk__in=[above.pk for above in lineage(unit)]).values_list("pk", flat=True))
    children = unit.children.in_official_order()
    context = {
        "unit": unit, "above": [above for above in lineage(unit) if above.pk in seen],
        "page": Paginator(children, 50).get_page(request.GET.get("trang")),
        "offices": unit.offices.on(rights.today).select_related("user").order_by("pk"),
        "states": unit.states.select_related("parent").order_by("from_on"),
        "into": unit.successions_from.select_related("successor", "reorganisation"),
        "out_of": unit.successions_to.select_related("predecessor", "reorganisation"),
        "history": history("unit", unit.pk), "administers": rights.can(Verb.ADMINISTER, unit),
    }
    return render(request, "units/unit_detail.html", context)


def _administered(rights: Rights, pk: int) -> Unit:
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    return get_object_or_404(rights.reach(Verb.ADMINISTER), pk=pk)


def unit_add(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    parent = _administered(rights, pk)
    form = UnitForm(request.POST or None, initial={"opened_on": rights.today.isoformat()})
    children = parent.children.alive_on(rights.today)
    if form.is_valid() and children.filter(name=clean(form.cleaned_data["name"])).exists():
        form.add_error("name", "Đã có đơn vị trực thuộc mang tên này.")
    if request.method == "POST" and form.is_valid():
        try:
            unit = units.found(parent=parent, by=rights.actor, now=timezone.now(), **form.cleaned_data)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã lưu: {unit.name}.")
            return redirect("unit-detail", pk=parent.pk)
    return render(request, "units/unit_add.html", {"form": form, "parent": parent}, status=422 if form.errors else 200)


def invitation_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a role account; the one-time link is shown once, to be handed over."""
    rights = access.rights(request.user, timezone.localdate())
    unit = _administered(rights, pk)
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
