import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.data import figures
from directives.models import Assignment, Rollout

COLUMNS = ("Phải tiếp nhận", "Đã tiếp nhận", "Quá hạn", "Số chi bộ", "Đã phổ biến")


class Command(BaseCommand):
    help = "Print a rollout's figures one level below a unit (the root without --unit), as its pages show them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rollout", type=int, required=True)
        parser.add_argument("--unit", type=int, help="a unit of the frozen audience")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        today = timezone.localdate()
        rollout = Rollout.objects.filter(pk=options["rollout"]).first()
        if rollout is None:
            raise CommandError(f"Không có đợt triển khai số {options['rollout']}.")
        if rollout.issued_at is None:
            raise CommandError(f"Đợt triển khai số {rollout.pk} chưa giao, chưa có số liệu.")
        at = self._line(rollout, options["unit"])
        report = figures.report(rollout, options["unit"], figures.level(rollout, at, today), today)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{at.unit_name}: {rollout.document.name}, ngày {today:%d/%m/%Y}")
        self._table(report["units"] or [figures.line(rollout, at, today).as_dict()])

    def _line(self, rollout: Rollout, unit: int | None) -> Assignment:
        lines = Assignment.objects.filter(rollout=rollout)
        at = lines.filter(position=0).first() if unit is None else lines.filter(unit=unit).first()
        if at is None:
            raise CommandError(f"Đơn vị số {unit} không có trong đợt triển khai số {rollout.pk}.")
        return at

    def _table(self, units: list[dict[str, Any]]) -> None:
        width = max(len(unit["name"]) for unit in units)
        self.stdout.write(" " * width + "".join(f"  {column:>14}" for column in COLUMNS))
        for unit in units:
            late = unit["buckets"]["acknowledge"]["open_late"] + unit["buckets"]["disseminate"]["open_late"]
            numbers = (unit["total"], unit["acknowledged"], late, unit["cells"], unit["cells_disseminated"])
            self.stdout.write(f"{unit['name']:<{width}}" + "".join(f"  {number:>14}" for number in numbers))
