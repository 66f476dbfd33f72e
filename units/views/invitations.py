"""What an invited person does, before there is anything to sign in with."""

from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from units import access, codes
from units.access import Verb
from units.actions import accounts
from units.actions.carry_out import WrongState
from units.forms import CodeForm, PasswordForm
from units.models import User

# One answer for a code that is wrong, used, replaced, taken back or too old, so that none can be told from another.
NO_SUCH_CODE = (
    "Mã không đúng, đã được dùng, đã được thay hoặc đã hết hạn. Hãy xem lại phiếu; nếu vẫn không được, liên hệ quản trị"
    " cổng để được cấp lại."
)
TOO_MANY = "Nhập sai mã quá nhiều lần. Đề nghị chờ năm phút rồi thử lại."


@never_cache
@login_not_required
def activate(request: HttpRequest) -> HttpResponse:
    """The code on a slip, typed by hand."""
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        code = codes.plain(form.cleaned_data["code"])
        if not ratelimit.consume(request, action="activate", dry_run=True):
            form.add_error(None, TOO_MANY)
            status = 429
        elif code and accounts.open_invitation(code, timezone.now()):
            return redirect("invitation-accept", token=code)
        else:
            ratelimit.consume(request, action="activate")
            form.add_error("code", NO_SUCH_CODE)
    status = 422 if form.errors and status == 200 else status
    return render(request, "units/activate.html", {"form": form}, status=status)


@never_cache
@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person sets the first password, once."""
    invitation = accounts.open_invitation(token, timezone.now())
    if invitation is None:
        return render(request, "units/invitation_gone.html", status=404)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.accept_invitation(
                invitation=invitation, password=form.cleaned_data["password"], by=invitation.user, now=timezone.now()
            )
        except ValidationError as error:
            form.add_error("password", error)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã đặt mật khẩu. Mời đồng chí đăng nhập.")
            return redirect(f"{reverse('account_login')}?{urlencode({'next': _first_page(invitation.user)})}")
    context = {"form": form, "invited": invitation.user}
    return render(request, "units/invitation_accept.html", context, status=422 if form.errors else 200)


def _first_page(user: User) -> str:
    """Where a newcomer goes after signing in: who is in charge and which cells there are, or the front page."""
    offices = access.rights(user, timezone.localdate()).offices
    new = next((o for o in offices if o.confirmed_at is None and Verb.PROPOSE in access.verbs_of(o.role)), None)
    return reverse("unit-confirm", args=[new.unit_id]) if new else reverse("home")
