"""The account team's decision: invest, stay, step down or part ways well. Private. Wording, no numbers."""

from typing import Final, Literal

Choice = Literal["invest", "stay", "step_down", "part"]
CHOICES: Final[dict[Choice, str]] = {
    "invest": "Invest to the wanted step",
    "stay": "Stay where we are",
    "step_down": "Step down",
    "part": "Part ways well",
}
NEEDS_STEP: Final = frozenset({"invest", "step_down"})
WEIGHED: Final = {
    "cost_us": "Costs us",
    "gain_us": "Brings us",
    "cost_them": "Costs them",
    "gain_them": "Brings them",
}
"""What is weighed for each step, on both sides."""


def decision_words(choice: str, step: int | None) -> str:
    """A decision in a few words: "Invest to step 4", "Stay at step 3"."""
    match choice:
        case "invest":
            return f"Invest to step {step}"
        case "stay":
            return f"Stay at step {step}" if step else "Stay where we are"
        case "step_down":
            return f"Step down to step {step}"
        case _:
            return "Part ways well"
