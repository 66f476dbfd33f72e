"""Who may do what: one table of roles and verbs, and the rights a user holds on a day.

A right is held at a unit and for everything below it; the only exceptions are the verbs of OWN_UNIT_ONLY. The same
table answers "may this user do it here" and "on which units may this user do it", so that a list and a button never
disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from units.models import Change, ImportDraft, Office, Proposal, Reorganisation, Unit, User
from units.models.draft import ImportDraftQuerySet
from units.models.office import OfficeQuerySet
from units.models.proposal import ProposalQuerySet
from units.models.reorganisation import ReorganisationQuerySet
from units.models.unit import UnitQuerySet


class Verb(Enum):
    VIEW = auto()  # see the lines of a subtree and their figures
    ACKNOWLEDGE = auto()  # answer for the unit itself
    DISSEMINATE = auto()  # record what a subtree's units did
    RECORD_OUTSIDE = auto()  # record an acknowledgement made outside the portal, for a unit below
    ASK_EXTENSION = auto()
    PROPOSE = auto()  # say what became of one's cells; the administrator agrees
    REGISTER = auto()  # take a document into the registry
    ISSUE = auto()  # issue, amend, close a rollout
    REMIND = auto()
    DECIDE = auto()  # extensions, sending back, hand-overs
    DRAFT_REPORT = auto()
    CHECK_REPORT = auto()
    NUMBER_REPORT = auto()  # enter number and date: the report counts as issued
    READ_REPORT = auto()  # issued reports only, unless DRAFT_REPORT is held too
    READ_MAIL = auto()  # the outbox of others
    ADMINISTER = auto()  # units, people in office, calendar


_BOARD = frozenset(
    {Verb.VIEW, Verb.RECORD_OUTSIDE, Verb.REGISTER, Verb.ISSUE, Verb.REMIND, Verb.DECIDE, Verb.DRAFT_REPORT,
     Verb.READ_REPORT, Verb.READ_MAIL}
)
ROLE_VERBS: dict[str, frozenset[Verb]] = {
    Office.Role.BOARD: _BOARD,
    Office.Role.HEAD: _BOARD | {Verb.CHECK_REPORT},
    Office.Role.REGISTRY: frozenset({Verb.VIEW, Verb.REGISTER, Verb.NUMBER_REPORT, Verb.READ_REPORT}),
    Office.Role.COMMITTEE: frozenset({Verb.READ_REPORT}),
    Office.Role.SECRETARY: frozenset(
        {Verb.VIEW, Verb.ACKNOWLEDGE, Verb.DISSEMINATE, Verb.RECORD_OUTSIDE, Verb.ASK_EXTENSION, Verb.PROPOSE}
    ),
    Office.Role.ADMINISTRATOR: frozenset({Verb.ADMINISTER, Verb.READ_MAIL}),
}
OWN_UNIT_ONLY = frozenset({Verb.ACKNOWLEDGE})


class Forbidden(PermissionDenied):
    """The user may not do this here (who), as opposed to: it cannot be done now (state)."""


@dataclass(frozen=True)
class Rights:
    """What one user may do on one day."""

    user: User | AnonymousUser
    today: date
    offices: tuple[Office, ...]

    @property
    def actor(self) -> User:
        """The signed-in user, for actions' `by`."""
        if isinstance(self.user, AnonymousUser):
            raise Forbidden("Cần đăng nhập.")
        return self.user

    def units(self, verb: Verb) -> list[Unit]:
        """The units at which `verb` is held; it reaches their subtrees unless OWN_UNIT_ONLY."""
        return [office.unit for office in self.offices if verb in verbs_of(office.role)]

    def holds(self, verb: Verb) -> bool:
        return bool(self.units(verb))

    def reach(self, verb: Verb) -> UnitQuerySet:
        """The units at which `verb` is held, with everything below them."""
        return Unit.objects.under(self.units(verb))

    @property
    def roots(self) -> list[Unit]:
        """The units from which one looks down the tree: with VIEW over its lines, with ADMINISTER over the units."""
        return list(dict.fromkeys([*self.units(Verb.VIEW), *self.units(Verb.ADMINISTER)]))

    def sees(self, unit: Unit) -> bool:
        """Whether the unit itself, as an organisation, is open to this user: `units_visible` for one row."""
        return any(root.holds(unit) for root in self.roots)

    def can(self, verb: Verb, unit: Unit) -> bool:
        if verb in OWN_UNIT_ONLY:
            return any(held.pk == unit.pk for held in self.units(verb))
        return any(held.holds(unit) for held in self.units(verb))

    def can_above(self, verb: Verb, unit: Unit) -> bool:
        """Held at a unit strictly above `unit`."""
        return any(held.holds(unit) and held.pk != unit.pk for held in self.units(verb))


def verbs_of(role: str) -> frozenset[Verb]:
    """The table, plus the one switch of the installation."""
    if role == Office.Role.COMMITTEE and settings.LIVE_FIGURES_FOR_COMMITTEE:
        return ROLE_VERBS[role] | {Verb.VIEW}
    return ROLE_VERBS[role]


def rights(user: User | AnonymousUser, today: date) -> Rights:
    """One query; the offices held on `today` by an active user. The frame of the page asks `user.rights` again."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return Rights(user, today, ())
    offices = Office.objects.on(today).filter(user=user).select_related("unit").order_by("pk")
    found = Rights(user, today, tuple(offices))
    user.rights = found
    return found


def can(user: User | AnonymousUser, verb: Verb, unit: Unit, today: date) -> bool:
    """Whether the user may do it there on that day."""
    return rights(user, today).can(verb, unit)


def units_granting(user: User | AnonymousUser, verb: Verb, today: date) -> list[Unit]:
    """The units at which the user holds the verb on that day; it reaches their subtrees unless OWN_UNIT_ONLY."""
    return rights(user, today).units(verb)


def require(by: User | None, verb: Verb, unit: Unit, now: datetime) -> None:
    """Raise Forbidden unless `by` holds `verb` at `unit`. None is the installation itself (commands, the demo)."""
    if by is not None and not can(by, verb, unit, timezone.localdate(now)):
        raise Forbidden("Đồng chí không có quyền thực hiện việc này tại đơn vị này.")


def require_over(by: User | None, users: Iterable[User], now: datetime) -> None:
    """Raise Forbidden unless `by` administers every unit at which these accounts hold an office.

    Whoever gives an account its password may act as that account, wherever it may act.
    """
    if by is None:
        return
    today = timezone.localdate(now)
    mine, held = rights(by, today), Office.objects.not_ended(today).filter(user__in=users).select_related("unit")
    if not all(mine.can(Verb.ADMINISTER, office.unit) for office in held):
        raise Forbidden(
            "Tài khoản còn giữ vai trò ở đơn vị ngoài phạm vi đồng chí quản trị; đề nghị quản trị cấp trên"
            " thực hiện."
        )


def units_visible(rights: Rights) -> UnitQuerySet:
    """The organisations one sees: the subtrees, in today's tree, of what one views or administers."""
    return Unit.objects.under(rights.roots)


def offices_administered(rights: Rights) -> OfficeQuerySet:
    """The offices one may end, have stood in for, or invite the holders of."""
    return Office.objects.filter(unit__in=rights.reach(Verb.ADMINISTER))


def accounts_administered(rights: Rights) -> models.QuerySet[User]:
    """The accounts that hold, held or will hold an office in the subtrees one administers."""
    return User.objects.filter(pk__in=offices_administered(rights).values("user"))


def account_lists_administered(rights: Rights) -> ImportDraftQuerySet:
    """The lists of accounts that were taken in for the subtrees one administers."""
    drafts = ImportDraft.objects.filter(kind=ImportDraft.Kind.ACCOUNTS)
    return drafts.filter(unit__in=rights.reach(Verb.ADMINISTER))


def unit_lists_administered(rights: Rights) -> ImportDraftQuerySet:
    """The lists of organisations and of decisions that were taken in for the subtrees one administers."""
    drafts = ImportDraft.objects.exclude(kind=ImportDraft.Kind.ACCOUNTS)
    return drafts.filter(unit__in=rights.reach(Verb.ADMINISTER))


def decisions_visible(rights: Rights) -> ReorganisationQuerySet:
    """The decisions about organisations one sees; what the installation itself set up is not among them."""
    about = Change.objects.filter(reorganisation=OuterRef("pk"), unit__in=units_visible(rights))
    changing = Exists(Change.objects.filter(reorganisation=OuterRef("pk"), founds=False))
    return Reorganisation.objects.filter(changing | ~Q(number="") | Q(created_by__isnull=False), Exists(about))


def proposals_administered(rights: Rights) -> ProposalQuerySet:
    """What committees ask for, about cells of the subtrees one administers."""
    return Proposal.objects.filter(parent__in=rights.reach(Verb.ADMINISTER))


def readiness_reach(rights: Rights) -> UnitQuerySet:
    """Where one follows who has an account: those who administer, and those who urge."""
    return rights.reach(Verb.ADMINISTER) | rights.reach(Verb.REMIND)
