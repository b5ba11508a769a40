"""A learner's hour in a real browser: Debian's Chromium on the JupyterLab that `autograd-lab start` opens.

Every test begins as a learner does who has done nothing yet. The helpers do what hands do: keys, clicks and menus; only
to know when the kernel is ready, and where a cell is, do they ask JupyterLab itself. Screenshots go to
`tests/screenshots/`, one at the end of each test and some on the way.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from autograd_lab.exercises import find, of_lesson
from autograd_lab.learner import workspace

CHROMIUM = shutil.which("chromium")
# No sandbox, since CI runs as root; for the rest, nothing that reaches for the network or for a graphics card.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 90  # seconds for anything at all, on two busy cores
SCREENSHOTS = Path(__file__).parent / "screenshots"
SETTINGS = [f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME")]
SETTINGS += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "AUTOGRAD_LAB_HOME"]
READABLE = 4.5  # the contrast that WCAG 2.2 asks of text (success criterion 1.4.3, level AA)

# CI sets the variable, and a missing Chromium is a failure there.
if CHROMIUM is None and "AUTOGRAD_LAB_NEEDS_BROWSER" not in os.environ:
    pytest.skip("needs Chromium: apt-get install chromium", allow_module_level=True)


# The server, the browser, and a page of a new learner


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Start the course as a learner does and return the address that their browser would open."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("AUTOGRAD_LAB_", "JUPYTER"))}
    env |= {name: str(home / name) for name in SETTINGS} | {"AUTOGRAD_LAB_OFFLINE": "1"}
    (home / "JUPYTER_CONFIG_DIR").mkdir()
    (home / "JUPYTER_CONFIG_DIR/jupyter_lab_config.py").write_text("c.LabApp.expose_app_in_browser = True\n")
    command = [sys.executable, "-c", "from autograd_lab.cli import app; app()"]
    log = home / "server.log"
    with (
        log.open("w") as said,
        subprocess.Popen(
            [*command, "start", "--no-browser", "--dir", home / "course"], env=env, stdout=said, stderr=said
        ) as server,
    ):
        try:
            until = time.monotonic() + PATIENCE
            while not (found := re.search(r"http://localhost:\d+/lab\S*\?token=\w+", log.read_text())):
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            shutil.copytree(home / "course", home / "fresh", ignore=shutil.ignore_patterns(".*"))
            yield found[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium.new_context(viewport={"width": 1280, "height": 900})
        chromium.close()


@pytest.fixture
def page(address: str, home: Path, browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the course for a learner who has done nothing yet; fail if the console had an error in the end."""
    for name in ("JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR", "AUTOGRAD_LAB_HOME"):
        shutil.rmtree(home / name, ignore_errors=True)
    shutil.copytree(home / "fresh", home / "course", dirs_exist_ok=True)
    page = browser.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    errors = console_errors(page)
    page.goto(address)
    wait_for_kernel(page, "00_welcome.ipynb")
    try:
        yield page
        take_picture(page, request.node.name)
        seen = list(errors)
        if seen:
            errors.clear()
            open_empty_notebook(page)
    finally:
        page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
        page.close()
        (home / "course/Untitled.ipynb").unlink(missing_ok=True)
    assert set(seen) <= set(errors)


def console_errors(page: Page) -> list[str]:
    """Return a list that fills with the errors of the browser's console, without what differs from time to time."""
    errors: list[str] = []

    def add(text: str) -> None:
        errors.append(re.sub(r"[0-9a-f-]{8,}|\d+", "#", text))

    page.on("console", lambda said: add(f"{said.text} ({said.location['url']})") if said.type == "error" else None)
    page.on("pageerror", lambda error: add(str(error)))
    return errors


def take_picture(seen: Page | Locator, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    seen.screenshot(path=SCREENSHOTS / f"{name}.png")


# What hands do


def wait_for_kernel(page: Page, notebook: str) -> None:
    """Wait until the notebook is the one in front and its kernel answers; what is run before that is dropped."""
    page.wait_for_function(
        """notebook => {
            const shown = window.jupyterapp?.shell.currentWidget;
            return shown?.context?.path === notebook && shown.sessionContext.isReady
                && shown.sessionContext.session?.kernel?.info
        }""",
        arg=notebook,
    )
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.info")


def open_empty_notebook(page: Page) -> None:
    page.evaluate("void jupyterapp.commands.execute('notebook:create-new', {kernelName: 'python3'})")
    wait_for_kernel(page, "Untitled.ipynb")
    run(page, type_into(page, notebook(page).locator(".jp-CodeCell").first, "1 + 1"))


def open_from_file_browser(page: Page, name: str) -> None:
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    wait_for_kernel(page, name)


def notebook(page: Page) -> Locator:
    """Return the notebook that is in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def cell(page: Page, text: str) -> Locator:
    """Return the first code cell with that text; the model is asked, since editors far away aren't in the page."""
    number = page.evaluate(
        """text => jupyterapp.shell.currentWidget.content.widgets.findIndex(
            cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().includes(text))""",
        text,
    )
    assert number >= 0, f"no code cell has {text!r}"
    return notebook(page).locator(f'.jp-Cell[data-windowed-list-index="{number}"]')


def output(of: Locator) -> Locator:
    return of.locator(".jp-Cell-outputArea")


def card(page: Page, exercise: str) -> Locator:
    return output(cell(page, f'lab.check("{exercise}"'))


def type_into(page: Page, into: Locator, source: str) -> Locator:
    into.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    return into


def run(page: Page, one: Locator) -> Locator:
    """Run one cell with Shift+Enter, wait until it is done, and return its output."""
    prompt = one.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    one.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"))
    expect(prompt).not_to_have_text(before)
    return output(one)


def answer(page: Page, exercise: str, source: str) -> Locator:
    """Type an answer above the exercise's check, run the cell, and return the card."""
    name = exercise.partition(".")[2]
    one = cell(page, f'lab.check("{exercise}"')
    return run(page, type_into(page, one, f'{source}\n\n{name} = lab.check("{exercise}", {name})'))


def run_in_new_cell(page: Page, source: str) -> Locator:
    """Add a cell below the selected one, type into it, run it, and return its output."""
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(source)
    return run(page, cell(page, source))


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    waiting = notebook(page).locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[[ *]\]:"))
    expect(waiting).to_have_count(0)
    errors = notebook(page).locator('[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]')
    assert errors.all_inner_texts() == []


def save(page: Page) -> None:
    page.keyboard.press("ControlOrMeta+s")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def see(picture: Locator) -> None:
    """Fail unless an image can be seen and has loaded."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_in_viewport()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 100


def switch_theme(page: Page, name: str) -> None:
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)


# A canvas does the mixing, so any notation of a colour will do, transparent ones too.
CONTRASTS = """area => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const mix = (layers) => {
        for (const [colour, opacity] of layers) {
            canvas.globalAlpha = opacity;
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const said = {};
    for (const element of area.querySelectorAll(".jp-OutputArea-output *")) {
        const text = [...element.childNodes].map((n) => (n.nodeType === Node.TEXT_NODE ? n.data : "")).join("").trim();
        if (!text || !element.checkVisibility()) continue;
        const grounds = [];
        let opacity = 1;
        for (let behind = element; behind; behind = behind.parentElement) {
            const style = getComputedStyle(behind);
            grounds.unshift([style.backgroundColor, 1]);
            opacity *= style.opacity;
        }
        const below = [["white", 1], ...grounds];
        const pair = [mix(below), mix([...below, [getComputedStyle(element).color, opacity]])].map(luminance);
        const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        said[text] = Math.min(contrast, said[text] ?? contrast);
    }
    return said;
}"""


def assert_readable(area: Locator) -> None:
    contrasts = area.evaluate(CONTRASTS)
    assert contrasts
    assert {text: contrast for text, contrast in contrasts.items() if contrast < READABLE} == {}


# What a person does


def test_the_course_opens_with_its_lessons_in_order_and_the_first_one_in_front(page):
    names = page.locator(".jp-DirListing-itemText")
    expect(names).to_have_text([lesson.name for lesson in workspace.lessons()])
    assert not names.evaluate_all("names => names.some(name => name.scrollWidth > name.clientWidth)"), "names are cut"
    expect(page.get_by_role("main").get_by_role("tab")).to_have_text(["00_welcome.ipynb"])
    expect(notebook(page).get_by_role("heading", name="00 · Welcome")).to_be_in_viewport()
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty"), "nothing was written yet"


def test_an_unanswered_lesson_runs_from_top_to_bottom(page):
    run_all(page)
    for exercise in of_lesson("welcome"):
        # One cell holds an attempt with a slip in it, to be mended.
        state = "Not right yet" if exercise.name == "welcome.scalar_loss" else "Not answered yet"
        expect(card(page, exercise.name)).to_contain_text(f"{state}: {exercise.name}")
    figure = output(cell(page, "figures.show(fig"))
    see(figure.locator("img"))
    take_picture(figure, "bars")


def test_a_wrong_answer_is_named_hints_open_and_a_right_one_is_kept(page):
    slope = find("welcome.slope")
    run(page, cell(page, "import autograd_lab as lab"))

    shown = answer(page, slope.name, "slope = 9.0")
    expect(shown).to_contain_text(f"Not right yet: {slope.name}")
    expect(shown).to_contain_text(slope.mistakes[0].because)

    first, second, _ = (shown.get_by_text(hint) for hint in slope.hints)
    expect(first).to_be_hidden()
    shown.get_by_text("Hint 1 of 3").click()
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    shown.get_by_text("Hint 2 of 3").click()
    expect(second).to_be_visible()
    take_picture(page, "wrong_with_two_hints")

    expect(answer(page, slope.name, "slope = 6.0")).to_contain_text(f"Right: {slope.name}")
    expect(progress_of(slope.name, run_in_new_cell(page, "lab.progress()"))).to_contain_text("done")
    save(page)
    page.reload()
    wait_for_kernel(page, "00_welcome.ipynb")
    expect(cell(page, "slope = 6.0")).to_be_visible()
    expect(card(page, slope.name)).to_contain_text(f"Right: {slope.name}")
    again = cell(page, "lab.progress()")
    expect(progress_of(slope.name, output(again))).to_contain_text("done")
    expect(progress_of(slope.name, run(page, again))).to_contain_text("done")


def progress_of(exercise: str, table: Locator) -> Locator:
    return table.get_by_role("row").filter(has_text=exercise)


def test_an_endless_loop_is_ended_and_the_next_cell_runs(page):
    open_from_file_browser(page, "01_derivatives.ipynb")
    run(page, cell(page, "import autograd_lab as lab"))
    begun = time.monotonic()
    shown = answer(page, "derivatives.dq_da", "def dq_da(a):\n    while True:\n        pass")
    expect(shown).to_contain_text("Out of time: derivatives.dq_da")
    assert time.monotonic() - begun < 25  # 10 s for the answer, at most 10 for the diagnosis, and some for the browser
    run(page, cell(page, 'lab.check("derivatives.dq_db"'))
    expect(card(page, "derivatives.dq_db")).to_contain_text("Not answered yet: derivatives.dq_db")


def test_the_pictures_of_a_lesson_are_visible_and_the_sweep_can_be_stepped_through(page):
    open_from_file_browser(page, "03_reverse_mode.ipynb")
    run_all(page)
    for exercise in of_lesson("reverse_mode"):
        expect(card(page, exercise.name)).to_contain_text(f"Not answered yet: {exercise.name}")
    for name, text in {"figure": "figures.show(fig", "graph": "lab.draw_graph(d)"}.items():
        shown = output(cell(page, text))
        see(shown.locator("img"))
        take_picture(shown, name)

    sweep = output(cell(page, "stepper.show(result, names, stills"))
    picture = sweep.locator("img")
    see(picture)
    drawn = picture.get_attribute("src")
    expect(sweep).to_contain_text("0. The gradient of L with respect to itself is 1.")
    sweep.get_by_role("button", name="Next").click()
    expect(sweep).to_contain_text("1. L has 1 and sends")
    expect(picture).not_to_have_attribute("src", drawn)
    see(picture)
    sweep.get_by_role("slider").press("ArrowRight")
    expect(sweep).to_contain_text("2. z has")
    sweep.get_by_role("button", name="Back").click()
    expect(sweep).to_contain_text("1. L has 1 and sends")


def test_the_playground_follows_the_sliders_and_the_mouse(page):
    open_from_file_browser(page, "12_gradient_descent.ipynb")
    run(page, cell(page, "import autograd_lab as lab"))
    ground = run(page, cell(page, "lab.playground()"))
    valley, path, start = (ground.locator(css) for css in (".plots > svg >> nth=0", ".plane .line", ".start"))
    expect(valley).to_be_visible()
    expect(path).to_have_attribute("points", re.compile(r"\d"))

    before = path.get_attribute("points")
    ground.get_by_role("slider", name="learning rate").press("End")
    expect(ground.locator(".verdict")).to_contain_text("it diverges")
    expect(path).not_to_have_attribute("points", before)
    expect(ground.locator(".slope")).to_have_text(re.compile("theory: × [0-9.]+ a step"))
    expect(ground.locator(".slope")).not_to_have_css("fill", "none")
    take_picture(ground, "playground_diverges")
    ground.get_by_role("slider", name="learning rate").press("Home")
    expect(ground.locator(".verdict")).to_contain_text("it converges")
    ground.get_by_role("slider", name="momentum").press("End")
    ground.get_by_label("Nesterov's momentum").check()
    expect(ground.get_by_role("status")).to_contain_text("Learning rate 0.01, Nesterov's momentum 0.99")

    before = start.get_attribute("cx")
    valley.click()
    expect(start).not_to_have_attribute("cx", before)
    before = start.get_attribute("cx")
    page.keyboard.press("ArrowRight")  # a click was enough for it to have the focus
    expect(start).not_to_have_attribute("cx", before)

    cells = page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    page.keyboard.press("x")
    ground.get_by_role("slider", name="momentum").press("x")
    assert page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == cells, "a cell was cut"


EVERY_KIND_OF_CARD = """
lab.check("welcome.slope", ...)
lab.check("welcome.slope", 9.0)
lab.check("welcome.slope", 7.0)
lab.check("welcome.slope", 8.0)
lab.check("welcome.slope", 6.0)
lab.check("welcome.scalar_loss", lambda prediction, labels: print("`code`") or prediction.nonsense)
lab.check("welcome.scalar_loss", lambda prediction, labels: all(True for _ in iter(int, 1)))
lab.hint("welcome.slope")
lab.solution("welcome.slope")
lab.progress()
""".strip()


def test_every_text_on_a_card_is_readable_in_both_themes(page):
    run(page, cell(page, "import autograd_lab as lab"))
    cards = run_in_new_cell(page, EVERY_KIND_OF_CARD)
    for title in (
        "Not answered yet",
        "Not right yet",
        "Right",
        "It raised an error",
        "Out of time",
        "Hint 1 of 3",
        "Solution",
    ):
        expect(cards.get_by_text(f"{title}: welcome.").first).to_be_visible()
    expect(cards.get_by_role("link", name=find("welcome.slope").section)).to_be_visible()
    for fold in cards.locator("summary").all():
        fold.click()
    page.set_viewport_size({"width": 1280, "height": 4000})  # for the screenshots
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        switch_theme(page, theme)
        take_picture(cards, f"cards_{theme.rpartition(' ')[2].lower()}")
        assert_readable(cards)


def test_checks_in_two_notebooks_that_are_open_at_once_both_count(page):
    run(page, cell(page, "import autograd_lab as lab"))
    open_from_file_browser(page, "01_derivatives.ipynb")
    run(page, cell(page, "import autograd_lab as lab"))
    right = answer(page, "derivatives.dq_db", "def dq_db(b):\n    return -2 * b")
    expect(right).to_contain_text("Right: derivatives.dq_db")

    page.get_by_role("main").get_by_role("tab", name="00_welcome.ipynb").click()
    expect(answer(page, "welcome.slope", "slope = 6.0")).to_contain_text("Right: welcome.slope")
    table = run_in_new_cell(page, "lab.progress()")
    for exercise in ("derivatives.dq_db", "welcome.slope"):
        expect(progress_of(exercise, table)).to_contain_text("done")
