from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def no_store(handler: Handler) -> Handler:
    """Middleware: a page made for a signed-in person is not kept by browsers or proxies."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return respond
