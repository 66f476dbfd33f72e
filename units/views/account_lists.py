"""Accounts in bulk from a spreadsheet: the form to fill, what a list would do, what it did."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from units import access
from units.access import Rights, Verb
from units.actions import account_lists
from units.actions.carry_out import WrongState
from units.data import account_lists as data
from units.data.people import account_state, latest_invitations
from units.forms import AccountListForm, numbers
from units.models import ImportDraft, Unit
from units.sheets.writer import xlsx
from units.views.readiness import XLSX
from units.views.slips import MOST_AT_ONCE

AT_ONCE = 100


def _units(rights: Rights) -> list[Unit]:
    units = rights.units(Verb.ADMINISTER)
    if not units:
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    return units


def account_list_add(request: HttpRequest) -> HttpResponse:
    """Take a list in; nothing happens before its preview is confirmed."""
    rights = access.rights(request.user, timezone.localdate())
    units = _units(rights)
    form = AccountListForm(request.POST or None, request.FILES or None, units=units)
    if form.is_valid():
        name, table = form.cleaned_data["file"]
        draft = account_lists.take_in(
            table=table, file_name=name, unit=form.chosen, by=rights.actor, now=timezone.now()
        )
        return redirect("account-list-detail", pk=draft.pk)
    context = {"form": form, "units": units, "guide": data.GUIDE, "columns": data.COLUMNS}
    return render(request, "units/account_list_add.html", context, status=422 if form.errors else 200)


def account_list_template(request: HttpRequest) -> HttpResponse:
    """The form to fill; with `dien` a row for each unit of the subtree that still needs an account."""
    rights = access.rights(request.user, timezone.localdate())
    units, asked = _units(rights), numbers([request.GET.get("don-vi", "")])
    unit = next((unit for unit in units if unit.pk in asked), units[0])
    rows = data.to_fill(unit, rights.today) if "dien" in request.GET else []
    headings = [column.heading for column in data.COLUMNS]
    content = xlsx(headings, rows, sheet="Tài khoản", widths=data.WIDTHS, notes=data.GUIDE)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="danh-sach-tai-khoan.xlsx"'
    return response


def account_list_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list would do, to be confirmed or thrown away; once confirmed, what it did."""
    rights, now = access.rights(request.user, timezone.localdate()), timezone.now()
    _units(rights)
    draft = get_object_or_404(access.account_lists_administered(rights).select_related("unit"), pk=pk)
    if request.method == "POST":
        return _decided(request, draft, rights)
    if draft.confirmed_at is not None:
        return render(request, "units/account_list_done.html", _result(draft, rights))
    lines = account_lists.lines_of(draft, now)
    counted = {state: sum(line.state == state for line in lines) for state in (data.NEW, data.SAME, data.WRONG)}
    mailed = sum(line.state == data.NEW and bool(line.email) for line in lines)
    rank = {data.WRONG: 0, data.NEW: 1, data.SAME: 2}
    lines.sort(key=lambda line: (rank[line.state], line.number))
    context = {
        "draft": draft, "page": Paginator(lines, AT_ONCE).get_page(request.GET.get("trang")), "counted": counted,
        "mailed": mailed, "printed": counted[data.NEW] - mailed,
    }
    return render(request, "units/account_list_detail.html", context)


def _decided(request: HttpRequest, draft: ImportDraft, rights: Rights) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("viec") == "bo":
            account_lists.discard(draft=draft, by=rights.actor, now=now)
            messages.success(request, "Đã bỏ danh sách; không có tài khoản nào được tạo.")
            return redirect("account-list-add")
        if request.POST.get("viec") != "xac-nhan":
            raise WrongState("Chưa rõ việc cần làm; hãy xác nhận hoặc bỏ danh sách.")
        done = account_lists.confirm(draft=draft, by=rights.actor, now=now)
        messages.success(request, f"Đã tạo {done.made} tài khoản; đã có sẵn, không đổi: {done.same}.")
    except WrongState as error:
        messages.error(request, str(error))
    return redirect("account-list-detail", pk=draft.pk)


def _result(draft: ImportDraft, rights: Rights) -> dict[str, Any]:
    """What the ledger says the list did; and whoever of them has no address and no slip yet, in batches to print."""
    told = data.carried(draft)
    found = access.offices_administered(rights).filter(pk__in=told.offices).select_related("user", "unit")
    made = list(found.order_by("unit__path", "pk"))
    now, invitations = timezone.now(), latest_invitations({office.user_id for office in made})
    waiting = [
        office for office in made
        if not office.user.email and account_state(office.user, invitations.get(office.user_id), now) == "uninvited"
    ]
    batches = [waiting[at : at + MOST_AT_ONCE] for at in range(0, len(waiting), MOST_AT_ONCE)]
    return {"draft": draft, "told": told, "waiting": len(waiting), "batches": batches}
