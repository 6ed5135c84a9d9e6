"""How to speak with each of the five types of customers: one line for the card, the signs by which to tell them.

The types and the advice are the craft of customer care as it is taught to shop staff.
"""

from __future__ import annotations

from locales import N_, _
from store.records.kinds import Temperament

STRATEGIES = {
    Temperament.HESITANT: N_("Decide for them: one clear suggestion, and why now."),
    Temperament.HOT: N_("Stay calm and even; do not give way to bluster, never flatter."),
    Temperament.PROUD: N_("Praise, a little humour; never criticise; show what they gain."),
    Temperament.WORLDLY: N_("Few words, clear mind; watch how they react; talk trends and use."),
    Temperament.CAUTIOUS: N_("Go at their pace, be complete, show proof; reliability counts."),
}

SIGNS = {
    Temperament.HESITANT: N_("changes their mind, has no view of their own, fears the worst"),
    Temperament.HOT: N_("shows displeasure at once, has no patience, lectures others"),
    Temperament.PROUD: N_("knows it all already, finds you ordinary"),
    Temperament.WORLDLY: N_("smooth and silent, unmoved, waits until you give up"),
    Temperament.CAUTIOUS: N_("listens to everything, asks, doubts, is slow - and signs most often"),
}


def strategy(temperament: Temperament) -> str:
    """What to do with a customer of that type; empty when the type is not known."""
    return _(STRATEGIES[temperament]) if temperament in STRATEGIES else ""


def signs(temperament: Temperament) -> str:
    """How to tell that type; empty when the type is not known."""
    return _(SIGNS[temperament]) if temperament in SIGNS else ""
