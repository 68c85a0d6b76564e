"""Lists for a CRM: forms of phones and hashes, and forms that nobody knows."""

from __future__ import annotations

import hashlib

import pytest

from segmentation.publishing.list_formats import FORMS, write_formats


@pytest.mark.parametrize(
    ("form", "text", "written"),
    [
        ("plain", "=1+1", "'=1+1"),
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("phone", "020 7946 0958", ""),
        ("phone", "=+44", ""),
        ("email_sha256", " Ann@Example.org ", "ann@example.org"),
        ("phone_sha256", "0044 20 7946 0958", "+442079460958"),
        ("digits_sha256", "0044 20 7946 0958", "442079460958"),
        ("text_sha256", "Ann", "ann"),
        ("email_sha256", "", ""),
    ],
)
def test_a_form_writes_what_the_platform_matches(form, text, written):
    if form.endswith("sha256") and written:
        written = hashlib.sha256(written.encode()).hexdigest()
    assert FORMS[form](text) == written


def test_a_form_that_does_not_exist_is_said(tmp_path):
    row = {"list_format": "x", "header": "E", "from_column": "email", "form": "md5"}
    with pytest.raises(ValueError, match="wants the form 'md5' for 'E': use one of"):
        write_formats(folder=tmp_path, lists=[], formats=[row])
