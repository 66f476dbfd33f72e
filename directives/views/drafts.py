"""A read letter beside its source: what was found is marked in the text, put right by hand, and kept."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives.actions import documents as actions
from directives.actions.content import Cited, Content
from directives.data import registry
from directives.data.meant import candidates
from directives.forms import CitationFormSet, DeadlineFormSet, DocumentForm, DutyFormSet
from directives.models import Document
from directives.reading.draft import Draft, Finding
from directives.reading.highlight import pieces
from directives.reading.letter import read
from units import access
from units.access import Rights, Verb
from units.models import Unit
from units.vietnamese import clean

FIELDS = {
    "number": "Số, ký hiệu", "type": "Loại văn bản", "issuer": "Cơ quan ban hành", "superior": "Cơ quan cấp trên",
    "place": "Nơi ban hành", "issued_on": "Ngày ban hành", "title": "Trích yếu", "addressee": "Kính gửi",
    "copy": "Nơi nhận", "authority": "Thẩm quyền ký", "position": "Chức vụ người ký", "name": "Người ký",
    "provision": "Mục", "citation": "Văn bản viện dẫn", "deadline": "Thời hạn", "duty": "Giao việc",
    "spread_to": "Phổ biến đến",
}
SURE = {"certain": "chắc chắn", "likely": "khá chắc", "doubtful": "cần xem lại"}
_SETS: dict[str, Any] = {"vien-dan": CitationFormSet, "thoi-han": DeadlineFormSet, "giao-viec": DutyFormSet}
_ADD = "them"


@dataclass(frozen=True)
class Mark:
    """One passage of the source on the page: `anchors` are the places it can be reached at."""

    text: str
    field: str
    sure: str
    told: str
    anchors: list[str]
    opens: list[str]  # labels of the provisions that begin here


def document_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft and its source side by side."""
    rights = access.rights(request.user, timezone.localdate())
    unit = registry_unit(rights)
    document = get_object_or_404(Document.objects.visible_to(rights), pk=pk)
    if not document.is_draft:
        messages.info(request, "Văn bản đã vào sổ, không sửa được nữa.")
        return redirect("document-detail", pk=pk)
    directives = Document.objects.visible_to(rights).directives().exclude(pk=pk).newest_first()
    if request.method != "POST":
        form = DocumentForm(initial=_initial(document), revisable=directives)
        sets = {prefix: made(prefix=prefix, initial=_rows(document, prefix)) for prefix, made in _SETS.items()}
        return _page(request, document, rights, form, sets)
    data = _with_new_row(request.POST)
    form = DocumentForm(data, revisable=directives)
    sets = {prefix: made(data, prefix=prefix) for prefix, made in _SETS.items()}
    if _ADD in request.POST:
        return _page(request, document, rights, form, sets)
    whole = [each.is_valid() for each in (form, *sets.values())]  # all are asked, so that all show their errors
    if all(whole):
        content = _content(form.cleaned_data, {prefix: _kept(each) for prefix, each in sets.items()}, document)
        try:
            actions.correct(
                document=document, content=content, seen=form.cleaned_data["seen"], unit=unit, by=rights.actor,
                now=timezone.now(),
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã lưu dự thảo lúc {timezone.localtime():%H:%M}.")
            return redirect("document-detail", pk=pk)
    return _page(request, document, rights, form, sets, status=422)


@require_POST
def document_discard(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = registry_unit(rights)
    document = get_object_or_404(Document.objects.visible_to(rights), pk=pk)
    try:
        actions.discard(document=document, unit=unit, by=rights.actor, now=timezone.now())
    except actions.WrongState as error:
        messages.error(request, str(error))
        return redirect("document-detail", pk=pk)
    messages.success(request, "Đã bỏ dự thảo.")
    return redirect("document-list")


def registry_unit(rights: Rights) -> Unit:
    """The unit whose registry this person keeps."""
    units = rights.units(Verb.REGISTER)
    if not units:
        raise access.Forbidden("Đồng chí không có quyền nhập văn bản.")
    return units[0]


def _page(
    request: HttpRequest, document: Document, rights: Rights, form: DocumentForm, sets: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    source = read(document.text)
    marks = _marks(source)
    _point(sets, source)
    known = Document.objects.visible_to(rights).registered()
    twins = Document.objects.visible_to(rights).of_number(document.number, None).exclude(pk=document.pk)
    context = {
        "document": document, "form": form, "citations": sets["vien-dan"], "deadlines": sets["thoi-han"],
        "duties": sets["giao-viec"], "marks": marks, "reached": {anchor for mark in marks for anchor in mark.anchors},
        "source": source, "doubts": list(dict.fromkeys(doubt.reason for doubt in source.unsure)),
        "twins": twins.exclude(pk__in=twins.stubs().values("pk")) if document.number else [],
        "several": _several(document), "kinds": registry.types(known), "issuers": registry.issuers(known),
        "legend": [(name, label) for name, label in FIELDS.items() if any(m.field == name for m in marks)],
    }
    return render(request, "directives/document_correct.html", context, status=status)


def _several(document: Document) -> list[tuple[str, list[Document]]]:
    """Names that more than one document of the registry bears: a person says by the number which is meant."""
    unlinked = document.citations.filter(target=None, explicit=True).order_by("pk")
    found = [(citation.as_written, candidates(citation, document)) for citation in unlinked]
    return [(words, documents) for words, documents in found if len(documents) > 1]


def _point(sets: dict[str, Any], source: Draft) -> None:
    """Tell each row where its words stand in the source: by the words, for rows come and go."""
    places: dict[str, dict[str, str]] = {"vien-dan": {}, "thoi-han": {}, "giao-viec": {}}
    for index, citation in enumerate(source.citations):
        places["vien-dan"].setdefault(clean(citation.as_written)[:500], f"citation-{index}")
    for index, deadline in enumerate(source.deadlines):
        places["thoi-han"].setdefault(clean(deadline.text), f"deadline-{index}")
    for index, duty in enumerate(source.duties):
        places["giao-viec"].setdefault(clean(f"{duty.body} {duty.text}"), f"duty-{index}")
    for prefix, rows in sets.items():
        for row in rows:
            told = [row[name].value() or "" for name in (row.told_by, *(["text"] if prefix == "giao-viec" else []))]
            row.at = places[prefix].get(clean(" ".join(told)), "")


def _marks(source: Draft) -> list[Mark]:
    marks = []
    reached: set[str] = set()
    for piece in pieces(source.text, source.findings):
        finding = piece.finding
        told = f"{FIELDS.get(finding.field, '')}: {SURE[finding.sure]}" if finding else ""
        opens = [source.provisions[each.index or 0].label for each in piece.begins if each.field == "provision"]
        # What a column of other words parts is found in several places; one is enough to go to.
        anchors = [at for at in dict.fromkeys(map(_anchor, piece.begins)) if at not in reached]
        reached.update(anchors)
        marks.append(Mark(
            piece.text, finding.field if finding else "", finding.sure if finding else "", told, anchors, opens,
        ))
    return marks


def _anchor(finding: Finding) -> str:
    return finding.field if finding.index is None else f"{finding.field}-{finding.index}"


def _with_new_row(posted: QueryDict) -> QueryDict:
    """What was typed, with one more empty row in the list whose button was pressed."""
    prefix = posted.get(_ADD, "")
    data = posted.copy()
    count = data.get(f"{prefix}-TOTAL_FORMS", "")
    if prefix in _SETS and count.isascii() and count.isdigit() and len(count) < 4:
        data[f"{prefix}-TOTAL_FORMS"] = str(int(count) + 1)
    return data


def _kept(rows: Any) -> list[dict[str, Any]]:
    return [row.cleaned_data for row in rows.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]


def _initial(document: Document) -> dict[str, Any]:
    plain = (
        "number", "type", "issuer", "series", "place", "title", "addressees", "copies", "preamble", "closing",
        "authority", "position", "spread_to", "revision",
    )
    days = ("issued_on", "in_force_on", "expires_on")
    return {
        **{name: getattr(document, name) for name in (*plain, *days)}, "seen": document.version,
        "revises": document.revises_id or _revised(document),
        "provisions": list(document.provisions.order_by("order").values_list("label", "text")),
    }


def _revised(document: Document) -> int | None:
    """The directive that the letter's own words replace or amend, proposed while nobody has chosen."""
    changing = document.citations.replacing() | document.citations.amending()
    found = changing.filter(target__state=Document.State.DIRECTIVE).values_list("target", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def _rows(document: Document, prefix: str) -> list[dict[str, Any]]:
    if prefix == "thoi-han":
        return list(document.deadlines)
    if prefix == "giao-viec":
        return list(document.duties)
    told = ("relation", "type", "number", "issuer", "issued_on", "title", "as_written")
    return [
        {name: getattr(citation, name) for name in told}
        | {"implied": not citation.explicit, "provision": citation.provision.label if citation.provision else ""}
        for citation in document.citations.select_related("provision").order_by("pk")
    ]


def _content(data: dict[str, Any], rows: dict[str, list[dict[str, Any]]], document: Document) -> Content:
    same = (
        "title", "number", "type", "issuer", "series", "place", "issued_on", "in_force_on", "expires_on", "addressees",
        "copies", "authority", "position", "preamble", "provisions", "closing", "spread_to", "revises", "revision",
    )
    return Content(
        **{name: data[name] for name in same}, text=document.text,
        citations=[
            Cited(
                title=row["title"], number=row["number"], type=row["type"], issuer=row["issuer"],
                issued_on=row["issued_on"], relation=row["relation"] or "cites", explicit=not row["implied"],
                as_written=row["as_written"], provision=row["provision"],
            )
            for row in rows["vien-dan"]
        ],
        deadlines=[_deadline(row) for row in rows["thoi-han"]],
        duties=[{name: row[name] for name in ("body", "text", "provision")} for row in rows["giao-viec"]],
    )


def _deadline(row: dict[str, Any]) -> dict[str, Any]:
    when = {"on": row["on"] and row["on"].isoformat(), "every": row["every"], "within": row["within"]}
    return {"text": row["text"], "provision": row["provision"]} | {name: value for name, value in when.items() if value}
