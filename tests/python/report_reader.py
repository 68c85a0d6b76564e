"""Reads a report as HTML: what the tests ask about it."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, html):
        super().__init__()
        self.figures, self.tags, self.ids, self.texts = [], [], [], []
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "data":
            self._open = found

    def handle_data(self, data):
        self.texts.append(data)
        if self._open is not None:
            self.figures.append((self._open.get("data-of"), self._open["value"], data))
            self._open = None

    @property
    def sections(self):
        return [
            found["id"]
            for tag, found in self.tags
            if tag == "section" and "id" in found
        ]
