"""The templates that ship: ladders with the words of each step, per side, and the behaviours that show it."""

from typing import Final

from app.core.scales import Dimension, Step, Template

SUPPLIER_TO_PARTNER: Final = Template(
    key="supplier-to-partner",
    name="Supplier to Partner",
    summary="How two companies work together.",
    dimensions=(
        Dimension(
            key="relationship",
            label="Our relationship",
            kind="ordered",
            steps=(
                Step(
                    position=1,
                    label="Supplier",
                    short="Supplier",
                    customer_says="We buy. You deliver.",
                    supplier_says="We deliver what is ordered.",
                    customer_benefit="a fair price, freedom to switch",
                    supplier_benefit="orders, low cost of selling",
                    customer_behaviours=(
                        "asks several suppliers for a price each time",
                        "deals through purchasing only",
                        "judges on price and delivery date",
                    ),
                    supplier_behaviours=(
                        "answers what is asked",
                        "meets the specification",
                        "speaks when there is an order or a complaint",
                    ),
                ),
                Step(
                    position=2,
                    label="Preferred supplier",
                    short="Preferred",
                    customer_says="You’re our first call for what you sell.",
                    supplier_says="We are the first call for what we sell.",
                    customer_benefit="reliability, less searching and checking",
                    supplier_benefit="repeat business, early orders",
                    customer_behaviours=(
                        "renews without a full tender",
                        "warns of volumes ahead",
                        "complains early and directly",
                    ),
                    supplier_behaviours=(
                        "keeps capacity free",
                        "reports its own performance",
                        "sorts out mistakes without being chased",
                    ),
                ),
                Step(
                    position=3,
                    label="Solution provider",
                    short="Solutions",
                    customer_says="You help us solve problems, not just fill orders.",
                    supplier_says="We are brought in to solve problems.",
                    customer_benefit="better results from the same spending",
                    supplier_benefit="wider business, better margins, references",
                    customer_behaviours=(
                        "brings problems before they are specified",
                        "gives access to the people who use the product",
                        "judges on total cost and results",
                    ),
                    supplier_behaviours=(
                        "asks about the customer’s customers",
                        "brings people beyond sales",
                        "shows what was achieved, in the customer’s terms",
                    ),
                ),
                Step(
                    position=4,
                    label="Trusted advisor",
                    short="Advisor",
                    customer_says="We ask for your view before we decide.",
                    supplier_says="We are asked before decisions are made.",
                    customer_benefit="better decisions, fewer surprises",
                    supplier_benefit="a say in plans, longer agreements",
                    customer_behaviours=(
                        "asks for advice before deciding",
                        "shares budgets and options",
                        "has a leader who owns the relationship",
                    ),
                    supplier_behaviours=(
                        "advises against its own short-term interest when that is right",
                        "brings ideas unasked",
                        "tells bad news first",
                    ),
                ),
                Step(
                    position=5,
                    label="Partner",
                    short="Partner",
                    customer_says="We plan together and share the risk.",
                    supplier_says="We plan together and share the risk.",
                    customer_benefit="shared growth, first access to new ideas",
                    supplier_benefit="shared growth, joint investment",
                    customer_behaviours=(
                        "shares its planning and strategic goals",
                        "takes part in joint reviews with its leaders",
                        "shares risk and reward in writing",
                    ),
                    supplier_behaviours=(
                        "shares its own plans and costs",
                        "invests ahead of orders",
                        "changes its organisation for the relationship",
                    ),
                ),
            ),
        ),
    ),
)

SHIPPED: Final = {template.key: template for template in (SUPPLIER_TO_PARTNER,)}

DEFAULT_GROUPS: Final = (
    ("Leadership", "customer"),
    ("Procurement", "customer"),
    ("Operations", "customer"),
    ("Account team", "supplier"),
    ("Delivery", "supplier"),
    ("Directors", "supplier"),
)
