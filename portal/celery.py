"""The Celery application and its whole schedule: one sweep a minute, nothing else.

Beat only wakes the worker. What is due is read from the database each time, so a second beat, a lost message or a
day without a broker changes when things happen, never whether or how often.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {
        "task": "portal.sweep",
        "schedule": settings.SWEEP_SECONDS,
        # A sweep that waited longer than the next one is due has nothing left to do.
        "options": {"expires": settings.SWEEP_SECONDS},
    },
}
