"""A unit's page: what it is, how it became so, who is in charge, what stands below, and its record over all directives.

It stands here and not among the units because of that record; its address is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from directives.data.record import record
from directives.views.reorganisations import ACTS
from units import access
from units.access import Rights, Verb
from units.codes import portal_code
from units.data.history import Course, Named, course
from units.data.people import people_at
from units.data.succession import heirs
from units.data.tree import badge, lineage
from units.models import Unit
from units.vietnamese import counted

AT_ONCE = 50


@dataclass(frozen=True)
class Part:
    """A list of the page that turns by a parameter of its own, with the addresses of the pages beside this one."""

    key: str
    page: Page[Any]
    previous: str
    next: str


def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = get_object_or_404(access.units_visible(rights).select_related("parent"), pk=pk)
    ended = unit.closed_on is not None and unit.closed_on <= rights.today
    told, after = course(unit, rights.today), heirs([unit.pk], rights.today)[unit.pk] if ended else []
    context = {
        "unit": unit, "code_here": portal_code(unit.pk), "ended": ended, "course": told,
        "badge": badge(unit.opened_on, unit.closed_on, rights.today), "linked": _linked(told, rights),
        "heirs": [each for each in after if rights.sees(each)],
        "heirs_elsewhere": not all(rights.sees(each) for each in after),
        "people": people_at(unit, timezone.now()), "administers": rights.can(Verb.ADMINISTER, unit),
        "own": unit in rights.units(Verb.PROPOSE) and not ended,
        "above": [each for each in lineage(unit) if rights.sees(each)], "acts": ACTS,
        "last_on": unit.closed_on - timedelta(days=1) if unit.closed_on else None,
        "opens_decisions": any(root.parent_id is None for root in rights.roots),
    }
    context |= _below(request, unit, rights) | _record(request, unit, rights)
    return render(request, "directives/unit_detail.html", context)


def _linked(told: Course, rights: Rights) -> set[int]:
    """The units named in the history whose pages one may open."""
    named = [*told.predecessors, *(part for event in told.events for said in event.sentences for part in said)]
    return {
        each.unit for each in named
        if isinstance(each, Named) and any(each.path.startswith(root.path) for root in rights.roots)
    }


def _below(request: HttpRequest, unit: Unit, rights: Rights) -> dict[str, Any]:
    """Who stands directly under it: others and cells apart, those that have ended apart from both."""
    children = list(unit.children.in_official_order())
    gone = [each for each in children if each.closed_on is not None and each.closed_on <= rights.today]
    here = [each for each in children if each not in gone]
    return {
        "others": _part(request, [each for each in here if not each.is_cell], "don-vi", rights),
        "cells": _part(request, [each for each in here if each.is_cell], "chi-bo", rights),
        "gone": _part(request, gone, "da-ket-thuc", rights),
    }


def _part(request: HttpRequest, units: Sequence[Unit], key: str, rights: Rights) -> Part:
    rows = [(each, badge(each.opened_on, each.closed_on, rights.today)) for each in units]
    return _turning(request, Paginator(rows, AT_ONCE).get_page(request.GET.get(f"trang-{key}")), key)


def _turning(request: HttpRequest, page: Page[Any], key: str) -> Part:
    def address(number: int) -> str:
        query = request.GET.copy()
        query[f"trang-{key}"] = str(number)
        return f"?{query.urlencode()}#{key}"

    return Part(
        key, page, address(page.previous_page_number()) if page.has_previous() else "",
        address(page.next_page_number()) if page.has_next() else "",
    )


def _record(request: HttpRequest, unit: Unit, rights: Rights) -> dict[str, Any]:
    """Only for those who view the unit's lines; the administrator of units does not."""
    if not rights.can(Verb.VIEW, unit):
        return {"record": None}
    found = record(unit, rights, request.GET.get("trang-van-ban"))
    return {
        "record": found, "record_pages": _turning(request, found.page, "van-ban"),
        "acknowledged_in_time": counted(found.acknowledge.done_in_time, found.acknowledge.due),
        "disseminated_in_time": counted(found.disseminate.done_in_time, found.disseminate.due),
    }
