"""A form of a page as a browser would send it."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The fields of the form that is sent to ``action``."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select = action, False, ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "form":
            self.inside = said.get("action") == self.action
        if not self.inside:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.fields or "selected" in said):
            self.fields[self.select] = said.get("value") or ""
        elif tag == "input" and (said.get("type") not in {"radio", "checkbox"} or "checked" in said):
            self.fields[name] = said.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def fields_of(page: str, action: str) -> dict[str, str]:
    """What the form to ``action`` would send, without its buttons."""
    form = _Form(action)
    form.feed(page)
    assert form.fields, f"no form to {action}"
    return form.fields
