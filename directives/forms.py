"""Forms check shape; they never save. What was typed stays on the page when something is wrong."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar, cast
from unicodedata import normalize

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from directives.models import Assignment, Citation, Document, Occasion
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
    """A letter as a file, or its text pasted; one of the two."""

    file = forms.FileField(
        label="Tệp văn bản", required=False, validators=[within_size],
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf,.txt,.md"}),
        help_text="Word (.docx), PDF có lớp chữ, .txt hoặc .md, tối đa 20 MB. Bản quét chỉ có ảnh thì dán phần chữ vào"
        " ô bên dưới; kèm theo tệp thì cổng giữ tệp làm bản gốc và đọc phần chữ đã dán.",
    )
    text = forms.CharField(
        label="Hoặc dán toàn văn", required=False, widget=forms.Textarea(attrs={"rows": 12}), max_length=500_000,
        strip=False,
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


class LinesField(forms.CharField):
    """A list, one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        typed = normalize("NFC", super().clean(value) or "")
        lines = (" ".join(line.split()) for line in typed.splitlines())
        return [line for line in lines if line]


class ProvisionsField(forms.CharField):
    """Every provision as "[4.1] its text"; the lines below belong to it until the next mark."""

    _MARK = re.compile(r"\[([^\[\]\n]{1,60})\]")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 22}), required=False, max_length=600_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n\n".join(f"[{label}] {text}" for label, text in value)
        return value

    def clean(self, value: Any) -> Any:
        found: list[tuple[str, list[str]]] = []
        for line in normalize("NFC", super().clean(value) or "").splitlines():
            mark = self._MARK.match(line.strip())
            if mark:
                found.append((" ".join(mark[1].split()).rstrip("."), [line.strip()[mark.end():].strip()]))
            elif found:
                found[-1][1].append(line.strip())
            elif line.strip():
                raise forms.ValidationError("Mục đầu tiên phải mở bằng nhãn trong ngoặc vuông, ví dụ “[1] …”.")
        labels = [label for label, _ in found]
        if twice := sorted({label for label in labels if labels.count(label) > 1}):
            raise forms.ValidationError(f"Nhãn ghi hai lần: {', '.join(twice)}.")
        return [(label, "\n".join(filter(None, lines))) for label, lines in found]


class DocumentForm(ComposedForm, forms.Form):
    """What a person puts right by hand in a read letter, all but its lists of citations, deadlines and duties."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"), "Trang gửi thiếu phiên bản của dự thảo; hãy mở lại trang rồi ghi lại."
        ),
    )
    number = forms.CharField(label="Số, ký hiệu", max_length=80, required=False)
    type = forms.CharField(
        label="Loại văn bản", max_length=60, required=False, widget=forms.TextInput(attrs={"list": "ds-kinds"})
    )
    issuer = forms.CharField(
        label="Cơ quan ban hành", max_length=160, required=False, widget=forms.TextInput(attrs={"list": "ds-issuers"})
    )
    series = forms.CharField(
        label="Nhiệm kỳ hoặc năm", max_length=20, required=False,
        help_text="Số của Đảng đánh theo nhiệm kỳ (2025-2030), số của Nhà nước theo năm.",
    )
    place = forms.CharField(label="Nơi ban hành", max_length=80, required=False)
    issued_on = DayField(label="Ngày ban hành", required=False)
    in_force_on = DayField(label="Có hiệu lực từ", required=False)
    expires_on = DayField(label="Hết hiệu lực từ", required=False)
    title = forms.CharField(label="Trích yếu", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False)
    addressees = LinesField(label="Kính gửi (mỗi nơi một dòng)")
    preamble = forms.CharField(
        label="Phần mở đầu", max_length=100_000, widget=forms.Textarea(attrs={"rows": 8}), required=False
    )
    provisions = ProvisionsField(
        label="Các mục", help_text="Mỗi mục mở bằng nhãn trong ngoặc vuông: [1], [4.1], [II.2.a], [Điều 3]."
    )
    closing = forms.CharField(
        label="Phần kết", max_length=100_000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    copies = LinesField(label="Nơi nhận (mỗi nơi một dòng)")
    authority = forms.CharField(label="Thẩm quyền ký", max_length=80, required=False)
    position = forms.CharField(label="Chức vụ người ký", max_length=120, required=False)
    spread_to = forms.CharField(label="Văn bản yêu cầu phổ biến đến", max_length=200, required=False)
    revises = forms.ModelChoiceField(
        label="Sửa văn bản", queryset=Document.objects.none(), required=False, empty_label="Không sửa văn bản nào",
    )
    revision = forms.ChoiceField(
        label="Cách sửa", choices=[("", "—"), *Document.Revision.choices], required=False
    )

    def __init__(self, *args: Any, revisable: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Document]", self.fields["revises"]).queryset = revisable

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not data.get("number") and not data.get("title"):
            self.add_error("title", "Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
        if data.get("revises") and not data.get("revision"):
            self.add_error("revision", "Hãy chọn cách sửa: đính chính, sửa đổi, bổ sung hay thay thế.")
        if data.get("revision") and not data.get("revises"):
            self.add_error("revises", "Hãy chọn văn bản được sửa.")
        begins, ends = data.get("in_force_on"), data.get("expires_on")
        if begins and ends and ends <= begins:
            self.add_error("expires_on", "Ngày hết hiệu lực phải sau ngày có hiệu lực.")
        return data


class RowForm(ComposedForm, forms.Form):
    """One row of a list that may grow; `told_by` is the box whose words stand for the folded row."""

    told_by: ClassVar[str]

    @property
    def summary(self) -> str:
        return str(self[self.told_by].value() or "")


class CitationForm(RowForm):
    """One document that the letter names."""

    told_by = "as_written"

    relation = forms.ChoiceField(label="Quan hệ", choices=Citation.Relation.choices, required=False)
    type = forms.CharField(label="Loại", max_length=60, required=False)
    number = forms.CharField(label="Số, ký hiệu", max_length=80, required=False)
    issuer = forms.CharField(label="Cơ quan", max_length=160, required=False)
    issued_on = DayField(label="Ngày", required=False)
    title = forms.CharField(label="Trích yếu", max_length=500, required=False)
    provision = forms.CharField(label="Tại mục", max_length=60, required=False)
    implied = forms.BooleanField(label="Chỉ nhắc đến, không ghi số", required=False)
    as_written = forms.CharField(widget=forms.HiddenInput, max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.has_changed() and not data.get("number") and not data.get("title") and not self.errors:
            self.add_error("number", "Ghi số hoặc trích yếu, hoặc đánh dấu bỏ dòng này.")
        return data


class DeadlineForm(RowForm):
    """One time the letter itself sets: a day, a rhythm, or a length of time."""

    told_by = "text"

    text = forms.CharField(label="Văn bản ghi", max_length=300)
    on = DayField(label="Ngày cuối cùng", required=False)
    every = forms.CharField(label="Định kỳ", max_length=120, required=False)
    within = forms.CharField(label="Trong thời gian", max_length=120, required=False)
    provision = forms.CharField(label="Tại mục", max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if sum(bool(data.get(name)) for name in ("on", "every", "within")) > 1:
            self.add_error("text", "Mỗi dòng chỉ ghi một trong ba: ngày, định kỳ hoặc thời gian.")
        return data


class DutyForm(RowForm):
    """What the letter gives one body to do."""

    told_by = "body"

    body = forms.CharField(label="Cơ quan, đơn vị", max_length=200)
    text = forms.CharField(label="Việc được giao", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    provision = forms.CharField(label="Tại mục", max_length=60, required=False)


class RowSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """A list of rows; its refusals are sentences for the screen."""

    default_error_messages: ClassVar = {
        "missing_management_form": "Danh sách gửi lên bị thiếu; hãy mở lại trang rồi ghi lại.",
        "too_many_forms": "Danh sách dài quá %(num)d dòng.",
    }


_ROWS: dict[str, Any] = {"formset": RowSet, "extra": 0, "can_delete": True, "validate_max": True}
CitationFormSet = forms.formset_factory(CitationForm, max_num=300, **_ROWS)
DeadlineFormSet = forms.formset_factory(DeadlineForm, max_num=100, **_ROWS)
DutyFormSet = forms.formset_factory(DutyForm, max_num=100, **_ROWS)


class ForceForm(forms.Form):
    """From when, and until when, a registered document holds."""

    in_force_on = DayField(label="Có hiệu lực từ", required=False)
    expires_on = DayField(label="Hết hiệu lực từ", required=False)


class RegistryFilterForm(forms.Form):
    """The registry's filters, all from the address; what does not fit is passed over."""

    FORCE: ClassVar = [
        ("", "Tất cả"), ("con", "Chưa ghi nhận hết hiệu lực"), ("thay-the", "Đã được thay thế"),
        ("het", "Hết hiệu lực"),
    ]
    ORDER: ClassVar = [("", "Mới nhất trước"), ("so", "Theo số")]

    tim = forms.CharField(
        label="Tìm", required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "số, trích yếu, nội dung"}),
    )
    loai = forms.ChoiceField(label="Mục đích", choices=[("", "Tất cả"), *Document.State.choices], required=False)
    kieu = forms.ChoiceField(label="Loại văn bản", required=False)
    nam = forms.ChoiceField(label="Năm", required=False)
    hieu_luc = forms.ChoiceField(label="Hiệu lực", choices=FORCE, required=False)
    thu_tu = forms.ChoiceField(label="Thứ tự", choices=ORDER, required=False)

    def __init__(self, data: Any, *, types: list[str], years: list[int]) -> None:
        super().__init__(data, auto_id="%s")
        whole = [("", "Tất cả")]
        cast("forms.ChoiceField", self.fields["kieu"]).choices = [*whole, *((kind, kind) for kind in types)]
        cast("forms.ChoiceField", self.fields["nam"]).choices = [*whole, *((str(year), str(year)) for year in years)]


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

