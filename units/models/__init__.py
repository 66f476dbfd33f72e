from units.models.draft import ImportDraft
from units.models.ledger import LedgerEntry
from units.models.office import Invitation, Office
from units.models.proposal import Proposal
from units.models.reorganisation import Change, Reorganisation, Succession, UnitState
from units.models.unit import Unit
from units.models.user import User

__all__ = [
    "Change", "ImportDraft", "Invitation", "LedgerEntry", "Office", "Proposal", "Reorganisation", "Succession", "Unit",
    "UnitState", "User",
]
