from datetime import date

from django.db import migrations

FIELDS = ("name", "kind", "parent_id", "sort_order")


def give_every_state_its_decision(apps, schema_editor):
    """What units were until now, told as decisions and their changes: one decision for each paper and day."""
    Reorganisation, Change = apps.get_model("units", "Reorganisation"), apps.get_model("units", "Change")
    UnitState, Unit = apps.get_model("units", "UnitState"), apps.get_model("units", "Unit")
    closed = dict(Unit.objects.filter(closed_on__isnull=False).values_list("pk", "closed_on"))
    codes = dict(Unit.objects.exclude(code="").values_list("pk", "code"))
    decisions: dict[tuple[str, date], object] = {
        (one.number, one.effective_on): one for one in Reorganisation.objects.order_by("pk")
    }

    def decision(number, on):
        if (number, on) not in decisions:
            title = "" if number else "Thiết lập ban đầu"
            decisions[number, on] = Reorganisation.objects.create(number=number, effective_on=on, title=title)
        return decisions[number, on]

    changes, states, before = [], [], None
    for state in UnitState.objects.order_by("unit", "from_on").iterator(chunk_size=2000):
        first = before is None or before.unit_id != state.unit_id
        taken_by = decision(state.decision_text[:80], state.from_on)
        said = {name: getattr(state, name) for name in FIELDS if first or getattr(state, name) != getattr(before, name)}
        if first:
            said["code"] = codes.get(state.unit_id, "")
        changes.append(Change(reorganisation=taken_by, unit_id=state.unit_id, founds=first, **said))
        state.decision, state.code = taken_by, codes.get(state.unit_id, "")
        states.append(state)
        before = state
    successions = apps.get_model("units", "Succession").objects.select_related(
        "reorganisation", "predecessor", "successor"
    )
    ended_by = {row.predecessor_id: row.reorganisation for row in successions}
    for row in successions:  # until now a unit could only be absorbed
        said = f"{row.reorganisation.title}; " if row.reorganisation.title else ""
        said += f"Sáp nhập {row.predecessor.name} vào {row.successor.name}"
        Reorganisation.objects.filter(pk=row.reorganisation_id).update(title=said[:300])
        row.reorganisation.title = said[:300]
    for unit, on in closed.items():
        changes.append(Change(reorganisation=ended_by.get(unit) or decision("", on), unit_id=unit, ends=True))
    Change.objects.bulk_create(changes, batch_size=500)
    UnitState.objects.bulk_update(states, ["decision", "code"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("units", "0002_reorganisations")]
    operations = [migrations.RunPython(give_every_state_its_decision, migrations.RunPython.noop)]
