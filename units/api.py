"""Organisations in JSON, read only: found by name, level by level, and as they were on any day."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets

from units import access
from units.data.finding import matching
from units.data.tree import as_of
from units.forms import possible_day
from units.models import Change, Reorganisation, Succession, Unit, UnitState
from units.models.reorganisation import ReorganisationQuerySet
from units.models.unit import UnitQuerySet


class AskedSerializer(serializers.Serializer[Any]):
    tim = serializers.CharField(required=False, allow_blank=True, help_text="Words of a name or code of any day")
    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, min_value=1, max_value=2**63 - 1, help_text="Those directly under this one"
    )
    on = serializers.DateField(required=False, validators=[possible_day], help_text="The tree as of this day")


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """Name, kind, code, superior and place in the official order are those of the day asked for, else today's."""

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ("id", "name", "kind", "code", "parent", "sort_order", "opened_on", "closed_on")

    def to_representation(self, instance: Unit) -> dict[str, Any]:
        told = super().to_representation(instance)
        for state in getattr(instance, "that_day", []):
            told |= {name: getattr(state, name) for name in ("name", "kind", "code", "sort_order")}
            told["parent"] = state.parent_id
        return told


class StateSerializer(serializers.ModelSerializer[UnitState]):
    decision = serializers.CharField(source="decision.number")

    class Meta:
        model = UnitState
        fields = ("name", "kind", "code", "parent", "sort_order", "from_on", "to_on", "decision")


class KinSerializer(serializers.Serializer[Any]):
    """A predecessor or successor, by which decision and from which day."""

    unit = serializers.IntegerField()
    name = serializers.CharField()
    decision = serializers.CharField()
    effective_on = serializers.DateField()


class UnitDetailSerializer(UnitSerializer):
    """Successors that one may not see are left out; a predecessor is part of the unit's own past."""

    states = serializers.SerializerMethodField()
    predecessors = serializers.SerializerMethodField()
    successors = serializers.SerializerMethodField()

    class Meta(UnitSerializer.Meta):
        fields = (*UnitSerializer.Meta.fields, "states", "predecessors", "successors")

    @extend_schema_field(StateSerializer(many=True))
    def get_states(self, unit: Unit) -> Any:
        return StateSerializer(unit.states.select_related("decision").order_by("from_on"), many=True).data

    @extend_schema_field(KinSerializer(many=True))
    def get_predecessors(self, unit: Unit) -> Any:
        rows = unit.successions_to.select_related("predecessor", "reorganisation").order_by("pk")
        return [_kin(row.predecessor, row) for row in rows]

    @extend_schema_field(KinSerializer(many=True))
    def get_successors(self, unit: Unit) -> Any:
        rights = access.rights(self.context["request"].user, timezone.localdate())
        rows = unit.successions_from.select_related("successor", "reorganisation").order_by("pk")
        return [_kin(row.successor, row) for row in rows if rights.sees(row.successor)]


def _kin(unit: Unit, row: Succession) -> dict[str, Any]:
    decision = row.reorganisation
    told = {"unit": unit.pk, "name": unit.name, "decision": decision.number, "effective_on": decision.effective_on}
    return dict(KinSerializer(told).data)


class ChangeSerializer(serializers.ModelSerializer[Change]):
    """What a decision says about one unit; null or empty: as before."""

    class Meta:
        model = Change
        fields = ("unit", "founds", "ends", "name", "kind", "parent", "sort_order", "code")


class DecisionSerializer(serializers.ModelSerializer[Reorganisation]):
    class Meta:
        model = Reorganisation
        fields: tuple[str, ...] = ("id", "number", "decided_on", "effective_on", "title", "applied_at")


class DecisionDetailSerializer(DecisionSerializer):
    """With what it says about the units one sees."""

    changes = serializers.SerializerMethodField()

    class Meta(DecisionSerializer.Meta):
        fields = (*DecisionSerializer.Meta.fields, "changes")

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, decision: Reorganisation) -> Any:
        rights = access.rights(self.context["request"].user, timezone.localdate())
        seen = decision.changes.filter(unit__in=access.units_visible(rights)).order_by("pk")
        return ChangeSerializer(seen, many=True).data


class DecisionViewSet(viewsets.ReadOnlyModelViewSet[Reorganisation]):
    """The decisions that changed organisations, the newest first."""

    queryset = Reorganisation.objects.none()

    def get_serializer_class(self) -> type[DecisionSerializer]:
        return DecisionDetailSerializer if self.action == "retrieve" else DecisionSerializer

    def get_queryset(self) -> ReorganisationQuerySet:
        return access.decisions_visible(access.rights(self.request.user, timezone.localdate())).newest_first()


@extend_schema_view(list=extend_schema(parameters=[AskedSerializer]))
class UnitViewSet(viewsets.ReadOnlyModelViewSet[Unit]):
    queryset = Unit.objects.none()

    def get_serializer_class(self) -> type[UnitSerializer]:
        return UnitDetailSerializer if self.action == "retrieve" else UnitSerializer

    def get_queryset(self) -> UnitQuerySet:
        rights = access.rights(self.request.user, timezone.localdate())
        units = access.units_visible(rights).order_by("path")
        if self.action != "list":
            return units
        query = AskedSerializer(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        if asked.get("tim"):
            units = matching(units, asked["tim"])
        if "on" in asked:
            return as_of(units, asked["on"], asked.get("parent"))
        return units.filter(parent=asked["parent"]).in_official_order() if "parent" in asked else units
