"""How many bytes a phone loads until it can vote: the pages and all that they name, as sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

LOADED_RELATIONS = {"stylesheet", "icon", "manifest", "preload", "modulepreload", "apple-touch-icon"}
IN_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")
IN_SCRIPT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{0,2}/[^"']+)["']""")
MOST_FILES = 100
MOST_STEPS = 5


@dataclass
class Form:
    """A form as a person without scripts would send it, choosing the first of everything."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Which files a page names, and its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one element."""
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and LOADED_RELATIONS & set(given.get("rel", "").split()):
            self.files.append(given.get("href", ""))
        elif tag in {"script", "img", "source"} and given.get("src"):
            self.files.append(given["src"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and tag == "select":
            self._select = given.get("name")
        elif self.forms and tag == "option" and self._select and given.get("value"):
            self.forms[-1].fields.setdefault(self._select, given["value"])
        elif self.forms and tag in {"input", "button"} and given.get("name"):
            value = given.get("value", "Bench" if given.get("type", "text") == "text" else "")
            self.forms[-1].fields.setdefault(given["name"], value)

    def handle_endtag(self, tag: str) -> None:
        """Options after this belong to no list."""
        if tag == "select":
            self._select = None


class PhoneBrowser:
    """Loads pages as a phone with an empty cache and gzip would, and adds up the bodies' bytes."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._http = httpx.Client(
            base_url=self._base,
            headers={"Accept-Encoding": "gzip", "Origin": self._base, "Sec-Fetch-Site": "same-origin"},
            follow_redirects=True,
            trust_env=False,
            timeout=20,
        )
        self.sizes: dict[str, int] = {}

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def page_bytes(self, path: str) -> int:
        """Bytes of a page and everything it names, itself or through styles and scripts."""
        answer, page = self._page(self._http.get(path))
        wanted = [urljoin(str(answer.url), name) for name in page.files]
        seen: set[str] = set()
        total = answer.num_bytes_downloaded
        while wanted and len(seen) < MOST_FILES:
            url = wanted.pop()
            if url in seen or not url.startswith(self._base):
                continue
            seen.add(url)
            size, named = self._file(url)
            total += size
            wanted += named
        return total

    def join(self, path: str, goal: str) -> bool:
        """Whether following the forms from ``path`` led to the page ``goal``."""
        answer, page = self._page(self._http.get(path))
        for _ in range(MOST_STEPS):
            if urlsplit(str(answer.url)).path == goal:
                return True
            form = next((form for form in page.forms if form.fields), None)
            if form is None:
                return False
            url = urljoin(str(answer.url), form.action)
            if form.method == "post":
                answer, page = self._page(self._http.post(url, data=form.fields))
            else:
                answer, page = self._page(self._http.get(url, params=form.fields))
        return False

    def _page(self, answer: httpx.Response) -> tuple[httpx.Response, PageReader]:
        answer.raise_for_status()
        self.sizes[str(answer.url)] = answer.num_bytes_downloaded
        page = PageReader()
        page.feed(answer.text)
        return answer, page

    def _file(self, url: str) -> tuple[int, list[str]]:
        answer = self._http.get(url)
        answer.raise_for_status()
        self.sizes[url] = answer.num_bytes_downloaded
        return answer.num_bytes_downloaded, [urljoin(url, name) for name in _named_in(answer)]


def _named_in(answer: httpx.Response) -> Iterator[str]:
    kind = answer.headers.get("Content-Type", "")
    pattern = IN_STYLE if "css" in kind else IN_SCRIPT if "javascript" in kind else None
    for found in pattern.finditer(answer.text) if pattern else ():
        if not found[1].startswith(("data:", "#")):
            yield found[1]


def weigh(port: int, join_page: str, session_id: str) -> tuple[int, int, dict[str, int]]:
    """Bytes of the phone page, of all pages up to it together, and of every file by address."""
    browser = PhoneBrowser(port)
    try:
        browser.page_bytes(join_page)
        phone_page = f"/p/{session_id}"
        if not browser.join(join_page, phone_page):
            raise RuntimeError(f"the forms of {join_page} did not lead to {phone_page}")
        phone = browser.page_bytes(phone_page)
        return phone, sum(browser.sizes.values()), browser.sizes
    finally:
        browser.close()
