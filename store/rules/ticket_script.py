"""What to do, to say and not to say in each of the six steps of a complaint; what each of the nine questions means.

The steps are the craft of complaint handling as it is taught to shop staff; the words are this program's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from locales import N_, _, ngettext
from store.records.kinds import Question, Step
from store.rules.customer_file import CustomerFile


@dataclass(frozen=True)
class Script:
    """One step: each part line by line, in the language in use."""

    do: tuple[str, ...]
    say: tuple[str, ...]
    avoid: tuple[str, ...]


SCRIPTS: dict[Step, Script] = {
    Step.VENT: Script(
        do=(
            N_("Somewhere quiet, a seat, a glass of water; on the phone: slow down."),
            N_("Let them finish. Write down the facts; argue about none of them."),
        ),
        say=(
            N_("I see what you mean."),
            N_("Of course that is annoying; it would be for anybody."),
            N_("Please tell me all of it, I am writing it down."),
        ),
        avoid=(N_("You must have mixed something up."), N_("Calm down."), N_("There is no need to shout.")),
    ),
    Step.APOLOGISE: Script(
        do=(
            N_("Say sorry once, clearly, before any reason."),
            N_("Thank them: most who are unhappy just stay away."),
        ),
        say=(
            N_("I am sorry that we let you down."),
            N_("I am sorry for the trouble this has made."),
            N_("Thank you for telling us; now we can put it right."),
        ),
        avoid=(N_("We never do that."), N_("That cannot be."), N_("You should have...")),
    ),
    Step.QUESTION: Script(
        do=(
            N_("Ask what is still missing (the answers are on the next tab)."),
            N_("Say it back in your own words until they agree."),
        ),
        say=(
            N_("May I ask a few things, so that I get it right?"),
            N_("So what happened is... Have I understood that?"),
            N_("What would you like us to do?"),
        ),
        avoid=(N_("Questions like at a hearing, one after the other."), N_("Why didn't you...?")),
    ),
    Step.OFFER: Script(
        do=(
            N_("Own it: the shop made the mistake, not a colleague."),
            N_("Offer only what you may decide yourself; else say who decides, and by when."),
        ),
        say=(
            N_("This is ours to put right."),
            N_("I will exchange it, or give the money back: which do you prefer?"),
            N_("I will ask the owner and call you by six today."),
        ),
        avoid=(
            N_("A promise beyond what you may give: it makes the second complaint."),
            N_("I will see what I can do."),
            N_("Those are the rules."),
        ),
    ),
    Step.OPINION: Script(
        do=(
            N_("Ask whether the offer suits them. If not: what would?"),
            N_("A new offer goes back to the step before; write down what they say."),
        ),
        say=(
            N_("Would that be all right for you?"),
            N_("What would make it good for you?"),
        ),
        avoid=(N_("Pressing for a yes."), N_("That is my last word.")),
    ),
    Step.FOLLOW_UP: Script(
        do=(
            N_("Do what was agreed, then call: a few days later, before they must."),
            N_("Tell the team what went wrong, so that it happens once."),
        ),
        say=(
            N_("I am calling to ask whether it is all right now."),
            N_("We have changed how we do it, because you told us."),
        ),
        avoid=(N_("Silence."), N_("A call that only wants to sell something.")),
    ),
}

HINTS = {
    Question.EVENT: N_("the event, in their words"),
    Question.HOW: N_("when, where, in which order"),
    Question.GOODS: N_("name, size, batch, order number"),
    Question.WHY: N_("what they had expected instead"),
    Question.GUIDE: N_("who was on duty, not who is guilty"),
    Question.OTHER: N_("something earlier, something at home"),
    Question.REASONABLE: N_("your own view; they do not hear it"),
    Question.WISH: N_("money, goods, an apology, to be heard"),
    Question.OLD_NEW: N_("how long they have been coming"),
}


def script(step: Step) -> Script:
    """The script of a step, in the language in use."""
    found = SCRIPTS[step]
    return Script(
        do=tuple(_(line) for line in found.do),
        say=tuple(_(line) for line in found.say),
        avoid=tuple(_(line) for line in found.avoid),
    )


def hint(question: Question) -> str:
    """What is meant by a question, in a few words."""
    return _(HINTS[question])


def old_or_new(file: CustomerFile) -> str:
    """The answer to the last question, as the file knows it."""
    count = file.purchase_count
    if not count:
        return _("new: no purchase on file")
    first = file.purchases[-1].at if len(file.purchases) == count else None
    told = ngettext("old: {count} purchase", "old: {count} purchases", count).format(count=count)
    return _("{told} since {year}").format(told=told, year=first.year) if first else told
