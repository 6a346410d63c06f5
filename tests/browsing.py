"""Fixtures for tests of the built site: served on loopback, opened in a browser."""

import functools
import http.server
import os
import shutil
import tempfile
import threading
import urllib.parse

import pytest

from tools import chapters

SITE = chapters.ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing leaves this machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# Notes how far what is seen moves without a reader's doing (Chromium's own measure).
SHIFTS = """
window.bookShifts = [];
new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput)
        window.bookShifts.push([one.value, ...one.sources.map(s => s.node
            ? (s.node.outerHTML || s.node.textContent || '').slice(0, 120) : '')]);
}).observe({type: 'layout-shift', buffered: true});
"""

# Colours that fade from one theme to the other would make every look at them wait.
AT_ONCE = (
    "*, *::before, *::after { transition: none !important; animation: none !important }"
)

# Scroll to the end as a reader would, so that every picture comes. Nothing is waited
# for without end: a browser may leave out a frame or never settle a picture's decoding,
# and what is missing then is for the tests to find.
SCROLL = """async () => {
    const within = (most, promise) =>
        Promise.race([promise, new Promise(done => setTimeout(done, most))]);
    const frame = () => within(500, new Promise(requestAnimationFrame));
    for (let y = 0; y < document.documentElement.scrollHeight; y += 1600) {
        scrollTo({top: y, behavior: 'instant'});
        await frame();
    }
    window.bookLoading = [...document.querySelectorAll('article img')]
        .map(one => one.getAttribute('loading'));
    await within(15000, Promise.all([...document.images].map(async one => {
        one.loading = 'eager';
        await one.decode().catch(() => {});
    })));
    await frame();
    await within(5000, document.fonts.ready);
    scrollTo({top: 0, behavior: 'instant'});
    await frame();
}"""

AXE = """async ([context, options]) => {
    const found = await axe.run(context || document,
        {...options, resultTypes: ['violations'], preload: false});
    return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
        .map(one => `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 120)}`);
}"""


def do_without(reason: str) -> None:
    """Skip, or fail where the browser tests are required."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a log line each."""

    def log_message(self, *arguments):
        """Nothing."""


@pytest.fixture(scope="session")
def address():
    """The site, served on loopback."""
    if not (SITE / "index.html").is_file():
        do_without("no site built: run `make book`")
    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium with a profile of its own."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        do_without("no Chromium installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=FLAGS,
            chromium_sandbox=False,
            env={"HOME": home},
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser):
    """One browser context for all pages: shared files are loaded once."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script(SHIFTS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def load(context, address):
    """A function that opens a page of the site and notes all that it asks for."""

    def opened(name: str):
        tab = context.new_page()
        tab.bring_to_front()  # one behind another gets no frames
        tab.book = {"outside": [], "broken": [], "sizes": {}}
        tab.on("request", functools.partial(watch, tab, address))
        tab.on("pageerror", lambda error: tab.book["broken"].append(str(error)))
        tab.on("response", functools.partial(weigh, tab))
        look(tab)
        tab.goto(address + name, wait_until="load")
        tab.evaluate(SCROLL)
        tab.add_style_tag(content=AT_ONCE)
        return tab

    return opened


def look(tab, width: int = 1280, scheme: str = "light", media: str = "screen") -> None:
    """See a page at a width, in a theme, on a medium."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme, media=media)


def grave(tab, scheme: str, context=None, options=None) -> list[str]:
    """What axe finds serious or critical, in a theme."""
    look(tab, scheme=scheme)
    tab.wait_for_function(
        "scheme => document.documentElement.dataset.theme === scheme", arg=scheme
    )
    if not tab.evaluate("'axe' in window"):
        from axe_playwright_python.base import AXE_SCRIPT

        tab.evaluate(AXE_SCRIPT)
    return tab.evaluate(AXE, [context, options or {}])


def watch(tab, address, request) -> None:
    """Note what is asked of others than our own server."""
    if not request.url.startswith((address, "data:", "blob:")):
        tab.book["outside"].append(request.url)


def weigh(tab, response) -> None:
    """Note each answer's size, and what was not found."""
    if response.status >= 400:
        tab.book["broken"].append(f"{response.status} {response.url}")
    elif response.url.startswith("http"):
        path = urllib.parse.urlparse(response.url).path
        file = SITE / urllib.parse.unquote(path).lstrip("/")
        tab.book["sizes"][path] = file.stat().st_size
