import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives.models import Rollout
from directives.views.documents import download
from reports import actions
from reports.data import paper
from reports.forms import IssueForm, NarrativeForm, PeriodForm
from reports.models import Report
from units import access
from units.access import Rights, Verb
from units.data.history import history


def report_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    reports = Report.objects.visible_to(rights).select_related("period", "rollout__document").newest_first()
    page = Paginator(reports, 50).get_page(request.GET.get("trang"))
    return render(request, "reports/report_list.html", {"page": page, "can_draft": rights.holds(Verb.DRAFT_REPORT)})


def period_add(request: HttpRequest) -> HttpResponse:
    """Open a period and, with it, the draft of its report."""
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.DRAFT_REPORT):
        raise access.Forbidden("Đồng chí không có quyền soạn báo cáo.")
    rollouts = Rollout.objects.visible_to(rights).issued().select_related("document").order_by("-pk")
    form = PeriodForm(request.POST or None, rollouts=rollouts)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            period = actions.add_period(**form.cleaned_data, by=rights.actor, now=now)
            report = actions.draft(
                period=period, rollout=form.cleaned_data["rollout"], by=rights.actor, now=now
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã mở kỳ báo cáo và dự thảo.")
            return redirect("report-detail", pk=report.pk)
    return render(request, "reports/period_add.html", {"form": form}, status=422 if form.errors else 200)


def _report(rights: Rights, pk: int) -> Report:
    reports = Report.objects.visible_to(rights)
    return get_object_or_404(
        reports.select_related("period", "rollout__document", "rollout__root", "pdf", "checked_by", "issued_by"), pk=pk
    )


def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's page; a POST saves what was written, and what was typed stays when it cannot be saved."""
    rights = access.rights(request.user, timezone.localdate())
    report = _report(rights, pk)
    saves = request.method == "POST"
    if saves:
        access.require(rights.actor, Verb.DRAFT_REPORT, report.rollout.root, timezone.now())
    writes = report.state == Report.State.DRAFT and rights.can(Verb.DRAFT_REPORT, report.rollout.root)
    form = NarrativeForm(request.POST or None, initial=_written(report)) if writes or saves else None
    if saves and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            actions.write(
                report=report, narrative=form.narrative(), signer_deputy=data["signer_deputy"],
                signer_name=data["signer_name"], version=data["version"], by=rights.actor, now=timezone.now(),
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã lưu lúc {timezone.localtime():%H:%M}.")
            return redirect("report-detail", pk=pk)
    status = 422 if form is not None and form.errors else 200
    return render(request, "reports/report_detail.html", _detail(report, rights, form), status=status)


def _written(report: Report) -> dict[str, Any]:
    return {
        **report.narrative, "version": report.version, "signer_deputy": report.signer_deputy,
        "signer_name": report.signer_name,
    }


def _detail(
    report: Report, rights: Rights, form: NarrativeForm | None, issue: IssueForm | None = None
) -> dict[str, Any]:
    root, state = report.rollout.root, report.state
    sections = [(label, report.narrative.get(key, "")) for key, label in actions.SECTIONS.items()]
    return {
        "report": report, "figures": json.loads(report.figures) if report.figures else None, "form": form,
        "sections": sections, "history": history("report", report.pk),
        "can_freeze": state == Report.State.DRAFT and rights.can(Verb.DRAFT_REPORT, root),
        "can_check": state == Report.State.DRAFT and report.frozen_at and rights.can(Verb.CHECK_REPORT, root),
        "can_reopen": state == Report.State.CHECKED and rights.can(Verb.CHECK_REPORT, root),
        "can_issue": state == Report.State.CHECKED and rights.can(Verb.NUMBER_REPORT, root),
        "can_revise": state == Report.State.ISSUED and rights.can(Verb.DRAFT_REPORT, root),
        "issue_form": issue or IssueForm(initial={"issued_on": rights.today.isoformat()}),
    }


def _step(request: HttpRequest, pk: int, change: Callable[[Report, Rights], object], done: str) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    report = _report(rights, pk)
    try:
        change(report, rights)
    except actions.WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("report-detail", pk=pk)


@require_POST
def report_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _step(
        request, pk, lambda report, rights: actions.freeze(report=report, by=rights.actor, now=now),
        "Đã chốt số liệu.",
    )


@require_POST
def report_check(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _step(
        request, pk, lambda report, rights: actions.check(report=report, by=rights.actor, now=now),
        "Đã soát; chờ văn thư vào số.",
    )


@require_POST
def report_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _step(
        request, pk, lambda report, rights: actions.reopen(report=report, by=rights.actor, now=now),
        "Đã mở lại để sửa.",
    )


@require_POST
def report_issue(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    report = _report(rights, pk)
    access.require(rights.actor, Verb.NUMBER_REPORT, report.rollout.root, timezone.now())
    if report.state != Report.State.CHECKED:
        messages.error(request, "Chỉ vào số được báo cáo đã soát mà chưa phát hành.")
        return redirect("report-detail", pk=pk)
    form = IssueForm(request.POST)
    if form.is_valid():
        number, issued_on = form.cleaned_data["number"], form.cleaned_data["issued_on"]
        try:
            drawn = _drawn(report, number, issued_on)
            actions.issue(
                report=report, number=number, issued_on=issued_on, pdf=drawn, by=rights.actor, now=timezone.now()
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã phát hành; số liệu và bản PDF từ nay không thay đổi.")
            return redirect("report-detail", pk=pk)
    return render(request, "reports/report_detail.html", _detail(report, rights, None, form), status=422)


@require_POST
def report_revise(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    report = _report(rights, pk)
    try:
        fresh = actions.draft(period=report.period, rollout=report.rollout, by=rights.actor, now=timezone.now())
    except actions.WrongState as error:
        messages.error(request, str(error))
        return redirect("report-detail", pk=pk)
    return redirect("report-detail", pk=fresh.pk)


def report_pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The issued file as it was stored; before that, a draft drawn from the frozen figures."""
    rights = access.rights(request.user, timezone.localdate())
    report = _report(rights, pk)
    if report.pdf is not None:
        return download(report.pdf)
    if report.frozen_at is None:
        messages.error(request, "Hãy chốt số liệu trước khi xem bản in.")
        return redirect("report-detail", pk=pk)
    response = HttpResponse(_drawn(report, None, None), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="du-thao-{report.pk}.pdf"'
    return response


def _drawn(report: Report, number: int | None, issued_on: date | None) -> bytes:
    if report.frozen_at is None:
        raise actions.WrongState("Chưa chốt số liệu.")
    return paper.drawn(report, number=number, issued_on=issued_on, demo=settings.DEMO)
