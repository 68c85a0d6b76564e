"""The report in a real browser: quiet, accessible, usable by keyboard, printable.

Skipped where there is no Chromium with its driver. The accessibility tests need
axe-core: the package axe-playwright-python carries it (its browser is not used), or
the environment variable AXE_CORE names an axe.min.js.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from report_fixture import make_tables
from report_reader import published_release
from segmentation.releases.release_folder import DATABASE
from segmentation.report import render_report
from segmentation.report.__main__ import read_tables

webdriver = pytest.importorskip("selenium.webdriver")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="no Chromium with its driver here: apt-get install chromium "
        "chromium-driver",
    ),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
SIZES = {"phone": 390, "desktop": 1280}
# A4 less the margins of the style sheet (13 mm), in CSS pixels.
A4_WIDTH, A4_HEIGHT = (round((size - 26) * 96 / 25.4) for size in (210, 297))


def axe_source() -> str | None:
    """The text of axe.min.js, None where it is not installed."""
    named = os.environ.get("AXE_CORE")
    if named:
        return Path(named).read_text("utf-8")
    for package in ("axe_playwright_python", "axe_core_python"):
        found = importlib.util.find_spec(package)
        if found is not None:
            path = Path(found.submodule_search_locations[0]) / "axe.min.js"
            return path.read_text("utf-8")
    return None


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
    )
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=DRIVER)
    )
    yield driver
    driver.quit()


@pytest.fixture(scope="session", params=["synthetic", "published"])
def release(request) -> Path | None:
    """A published release; None for synthetic tables, in which nobody is held."""
    return published_release() if request.param == "published" else None


@pytest.fixture(scope="session")
def tables(release) -> dict[str, pd.DataFrame]:
    return read_tables(release / DATABASE) if release else make_tables(count=700)


@pytest.fixture(scope="session")
def report(tables, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(tables=tables, settings={"currency": "USD"}), "utf-8")
    return path


def open_page(browser, path, *, width=1280, dark=False, media=""):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": width,
            "height": 900,
            "deviceScaleFactor": 1,
            "mobile": width < 500,
        },
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {
            "media": media,
            "features": [
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        },
    )
    browser.get(path.as_uri())


def open_everything(browser):
    browser.execute_script(
        "document.querySelectorAll('details').forEach(part => { part.open = true; })"
    )


def has(browser, section) -> bool:
    return bool(browser.find_elements(By.ID, section))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_console_message_and_no_request(browser, report, dark):
    open_page(browser, report, dark=dark)
    open_everything(browser)
    assert browser.get_log("browser") == []
    requests = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            requests.append(message["params"]["request"]["url"])
    assert {url for url in requests if not url.startswith("data:")} == {report.as_uri()}


@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
def test_nothing_is_wider_than_the_screen(browser, report, width):
    open_page(browser, report, width=width)
    open_everything(browser)
    over = "return document.documentElement.scrollWidth - window.innerWidth"
    assert browser.execute_script(over) <= 0
    for label in browser.find_elements(By.CSS_SELECTOR, ".kx label"):
        label.click()
        assert browser.execute_script(over) <= 0


@pytest.mark.parametrize(
    ("release", "width", "dark"),
    [
        ("synthetic", 390, False),
        ("synthetic", 390, True),
        ("synthetic", 1280, False),
        ("synthetic", 1280, True),
        ("published", 390, True),
        ("published", 1280, False),
    ],
    indirect=["release"],
)
def test_axe_finds_no_violation(browser, report, width, dark):
    source = axe_source()
    if source is None:
        pytest.skip("no axe-core here: pip install axe-playwright-python")
    open_page(browser, report, width=width, dark=dark)
    open_everything(browser)
    if has(browser, "place"):
        place(browser, "customer_id,recency_days\nx,3\ny,many")
    browser.execute_script(source)
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document).then(result => done(result.violations.map(rule => ["
        "rule.id, rule.nodes.map(node => node.html + ' ' + node.failureSummary)])))"
    )
    assert found == []


@pytest.mark.parametrize("release", ["synthetic"], indirect=True)
def test_every_other_k_is_readable_too(browser, report):
    source = axe_source()
    if source is None:
        pytest.skip("no axe-core here: pip install axe-playwright-python")
    open_page(browser, report, dark=True)
    browser.execute_script(source)
    for label in browser.find_elements(By.CSS_SELECTOR, ".kx label"):
        label.click()
        found = browser.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run('.kx').then(result => done(result.violations.map(r => r.id)))"
        )
        assert found == []


def test_prints_to_a4_without_cut_cards(browser, report):
    open_page(browser, report, width=A4_WIDTH, media="print", dark=True)
    body = browser.find_element(By.TAG_NAME, "body")
    assert body.value_of_css_property("background-color") == "rgba(255, 255, 255, 1)"
    whole = browser.find_elements(
        By.CSS_SELECTOR,
        ".card, .panel:not(details, .long), figure, .grid, tr, .kpis, .notes li",
    )
    shown = [part for part in whole if part.is_displayed()]
    assert len(shown) > 20
    for part in shown:
        name = part.get_attribute("class") or part.tag_name
        assert part.value_of_css_property("break-inside") == "avoid", name
        assert part.size["height"] <= A4_HEIGHT, name
        assert part.rect["x"] + part.size["width"] <= A4_WIDTH + 1, name
    printed = browser.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True}
    )
    pdf = base64.b64decode(printed["data"])
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert 3 <= len(boxes) <= 18
    assert {tuple(round(float(side)) for side in box) for box in boxes} <= {
        (595, 842),
        (596, 842),
        (594, 842),
    }


def test_k_explorer_by_keyboard(browser, report):
    open_page(browser, report)
    if not has(browser, "explore"):
        pytest.skip("no crosswalk is published")
    radios = browser.find_elements(By.CSS_SELECTOR, ".kx input")
    counts = [radio.get_attribute("value") for radio in radios]
    chosen = browser.find_element(By.CSS_SELECTOR, ".kx input:checked")
    browser.execute_script("arguments[0].focus()", chosen)
    at = counts.index(chosen.get_attribute("value"))
    for step in range(1, len(counts)):
        browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
        expected = counts[(at + step) % len(counts)]
        shown = [
            panel.get_attribute("class")
            for panel in browser.find_elements(By.CSS_SELECTOR, ".kp")
            if panel.is_displayed()
        ]
        assert shown == [f"kp kp{expected}"]
    focus = browser.switch_to.active_element
    label = browser.find_element(
        By.CSS_SELECTOR, f"label[for={focus.get_attribute('id')}]"
    )
    assert label.value_of_css_property("outline-style") == "solid"


def place(browser, text):
    """Puts text into the page's field and presses its button by keyboard."""
    field = browser.find_element(By.ID, "place-rows")
    browser.execute_script("arguments[0].value = arguments[1]", field, text)
    button = browser.find_element(By.CSS_SELECTOR, "#place-form button")
    browser.execute_script("arguments[0].focus()", button)
    browser.switch_to.active_element.send_keys(Keys.ENTER)


def placed(browser):
    """Rows of the result: id, segment, second best, margin, confidence."""
    return browser.execute_script(
        "return [...document.querySelectorAll('#place-result tbody tr')].map(row => "
        "[...row.cells].map(cell => (cell.querySelector('.nm > span:last-child') "
        "|| cell).textContent))"
    )


def problems(browser):
    return [
        item.text
        for item in browser.find_elements(By.CSS_SELECTOR, "#place-problems li")
    ]


def test_500_customers_are_placed_as_the_warehouse_placed_them(browser, report, tables):
    """In the nearest segment: whoever is held in another is left out."""
    open_page(browser, report)
    features = tables["model_features"]
    used = features[features["is_used"].astype(bool)]
    names = sorted({*used["feature"], *used["evidence_column"].dropna()})
    people = tables["customer_segments"]
    if "segment_history" in tables:
        held = tables["segment_history"][lambda frame: frame["is_held"].astype(bool)]
        key = ["customer_id", "as_of_date"]
        is_held = pd.MultiIndex.from_frame(people[key]).isin(
            pd.MultiIndex.from_frame(held[key])
        )
        people = people[~is_held]
    clustered = tables["segments"].loc[
        tables["segments"]["is_clustered"].astype(bool), "segment_id"
    ]
    people = people[people["segment_id"].isin(clustered)].sort_values("customer_id")
    sample = people.sample(min(500, len(people)), random_state=11)
    columns = ["customer_id", *names]
    lines = ["\t".join(columns)]
    for row in sample[columns].itertuples(index=False):
        lines.append("\t".join("" if pd.isna(cell) else str(cell) for cell in row))
    place(browser, "\n".join(lines))
    found = placed(browser)
    assert problems(browser) == []
    assert [row[:3] for row in found] == sample[
        ["customer_id", "segment_name", "next_segment_name"]
    ].values.tolist()
    for row, confidence in zip(found, sample["confidence"], strict=True):
        assert abs(float(row[4].rstrip("%")) / 100 - confidence) <= 0.005 + 1e-9


@pytest.mark.parametrize(
    ("text", "rows", "told"),
    [
        ("id,recency_days\na,abc\nb,5", ["b"], "recency_days: “abc” is not a number"),
        ("id;recency_days\na;3,5\nb;1.234,5", ["a", "b"], None),
        (
            "id\trecency_days\na\t1e308\nb\tInfinity",
            ["a"],
            "“Infinity” is not a number",
        ),
        ("id,recency_days\n\na,-7\n,\n", ["a"], None),
        ("id,recency_days\na,\nb,null\nc", ["a", "b", "c"], None),
        (
            'id,recency_days\n"x, y",4\n"he said ""no""",4',
            ["x, y", 'he said "no"'],
            None,
        ),
        ("RECENCY DAYS\n4", ["row 1"], None),
        ("nothing,known\n1,2", [], "names no column that the model knows"),
        ("id,recency_days", [], "no rows below the column names"),
        ("", [], "There is nothing to place."),
        (
            "id,recency_days\n<img src=x onerror=alert(1)>,4",
            ["<img src=x onerror=alert(1)>"],
            None,
        ),
        ("id,__proto__,constructor,recency_days\n__proto__,1,2,4", ["__proto__"], None),
    ],
)
def test_pasted_rows_good_and_bad(browser, report, text, rows, told):
    open_page(browser, report)
    place(browser, text)
    assert [row[0] for row in placed(browser)] == rows
    found = " ".join(problems(browser))
    assert told in found if told else found == ""
    status = browser.find_element(By.ID, "place-status").text
    assert status.startswith(f"{len(rows)} customer")
    assert browser.get_log("browser") == []


def test_typed_values_by_keyboard_alone(browser, report):
    open_page(browser, report)
    field = browser.find_element(By.ID, "place-rows")
    field.clear()
    field.send_keys("x")
    field.send_keys(Keys.BACKSPACE, Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)  # opens the fields
    browser.switch_to.active_element.send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert first.get_attribute("data-feature")
    first.send_keys("12", Keys.ENTER)
    assert [row[0] for row in placed(browser)] == ["typed values"]


def test_hostile_names_are_text_and_long_ones_do_not_widen_the_page(browser, tmp_path):
    tables = make_tables(count=200)
    attack = "<img src=x onerror=document.title='owned'>" + "x" * 500
    for table in ("segments", "segment_profiles", "segment_monthly"):
        frame = tables[table]
        frame.loc[frame["segment_id"] == "s01", "segment_name"] = attack
    tables["segment_demographics"].loc[:3, "attribute_value"] = attack
    tables["data_quality"].loc[0, "detail"] = attack
    path = tmp_path / "report.html"
    path.write_text(render_report(tables=tables), "utf-8")
    for width in SIZES.values():
        open_page(browser, path, width=width)
        open_everything(browser)
        assert browser.title != "owned"
        assert browser.find_elements(By.TAG_NAME, "img") == []
        assert (
            browser.execute_script(
                "return document.documentElement.scrollWidth - window.innerWidth"
            )
            <= 0
        )
        assert browser.get_log("browser") == []
