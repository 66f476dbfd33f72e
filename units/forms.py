"""Forms check shape; they never save."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

from django import forms
from django.db.models import Q, QuerySet

from units.data import account_lists
from units.models import Office, Unit, User
from units.sheets.package import MOST_BYTES, TOO_LARGE
from units.sheets.reader import read
from units.sheets.table import Refused, Table
from units.vietnamese import clean

# No paper, meeting or organisation here is older, and a year typed short (26 for 2026) is noticed.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)


def numbers(texts: Iterable[str]) -> set[int]:
    """Those of some texts that can be the number of a row."""
    return {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19}


def possible_day(day: date) -> None:
    """Refuse a day that can only be a slip of the pen, such as the year 26."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(f"Ngày {day.day:02d}/{day.month:02d}/{day.year} không đúng; hãy xem lại năm.")


KINDS = [choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.PROVINCE]
UNIT_HELP = "Tên đầy đủ, hoặc mã DV-… nếu nhiều đơn vị trùng tên."


class DayField(forms.DateField):
    """A day; the browser's own picker where there is one, dd/mm/yyyy typed where there is not."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("error_messages", {"invalid": "Ngày không hợp lệ; hãy ghi theo dạng 07/10/2026."})
        super().__init__(validators=[possible_day], **kwargs)


class ComposedForm(forms.BaseForm):
    """Keeps words composed, however they were typed (a phone may send a letter and its marks apart).

    A browser sends a line's end as two letters; one is kept.
    """

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {name: _composed(each) if isinstance(each, str) else each for name, each in data.items()}


def _composed(text: str) -> str:
    return normalize("NFC", text).replace("\r\n", "\n")


class DayOfTreeForm(forms.Form):
    ngay = DayField(label="Cây tổ chức ngày")


class UnitForm(ComposedForm, forms.Form):
    name = forms.CharField(label="Tên tổ chức", max_length=200)
    kind = forms.ChoiceField(label="Loại tổ chức", choices=KINDS)
    opened_on = DayField(label="Thành lập ngày")
    decision = forms.CharField(label="Số quyết định", max_length=120, required=False)


ROLES_OF_A_UNIT = (Office.Role.SECRETARY, Office.Role.ADMINISTRATOR)


def roles_at(unit: Unit) -> list[tuple[str, str]]:
    """The roles that mean something there: those of the board and the Standing Committee only at the province."""
    return [(role.value, role.label) for role in Office.Role if unit.parent_id is None or role in ROLES_OF_A_UNIT]


class InvitationForm(ComposedForm, forms.Form):
    username = forms.SlugField(
        label="Tên đăng nhập", max_length=80,
        error_messages={"invalid": "Tên đăng nhập chỉ gồm chữ không dấu, chữ số và dấu gạch ngang."},
    )
    label = forms.CharField(
        label="Tên hiển thị (chức danh)", max_length=160,
        help_text="Ghi chức vụ, không ghi họ tên người. Ví dụ: Văn thư Huyện ủy",
    )
    email = forms.EmailField(
        label="Thư điện tử công vụ", required=False, help_text="Có thì cổng gửi thư mời; không có thì in phiếu."
    )
    role = forms.ChoiceField(label="Vai trò", initial=Office.Role.SECRETARY)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_at(unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and User.objects.filter(username__iexact=data["username"]).exists():
            self.add_error("username", "Tên đăng nhập đã có người dùng.")
        if data.get("email") and User.objects.filter(email__iexact=data["email"]).exists():
            self.add_error("email", "Địa chỉ thư này đã gắn với một tài khoản khác.")
        return data


class AccountField(forms.CharField):
    """An account that is there, by its name or address; among those the form was given."""

    accounts: QuerySet[User] = User.objects.none()

    def __init__(self) -> None:
        super().__init__(
            label="Tài khoản", max_length=254, help_text="Tên đăng nhập hoặc thư điện tử của tài khoản đã có.",
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        )

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        found = self.accounts.filter(Q(username__iexact=text) | Q(email__iexact=text)).first()
        if found is None:
            raise forms.ValidationError("Không có tài khoản nào như vậy trong phạm vi đồng chí quản trị.")
        return found


class LastingForm(forms.Form):
    """From one day to another, both included, as people say it."""

    from_on = DayField(label="Từ ngày")
    last_on = DayField(label="Đến hết ngày")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("from_on") and data.get("last_on") and data["last_on"] < data["from_on"]:
            self.add_error("last_on", "Ngày cuối không thể trước ngày đầu.")
        return data

    @property
    def to_on(self) -> date | None:
        """The first day without it."""
        last = self.cleaned_data.get("last_on")
        return last + timedelta(days=1) if last else None


class AppointmentForm(LastingForm):
    account = AccountField()
    role = forms.ChoiceField(label="Vai trò", initial=Office.Role.SECRETARY)
    last_on = DayField(label="Đến hết ngày", required=False, help_text="Để trống nếu chưa biết ngày thôi.")
    field_order = ("account", "role", "from_on", "last_on")

    def __init__(self, *args: Any, unit: Unit, accounts: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].accounts = accounts  # type: ignore[attr-defined]
        self.fields["role"].choices = roles_at(unit)  # type: ignore[attr-defined]


class SubstituteForm(LastingForm):
    account = AccountField()
    field_order = ("account", "from_on", "last_on")

    def __init__(self, *args: Any, accounts: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].accounts = accounts  # type: ignore[attr-defined]


class DismissalForm(forms.Form):
    on = DayField(
        label="Thôi giữ vai trò từ ngày", required=False,
        help_text="Từ ngày này tài khoản không còn quyền tại đơn vị; việc đã ghi trước đó vẫn giữ nguyên.",
    )


class HandOverForm(ComposedForm, forms.Form):
    label = forms.CharField(
        label="Tên hiển thị (chức danh)", max_length=160, help_text="Ghi chức vụ, không ghi họ tên người."
    )
    email = forms.EmailField(
        label="Thư điện tử của người nhận", required=False, help_text="Có thì cổng gửi thư mời; không có thì in phiếu."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email and User.objects.exclude(pk=self.user.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError("Địa chỉ thư này đã gắn với một tài khoản khác.")
        return email


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Mã kích hoạt", max_length=60,
        help_text="16 chữ và số in trên phiếu; chữ hoa hay chữ thường, có hay không có dấu gạch đều được.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters",
                                      "spellcheck": "false", "class": "code-box"}),
    )


class AccountListForm(forms.Form):
    unit = forms.TypedChoiceField(label="Tài khoản của các đơn vị thuộc", coerce=int)
    file = forms.FileField(
        label="Tệp danh sách", help_text="Tệp .xlsx hoặc .csv theo mẫu.", max_length=200,
        error_messages={"empty": "Tệp rỗng, không có nội dung."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]  # type: ignore[attr-defined]
        if len(units) == 1:
            del self.fields["unit"]

    @property
    def chosen(self) -> Unit:
        """The unit whose subtree the list speaks of; asked for only where there are several."""
        pk = self.cleaned_data.get("unit", self.units[0].pk)
        return next(unit for unit in self.units if unit.pk == pk)

    def clean_file(self) -> tuple[str, Table]:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        try:
            return upload.name, read(upload.read(), upload.name, account_lists.COLUMNS)
        except Refused as refused:
            raise forms.ValidationError([str(fault) for fault in refused.faults]) from refused


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


class PaperForm(ComposedForm, forms.Form):
    """The decision as a document; each kind of decision adds its own fields."""

    number = forms.CharField(label="Số quyết định", max_length=80, required=False, help_text="Ví dụ: 612-QĐ/TU")
    decided_on = DayField(label="Ngày quyết định", required=False)
    effective_on = DayField(label="Có hiệu lực từ ngày", help_text="Có thể là ngày đã qua hoặc ngày sắp tới.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in PaperForm.base_fields])  # what it is about first


class RenameForm(PaperForm):
    name = forms.CharField(label="Tên mới", max_length=200)


class KindForm(PaperForm):
    kind = forms.ChoiceField(label="Loại tổ chức mới", choices=KINDS)


class MoveForm(PaperForm):
    to = forms.CharField(label="Đơn vị cấp trên mới", max_length=200, help_text=UNIT_HELP)


class MergeForm(PaperForm):
    others = forms.CharField(
        label="Hợp nhất với", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
        help_text="Mỗi dòng một đơn vị: tên hoặc mã DV-…",
    )
    name = forms.CharField(label="Tên đơn vị mới", max_length=200)
    kind = forms.ChoiceField(label="Loại tổ chức", choices=KINDS)
    to = forms.CharField(
        label="Trực thuộc", max_length=200, required=False, help_text="Để trống: như đơn vị đang xem."
    )


class AbsorbForm(PaperForm):
    to = forms.CharField(label="Sáp nhập vào", max_length=200, help_text=UNIT_HELP)


class SplitForm(PaperForm):
    names = forms.CharField(
        label="Tên các đơn vị mới", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
        help_text="Mỗi dòng một đơn vị, cùng loại và cùng cấp trên với đơn vị đang xem.",
    )
    goes_on = forms.BooleanField(label="Đơn vị đang xem vẫn hoạt động (tách)", required=False)


class EndForm(PaperForm):
    to = forms.CharField(
        label="Cấp dưới chuyển về", max_length=200, required=False,
        help_text="Tên hoặc mã DV-… Để trống: mọi đơn vị cấp dưới cùng kết thúc.",
    )


class ListForm(PaperForm):
    file = forms.FileField(label="Tệp .xlsx hoặc .csv", allow_empty_file=True)


class InChargeForm(ComposedForm, forms.Form):
    """Who answers for the unit: a title and an office address, never a person's profile."""

    label = forms.CharField(label="Tên hiển thị (chức danh)", max_length=160, help_text="Ví dụ: Văn thư Đảng ủy xã")
    email = forms.EmailField(label="Thư điện tử công vụ", required=False, help_text="Để nhận nhắc việc.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Địa chỉ thư này đã gắn với một tài khoản khác.")
        return email


class CellsForm(ComposedForm, forms.Form):
    added = forms.CharField(
        label="Chi bộ chưa có trong danh sách", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        max_length=40_000,
        help_text="Mỗi dòng một chi bộ; có thể dán từ bảng tính. Chi bộ mới có trong các đợt giao sau khi được đồng ý.",
    )

    def clean_added(self) -> list[str]:
        lines = [clean(line) for line in self.cleaned_data["added"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if long := [place for place, name in enumerate(lines, 1) if len(name) > 200]:
            raise forms.ValidationError(f"Tên chi bộ ở dòng {long[0]} dài quá 200 ký tự.")
        return names


class ReasonForm(ComposedForm, forms.Form):
    reason = forms.CharField(label="Lý do", max_length=300, error_messages={"required": "Hãy ghi lý do."})
