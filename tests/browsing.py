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
]


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
    yield context
    context.close()


@pytest.fixture(scope="module")
def load(context, address):
    """A function that opens a page of the site and notes all that it asks for."""

    def opened(name: str):
        tab = context.new_page()
        tab.book = {"outside": [], "broken": [], "sizes": {}}
        tab.route("**/*", functools.partial(watch, tab, address))
        tab.on("pageerror", lambda error: tab.book["broken"].append(str(error)))
        tab.on("response", functools.partial(weigh, tab))
        look(tab)
        tab.goto(address + name, wait_until="load")
        tab.evaluate(
            "document.querySelectorAll('img').forEach(i => i.loading = 'eager')"
        )
        tab.wait_for_load_state("networkidle")
        return tab

    return opened


def look(tab, width: int = 1280, scheme: str = "light", media: str = "screen") -> None:
    """See a page at a width, in a theme, on a medium."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme, media=media)


def watch(tab, address, route) -> None:
    """Let requests to our own server through, note and stop all others."""
    if route.request.url.startswith((address, "data:", "blob:")):
        route.continue_()
    else:
        tab.book["outside"].append(route.request.url)
        route.abort()


def weigh(tab, response) -> None:
    """Note each answer's size, and what was not found."""
    if response.status >= 400:
        tab.book["broken"].append(f"{response.status} {response.url}")
    elif response.url.startswith("http"):
        path = urllib.parse.urlparse(response.url).path
        file = SITE / urllib.parse.unquote(path).lstrip("/")
        tab.book["sizes"][path] = file.stat().st_size
