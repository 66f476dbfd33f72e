"""Reports in JSON: what one may read, with the frozen figures of the issued ones."""

import json
from typing import Any

from django.utils import timezone
from rest_framework import serializers, viewsets

from reports.models import Report, ReportQuerySet
from units import access


class ReportSerializer(serializers.ModelSerializer[Report]):
    period = serializers.CharField(source="period.label")
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = (
            "id", "period", "rollout", "revision", "state", "number", "issued_on", "frozen_at", "figures_sha256",
            "figures",
        )

    def get_figures(self, report: Report) -> dict[str, Any] | None:
        return json.loads(report.figures) if report.figures else None


class ReportViewSet(viewsets.ReadOnlyModelViewSet[Report]):
    serializer_class = ReportSerializer
    queryset = Report.objects.none()

    def get_queryset(self) -> ReportQuerySet:
        rights = access.rights(self.request.user, timezone.localdate())
        return Report.objects.visible_to(rights).select_related("period").newest_first()
