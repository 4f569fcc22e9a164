"""What the simulated people write on the change question, in the past and live. Words, no numbers."""

from typing import NamedTuple


class Saying(NamedTuple):
    """An idea: who writes it (customer or supplier), who would have to change as the writer sees it, and the words.

    ``kept_back``: the facilitator did not show it to the room.
    """

    side: str
    who: str
    text: str
    kept_back: bool = False


NORTHFIELD_FIRST = (
    Saying("customer", "them", "Answer a question the same day, even if the answer is “not yet”."),
    Saying("customer", "them", "One person we can call, not four."),
    Saying("supplier", "them", "Let us talk to the people who run the lines."),
    Saying("supplier", "us", "Report our own delivery figures before we are asked."),
)

NORTHFIELD_HALF = (
    Saying("customer", "them", "Tell us about delays the day before, not the day after."),
    Saying("customer", "both", "One list of open points that both sides keep."),
    Saying("supplier", "them", "Score the next tender on total cost, not on price alone."),
    Saying("supplier", "both", "A joint review twice a year, with leaders of both companies."),
)

NORTHFIELD_ANNUAL = (
    Saying("customer", "them", "Bring ideas, not only quotes."),
    Saying("customer", "them", "Send delay warnings by text, to the shift as well."),
    Saying("customer", "both", "Share plans earlier, both ways."),
    Saying("customer", "us", "Invite Halden to our planning days."),
    Saying("customer", "them", "Show us what it saved, in our own figures."),
    Saying("supplier", "them", "Open up the sales forecast, twelve weeks ahead."),
    Saying("supplier", "us", "Bring a planner to the meeting, not only sales."),
    Saying("supplier", "both", "Try one new pack together on one line, and look at the result after a month."),
    Saying("supplier", "them", "Stop asking for a price three times.", kept_back=True),
)

ALDER = (
    Saying("customer", "them", "The same service in every region."),
    Saying("customer", "both", "One page each quarter: what was promised, what was done."),
    Saying("supplier", "them", "Tell us which sites come first when stock is short."),
    Saying("supplier", "us", "Name one person for each region."),
)

BRIGHTWATER = (
    Saying("customer", "them", "Explain the invoice so that nobody has to ring up."),
    Saying("supplier", "both", "Walk through the site together before the season starts."),
)

CORVANE = (
    Saying("customer", "both", "Keep this circle small and meet every quarter."),
    Saying("supplier", "us", "Tell bad news first."),
)

KESTREL = (
    Saying("customer", "them", "Deliver what is ordered, on the day. That is enough for us."),
    Saying("customer", "us", "Order in whole pallets, and by Wednesday."),
    Saying("supplier", "us", "Fewer visits; a clear line to call instead."),
)

TELLER = (
    Saying("customer", "them", "Come with more than two people next time."),
    Saying("supplier", "them", "Warn us of volumes six weeks ahead."),
)

LIVE = (
    Saying("customer", "them", "Tell us what you would do in our place."),
    Saying("customer", "them", "Warn us before a delay, not after it."),
    Saying("customer", "us", "Share next year’s plan before it is final."),
    Saying("customer", "both", "Solve one thing together this quarter, and show it."),
    Saying("customer", "us", "Ask for advice before the tender goes out."),
    Saying("customer", "them", "Bring the people who make it, not only those who sell it."),
    Saying("customer", "both", "One list of open points, looked at every month."),
    Saying("customer", "them", "Less paper with each delivery."),
    Saying("customer", "us", "Let Operations decide together with Procurement."),
    Saying("customer", "them", "Keep what works: the night shift always gets an answer."),
    Saying("supplier", "them", "Give us the forecast twelve weeks ahead."),
    Saying("supplier", "us", "Answer within a day, even when the answer is no."),
    Saying("supplier", "both", "Plan the new line together from the start."),
    Saying("supplier", "us", "Put our own figures on the table first."),
    Saying("supplier", "them", "Judge us on total cost, not on price alone."),
    Saying("supplier", "both", "Two leaders who meet twice a year and decide."),
)
"""What the people of the live session have in mind."""
