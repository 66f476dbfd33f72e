from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from units import access
from units.access import Rights, Verb
from units.actions import reorganise
from units.actions.carry_out import Paper, WrongState
from units.data.finding import find
from units.data.people import holders
from units.data.tree import tree
from units.forms import DayOfTreeForm, UnitForm
from units.models import Unit
from units.vietnamese import clean, search_words


def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree, level by level, as of any day; or what was searched for. The script asks for that part alone."""
    rights = access.rights(request.user, timezone.localdate())
    asked = request.GET
    words, missing = asked.get("tim", "").strip(), asked.get("loc") == "chua-co-nguoi"
    if search_words(words):
        part = "units/_found.html"
        visible = access.units_visible(rights)
        context: dict[str, Any] = {"found": find(visible, rights.roots, words, rights.today, asked.get("trang"))}
    elif missing:
        part, context = "units/_missing.html", {"page": _without_people(rights, asked.get("trang"))}
    else:
        part, context = "units/_tree.html", _tree(asked, rights)
    context |= {"part": part, "words": words, "missing": missing}
    context["follows_readiness"] = rights.holds(Verb.ADMINISTER) or rights.holds(Verb.REMIND)
    return render(request, part if "X-Part" in request.headers else "units/unit_list.html", context)


def _without_people(rights: Rights, number: str | None) -> Any:
    expected = access.units_visible(rights).alive_on(rights.today).filter(kind__in=Unit.EXPECTED_ACCOUNT_KINDS)
    found = expected.exclude(pk__in=holders(rights.today)).select_related("parent")
    return Paginator(found.order_by("path"), 50).get_page(number)


def _tree(asked: QueryDict, rights: Rights) -> dict[str, Any]:
    form = DayOfTreeForm(asked if asked.get("ngay") else None)
    day = form.cleaned_data["ngay"] if form.is_valid() else rights.today
    if not form.errors:  # a box of the type "date" shows nothing but its own way of writing a day
        form = DayOfTreeForm(initial={"ngay": day})
    opened, page = asked.get("mo", ""), asked.get("trang")
    key = int(opened) if opened.isascii() and opened.isdigit() and len(opened) < 19 else None
    shut = "mo" in asked and not opened
    return {
        "form": form, "day": day, "is_today": day == rights.today, "is_past": day < rights.today, "opened": key,
        "tree": tree(rights.roots, day, rights.today, opened=key, page=page, shut=shut),
        "at": "" if day == rights.today else f"&ngay={day.isoformat()}",
    }


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
