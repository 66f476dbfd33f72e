"""What the API reads: JSON, in pages of at most 200 rows. Must not import DRF's views."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import exceptions
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request


class Json(JSONParser):
    """What is no JSON, or nested beyond reading, is the sender's error."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except (exceptions.ParseError, RecursionError) as error:
            raise exceptions.ParseError("Dữ liệu gửi lên không phải là JSON đúng quy cách.") from error


class Pages(LimitOffsetPagination):
    """At most 200 rows at once; a number that is none is refused, not guessed."""

    max_limit = 200

    def get_limit(self, request: Request) -> int | None:
        _require_number(request, "limit")
        return super().get_limit(request)

    def get_offset(self, request: Request) -> int:
        _require_number(request, "offset")
        return super().get_offset(request)


def _require_number(request: Request, name: str) -> None:
    text = request.query_params.get(name)
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise exceptions.ValidationError({name: ["Cần số nguyên không âm."]})
