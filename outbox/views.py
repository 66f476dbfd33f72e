from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from outbox import actions, tasks
from outbox.models import Mail
from units import access
from units.access import Verb


def mail_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    mails = Mail.objects.visible_to(rights)
    counts = dict(mails.values_list("state").annotate(Count("pk")))
    state = request.GET.get("trang-thai", "")
    if state in Mail.State.values:
        mails = mails.filter(state=state)
    page = Paginator(mails.order_by("-pk"), 50).get_page(request.GET.get("trang"))
    states = [
        {"value": value, "label": label, "count": counts.get(value, 0), "current": value == state}
        for value, label in Mail.State.choices
    ]
    waiting = any(s["count"] for s in states if s["value"] in (Mail.State.WAITING, Mail.State.SENDING))
    context = {"page": page, "states": states, "state": state, "waiting": waiting}
    return render(request, "outbox/mail_list.html", context)


def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    mail = get_object_or_404(Mail.objects.visible_to(rights), pk=pk)
    can_retry = mail.state == Mail.State.FAILED and rights.holds(Verb.READ_MAIL)
    return render(request, "outbox/mail_detail.html", {"mail": mail, "can_retry": can_retry})


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    rights = access.rights(request.user, timezone.localdate(now))
    mail = get_object_or_404(Mail.objects.visible_to(rights), pk=pk)
    actions.retry(mail=mail, by=rights.actor, now=now)
    if mail.state == Mail.State.FAILED:
        tasks.wake(tasks.deliver)
        messages.success(request, "Thư được xếp hàng gửi lại.")
    else:
        messages.info(request, "Thư này không ở trạng thái lỗi; không có gì thay đổi.")
    return redirect("mail-detail", pk=mail.pk)
