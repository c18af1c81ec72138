"""HTML as plain text: what a mail program shows that knows no HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

# Each alternative takes something in, also where a comment or a tag is never closed.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^>]*>?"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>"
    r"|[^<]+|<",
    re.DOTALL,
)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_SILENT = ("style", "script", "head", "title")
_LINES = frozenset({"br", "div", "tr", "li", "ul", "ol", "table", "hr", "section", "header",
                    "footer"})  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_LINK = ("http://", "https://", "mailto:", "tel:")


def plain_text(markup: str) -> str:
    """Return what HTML says: lines for its blocks, a link's address behind its words."""
    text = "".join(_pieces(markup))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(markup: str) -> Iterator[str]:
    silent, href, shown = "", "", ""
    for token in _TOKEN.finditer(markup):
        tag = (token["tag"] or "").lower()
        if silent:
            silent = "" if token["end"] and tag == silent else silent
        elif not tag:
            shown += (text := _text(token[0]))
            yield text
        elif tag in _SILENT:
            silent = "" if token["end"] else tag
        elif tag == "a":
            yield from _address(href, shown)
            href, shown = "" if token["end"] else _href(token["rest"]), ""
        else:
            yield _break(tag, ends=bool(token["end"]))


def _text(piece: str) -> str:
    if piece.startswith(("<!", "<?")):
        return ""
    # Lines of the source are no lines of the text.
    return html.unescape(piece).replace("\n", " ")


def _href(attributes: str) -> str:
    found = _HREF.search(attributes)
    address = html.unescape(next((group for group in found.groups() if group), "")) if found else ""
    return address if address.startswith(_LINK) else ""


def _address(href: str, shown: str) -> Iterator[str]:
    """Yield a link's address, unless its words are the address."""
    bare = href.partition(":")[2] if href.startswith(("mailto:", "tel:")) else href
    if bare and bare.strip("/") not in shown:
        yield f" ({bare})"


def _break(tag: str, *, ends: bool) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag == "li":
        return "" if ends else "\n- "
    if tag in ("td", "th"):
        return " "
    return "\n" if tag in _LINES else ""
