import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.people import PASSWORD, people
from portal.demo.story import tell
from units import ledger
from units.models import Unit


class Command(BaseCommand):
    help = "Load the demo into an empty portal; --list prints its sign-ins as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true")

    def handle(self, *args: object, **options: bool) -> None:
        if not settings.DEMO:
            raise CommandError("Dữ liệu minh họa chỉ có ở bản dùng thử (DEMO=1, không phải chế độ production).")
        if options["list"]:
            self.stdout.write(json.dumps([_sign_in(asdict(one)) for one in people()], ensure_ascii=False))
            return
        if Unit.objects.exists():
            self.stdout.write("Đã có dữ liệu; không nạp lại dữ liệu minh họa.")
            return
        self.stdout.write("Đang nạp dữ liệu minh họa…")
        cast = tell(now=timezone.now())
        while ledger.seal():
            pass
        self.stdout.write(f"Đã nạp {len(cast.units)} tổ chức đảng của một tỉnh không có thật.")


def _sign_in(person: dict[str, str]) -> dict[str, str]:
    return {
        "role": person["role"], "username": person["username"], "password": PASSWORD, "unit": person["unit"],
    }
