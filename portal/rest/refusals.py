"""How every address of the API refuses: in Vietnamese, and as its schema says."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import exceptions, status
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


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's own answer to a refusal, with our sentence where it has only an English one."""
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
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
                # A refused body names its fields; every other refusal is one sentence.
                told = {"application/json": {"schema": {"type": "object"}}} if code == "400" else content
                operation["responses"].setdefault(code, {"description": said, "content": told})
    return result
