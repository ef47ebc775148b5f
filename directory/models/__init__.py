"""What the house remembers. Tables only: the rules about them live in the rooms that write them."""

from directory.models.account import Account, Role
from directory.models.change import Change, ChangeCounter
from directory.models.licence import Licence, Training
from directory.models.stewardship import AuditLine
from directory.models.therapist import ConsultOffer, Fee, Place, Therapist, TherapistTerm

__all__ = [
    "Account",
    "AuditLine",
    "Change",
    "ChangeCounter",
    "ConsultOffer",
    "Fee",
    "Licence",
    "Place",
    "Role",
    "Therapist",
    "TherapistTerm",
    "Training",
]
