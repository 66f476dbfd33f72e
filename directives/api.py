"""The REST API: the pages' own querysets and actions in JSON. What one may not see does not exist here either."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from directives.actions import acknowledge, disseminate
from directives.actions.disseminate import Held
from directives.actions.documents import WrongState
from directives.data import figures
from directives.data.force import Standing, standings
from directives.models import Assignment, Citation, Document, Occasion, Provision, Rollout
from directives.models.assignment import AssignmentQuerySet
from directives.models.document import DocumentQuerySet
from directives.models.rollout import RolloutQuerySet
from units import access
from units.access import Rights, Verb
from units.forms import possible_day


class Conflict(APIException):
    """The row's state does not allow it, or somebody was faster; the message says which."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def rights_of(request: Request) -> Rights:
    return access.rights(request.user, timezone.localdate())


def or_conflict(change: Callable[[], Any]) -> Any:
    """Run one action; its refusal becomes a 409 with the screen's own sentence."""
    try:
        return change()
    except WrongState as error:
        raise Conflict(str(error)) from error


class ProvisionSerializer(serializers.ModelSerializer[Provision]):
    class Meta:
        model = Provision
        fields = ("label", "text")


class CitationSerializer(serializers.ModelSerializer[Citation]):
    class Meta:
        model = Citation
        fields = (
            "target", "as_written", "number", "type", "issuer", "issued_on", "title", "relation", "explicit",
        )


class DocumentSerializer(serializers.ModelSerializer[Document]):
    provisions = ProvisionSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)
    force = serializers.SerializerMethodField(help_text="pending, replaced, expired, amended or unchanged, today")
    replaced_by = serializers.SerializerMethodField(help_text="Number, or title, of what replaced it")

    class Meta:
        model = Document
        fields = (
            "id", "number", "num", "type", "issuer", "series", "place", "issued_on", "in_force_on", "expires_on",
            "title", "state", "revises", "revision", "sha256", "addressees", "copies", "preamble", "closing",
            "deadlines", "duties", "spread_to", "provisions", "citations", "force", "replaced_by",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._standings: dict[int, Standing] = {}

    def get_force(self, document: Document) -> str:
        return self._standing(document).force

    def get_replaced_by(self, document: Document) -> str | None:
        standing = self._standing(document)
        by = standing.latest or standing.by if standing.force == "replaced" else None
        return (by.number or by.title) if by else None

    def _standing(self, document: Document) -> Standing:
        """Asked once for the whole page."""
        if document.pk not in self._standings:
            shown = self.parent.instance if isinstance(self.parent, serializers.ListSerializer) else [document]
            self._standings = standings(shown or [document], timezone.localdate())
        return self._standings[document.pk]


class RolloutSerializer(serializers.ModelSerializer[Rollout]):
    class Meta:
        model = Rollout
        fields = ("id", "document", "acknowledge_by", "disseminate_by", "issued_at", "closed_at", "expected_count")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    class Meta:
        model = Assignment
        fields = (
            "id", "rollout", "unit", "unit_name", "unit_kind", "answering_unit", "role", "acknowledge_by",
            "acknowledged_on", "from_outside", "disseminate_by", "extended_to", "disseminated_on", "version",
        )


class DisseminateSerializer(serializers.Serializer[Any]):
    """One occasion of the unit in the address, for its own line or, by `assignments`, for lines below it."""

    held_on = serializers.DateField(validators=[possible_day])
    form = serializers.ChoiceField(
        choices=Occasion.Form.choices, default=Occasion.Form.CELL_MEETING,
        error_messages={"invalid_choice": "Hãy chọn hình thức phổ biến."},
    )
    attended = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    due = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    own_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    assignments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=1000,
        error_messages={"not_a_list": "Cần một danh sách."},
        help_text="Lines below to record with the same occasion; without it only the addressed line.",
    )


class RecordedSerializer(serializers.Serializer[Any]):
    occasion = serializers.IntegerField()
    recorded = serializers.ListField(child=serializers.IntegerField())
    already = serializers.ListField(child=serializers.IntegerField())


class BucketsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    done_in_time = serializers.IntegerField()
    after_extension = serializers.IntegerField()
    done_late = serializers.IntegerField()
    open_in_time = serializers.IntegerField()
    open_late = serializers.IntegerField()
    awaiting = serializers.IntegerField(help_text="Open at a unit that has ended: awaits a decision, not late.")


class BothBucketsSerializer(serializers.Serializer[Any]):
    acknowledge = BucketsSerializer()
    disseminate = BucketsSerializer()


class TallySerializer(serializers.Serializer[Any]):
    unit = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    kind = serializers.CharField()
    total = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    from_outside = serializers.IntegerField()
    cells = serializers.IntegerField()
    cells_disseminated = serializers.IntegerField()
    buckets = BothBucketsSerializer()


class FiguresSerializer(serializers.Serializer[Any]):
    rollout = serializers.IntegerField()
    unit = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateField()
    units = TallySerializer(many=True)


@extend_schema_view(list=extend_schema(parameters=[
    OpenApiParameter("q", str, description="Words, with or without marks, or a \"phrase\", anywhere in the document")
]))
class DocumentViewSet(viewsets.ReadOnlyModelViewSet[Document]):
    serializer_class = DocumentSerializer
    queryset = Document.objects.none()

    def get_queryset(self) -> DocumentQuerySet:
        found = Document.objects.visible_to(rights_of(self.request)).newest_first()
        words = self.request.query_params.get("q", "")
        return (found.search(words) if words else found).prefetch_related("provisions", "citations")


class RolloutViewSet(viewsets.ReadOnlyModelViewSet[Rollout]):
    serializer_class = RolloutSerializer
    queryset = Rollout.objects.none()

    def get_queryset(self) -> RolloutQuerySet:
        return Rollout.objects.visible_to(rights_of(self.request)).issued().order_by("-pk")

    @extend_schema(
        responses={200: FiguresSerializer},
        parameters=[OpenApiParameter("unit", int, description="A unit below; without it one's own level")],
    )
    @action(detail=True, url_path="figures", filter_backends=[], pagination_class=None)
    def figures(self, request: Request, pk: str) -> Response:
        """The figures of the level under a unit, as the page and `manage.py figures` show them."""
        rights = rights_of(request)
        rollout = self.get_object()
        asked = _asked(request, "unit")
        return Response(figures.report(rollout, *_level(rollout, rights, asked), rights.today))


def _asked(request: Request, name: str) -> int | None:
    """A row's number in the query; None when it is not asked for."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise serializers.ValidationError({name: ["Mã phải là số."]})
    return int(text)


def _level(rollout: Rollout, rights: Rights, asked: int | None) -> tuple[int | None, list[figures.Tally]]:
    """The frozen audience for those who read all of it, today's tree for a committee."""
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout)
    if rights.can(Verb.VIEW, rollout.root):
        at = lines.get(position=0) if asked is None else get_object_or_404(lines, unit=asked)
        return asked, figures.level(rollout, at, rights.today)
    unit = rights.units(Verb.VIEW)[0] if asked is None else get_object_or_404(rights.reach(Verb.VIEW), pk=asked)
    return unit.pk, figures.todays_level(rollout, unit, rights.today)


@extend_schema_view(list=extend_schema(parameters=[OpenApiParameter("rollout", int)]))
class AssignmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Assignment]):
    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.none()

    def get_queryset(self) -> AssignmentQuerySet:
        found = Assignment.objects.visible_to(rights_of(self.request)).filter(rollout__issued_at__isnull=False)
        asked = _asked(self.request, "rollout")
        if asked is not None:
            found = found.filter(rollout=asked)
        return found.select_related("rollout__document", "answering_unit").order_by("rollout", "position")

    @extend_schema(request=None, responses={200: AssignmentSerializer})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """The unit's own secretary receives the directive."""
        line, rights = self.get_object(), rights_of(request)
        or_conflict(lambda: acknowledge.acknowledge(assignment=line, by=rights.actor, now=timezone.now()))
        line.refresh_from_db()
        return Response(AssignmentSerializer(line).data)

    @extend_schema(request=DisseminateSerializer, responses={200: RecordedSerializer})
    @action(detail=True, methods=["post"])
    def disseminate(self, request: Request, pk: str) -> Response:
        """Record one occasion for this line, or for the given lines below it."""
        line, rights = self.get_object(), rights_of(request)
        asked = DisseminateSerializer(data=request.data or {})
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        lines = self._below(line, data["assignments"]) if data.get("assignments") else [line]
        held = Held(
            on=data["held_on"], form=data["form"], attended=data.get("attended"), due=data.get("due"),
            own_number=data.get("own_number", ""),
        )
        done = or_conflict(
            lambda: disseminate.record(
                unit=line.answering_unit, held=held, assignments=lines, by=rights.actor, now=timezone.now()
            )
        )
        return Response({
            "occasion": done.occasion.pk, "recorded": [each.pk for each in done.lines],
            "already": [each.pk for each in done.already],
        })

    def _below(self, line: Assignment, pks: list[int]) -> list[Assignment]:
        """The lines asked for, all of the same rollout and answered for under the addressed line's unit."""
        reach = self.get_queryset().filter(rollout=line.rollout, pk__in=pks)
        lines = list(reach.answered_under([line.answering_unit]))
        if len(lines) < len(set(pks)):
            raise serializers.ValidationError({"assignments": ["Có nhiệm vụ không có, hoặc không thuộc đơn vị này."]})
        return lines
