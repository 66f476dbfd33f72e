"""Forms check shape; they never save."""

from datetime import date
from typing import Any
from unicodedata import normalize

from django import forms

from units.models import Office, Unit, User

# No paper, meeting or organisation here is older, and a year typed short (26 for 2026) is noticed.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)


def possible_day(day: date) -> None:
    """Refuse a day that can only be a slip of the pen, such as the year 26."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(f"Ngày {day.day:02d}/{day.month:02d}/{day.year} không đúng; hãy xem lại năm.")


class DayField(forms.DateField):
    """A day; the browser's own picker where there is one, dd/mm/yyyy typed where there is not."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("error_messages", {"invalid": "Ngày không hợp lệ; hãy ghi theo dạng 07/10/2026."})
        super().__init__(validators=[possible_day], **kwargs)


class ComposedForm(forms.BaseForm):
    """Keeps words composed, however they were typed (a phone may send a letter and its marks apart)."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {name: normalize("NFC", each) if isinstance(each, str) else each for name, each in data.items()}


class UnitForm(ComposedForm, forms.Form):
    name = forms.CharField(label="Tên tổ chức", max_length=200)
    kind = forms.ChoiceField(label="Loại tổ chức", choices=[c for c in Unit.Kind.choices if c[0] != Unit.Kind.PROVINCE])
    opened_on = DayField(label="Thành lập ngày")
    decision = forms.CharField(label="Số quyết định", max_length=120, required=False)


class InvitationForm(ComposedForm, forms.Form):
    username = forms.SlugField(
        label="Tên đăng nhập", max_length=80,
        error_messages={"invalid": "Tên đăng nhập chỉ gồm chữ không dấu, chữ số và dấu gạch ngang."},
    )
    label = forms.CharField(label="Tên hiển thị (chức danh)", max_length=160, help_text="Ví dụ: Văn thư Huyện ủy")
    email = forms.EmailField(label="Thư điện tử công vụ", required=False)
    role = forms.ChoiceField(label="Vai trò", choices=Office.Role.choices, initial=Office.Role.SECRETARY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and User.objects.filter(username__iexact=data["username"]).exists():
            self.add_error("username", "Tên đăng nhập đã có người dùng.")
        if data.get("email") and User.objects.filter(email__iexact=data["email"]).exists():
            self.add_error("email", "Địa chỉ thư này đã gắn với một tài khoản khác.")
        return data


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Mật khẩu mới", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 14 ký tự, không phải mật khẩu thông dụng.",
    )
    again = forms.CharField(
        label="Nhập lại mật khẩu", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "Hai mật khẩu không giống nhau.")
        return data
