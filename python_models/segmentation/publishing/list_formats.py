"""Lists of actions and campaigns as a CRM or an advertising platform imports them.

What each wants is in seeds/list_formats.csv, which is the user's to edit: a header, the
column of ours that fills it, and its form. Who has neither an e-mail nor a phone is in
none of them: there is nothing to find that customer by.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from segmentation.publishing.spreadsheet import safe_cell, slug, unquoted

REACHED_BY = ("email", "phone")
# A number with its country, as the platforms match it (E.164).
INTERNATIONAL = re.compile(r"\+[0-9]{7,15}")


def phone(text: str) -> str:
    """Return a phone number as +491701234567; '' where its country is not said.

    Examples
    --------
    >>> phone("0049 (170) 123-4567"), phone("0170 1234567")
    ('+491701234567', '')
    """
    digits = re.sub(r"[^0-9+]", "", text)
    digits = re.sub(r"^00", "+", digits)
    return digits if INTERNATIONAL.fullmatch(digits) else ""


def sha256(text: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal; '' stays ''."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest() if text else ""


FORMS: Mapping[str, Callable[[str], str]] = {
    "plain": safe_cell,
    "phone": phone,
    "email_sha256": lambda text: sha256(text.strip().lower()),
    "text_sha256": lambda text: sha256(text.strip().lower()),
    "phone_sha256": lambda text: sha256(phone(text)),
    "digits_sha256": lambda text: sha256(phone(text).removeprefix("+")),
}


def write_formats(
    *, folder: Path, lists: Iterable[Mapping], formats: list[Mapping[str, str]]
) -> list[dict]:
    """Write `<format>/<action>.csv` for each list of an action in `folder`.

    Those of campaigns are in `<format>/campaigns/`.

    Parameters
    ----------
    folder
        Of the audience lists; those of actions and campaigns are written.
    lists
        What `write_audiences` returned.
    formats
        Rows of the seed: list_format, header, from_column, form.

    Returns
    -------
    list of dict
        list_format, action_id or campaign_id, file (name inside `folder`) and rows.

    Raises
    ------
    ValueError
        For a form that does not exist.
    """
    for row in formats:
        if row["form"] not in FORMS:
            raise ValueError(
                f"seeds/list_formats.csv wants the form {row['form']!r} for "
                f"{row['header']!r}: use one of {', '.join(FORMS)}"
            )
    if not formats:
        # Reading millions of rows back takes as long as writing them.
        return []
    written = []
    for one in lists:
        subject = {
            name: one[name] for name in ("action_id", "campaign_id") if one.get(name)
        }
        if not subject:
            continue
        with (folder / one["file"]).open(encoding="utf-8-sig", newline="") as handle:
            people = [
                {name: unquoted(text) for name, text in row.items()}
                for row in csv.DictReader(handle)
            ]
        people = [row for row in people if any(row.get(name) for name in REACHED_BY)]
        for name in dict.fromkeys(row["list_format"] for row in formats):
            columns = [row for row in formats if row["list_format"] == name]
            file = Path(one["file"])
            inside = file if "campaign_id" in subject else file.name
            path = folder / slug(name).replace("-", "_") / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as handle:
                writer = csv.writer(handle)
                writer.writerow([row["header"] for row in columns])
                writer.writerows(
                    [
                        FORMS[row["form"]](person.get(row["from_column"]) or "")
                        for row in columns
                    ]
                    for person in people
                )
            written.append(
                {
                    "list_format": name,
                    **subject,
                    "file": str(path.relative_to(folder)),
                    "rows": len(people),
                }
            )
    return written
