"""The API's addresses: the apps' viewsets, the schema and its page. All behind the same sign-in as the pages."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from directives.api import AssignmentViewSet, DocumentViewSet, RolloutViewSet
from reports.api import ReportViewSet
from units.api import DecisionViewSet, UnitViewSet

router = DefaultRouter()
router.register("units", UnitViewSet, basename="api-unit")
router.register("decisions", DecisionViewSet, basename="api-decision")
router.register("documents", DocumentViewSet, basename="api-document")
router.register("rollouts", RolloutViewSet, basename="api-rollout")
router.register("assignments", AssignmentViewSet, basename="api-assignment")
router.register("reports", ReportViewSet, basename="api-report")

# The packaged API page styles itself inline; no page of ours may.
_docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", _docs, name="api-docs"),
    path("", include(router.urls)),
]
