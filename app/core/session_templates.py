"""The templates that ship: ladders with the words of each step, per side, and the behaviours that show it."""

from dataclasses import replace
from typing import Any, Final

from app.core.language import ENGLISH, say, spoken, to_say
from app.core.scales import Dimension, Step, Template

SUPPLIER_TO_PARTNER: Final = Template(
    key="supplier-to-partner",
    name=to_say("Supplier to Partner"),
    summary=to_say("How two companies work together."),
    dimensions=(
        Dimension(
            key="relationship",
            label=to_say("Our relationship"),
            kind="ordered",
            steps=(
                Step(
                    position=1,
                    label=to_say("Supplier"),
                    short=to_say("Supplier"),
                    customer_says=to_say("We buy. You deliver."),
                    supplier_says=to_say("We deliver what is ordered."),
                    customer_benefit=to_say("a fair price, freedom to switch"),
                    supplier_benefit=to_say("orders, low cost of selling"),
                    customer_behaviours=(
                        to_say("asks several suppliers for a price each time"),
                        to_say("deals through purchasing only"),
                        to_say("judges on price and delivery date"),
                    ),
                    supplier_behaviours=(
                        to_say("answers what is asked"),
                        to_say("meets the specification"),
                        to_say("speaks when there is an order or a complaint"),
                    ),
                ),
                Step(
                    position=2,
                    label=to_say("Preferred supplier"),
                    short=to_say("Preferred"),
                    customer_says=to_say("You’re our first call for what you sell."),
                    supplier_says=to_say("We are the first call for what we sell."),
                    customer_benefit=to_say("reliability, less searching and checking"),
                    supplier_benefit=to_say("repeat business, early orders"),
                    customer_behaviours=(
                        to_say("renews without a full tender"),
                        to_say("warns of volumes ahead"),
                        to_say("complains early and directly"),
                    ),
                    supplier_behaviours=(
                        to_say("keeps capacity free"),
                        to_say("reports its own performance"),
                        to_say("sorts out mistakes without being chased"),
                    ),
                ),
                Step(
                    position=3,
                    label=to_say("Solution provider"),
                    short=to_say("Solutions"),
                    customer_says=to_say("You help us solve problems, not just fill orders."),
                    supplier_says=to_say("We are brought in to solve problems."),
                    customer_benefit=to_say("better results from the same spending"),
                    supplier_benefit=to_say("wider business, better margins, references"),
                    customer_behaviours=(
                        to_say("brings problems before they are specified"),
                        to_say("gives access to the people who use the product"),
                        to_say("judges on total cost and results"),
                    ),
                    supplier_behaviours=(
                        to_say("asks about the customer’s customers"),
                        to_say("brings people beyond sales"),
                        to_say("shows what was achieved, in the customer’s terms"),
                    ),
                ),
                Step(
                    position=4,
                    label=to_say("Trusted advisor"),
                    short=to_say("Advisor"),
                    customer_says=to_say("We ask for your view before we decide."),
                    supplier_says=to_say("We are asked before decisions are made."),
                    customer_benefit=to_say("better decisions, fewer surprises"),
                    supplier_benefit=to_say("a say in plans, longer agreements"),
                    customer_behaviours=(
                        to_say("asks for advice before deciding"),
                        to_say("shares budgets and options"),
                        to_say("has a leader who owns the relationship"),
                    ),
                    supplier_behaviours=(
                        to_say("advises against its own short-term interest when that is right"),
                        to_say("brings ideas unasked"),
                        to_say("tells bad news first"),
                    ),
                ),
                Step(
                    position=5,
                    label=to_say("Partner"),
                    short=to_say("Partner"),
                    customer_says=to_say("We plan together and share the risk."),
                    supplier_says=to_say("We plan together and share the risk."),
                    customer_benefit=to_say("shared growth, first access to new ideas"),
                    supplier_benefit=to_say("shared growth, joint investment"),
                    customer_behaviours=(
                        to_say("shares its planning and strategic goals"),
                        to_say("takes part in joint reviews with its leaders"),
                        to_say("shares risk and reward in writing"),
                    ),
                    supplier_behaviours=(
                        to_say("shares its own plans and costs"),
                        to_say("invests ahead of orders"),
                        to_say("changes its organisation for the relationship"),
                    ),
                ),
            ),
        ),
    ),
)

SHIPPED: Final = {template.key: template for template in (SUPPLIER_TO_PARTNER,)}

DEFAULT_GROUPS: Final = (
    (to_say("Leadership"), "customer"),
    (to_say("Procurement"), "customer"),
    (to_say("Operations"), "customer"),
    (to_say("Account team"), "supplier"),
    (to_say("Delivery"), "supplier"),
    (to_say("Directors"), "supplier"),
)


def told_template(template: Template) -> Template:
    """The template in the language that is spoken. Only what still is as it ships is said in it, never what was typed."""
    shipped = SHIPPED.get(template.key)
    if spoken() == ENGLISH or shipped is None:
        return template
    dimensions = {one.key: one for one in shipped.dimensions}
    return replace(
        template,
        name=_told(template.name, shipped.name),
        summary=_told(template.summary, shipped.summary),
        dimensions=tuple(_told_dimension(one, dimensions.get(one.key)) for one in template.dimensions),
    )


def told_group(name: str, side: str) -> str:
    """A group's name in the language that is spoken, where it is one of the default ones."""
    return say(name) if (name, side) in DEFAULT_GROUPS else name


def told_behaviour(template_key: str, step: int, text: str) -> str:
    """A behaviour in the language that is spoken, where it is the template's own at that step."""
    shipped = SHIPPED.get(template_key)
    steps = (
        [one for dimension in shipped.dimensions for one in dimension.steps if one.position == step] if shipped else []
    )
    return say(text) if any(text in (*one.customer_behaviours, *one.supplier_behaviours) for one in steps) else text


def _told(text: str, shipped: str) -> str:
    return say(text) if text == shipped else text


def _told_dimension(own: Dimension, shipped: Dimension | None) -> Dimension:
    if shipped is None:
        return own
    known = {step.position: step for step in shipped.steps}
    steps = tuple(_told_step(one, known[one.position]) if one.position in known else one for one in own.steps)
    return replace(own, label=_told(own.label, shipped.label), steps=steps)


def _told_step(own: Step, shipped: Step) -> Step:
    texts = ("label", "short", "customer_says", "supplier_says", "customer_benefit", "supplier_benefit")
    lists = ("customer_behaviours", "supplier_behaviours")
    told: dict[str, Any] = {name: _told(getattr(own, name), getattr(shipped, name)) for name in texts}
    lists_told: dict[str, Any] = {name: _told_list(getattr(own, name), getattr(shipped, name)) for name in lists}
    return replace(own, **told, **lists_told)


def _told_list(own: tuple[str, ...], shipped: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(say(text) if text in shipped else text for text in own)
