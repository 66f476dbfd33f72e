from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.db.models import Count, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from directives.data import figures
from directives.data.duties import duties
from directives.models import Assignment, Document, Extension, Rollout
from outbox.data import pulse
from outbox.models import Mail
from portal.demo.people import people
from portal.demo.tour import tour
from reports.models import Report
from units import access
from units.access import Rights, Verb
from units.data import readiness
from units.models import Unit, User
from units.views.proposals import LATER

STALE_SWEEP = 180  # seconds; three sweeps missed


def home(request: HttpRequest) -> HttpResponse:
    """What needs this person today; the page differs by what the person's offices allow."""
    rights = access.rights(request.user, timezone.localdate())
    running = list(
        Rollout.objects.visible_to(rights).running().select_related("document", "root").order_by("-issued_at")
    )
    if rights.holds(Verb.ISSUE) or rights.holds(Verb.NUMBER_REPORT):
        return render(request, "portal/home_board.html", _board(rights, running) | {"tour": tour()})
    if rights.holds(Verb.ACKNOWLEDGE):
        slips = Document.objects.visible_to(rights).corrections().newest_first()
        prefetch_related_objects(running, Prefetch("document__revisions", slips, to_attr="corrections"))
        found = [duty for unit in rights.units(Verb.ACKNOWLEDGE) for duty in duties(running, unit, rights.today)]
        own = rights.units(Verb.PROPOSE)
        new = [office for office in rights.offices if office.confirmed_at is None and office.unit in own]
        context = {
            "duties": found, "units": rights.units(Verb.ACKNOWLEDGE), "tour": tour(),
            "to_know": Document.objects.visible_to(rights).to_know().newest_first()[:5],
            "to_confirm": [] if request.session.get(LATER) else new,
        }
        return render(request, "portal/home_unit.html", context)
    if rights.holds(Verb.READ_REPORT):
        issued = Report.objects.visible_to(rights).issued().select_related("period", "rollout__document")
        return render(request, "portal/home_reader.html", {"reports": issued.newest_first()[:20], "tour": tour()})
    if rights.holds(Verb.ADMINISTER):
        return render(request, "portal/home_administrator.html", _administration(rights) | {"tour": tour()})
    return render(request, "portal/home_nothing.html")


def _board(rights: Rights, running: list[Rollout]) -> dict[str, Any]:
    wholes = figures.readable(running, rights)
    lines = Assignment.objects.visible_to(rights).filter(rollout__in=running).late(rights.today)
    late = dict(lines.exclude(unit_kind__in=Unit.CELL_KINDS).values_list("rollout").annotate(Count("pk")))
    cards = [
        {
            "rollout": rollout, "week": _week(rollout, rights.today), "whole": wholes[rollout.pk],
            "late": late.get(rollout.pk, 0),
        }
        for rollout in running
    ]
    return {
        "cards": cards,
        "requests": Extension.objects.visible_to(rights).waiting().count() if rights.holds(Verb.DECIDE) else 0,
        "awaiting": Assignment.objects.visible_to(rights).awaiting_decision(rights.today).count()
        if rights.holds(Verb.DECIDE) else 0,
        "drafts": Document.objects.visible_to(rights).filter(state=Document.State.DRAFT).order_by("-pk"),
        "to_reissue": Document.objects.visible_to(rights).awaiting_reissue().order_by("-pk"),
        "unissued": Rollout.objects.visible_to(rights).filter(issued_at=None).select_related("document"),
        "failed": Mail.objects.visible_to(rights).filter(state=Mail.State.FAILED).count(),
        "reports": Report.objects.visible_to(rights).select_related("period", "rollout__document").newest_first()[:5],
        "ready": _readiness(rights),
        "can_remind": rights.holds(Verb.REMIND), "can_register": rights.holds(Verb.REGISTER),
    }


def _readiness(rights: Rights) -> readiness.Tally | None:
    """For those who urge: how many committees can be reached at all."""
    return readiness.tally(access.readiness_reach(rights), timezone.now()) if rights.holds(Verb.REMIND) else None


def _week(rollout: Rollout, today: date) -> int:
    """Which week of the rollout this is; the day of issue is in the first."""
    issued = rollout.issued_at
    return (today - timezone.localdate(issued)).days // 7 + 1 if issued else 0


def _administration(rights: Rights) -> dict[str, Any]:
    state = _health(timezone.now())
    return {
        "health": state, "ready": readiness.tally(access.readiness_reach(rights), timezone.now()),
        "failed": Mail.objects.visible_to(rights).filter(state=Mail.State.FAILED).count(),
        "roots": rights.units(Verb.ADMINISTER),
        "proposals": access.proposals_administered(rights).waiting().count(),
        "upcoming": access.decisions_visible(rights).upcoming().count(),
        "drafts": access.unit_lists_administered(rights).waiting().count(),
    }


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and the sweep is at most three minutes old, else 503."""
    state = _health(timezone.now())
    return JsonResponse(state, status=200 if state["status"] == "ok" else 503)


def _health(now: datetime) -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = pulse(now)
    except DatabaseError:
        return {"status": "error", "database": "error", "sweep_age_s": None, "outbox_oldest_s": None}
    age = (now - seen.swept_at).total_seconds() if seen.swept_at else None
    waited = (now - seen.due_since).total_seconds() if seen.due_since else 0
    fresh = age is not None and age <= STALE_SWEEP
    return {
        "status": "ok" if fresh else "stale", "database": "ok",
        "sweep_age_s": None if age is None else round(age, 1), "outbox_oldest_s": round(waited, 1),
    }


@login_not_required
def demo_people(request: HttpRequest) -> HttpResponse:
    """The demo's persons, one button each, and where to go as that person."""
    if not settings.DEMO:
        raise Http404
    context = {"persons": people(), "chosen": request.GET.get("nguoi", ""), "next": request.GET.get("toi", "")}
    return render(request, "portal/demo_people.html", context)


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's persons; outside the demo this address does not exist."""
    if not settings.DEMO or username not in {person.username for person in people()}:
        raise Http404
    user = get_object_or_404(User, username=username)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    target = request.POST.get("toi", "")
    inside = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if inside else "home")


@login_not_required
def absent(request: HttpRequest) -> HttpResponse:
    """Pages of allauth that an invitation-only portal does not have."""
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no form of ours sends; one sentence for what is too large, one for the rest."""
    large = isinstance(exception, RequestDataTooBig)
    return render(request, "413.html" if large else "400.html", status=413 if large else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason, where the rule that refused gave one."""
    reason = str(exception) if isinstance(exception, access.Forbidden) else ""
    return render(request, "403.html", {"reason": reason}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that is too old: say so, and lead back to it."""
    said = "Phiên làm việc đã hết hạn; hãy quay lại, tải lại trang rồi gửi lại."
    return render(request, "403.html", {"reason": said}, status=403)
