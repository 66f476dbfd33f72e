from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from units import mail
from units.actions import accounts
from units.actions.carry_out import WrongState


class Command(BaseCommand):
    help = "Create the first administrator of an empty installation and print the one-time link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", default="Đảng bộ tỉnh", help="name of the provincial organisation")

    def handle(self, *args: object, **options: str) -> None:
        now = timezone.now()
        try:
            code = accounts.first_administrator(
                unit_name=options["unit"], by=None, now=now, today=timezone.localdate(now)
            )
        except WrongState as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(mail.link(code))
