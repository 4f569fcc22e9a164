"""The account team's decision: invest, stay, step down or part ways well. Private. Wording, no numbers."""

from typing import Final, Literal

from app.core.language import say, to_say

Choice = Literal["invest", "stay", "step_down", "part"]
CHOICES: Final[dict[Choice, str]] = {
    "invest": "Invest to the wanted step",
    "stay": "Stay where we are",
    "step_down": "Step down",
    "part": "Part ways well",
}
NEEDS_STEP: Final = frozenset({"invest", "step_down"})
WEIGHED: Final = {
    "cost_us": to_say("Costs us"),
    "gain_us": to_say("Brings us"),
    "cost_them": to_say("Costs them"),
    "gain_them": to_say("Brings them"),
}
"""What is weighed for each step, on both sides."""


def decision_words(choice: str, step: int | None) -> str:
    """A decision in a few words: "Invest to step 4", "Stay at step 3"."""
    match choice:
        case "invest":
            return say("Invest to step {step}", step=step)
        case "stay":
            return say("Stay at step {step}", step=step) if step else say("Stay where we are")
        case "step_down":
            return say("Step down to step {step}", step=step)
        case _:
            return say("Part ways well")
