"""Forms check shape; they never save."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from directives.models import Rollout
from directives.models.rollout import RolloutQuerySet
from reports.actions import SECTIONS
from reports.models import Period
from units.forms import ComposedForm, DayField


class PeriodForm(ComposedForm, forms.Form):
    """A period with every date said; the cut-off is at 17:00 of its day."""

    rollout = forms.ModelChoiceField(label="Đợt triển khai", queryset=Rollout.objects.none())
    kind = forms.ChoiceField(label="Loại kỳ", choices=Period.Kind.choices)
    label = forms.CharField(label="Tên kỳ", max_length=60, help_text="Ví dụ: quý IV/2026")
    start_on = DayField(label="Từ ngày")
    end_on = DayField(label="Đến ngày")
    cut_off_on = DayField(label="Ngày chốt số liệu (17 giờ 00)")
    submit_by = DayField(label="Gửi báo cáo chậm nhất ngày")

    def __init__(self, *args: Any, rollouts: RolloutQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rollout"].queryset = rollouts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start_on"), data.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", "Ngày kết thúc kỳ phải sau ngày bắt đầu.")
        if data.get("cut_off_on"):
            data["cut_off_at"] = timezone.make_aware(datetime.combine(data.pop("cut_off_on"), time(17)))
        return data


class NarrativeForm(ComposedForm, forms.Form):
    """One box for each part that people write; `version` tells whether somebody saved in between."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signer_deputy = forms.BooleanField(label="Phó Trưởng ban ký thay (K/T)", required=False)
    signer_name = forms.CharField(label="Họ tên người ký", max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in SECTIONS.items():
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
            )

    def narrative(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in SECTIONS}


class IssueForm(forms.Form):
    number = forms.IntegerField(label="Số báo cáo", min_value=1, max_value=999_999)
    issued_on = DayField(label="Ngày báo cáo")
