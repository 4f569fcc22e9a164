"""The fixed words of a session: questions per face, attribution, prompts to ask aloud. Wording, no numbers."""

from typing import Final

from app.core.language import to_say
from app.core.scales import Side

LABELS: Final = {
    "current": to_say("Today"),
    "desired": to_say("Wanted"),
    "mirror": "The other side",
    "change": "Must change",
    "readiness": "Ready",
}

SCREEN_HEADINGS: Final = {
    "current": "Where is our relationship today?",
    "desired": "Where would we like it to be?",
    "mirror": "How do we think the other side sees it?",
    "change": "What would have to change?",
    "readiness": "Who is ready for what?",
}

SCREEN_SUBS: Final = {
    "current": "Each step up means more benefit for both sides. Tap one step on your phone.",
    "desired": "Choose the step that is worth it. Tap one step on your phone.",
    "mirror": "Tap the step that you think most of them have chosen for today.",
    "change": "One change in one sentence, from your phone. Say who would have to change.",
    "readiness": "For each theme: is your side ready to do its part?",
}

ASKED_AGAIN_HEADINGS: Final = {
    "current": "Where we are today, asked again",
    "desired": "Where we would like to be, asked again",
}

HELP: Final = {
    "current": "Think of the last three months, not of the best or the worst day. There is no right answer.",
    "desired": "A higher step costs both sides more: time, openness, commitment. Choose the step that is worth it.",
    "mirror": "A guess is fine. It shows how well the two sides know each other.",
    "change": "Please name no one.",
    "readiness": "Speak for your own side, as you see it.",
}

ROOM_PROMPTS: Final = (
    (
        "What makes it feel like this step today? Give one example.",
        "Read the counts aloud first. Ask the customer first.",
    ),
    ("Some of us see it differently. What do you each see?", "Name groups, never people."),
    ("Do both sides see the same relationship?", "Curious, not defensive."),
    (
        "In a normal week, what would the wanted step look like?",
        "Leads to a first sign that both can watch for.",
    ),
)

PRIVATE_PROMPTS: Final = (
    (to_say("Do their answers match what they do? Do ours?"), to_say("Evidence and dates only.")),
    (
        to_say("Is it worth it: invest, stay, step down, or part well?"),
        to_say("A lower step well served is a good answer."),
    ),
)

PRIVATE_NEXT: Final = (
    to_say("What would we see next month if it were true?"),
    to_say("What would we stop doing elsewhere to pay for it?"),
)


def phone_heading(key: str, us: str, them: str) -> str:
    """The question as a phone asks it; ``us`` is its own company, ``them`` the other one."""
    return {
        "current": f"How would you describe our relationship with {them} today?",
        "desired": "Where would you like it to be?",
        "mirror": f"What do you think most people at {them} have just answered for today?",
        "change": "What would have to change?",
        "readiness": f"Is {us} ready for this?",
    }[key]


def asked_again(round_: int) -> str:
    """What stands above a question that is asked in a further round; "" in the first."""
    return f"Round {round_}: answer again, now that you have talked about it." if round_ > 1 else ""


def change_up(position: int, label: str) -> str:
    """The third question for somebody who wants a higher step."""
    return f"What would have to change to get to step {position}, {label}?"


def change_stay(position: int) -> str:
    """The third question for somebody who wants to stay."""
    return f"What must not be lost? What would make step {position} even better?"


CHANGE_LOWER: Final = "What would make a simpler relationship work well?"


def attribution_words(
    attribution: str, *, supplier: str, customer: str, facilitator: str, side: Side | None, k: int
) -> str:
    """Who will see what, in one or two sentences, as a participant reads it before the first tap.

    ``side`` puts *us* and *them* from the reader's side; None names the companies customer first.
    """
    us, them = (customer, supplier) if side in {None, "customer"} else (supplier, customer)
    if attribution == "named":
        return (
            f"This session is named: {supplier}’s account team will see what you, by name, have answered. "
            f"The room and {customer} see only groups of {k} or more."
        )
    if attribution == "anonymous":
        return (
            "Your answers are counted for your side only. No name, no group. "
            f"Sides with fewer than {k} answers are not shown."
        )
    return (
        "Your answers are counted with your group’s. Nobody is shown who chose what: "
        f"not {facilitator}, not {us}, not {them}. Groups of fewer than {k} are joined with others."
    )


def promise(attribution: str, *, supplier: str, customer: str, facilitator: str, k: int) -> list[str]:
    """The sentences that everybody reads before choosing a group; they are stored with the session and frozen."""
    first = attribution_words(
        attribution, supplier=supplier, customer=customer, facilitator=facilitator, side=None, k=k
    )
    return [first, ALWAYS, TAKE_BACK]


ALWAYS: Final = "Ideas you write are read by the facilitator before others see them. Please name no one."

TAKE_BACK: Final = "You can take back your answers until ten minutes after the session has closed."

SUPPORT_HEADING: Final = "Which changes would help most?"

SUPPORT_SUB: Final = "Support up to three of them on your phone. Totals come later."

NOT_NAMED: Final = "Nobody sees who said what."

ATTRIBUTION_SHORT: Final = {
    "group": "By group, no names asked",
    "named": "With names",
    "anonymous": "By side only",
}
