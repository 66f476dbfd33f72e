from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from units import access
from units.access import Rights, Verb
from units.actions import reorganise
from units.actions.carry_out import Paper, WrongState
from units.data.history import history
from units.data.people import holders
from units.data.tree import lineage
from units.forms import UnitForm
from units.models import Unit
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


def administered(rights: Rights, pk: int) -> Unit:
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    return get_object_or_404(rights.reach(Verb.ADMINISTER), pk=pk)


def unit_add(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    parent = administered(rights, pk)
    form = UnitForm(request.POST or None, initial={"opened_on": rights.today.isoformat()})
    children = parent.children.alive_on(rights.today)
    if form.is_valid() and children.filter(name=clean(form.cleaned_data["name"])).exists():
        form.add_error("name", "Đã có đơn vị trực thuộc mang tên này.")
    if request.method == "POST" and form.is_valid():
        try:
            unit = reorganise.found(
                name=form.cleaned_data["name"], kind=form.cleaned_data["kind"], parent=parent, by=rights.actor,
                paper=Paper(form.cleaned_data["opened_on"], number=form.cleaned_data["decision"]), now=timezone.now(),
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã lưu: {unit.name}.")
            return redirect("unit-detail", pk=parent.pk)
    return render(request, "units/unit_add.html", {"form": form, "parent": parent}, status=422 if form.errors else 200)


