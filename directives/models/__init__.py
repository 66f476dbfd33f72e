from directives.models.assignment import Assignment
from directives.models.calendar import CalendarDay
from directives.models.dissemination import Dissemination, Extension, Occasion
from directives.models.document import Citation, Document, Provision
from directives.models.file import StoredFile
from directives.models.reminder import Reminder
from directives.models.rollout import Rollout

__all__ = [
    "Assignment", "CalendarDay", "Citation", "Dissemination", "Document", "Extension", "Occasion", "Provision",
    "Reminder", "Rollout", "StoredFile",
]
