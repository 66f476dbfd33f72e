"""How every address of the API reads, pages and refuses: within bounds, and in Vietnamese."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import exceptions, status
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

# What the framework would say in English, by the kind of refusal.
_SENTENCES: tuple[tuple[type[exceptions.APIException], str], ...] = (
    (exceptions.NotAuthenticated, "Cần đăng nhập."),
    (exceptions.NotFound, "Không có nội dung này, hoặc đơn vị của đồng chí không được giao."),
    (exceptions.MethodNotAllowed, "Địa chỉ này không nhận loại yêu cầu đó."),
    (exceptions.NotAcceptable, "Cổng chỉ trả lời bằng JSON."),
    (exceptions.UnsupportedMediaType, "Cổng chỉ nhận dữ liệu JSON."),
)
_STALE = "Phiên làm việc đã hết hạn hoặc thiếu mã CSRF; hãy tải lại trang rồi gửi lại."


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "Dữ liệu gửi lên quá lớn."
    default_code = "too_large"


class Json(JSONParser):
    """JSON of a bounded size; what is no JSON, or nested beyond reading, is the sender's error."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if int(length if length.isdecimal() else 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
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


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's own answer to a refusal, with our sentence where it has only an English one."""
    response = exception_handler(error, context)
    if response is None or not isinstance(response.data, dict) or "detail" not in response.data:
        return response
    if response.status_code == status.HTTP_404_NOT_FOUND:
        error = exceptions.NotFound()
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            response.data["detail"] = sentence
    if str(response.data["detail"]).startswith("CSRF Failed"):
        response.data["detail"] = _STALE
    return response


def with_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: every operation names the refusals that all of its kind share."""
    refusal = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
    result["components"]["schemas"]["Refusal"] = refusal
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            shared = {"403": "Chưa đăng nhập, thiếu mã CSRF hoặc không có quyền"}
            if any(each["in"] == "query" for each in operation.get("parameters", [])) or method == "post":
                shared["400"] = "Dữ liệu gửi lên không đúng"
            if "{" in path:
                shared["404"] = "Không có, hoặc không thuộc phạm vi được xem"
            if method == "post":
                shared["409"] = "Không làm được ở trạng thái hiện tại"
            for code, said in shared.items():
                operation["responses"].setdefault(code, {"description": said, "content": content})
    return result
