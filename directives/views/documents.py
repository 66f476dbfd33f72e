from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives import uploads
from directives.actions import documents as actions
from directives.actions import files
from directives.data.citations import replacements
from directives.forms import DocumentForm, LetterForm
from directives.models import Document, StoredFile
from directives.reading.files import UnreadableFile, text_of
from directives.reading.letter import NotALetter, read, require_letter
from units import access
from units.access import Rights, Verb
from units.models import Unit


def document_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    documents = Document.objects.visible_to(rights)
    words, state = request.GET.get("tim", "").strip(), request.GET.get("loai", "")
    if words:
        documents = documents.search(words)
    if state in Document.State.values:
        documents = documents.filter(state=state)
    page = Paginator(documents.newest_first(), 50).get_page(request.GET.get("trang"))
    context = {
        "page": page, "words": words, "state": state, "states": Document.State.choices,
        "can_register": rights.holds(Verb.REGISTER),
    }
    return render(request, "directives/document_list.html", context)


def document_add(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = _registry_unit(rights)
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = _draft(form, unit, rights)
        except (UnreadableFile, NotALetter, uploads.Refused, actions.WrongState) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã đọc văn bản. Hãy đối chiếu rồi vào sổ.")
            return redirect("document-detail", pk=document.pk)
    status = 200 if request.method == "GET" else 422
    return render(request, "directives/document_add.html", {"form": form}, status=status)


def _draft(form: LetterForm, unit: Unit, rights: Rights) -> Document:
    """Read what was given and keep it as a draft; nothing is stored when any part of it is refused."""
    now, upload, kept = timezone.now(), form.cleaned_data.get("file"), None
    data = upload.read() if upload is not None else b""
    text = form.cleaned_data["text"] if upload is None else text_of(data, upload.name)
    content = actions.content_of(require_letter(read(text)).as_dict(), text)
    actions.require_new(content)
    if upload is not None:
        kept = files.store(data=data, name=upload.name, by=rights.actor, now=now)
    return actions.draft(content=content, unit=unit, by=rights.actor, now=now, file=kept)


def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    document = get_object_or_404(Document.objects.visible_to(rights), pk=pk)
    return render(request, "directives/document_detail.html", _detail(document, rights))


def _detail(document: Document, rights: Rights) -> dict[str, Any]:
    citations = list(document.citations.select_related("target", "provision").order_by("pk"))
    cited = [c.target_id for c in citations if c.target_id]
    replaced = replacements([*cited, document.pk])
    linked = [*cited, *(newer.pk for newer in replaced.values())]
    return {
        "document": document,
        # A document that one may not read is named here, never linked.
        "readable": set(Document.objects.visible_to(rights).filter(pk__in=linked).values_list("pk", flat=True)),
        "provisions": list(document.provisions.order_by("order")),
        "explicit": [(c, replaced.get(c.target_id or 0)) for c in citations if c.explicit],
        "implied": [c for c in citations if not c.explicit],
        "replaced_by": replaced.get(document.pk),
        "rollouts": document.rollouts.visible_to(rights).order_by("-pk"),
        "draft": document.state == Document.State.DRAFT,
        "can_register": rights.holds(Verb.REGISTER) and document.state == Document.State.DRAFT,
        "can_issue": rights.holds(Verb.ISSUE) and document.state == Document.State.DIRECTIVE,
    }


def document_correct(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = _registry_unit(rights)
    document = get_object_or_404(Document.objects.visible_to(rights).filter(state=Document.State.DRAFT), pk=pk)
    form = DocumentForm(request.POST or None, instance=document)
    if request.method == "POST" and form.is_valid():
        fresh = Document.objects.visible_to(rights).get(pk=pk)
        try:
            actions.correct(
                document=fresh, fields=form.cleaned_data, unit=unit, by=rights.actor, now=timezone.now()
            )
        except actions.WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã lưu phần sửa.")
            return redirect("document-detail", pk=pk)
    context = {"form": form, "document": document}
    return render(request, "directives/document_correct.html", context, status=422 if form.errors else 200)


@require_POST
def document_register(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    unit = _registry_unit(rights)
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


def _registry_unit(rights: Rights) -> Unit:
    units = rights.units(Verb.REGISTER)
    if not units:
        raise access.Forbidden("Đồng chí không có quyền nhập văn bản.")
    return units[0]
