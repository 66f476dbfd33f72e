"""Lists of organisations, and whole reorganisations, as a spreadsheet: upload, preview, confirm or discard."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from directives.data.handover import open_duties
from units import access
from units.access import Rights, Verb
from units.actions import intake
from units.actions.carry_out import Paper, WrongState
from units.data import decision_list, unit_list
from units.data.intake import VERDICTS, WRONG
from units.forms import ListForm
from units.models import ImportDraft
from units.sheets.package import MOST_BYTES
from units.sheets.reader import read
from units.sheets.table import Column, Fault, Refused
from units.sheets.writer import csv_text, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sort:
    """One sort of list that may be taken in."""

    kind: str
    slug: str
    title: str
    note: str
    columns: tuple[Column, ...]
    guide: tuple[str, ...]


SORTS = {
    sort.slug: sort
    for sort in (
        Sort(ImportDraft.Kind.UNITS, "to-chuc", "Nhập danh sách tổ chức",
             "Thêm và sửa nhiều đơn vị một lần; đơn vị không có trong tệp giữ nguyên.",
             unit_list.COLUMNS, unit_list.GUIDE),
        Sort(ImportDraft.Kind.REORGANISATION, "sap-xep", "Sắp xếp tổ chức bằng tệp",
             "Cả một quyết định sắp xếp: thành lập, hợp nhất, sáp nhập, chia tách, chuyển, kết thúc; thực hiện toàn bộ"
             " hoặc không gì cả.", decision_list.COLUMNS, decision_list.GUIDE),
    )
}
BY_KIND = {sort.kind: sort for sort in SORTS.values()}


def _administrator(request: HttpRequest) -> Rights:
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    return rights


def import_add(request: HttpRequest, sort: str) -> HttpResponse:
    """Upload a list; what it holds is kept for the preview, nothing else changes."""
    rights = _administrator(request)
    unit, chosen = rights.units(Verb.ADMINISTER)[0], SORTS[sort]
    posted = request.method == "POST"
    initial = {"effective_on": rights.today.isoformat()}
    form = ListForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    faults: list[Fault] = []
    if posted and form.is_valid():
        upload, data = form.cleaned_data["file"], form.cleaned_data
        try:
            if (upload.size or 0) > MOST_BYTES:
                raise Refused([Fault(None, "", f"Tệp lớn quá {MOST_BYTES // 1024 // 1024} MB.")])
            table = read(upload.read(), upload.name, chosen.columns)
            paper = Paper(data["effective_on"], data["number"], data["decided_on"])
            draft = intake.take_in(
                kind=chosen.kind, unit=unit, file_name=upload.name, table=table, paper=paper, by=rights.actor,
                now=timezone.now(),
            )
        except Refused as error:
            faults = error.faults
            form.add_error("file", f"Tệp chưa nhận được: {error}")
        else:
            return redirect("import-detail", pk=draft.pk)
    context = {"sort": chosen, "form": form, "faults": faults, "unit": unit}
    return render(request, "directives/import_add.html", context, status=422 if form.errors else 200)


def _draft(rights: Rights, pk: int) -> ImportDraft:
    waiting = access.unit_lists_administered(rights).waiting()
    return get_object_or_404(waiting.select_related("unit", "created_by"), pk=pk)


def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list would do to the units as they are now, row by row; filtered by verdict in the address."""
    rights = _administrator(request)
    return _preview(request, rights, _draft(rights, pk))


def _preview(request: HttpRequest, rights: Rights, draft: ImportDraft, status: int = 200) -> HttpResponse:
    seen = intake.preview(draft, rights.today)
    verdict = request.GET.get("loc", WRONG if seen.wrong else "")
    lines = [line for line in seen.lines if verdict in ("", line.verdict)]
    context = {
        "draft": draft, "sort": BY_KIND[draft.kind], "intake": seen, "verdict": verdict,
        "page": Paginator(lines, 50).get_page(request.GET.get("trang")),
        "filters": [("", "Tất cả", len(seen.lines)), *((key, VERDICTS[key], n) for key, n in seen.counts.items())],
        "sections": seen.seen.sections() if seen.seen else [],
        "duties": open_duties(seen.seen.ended_units) if seen.seen else 0,
    }
    return render(request, "directives/import_detail.html", context, status=status)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    rights = _administrator(request)
    draft = _draft(rights, pk)
    try:
        decision = intake.confirm(
            draft=draft, digest=request.POST.get("ban-xem", ""), by=rights.actor, now=timezone.now()
        )
    except WrongState as error:
        messages.error(request, str(error))
        return _preview(request, rights, draft, status=422)
    messages.success(request, f"Đã lưu: {decision.title}.")
    return redirect("reorganisation-detail", pk=decision.pk)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    rights = _administrator(request)
    draft = _draft(rights, pk)
    try:
        intake.discard(draft=draft, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã bỏ tệp; không có gì thay đổi.")
    return redirect("import-add", sort=BY_KIND[draft.kind].slug)


def import_template(request: HttpRequest, sort: str) -> HttpResponse:
    """An empty list with its headings, and how to fill it in on a second sheet."""
    _administrator(request)
    chosen = SORTS[sort]
    headings = [column.heading for column in chosen.columns]
    return _file(xlsx(headings, [], sheet=chosen.title[:31], notes=chosen.guide), f"mau-{sort}.xlsx")


def unit_export(request: HttpRequest, ending: str) -> HttpResponse:
    """The units one administers or views, as a list that can be taken in again."""
    rights = access.rights(request.user, timezone.localdate())
    rows = unit_list.exported(access.units_visible(rights), rights.today)
    headings, name = [column.heading for column in unit_list.COLUMNS], f"to-chuc-{rights.today:%Y%m%d}.{ending}"
    if ending == "csv":
        response = HttpResponse(csv_text(headings, rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
    return _file(xlsx(headings, rows, sheet="Danh sách tổ chức", notes=unit_list.GUIDE), name)


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
