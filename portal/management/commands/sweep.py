import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.tasks import sweep


class Command(BaseCommand):
    help = "Do all that is due now; with --loop, for ever, on a machine without Celery."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true")

    def handle(self, *args: object, **options: bool) -> None:
        sweep()
        while options["loop"]:
            time.sleep(settings.SWEEP_SECONDS)
            sweep()
