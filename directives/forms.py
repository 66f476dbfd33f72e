"""Forms check shape; they never save. What was typed stays on the page when something is wrong."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from directives.models import Assignment, Document, Occasion
from units.forms import ComposedForm, DayField
from units.models import Unit


def keys(texts: Iterable[str]) -> set[int]:
    """The row numbers among what a page sent back; anything else, and numbers no row can have, is passed over."""
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}


def within_size(upload: "UploadedFile[bytes]") -> None:
    """Refuse a file by its length before anything of it is read into memory."""
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise forms.ValidationError(f"Tệp lớn quá {settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB.")


class LetterForm(forms.Form):
    """A letter as a text file, or its text pasted; one of the two."""

    file = forms.FileField(
        label="Tệp văn bản (.txt, .md)", required=False, validators=[within_size],
        help_text="Tối đa 20 MB. Với bản quét hoặc Word, hãy sao chép phần chữ vào ô bên dưới.",
    )
    text = forms.CharField(
        label="Hoặc dán toàn văn", required=False, widget=forms.Textarea(attrs={"rows": 12}), max_length=500_000
    )
    open_document = forms.BooleanField(
        label="Đây là văn bản thường, không thuộc danh mục bí mật nhà nước", required=True,
        error_messages={"required": "Cổng chỉ nhận văn bản thường. Hãy xác nhận trước khi tải lên."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not (data.get("text") or "").strip():
            raise forms.ValidationError("Hãy chọn tệp hoặc dán toàn văn.")
        return data


class DocumentForm(ComposedForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a person corrects by hand in a read letter."""

    class Meta:
        model = Document
        fields = ("number", "type", "issuer", "series", "place", "issued_on", "in_force_on", "title")
        field_classes: ClassVar[dict[str, Any]] = {"issued_on": DayField, "in_force_on": DayField}
        widgets: ClassVar[dict[str, Any]] = {
            "issued_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "in_force_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "title": forms.Textarea(attrs={"rows": 3}),
        }


class RolloutForm(forms.Form):
    """The audience by kind, and the board's own two days."""

    act = forms.MultipleChoiceField(
        label="Để thực hiện", choices=Unit.Kind.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một loại đơn vị để thực hiện."},
    )
    inform = forms.MultipleChoiceField(
        label="Để biết", choices=Unit.Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    acknowledge_by = DayField(label="Hạn tiếp nhận (Ban đặt)")
    disseminate_by = DayField(label="Hạn phổ biến đến chi bộ (Ban đặt)")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("acknowledge_by"), data.get("disseminate_by")
        if first and second and second < first:
            self.add_error("disseminate_by", "Hạn phổ biến không thể sớm hơn hạn tiếp nhận.")
        if set(data.get("act", [])) & set(data.get("inform", [])):
            self.add_error("inform", "Mỗi loại đơn vị chỉ chọn một trong hai: để thực hiện hoặc để biết.")
        return data

    def audience(self) -> dict[str, str]:
        roles = {kind: str(Assignment.Role.INFORM) for kind in self.cleaned_data["inform"]}
        return roles | {kind: str(Assignment.Role.ACT) for kind in self.cleaned_data["act"]}


class OccasionForm(ComposedForm, forms.Form):
    """A day is enough; everything else may stay empty."""

    held_on = DayField(label="Ngày tổ chức")
    form = forms.ChoiceField(label="Hình thức", choices=Occasion.Form.choices, required=False)
    attended = forms.IntegerField(label="Số người dự", min_value=0, max_value=1_000_000, required=False)
    due = forms.IntegerField(label="Số người phải dự", min_value=0, max_value=1_000_000, required=False)
    own_number = forms.CharField(label="Số văn bản của đơn vị (nếu có)", max_length=80, required=False)


class SheetForm(forms.Form):
    """Bảng chi bộ: one day for all; the day is the only thing asked."""

    held_on = DayField(label="Ngày sinh hoạt")


class OutsideForm(forms.Form):
    on = DayField(label="Ngày tiếp nhận")
    channel = forms.ChoiceField(label="Hình thức tiếp nhận", choices=Assignment.Channel.choices)


class ExtensionForm(ComposedForm, forms.Form):
    to = DayField(label="Đề nghị gia hạn đến ngày")
    reason = forms.CharField(label="Lý do", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(ComposedForm, forms.Form):
    """A reason; the decision itself is the button that was pressed."""

    note = forms.CharField(label="Nội dung", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label="Tài liệu kèm theo", validators=[within_size],
        help_text="PDF, Word, Excel hoặc ảnh, tối đa 20 MB. Không tải danh sách, ý kiến đảng viên."
    )


class CalendarDayForm(ComposedForm, forms.Form):
    day = DayField(label="Ngày")
    working = forms.TypedChoiceField(
        label="Ngày này", choices=[("0", "nghỉ"), ("1", "làm việc")], coerce=lambda value: value == "1"
    )
    note = forms.CharField(label="Ghi chú", max_length=200)
    decision = forms.CharField(label="Văn bản quyết định", max_length=120, required=False)

