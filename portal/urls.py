from allauth.account import urls as account_urls
from django.urls import include, path, re_path

from portal import views

# Accounts come by invitation only: these pages of allauth do not exist here.
ABSENT = ("signup", "email", "confirm-email", "password/set", "login/code")

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz/", views.health, name="health"),
    path("demo/", views.demo_people, name="demo-people"),
    path("demo/dang-nhap/<slug:username>/", views.demo_sign_in, name="demo-sign-in"),
    *(re_path(f"^tai-khoan/{page}/", views.absent) for page in ABSENT),
    path("tai-khoan/", include(account_urls)),
    path("to-chuc/", include("units.urls")),
    path("thu-di/", include("outbox.urls")),
    path("", include("directives.urls")),
    path("bao-cao/", include("reports.urls")),
    path("api/", include("portal.api")),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
