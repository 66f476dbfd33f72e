import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from directives.actions import documents
from directives.actions.documents import WrongState
from directives.reading.draft import Draft
from directives.reading.files import LARGEST, UnreadableFile, text_of
from directives.reading.letter import NotALetter, read, require_letter
from directives.uploads import Refused
from units.models import Unit

UNKNOWN = "chưa rõ"


class Command(BaseCommand):
    help = "Read a letter (.txt, .md, .docx, .pdf) into a draft; --register keeps it in the registry as a draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--register", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        data = _data(options["file"])
        draft = _read(data, options["file"].name)
        kept = self._register(data, options["file"].name) if options["register"] else {}
        if options["json"]:
            self.stdout.write(json.dumps(draft.as_dict() | kept, ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(_summary(draft)))
        if kept:
            self.stdout.write(f"Đã giữ làm dự thảo số {kept['document']}: {kept['url']}")

    def _register(self, data: bytes, name: str) -> dict[str, Any]:
        root = Unit.objects.filter(parent=None).first()
        if root is None:
            raise CommandError("Cổng chưa có đơn vị nào; hãy tạo người quản trị đầu tiên trước.")
        try:
            document = documents.bring_in(text="", data=data, name=name, unit=root, by=None, now=timezone.now())
        except (WrongState, Refused) as refused:
            raise CommandError(str(refused)) from refused
        return {"document": document.pk, "url": settings.SITE_URL + reverse("document-detail", args=[document.pk])}


def _data(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError("Tệp lớn hơn 20 MB.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"Không mở được tệp {path}: {error.strerror}.") from error


def _read(data: bytes, name: str) -> Draft:
    try:
        return require_letter(read(text_of(data, name)))
    except (UnreadableFile, NotALetter) as refused:
        raise CommandError(str(refused)) from refused


def _summary(draft: Draft) -> list[str]:
    """What was found, for a person at a terminal; unknown is said to be unknown."""
    signatory = draft.signatory
    signed = [part for part in (signatory.authority, signatory.position, signatory.name) if part]
    return [
        f"Số, ký hiệu:      {draft.number or UNKNOWN}",
        f"Loại văn bản:     {draft.type or UNKNOWN}",
        f"Cơ quan ban hành: {draft.issuer or UNKNOWN}",
        f"Ngày ban hành:    {f'{draft.issued_on:%d/%m/%Y}' if draft.issued_on else UNKNOWN}",
        f"Trích yếu:        {draft.title or UNKNOWN}",
        f"Người ký:         {', '.join(signed) or UNKNOWN}",
        *_listed("Kính gửi", draft.addressees),
        *_listed("Nơi nhận", [copy.text for copy in draft.copies]),
        *_listed("Các mục", [f"{part.label}. {_short(part.text)}" for part in draft.provisions]),
        *_listed("Văn bản viện dẫn", [_short(one.as_written) for one in draft.citations if one.explicit]),
        *_listed("Viện dẫn không nêu số", [_short(one.as_written) for one in draft.citations if not one.explicit]),
        *_listed("Thời hạn", [_short(one.text) for one in draft.deadlines]),
        *_listed("Cần xem lại", [one.reason for one in draft.unsure]),
    ]


def _listed(heading: str, items: Sequence[str]) -> list[str]:
    return [f"{heading} ({len(items)}):", *(f"  - {item}" for item in items)] if items else []


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 90 else f"{plain[:89]}…"
