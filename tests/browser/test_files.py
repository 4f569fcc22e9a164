"""A long file is waited for in a browser without scripts: one click, a page, and the download starts."""

from pathlib import Path

from pypdf import PdfReader

from tests.browser.conftest import Visit
from tests.browser.house import SAMPLE, House


async def test_a_file_that_takes_long_comes_by_itself(house: House, visit: Visit) -> None:
    room = await house.room()
    await room.fill(SAMPLE)
    page = await visit(
        f"{room.report}?cut=customer",
        who="facilitator",
        java_script_enabled=False,
        extra_http_headers={"prefer": "respond-async"},
    )
    await page.locator(".menu > summary").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="PDF, US Letter").click()

    file = await coming.value
    assert file.suggested_filename.endswith("-customer.pdf")
    assert "/files/" in page.url
    box = PdfReader(Path(await file.path())).pages[0].mediabox
    assert round(box.width) == 612
