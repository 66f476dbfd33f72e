from units.models.ledger import LedgerEntry
from units.models.office import Invitation, Office
from units.models.reorganisation import Reorganisation, Succession, UnitState
from units.models.unit import Unit
from units.models.user import User

__all__ = ["Invitation", "LedgerEntry", "Office", "Reorganisation", "Succession", "Unit", "UnitState", "User"]
