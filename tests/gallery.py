"""`make gallery`: every page of the demo world, for every role, as pictures in `gallery/`.

Starts the product on a fresh demo world in a temporary folder, follows every link as each demo person, and takes each
page on a desktop and on a phone, light and dark. `make gallery ROLES="case-officer student"` takes only those.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "gallery"
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@contextmanager
def product(folder: str) -> Iterator[str]:
    """The product on a fresh demo world; gives its address."""
    from tests.services import free_port

    origin = f"http://127.0.0.1:{free_port()}"
    env = {**os.environ, "CASE_DATA_DIR": folder, "SITE_ORIGIN": origin, "CASE_DEMO": "true"}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=env, check=True)
    subprocess.run([*manage, "seed_demo"], env=env, check=True)
    server = subprocess.Popen(
        [*manage, "runserver", "--noreload", origin.removeprefix("http://")],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(origin, timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield origin
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accreditation.config.settings")
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from accreditation import demo
    from tests.browser import QUIET
    from tests.crawl import crawl

    wanted = set(sys.argv[1:])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    shutil.rmtree(OUT, ignore_errors=True)
    taken = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        product(folder) as origin,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        people = [("nobody", None), *((role, email) for role, _, email in demo.PEOPLE)]
        for role, email in people:
            if wanted and role.replace(" ", "-").lower() not in wanted:
                continue
            paths: list[tuple[str, str]] = []
            for look, options in LOOKS.items():
                page = browser.new_context(base_url=origin, locale="en-GB", **options).new_page()
                if email:
                    sign_in(page, email, demo.PASSWORD)
                if not paths:
                    paths = [(visit.name, visit.path) for visit in crawl(page, origin)]
                for number, (name, path) in enumerate(paths):
                    page.goto(path)
                    page.wait_for_load_state("networkidle")
                    file = OUT / role.replace(" ", "-").lower() / f"{number:02} {name} {look}.png"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=file, full_page=True)
                    taken += 1
                page.context.close()
        browser.close()
    print(f"{taken} pictures in {OUT.relative_to(ROOT)}/")


def sign_in(page: object, email: str, password: str) -> None:
    page.goto("/account/login/")  # type: ignore[attr-defined]
    page.get_by_label("E-mail").fill(email)  # type: ignore[attr-defined]
    page.locator("input[type=password]").fill(password)  # type: ignore[attr-defined]
    page.locator("main button[type=submit]").click()  # type: ignore[attr-defined]
    page.wait_for_load_state()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
