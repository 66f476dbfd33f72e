from allauth.account import urls as account_urls
from django.urls import include, path

from portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz/", views.health, name="health"),
    path("demo/", views.demo_people, name="demo-people"),
    path("demo/dang-nhap/<slug:username>/", views.demo_sign_in, name="demo-sign-in"),
    # Accounts come by invitation only: these pages of allauth do not exist here.
    path("tai-khoan/signup/", views.absent),
    path("tai-khoan/email/", views.absent),
    path("tai-khoan/password/set/", views.absent),
    path("tai-khoan/", include(account_urls)),
    path("to-chuc/", include("units.urls")),
    path("thu-di/", include("outbox.urls")),
    path("", include("directives.urls")),
    path("bao-cao/", include("reports.urls")),
    path("api/", include("portal.api")),
]

handler403 = "portal.views.forbidden"
