from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.volume import build
from portal.demo.world import SIZES
from units import ledger
from units.models import Unit


class Command(BaseCommand):
    help = "Build a made-up world of a given size in an empty database, the same for the same seed and day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: object, **options: Any) -> None:
        if Unit.objects.exists():
            raise CommandError("Cổng đã có đơn vị; chỉ dựng dữ liệu thử trong cơ sở dữ liệu còn trống.")
        build(size=SIZES[options["size"]], seed=options["seed"], now=timezone.now(), say=self.stdout.write)
        while ledger.seal():
            pass
