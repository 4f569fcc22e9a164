"""The words that the template of the PDF sets around the report's own."""

from app.core.language import say, say_n
from app.views.report import ReportView


def pdf_words(view: ReportView) -> dict[str, str]:
    """Headings, captions and labels by the names that typst/report.typ has for them."""
    return _everywhere(view) | _sections() | _ideas(view) | _method()


def _everywhere(view: ReportView) -> dict[str, str]:
    private = view.cut == "private"
    return {
        "foot_bold": say("Private to the account team.") if private else "",
        "foot": "" if private else say("Typical step: interpolated median."),
        "foot_people": say("Every figure with its number of people, none for fewer than {k}.", k=view.smallest_group),
        "of_pages": say("{page} of {pages}"),
        "nothing_shown": say(
            "Nothing has been shown to the room yet. Results come into the report once they are revealed there."
        ),
        "no_answers": say("No answers."),
        "too_few": say("too few to show"),
        "today": say("today"),
        "wanted": say("wanted"),
        "Today": say("Today"),
        "Wanted": say("Wanted"),
        "Group": say("Group"),
        "People": say("People"),
        "Gap": say("Gap"),
        "In_words": say("In words"),
    }


def _sections() -> dict[str, str]:
    return {
        "gap_per_person": say("Gap {gap} steps per person."),
        "by_group": say("Typical step by group."),
        "solid": say("Solid mark: today."),
        "open": say("Open mark: wanted."),
        "moves": say("Right: how many want up, stay or down."),
        "answers": say("How many people of each side named each answer. One person may name several."),
        "people_go": say("People go"),
        "numbers": say("The numbers"),
        "pairs_cap": say(
            "Pairs of groups that see it differently, furthest apart first. "
            "Steps: how far one group would have to move to match the other."
        ),
        "what_was_said": say("What was said"),
        "Steps": say("Steps"),
        "heat": say("How each side and group answered"),
        "counts": say("The counts"),
        "heat_cap": say("Number of people who chose each step. Stronger colour: a larger share of that side or group."),
        "how_to_read": say("How to read it"),
        "steps_apart": say("{label}: {steps} steps"),
    }


def _ideas(view: ReportView) -> dict[str, str]:
    ideas = say_n("{n} idea", "{n} ideas", view.ideas_count)
    return {
        "ideas": say("What would have to change"),
        "ideas_cap": say_n(
            "{ideas}, {n} theme, sorted by who would change.",
            "{ideas}, {n} themes, sorted by who would change.",
            view.themes_count,
            ideas=ideas,
        )
        if view.themes_count
        else say("{ideas}, sorted by who would change.", ideas=ideas),
        "in_no_theme": say("In no theme"),
        "no_ideas": say("No ideas here."),
        "support": say("Which changes would help most"),
        "would_change": say("What would change"),
        "ready_cap": say("Each person spoke for their own side. “Ready” means more than half of a side’s answers."),
        "will_do": say("What each side will do"),
        "guide": say("Discussion guide"),
        "private": say("Private to the account team"),
        "notes": say("Notes and decisions, private to the account team"),
        "who_said_what": say("Who said what, private to the account team"),
        "Name": say("Name"),
        "Answers": say("Answers"),
    }


def _method() -> dict[str, str]:
    return {
        "method": say("How to read the numbers"),
        "On": say("On"),
        "Could_not_judge": say("Could not judge"),
        "Typical": say("Typical"),
        "Agreement": say("Agreement A"),
        "Class": say("Class"),
        "Up": say("Up"),
        "Stay": say("Stay"),
        "Down": say("Down"),
        "d_w": say("d_w"),
        "Mean_gap": say("Mean gap"),
        "Median_gap": say("Median gap"),
        "First": say("First"),
        "Second": say("Second"),
        "Steps_apart": say("Steps apart"),
        "Cliffs_delta": say("Cliff’s delta"),
    }
