"""The pages of templates: what can be asked about, and the sheet to run a meeting from."""

from app.core.session_templates import SHIPPED
from tests.live.workshop import Web


async def test_every_template_is_on_the_shelf_and_its_sheet_has_every_step(browser: Web) -> None:
    shelf = await browser.get("/templates")

    for template in SHIPPED.values():
        assert f'href="/templates/{template.key}"' in shelf.text
        sheet = (await browser.get(f"/templates/{template.key}")).text
        for step in template.dimensions[0].steps:
            for words in (step.label, step.customer_benefit, step.supplier_benefit, *step.supplier_behaviours):
                assert words in sheet, words


async def test_a_template_that_does_not_exist_is_404(browser: Web) -> None:
    assert (await browser.get("/templates/nothing")).status_code == 404
