"""Messages to account holders, as functions. They lead to a secret: they go by Django's mail API, as security mail."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from units.models import User
from units.vietnamese import moment_short


def link(code: str) -> str:
    """Where an invitation's code opens the page on which the first password is set."""
    return f"{settings.SITE_URL}{reverse('invitation-accept', args=[code])}"


def invitation(user: User, unit_name: str, code: str, expires_at: datetime) -> EmailMessage:
    """The way in for an account with an address; the same text for the first time and for every other."""
    until = moment_short(timezone.localtime(expires_at))
    text = (
        f"Kính gửi: {user.label}, {unit_name}\n\n"
        "Đồng chí được cấp tài khoản trên Cổng theo dõi triển khai của Ban Tuyên giáo Tỉnh ủy.\n\n"
        f"Tên đăng nhập: {user.username}\n"
        f"Để đặt mật khẩu, mở đường dẫn sau (dùng một lần, trước {until}):\n\n"
        f"{link(code)}\n\n"
        "Nếu không phải người phụ trách của đơn vị, đề nghị bỏ qua thư này và báo cho quản trị cổng.\n"
        "Thư do cổng gửi tự động, không cần trả lời.\n"
    )
    return EmailMessage("Thư mời đặt mật khẩu – Cổng theo dõi triển khai", text, to=[user.email])
