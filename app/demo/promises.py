"""What both sides promised in the sample workspace's past meetings, and what became of it. Data, no database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment. ``days``: how long after the meeting it was due. ``state``: proposed, agreed, in_hand, done or dropped."""

    text: str
    side: str
    owner: str
    days: int
    counterpart: str = ""
    state: str = "agreed"
    note: str = ""


NORTHFIELD_FIRST = (
    Promise("Name one contact for orders", "customer", "P. Okoro", 14, "one number to call", "done"),
    Promise("Answer complaints within a day", "supplier", "T. Lind", 30, "complaints in writing", "done"),
    Promise("Send one delivery note for each depot", "supplier", "L. Brandt", 45, "", "done"),
    Promise("Show the monthly figures at every review", "supplier", "J. Ek", 60, "", "done"),
)
NORTHFIELD_HALF = (
    Promise("Share the promotion calendar", "customer", "R. Castell", 30, "stock held for two weeks", "done"),
    Promise("Invite the planners to our Monday call", "customer", "A. Reyes", 60, "", "dropped", "The call has ended."),
    Promise("Test the lighter tray in one depot", "supplier", "L. Brandt", 70, "one week of real orders", "done"),
    Promise("Draw up a list of shared costs", "supplier", "J. Ek", 160, "", "in_hand", "Half of it is there."),
)
NORTHFIELD_ANNUAL = (
    Promise(
        "Share the 12-week sales forecast every Monday", "customer", "P. Okoro", 20, "a delivery plan back by Wednesday"
    ),
    Promise("Score the next tender on total cost", "customer", "R. Castell", 70, "an open cost sheet"),
    Promise(
        "Name one account lead with authority to settle orders",
        "supplier",
        "I. Marsh",
        6,
        "the list of orders",
        "in_hand",
    ),
    Promise("Send delay warnings two hours before the slot, by text", "supplier", "L. Brandt", 30, "a duty number"),
    Promise("Hold the first quarterly meeting of leaders", "both", "J. Hale and M. Duarte", 85),
    Promise("Open the cost sheet for three large items", "supplier", "J. Ek", 60, "", "proposed"),
)
CORVANE = (
    Promise("Try the return crates on two lines", "supplier", "T. Lind", 60, "two lines and a foreman", "in_hand"),
    Promise("Bring the maintenance plan to the review", "customer", "S. Moreau", 90),
)
KESTREL = (
    Promise("Agree one price list for all shops", "both", "K. Adair and I. Marsh", 40, "", "done"),
    Promise("Take over the returns of the small shops", "supplier", "L. Brandt", 100, "a fixed day", "dropped"),
)
