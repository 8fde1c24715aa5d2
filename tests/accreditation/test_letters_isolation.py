"""Whatever a person types into whichever field: the letter fetches nothing, embeds nothing, and says it as text."""

import http.server
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from accreditation.enums import LetterKind
from accreditation.letters import render
from accreditation.letters.shape import LetterContent
from accreditation.letters.text import clean
from tests.accreditation.letter_samples import sample, with_words

CONSTRUCTS = (
    '<img src="{url}/img.png">',
    '<link rel="attachment" href="{file}">',
    '<link rel="stylesheet" href="{url}/style.css">',
    '<style>@import url("{url}/import.css");</style>',
    '<style>@font-face {{ font-family: x; src: url("{url}/font.ttf") }} * {{ font-family: x }}</style>',
    '<style>body {{ background: url("{url}/background.png") }}</style>',
    '<p style="background: url({url}/inline.png)">x</p>',
    '<object data="{url}/object.svg" type="image/svg+xml"></object>',
    '<embed src="{url}/embed.svg">',
    '<svg><image href="{url}/svg.png" xlink:href="{url}/svg.png"/></svg>',
    '<svg><use href="{url}/use.svg#x"/></svg>',
    '<iframe src="{url}/frame.html"></iframe>',
    '<a rel="attachment" href="{file}">x</a>',
    '<base href="{url}/"><img src="relative.png">',
    '<meta http-equiv="refresh" content="0; url={url}/refresh">',
    '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22><image href=%22{url}/d.png%22/></svg>">',
    "<ul style=\"list-style-image: url('{url}/list.png')\"><li>x</ul>",
    '<p style="content: url({url}/content.png)">x</p>',
    "</style></title></head><img src={url}/broken.png>",
    '{{% include "{file}" %}}{{{{ settings.SECRET_KEY }}}}{{% load static %}}',
    '"><img src="{url}/attribute.png" x="',
    "'><script src='{url}/script.js'></script>",
)


class Listener:
    """A server on loopback that only writes down what it is asked for."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("CANARY-IN-A-FILE")
    return path


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_no_words_reach_the_network_or_the_disk(construct: str, listener: Listener, secret: Path) -> None:
    words = construct.format(url=listener.url, file=secret.as_uri())
    told = _told(with_words(sample(), clean(words, 200), clean(words, 5000)), listener)
    assert "".join(words.split()) in told  # every sign of it stands there, as text


def test_nor_do_all_of_them_together_in_a_report(listener: Listener, secret: Path) -> None:
    words = " ".join(construct.format(url=listener.url, file=secret.as_uri()) for construct in CONSTRUCTS)
    told = _told(with_words(sample(kind=LetterKind.REPORT), clean(words, 200), clean(words, 5000)), listener)
    assert "<script" in told


def _told(content: LetterContent, listener: Listener) -> str:
    """Sets the letter, checks that it reached for nothing, and gives its words without spaces."""
    reader = pypdf.PdfReader(io.BytesIO(render.pdf(content)))
    assert listener.asked == []
    assert list(reader.attachments) == [render.FINDINGS_NAME]
    shown = "".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    assert "CANARY-IN-A-FILE" not in shown
    return "".join(shown.split())


def test_the_listener_would_have_heard(listener: Listener) -> None:
    """The same words, unescaped and with WeasyPrint's own fetcher, do reach it: else the test above could not fail."""
    from weasyprint import HTML

    HTML(string=CONSTRUCTS[0].format(url=listener.url, file="")).write_pdf()
    assert listener.asked == ["/img.png"]
    listener.asked.clear()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://letter.invalid/../../etc/passwd",
        "https://letter.invalid/letter.css?x",
        "data:text/plain,hello",
        "ftp://127.0.0.1/x",
    ],
)
def test_a_template_that_asks_for_more_is_refused_and_the_worker_lives(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: were a template ever to ask for something else, the letter fails in words, as an Exception."""
    page = render.page

    def with_image(content: LetterContent) -> str:
        return page(content).replace("</body>", f'<img src="{address}" alt="x"></body>')

    monkeypatch.setattr(render, "page", with_image)
    with pytest.raises(render.Unbuildable, match="letters may not contain"):
        render.pdf(sample())


def test_no_letter_carries_a_script_or_a_link_out() -> None:
    words = "javascript:alert(1) https://elsewhere.example/x mailto:a@b.example"
    content = replace(sample(), reasons=words, course=words)
    reader = pypdf.PdfReader(io.BytesIO(render.pdf(content)))
    catalogue = reader.root_object
    assert "/OpenAction" not in catalogue
    assert "/JavaScript" not in catalogue.get("/Names", {})
    assert not [note for page in reader.pages for note in page.get("/Annots", ())]
