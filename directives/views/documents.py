from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives import uploads
from directives.actions import documents as actions
from directives.actions.rollouts import revisable
from directives.data import registry
from directives.data.force import readable, shaken_by, standings
from directives.data.network import citing_of, network
from directives.forms import ForceForm, LetterForm, RegistryFilterForm
from directives.models import Citation, Document, StoredFile
from directives.reading.files import UnreadableFile
from directives.reading.letter import NotALetter
from directives.views.drafts import registry_unit
from units import access
from units.access import Rights, Verb

PAGE = 50


def document_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    documents = Document.objects.visible_to(rights)
    form = RegistryFilterForm(request.GET or None, types=registry.types(documents), years=registry.years(documents))
    asked = form.cleaned_data if form.is_valid() else {}
    found = registry.chosen(documents, rights.today, asked)
    page = registry.Listing(registry.listed(found), PAGE).get_page(request.GET.get("trang"))
    known = standings(page, rights.today)
    context = {
        "page": page, "form": form, "rows": [(one, known[one.pk]) for one in page], "narrowed": any(asked.values()),
        "can_register": rights.holds(Verb.REGISTER),
    }
    return render(request, "directives/document_list.html", context)


def document_add(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = registry_unit(rights)
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data.get("file")
        try:
            document = actions.bring_in(
                text=form.cleaned_data["text"], data=upload.read() if upload else b"",
                name=upload.name if upload else "", unit=unit, by=rights.actor, now=timezone.now(),
            )
        except (UnreadableFile, NotALetter, uploads.Refused, actions.WrongState) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã đọc văn bản. Hãy đối chiếu với bản gốc, sửa chỗ sai rồi vào sổ.")
            return redirect("document-correct", pk=document.pk)
    status = 200 if request.method == "GET" else 422
    return render(request, "directives/document_add.html", {"form": form}, status=status)


def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    document = get_object_or_404(Document.objects.visible_to(rights).select_related("revises", "file"), pk=pk)
    return render(request, "directives/document_detail.html", _detail(document, rights))


def _detail(document: Document, rights: Rights, **forms: Any) -> dict[str, Any]:
    citations = list(document.citations.select_related("target", "provision").order_by("pk"))
    citing = citing_of(document, rights)
    others = [*(c.target for c in citations if c.target), *(c.source for c in citing)]
    known = standings([document, *others], rights.today)
    open_to = readable([*others, *(one for standing in known.values() for one in standing.named)], rights)
    registers = rights.holds(Verb.REGISTER)
    changes = any(c.relation in (Citation.Relation.REPLACES, Citation.Relation.AMENDS) for c in citations)
    shaken = shaken_by(document, rights) if registers and changes else []
    return {
        "document": document, "standing": known[document.pk], "readable": open_to,
        "provisions": list(document.provisions.order_by("order")),
        "explicit": [(c, known.get(c.target_id or 0)) for c in citations if c.explicit],
        "implied": [(c, known.get(c.target_id or 0)) for c in citations if not c.explicit],
        "revisions": Document.objects.visible_to(rights).registered().filter(revises=document).newest_first(),
        "rollouts": document.rollouts.visible_to(rights).order_by("-pk"),
        "to_reissue": revisable(document) if rights.holds(Verb.ISSUE) else [],
        "shaken": [one for one in shaken if one.cited_by or one.rollouts],
        "unshaken": [one for one in shaken if not one.cited_by and not one.rollouts],
        "graph": network(document, citations, citing, known, open_to), "citing": citing,
        "force_form": ForceForm(initial={"in_force_on": document.in_force_on, "expires_on": document.expires_on}),
        "can_register": registers and document.is_draft, "can_note": registers and not document.is_draft,
        "can_issue": rights.holds(Verb.ISSUE) and document.state == Document.State.DIRECTIVE,
    } | forms


@require_POST
def document_register(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = registry_unit(rights)
    document = get_object_or_404(Document.objects.visible_to(rights), pk=pk)
    try:
        actions.register(
            document=document, state=request.POST.get("muc-dich", ""), unit=unit, by=rights.actor, now=timezone.now()
        )
    except actions.WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Văn bản đã vào sổ.")
    return redirect("document-detail", pk=pk)


@require_POST
def document_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Note from when, and until when, a registered document holds."""
    rights = access.rights(request.user, timezone.localdate())
    unit = registry_unit(rights)
    document = get_object_or_404(Document.objects.visible_to(rights).registered(), pk=pk)
    form = ForceForm(request.POST)
    if form.is_valid():
        try:
            actions.set_force(
                document=document, **form.cleaned_data, unit=unit, by=rights.actor, now=timezone.now()
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã ghi nhận hiệu lực của văn bản.")
            return redirect("document-detail", pk=pk)
    document.refresh_from_db()
    return render(request, "directives/document_detail.html", _detail(document, rights, force_form=form), status=422)


def document_file(request: HttpRequest, pk: int) -> FileResponse:
    rights = access.rights(request.user, timezone.localdate())
    document = get_object_or_404(Document.objects.visible_to(rights).select_related("file"), pk=pk)
    if document.file is None:
        raise Http404
    return download(document.file)


def download(file: StoredFile) -> FileResponse:
    """The bytes as an attachment; the browser is told not to guess what they are."""
    response = FileResponse(file.path.open("rb"), as_attachment=True, filename=file.name)
    response["Content-Type"] = file.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
