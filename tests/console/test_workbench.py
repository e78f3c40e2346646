"""The workbench: drafts that are checked and tried, taken along or written; what is too much for it."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from monitor.collect.feeds import read_feeds
from monitor.console.access import Access
from monitor.console.backtests import Backtests
from monitor.console.door import LARGEST_DRAFT_BODY
from monitor.console.marked import Span, code, coloured, marked
from monitor.console.page import Console
from monitor.console.rulefiles import LARGEST_DRAFT
from monitor.console.worker import DraftWorker, NotDone
from monitor.errors import Level, Problem
from monitor.workbench.draft import Draft, Looked
from tests.console.conftest import RULE, Desk, hidden, opened
from tests.support.patience import PATIENCE

TAKING = """
format: 1
id: taking
title: Markets
severity: high
words: {place: {from: [places]}}
find: [{name: any mention, all: [place]}]
examples: {match: [A market burnt], no_match: [A school burnt]}
"""
FILE = "/workbench/cluster-munitions.yaml"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A console that writes files, for all tests here; each puts back what it changed."""
    async with opened(tmp_path_factory.mktemp("bench"), WIREWATCH_CONSOLE_WRITES="1") as made:
        yield made


async def fields_of(desk: Desk, file: str = FILE) -> dict[str, str]:
    page = await desk.get(file)
    return {name: hidden(page, name) for name in ("form_token", "began")}


async def begun(desk: Desk, fields: dict[str, str], content: str) -> str:
    """The path of a backtest that was begun."""
    data = {**fields, "content": content, "do": "backtest", "days": "7"}
    async with desk.browser.post(desk.url + FILE[1:], data=data, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def ended(desk: Desk, path: str) -> str:
    """The page of a backtest, once it has ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with desk.browser.get(desk.url + path[1:]) as answer:
                page = await answer.text()
                if "Refresh" not in answer.headers:
                    return page
            await asyncio.sleep(0.05)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_backtest_that_nobody_looks_at_is_given_up(desk: Desk) -> None:
    access = Access("", lambda: 0.0, "Vera")
    console = Console(
        service=desk.app,
        store=desk.store,
        clock=lambda: datetime.now(UTC),
        access=access,
        settings=desk.world.settings(),
    )
    backtests = Backtests(console, unseen=0)
    draft = Draft(desk.world.folder / "rules/cluster-munitions.yaml", RULE.encode())
    run_id = backtests.begin("cluster-munitions.yaml", draft, timedelta(days=7))
    assert run_id is not None
    run = backtests.look(run_id)
    assert run is not None
    assert run.task is not None
    await asyncio.wait_for(run.task, PATIENCE)
    assert "nobody looked at it" in run.wrong


@pytest.mark.asyncio(loop_scope="module")
class TestPages:
    async def test_the_files_are_listed_and_shown_as_they_are(self, bench: Desk) -> None:
        assert FILE in await bench.get("/workbench")
        page = await bench.get(FILE)
        assert "words: {weapon: {en: [cluster bomb]" in page
        assert "checked 1 rule with 2 examples: " in page

    async def test_a_draft_has_the_messages_of_check_in_place(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        page = await bench.send(FILE, **fields, content=RULE.replace("high", "hgh"), part="1")
        assert "<html" not in page, "a part of the page is sent while one types"
        assert 'data-line="5"' in page
        assert "did you mean “high”?" in page
        assert "It cannot be used like this" in page
        bench.world.write("rules/other.yaml", RULE.replace("high", "hgh"))
        _, told, _ = await bench.world.run("check", str(bench.world.folder / "rules/other.yaml"))
        (bench.world.folder / "rules/other.yaml").unlink()
        message = told.splitlines()[0].split(": error: ")[1].split(" - did you mean")[0]
        assert message.split('"')[0] in page.replace("&#34;", '"')

    async def test_a_text_is_tried_against_the_draft(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        edited = RULE.replace("en: [kill]", "en: [wound]").replace("[Cluster bombs hit Idlib]", "[Cluster bombs]")
        given = {"title": "Cluster bombs wound\r\nseven", "summary": "A clusterbom was there", "language": "en"}
        page = await bench.send(FILE, **fields, content=edited, do="try", **given)
        assert '<mark class="hit">Cluster bombs<small> weapon</small></mark>' in page
        assert '<mark class="hit">wound<small> harm</small></mark>' in page
        assert "MATCHES by way" in page
        before = await bench.send(FILE, **fields, content=RULE, do="try", title="Cluster bombs wound seven")
        assert "no word of harm" in before

    async def test_the_text_of_an_item_is_tried(self, bench: Desk) -> None:
        [item] = await bench.store.find(["parking"], limit=1)
        assert f"/workbench?item={item.item_id}" in await bench.get(f"/items/{item.item_id}")
        assert f"{FILE}?item={item.item_id}" in await bench.get(f"/workbench?item={item.item_id}")
        page = await bench.get(f"{FILE}?item={item.item_id}")
        assert "Council debates parking</textarea>" in page
        assert "no word of weapon" in page

    async def test_no_markup_of_a_draft_or_text_is_rendered(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        hostile = "</textarea><script>alert(1)</script><img src=x>\u202e"
        page = await bench.send(
            FILE, **fields, content=RULE + "# " + hostile, do="try", title=hostile + " cluster bomb"
        )
        assert "<script>alert" not in page
        assert "<img" not in page
        part = await bench.send(FILE, **fields, content=f"{RULE}# {hostile}", part="1", title=f"{hostile} cluster bomb")
        assert "cluster bomb" in part
        layer, _, rest = part.partition("</pre>")
        assert "&lt;script&gt;" in layer, "the colours of the box, with its characters"
        assert "\u202e" not in rest, "outside of the fields, which keep what was written"

    async def test_the_draft_can_be_taken_as_a_file_and_as_a_diff(self, bench: Desk, tmp_path: Path) -> None:
        fields = await fields_of(bench)
        edited = RULE.replace("kill", "wound")
        async with bench.browser.post(
            bench.url + FILE[1:], data={**fields, "content": edited, "do": "download"}
        ) as answer:
            assert await answer.text() == edited
            assert "cluster-munitions.yaml" in answer.headers["Content-Disposition"]
        diff = await bench.send(FILE, **fields, content=edited, do="diff")
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules/cluster-munitions.yaml").write_text(RULE, encoding="utf-8")
        await asyncio.to_thread(subprocess.run, ["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
        assert (tmp_path / "rules/cluster-munitions.yaml").read_text(encoding="utf-8") == edited

    async def test_only_a_draft_without_errors_that_began_from_the_file_is_written(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        file = bench.world.folder / "rules/cluster-munitions.yaml"
        inode = file.stat().st_ino
        refused = await bench.send(FILE, **fields, content=RULE.replace("high", "hgh"), do="save")
        assert "Nothing was written: 1 error with this draft" in refused
        failing = RULE.replace("[Cluster bombs hit Idlib]", "[Council debates]")
        assert "Nothing was written" in await bench.send(FILE, **fields, content=failing, do="save")
        assert file.read_text(encoding="utf-8") == RULE

        edited = RULE.replace("[kill]", "[kill, wound]")
        page = await bench.send(FILE, **fields, content=edited.replace("\n", "\r\n"), do="save")
        assert "Written. The service uses it" in page
        assert file.read_text(encoding="utf-8") == edited
        assert file.stat().st_ino != inode, "written beside it and put in its place"
        assert "Somebody changed this file" in await bench.send(FILE, **fields, content=RULE, do="save")
        fields["began"] = hidden(page, "began")
        assert "Written." in await bench.send(FILE, **fields, content=RULE, do="save")
        assert not list(file.parent.glob(".*")), "nothing is left beside it"

    async def test_a_word_file_that_breaks_a_rule_is_not_written(self, bench: Desk) -> None:
        words = bench.world.folder / "rules/words"
        bench.world.write("rules/words/places.yaml", "format: 1\ntitle: Places\nwords:\n  en: [market]\n")
        bench.world.write("rules/taking.yaml", TAKING)
        try:
            fields = await fields_of(bench, "/workbench/words/places.yaml")
            page = await bench.send(
                "/workbench/words/places.yaml",
                **fields,
                content="format: 1\ntitle: Places\nwords:\n  en: [hospital]\n",
                do="save",
            )
            assert "Nothing was written: " in page
            assert "taking.yaml:" in page
        finally:
            (bench.world.folder / "rules/taking.yaml").unlink()
            (words / "places.yaml").unlink()
            words.rmdir()

    async def test_a_new_rule_begins_and_is_written_once(self, bench: Desk) -> None:
        assert "A name has small letters" in await bench.get("/workbench?new=../etc/passwd")
        page = await bench.get("/workbench?new=my-rule")
        assert "id: my-rule" in page
        fields = {name: hidden(page, name) for name in ("form_token", "began")}
        content = RULE.replace("id: cluster-munitions", "id: my-rule")
        file = bench.world.folder / "rules/my-rule.yaml"
        pages = await asyncio.gather(
            *(bench.send("/workbench/my-rule.yaml", **fields, content=content, do="save") for _ in range(2))
        )
        assert sum("Written." in one for one in pages) == 1, "two who begin the same file do not overwrite each other"
        assert file.read_text(encoding="utf-8") == content
        file.unlink()

    @pytest.mark.parametrize(
        "name", ["../feeds.yaml", "..%2ffeeds.yaml", "words/../../feeds.yaml", "/etc/passwd", "a.txt", "words/new.yaml"]
    )
    async def test_no_other_file_is_reached(self, bench: Desk, name: str) -> None:
        async with bench.browser.get(f"{bench.url}workbench/{name}") as answer:
            assert answer.status == 404

    async def test_a_draft_is_tried_on_the_stored_items(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        edited = RULE.replace("[cluster bomb]", "[parking]").replace("[Cluster bombs hit Idlib]", "[Parking]")
        url = await begun(bench, fields, edited)
        page = await ended(bench, url)
        assert "1 alert added, 1 removed" in page
        removed, added = page.split("Added alerts")
        assert "Cluster bombs" in removed
        assert "Council debates parking" in added
        assert "<td>desk</td><td>2</td><td>2</td>" in page
        assert "before: the files on the disk" in page

    async def test_a_file_that_was_saved_is_tried_against_what_was_stored(self, bench: Desk) -> None:
        edited = RULE.replace("[cluster bomb]", "[parking]").replace("[Cluster bombs hit Idlib]", "[Parking]")
        bench.world.write("rules/cluster-munitions.yaml", edited)
        try:
            page = await ended(bench, await begun(bench, await fields_of(bench), edited))
        finally:
            bench.world.write("rules/cluster-munitions.yaml", RULE)
        assert "Council debates parking" in page.split("Added alerts")[1]
        assert "before: what live matching stored" in page

    async def test_a_draft_with_mistakes_is_not_tried_on_them(self, bench: Desk) -> None:
        url = await begun(bench, await fields_of(bench), RULE.replace("high", "hgh"))
        assert "the draft has mistakes; correct them first; line 5: " in await ended(bench, url)

    async def test_a_backtest_is_canceled_and_another_begins(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        url = await begun(bench, fields, RULE)
        page = await bench.send(FILE, **fields, content=RULE, do="backtest")
        assert "Another backtest runs" in page
        assert "It was canceled" in await bench.send(f"{url}/cancel", form_token=fields["form_token"])
        assert "0 alerts added" in await ended(bench, await begun(bench, fields, RULE))
        assert "It was canceled" in await bench.get(url)
        await bench.get("/backtests/nothing", status=404)

    async def test_what_is_too_large_is_refused_in_words(self, bench: Desk) -> None:
        fields = await fields_of(bench)
        for size in (LARGEST_DRAFT + 1, LARGEST_DRAFT_BODY, 10_000_000):
            body = io.BytesIO(urlencode({**fields, "content": "x" * size}).encode())
            kind = {"content-type": "application/x-www-form-urlencoded"}
            async with bench.browser.post(bench.url + FILE[1:], data=body, headers=kind) as answer:
                assert answer.status == 413
                assert "512 KB of a draft" in await answer.text()
        for hostile in ("a: " + "[" * 20_000, "- " * 5_000, "\x00\x01", "a: &a [*a]", "\ufffe"):
            assert "What the checker says" in await bench.send(FILE, **fields, content=hostile, title="cluster bomb")


@pytest.mark.asyncio(loop_scope="module")
async def test_without_the_setting_nothing_is_written(desk: Desk) -> None:
    page = await desk.get(FILE)
    assert "Save it" not in page
    fields = {name: hidden(page, name) for name in ("form_token", "began")}
    page = await desk.send(FILE, **fields, content=RULE.replace("[kill]", "[kill, wound]"), do="save")
    assert "This console does not write files" in page
    assert (desk.world.folder / "rules/cluster-munitions.yaml").read_text(encoding="utf-8") == RULE


@pytest.mark.asyncio(loop_scope="module")
async def test_what_takes_too_long_is_given_up_and_the_next_draft_is_checked(desk: Desk) -> None:
    worker = DraftWorker(desk.world.settings(), time_limit=0.2)
    path = desk.world.folder / "rules/cluster-munitions.yaml"
    words = ", ".join(f"word{number}" for number in range(20_000))
    try:
        slow = await worker.look(Draft(path, RULE.replace("kill", words).encode()))
        assert isinstance(slow, NotDone)
        assert "took longer" in slow.words
        worker.time_limit = 60
        found = await worker.look(Draft(path, RULE.encode()))
        assert isinstance(found, Looked)
        assert found.rules == ("cluster-munitions",)
    finally:
        await worker.close()


MARKED = [
    ("plain <b>", [], "plain &lt;b&gt;"),
    ("a bomb fell", [Span(2, 6, "hit", "weapon")], 'a <mark class="hit">bomb<small> weapon</small></mark> fell'),
    (
        "bomb site",
        [Span(0, 9, "near", "place"), Span(0, 4, "hit", "weapon")],
        (
            '<mark class="hit">bomb<small> place, weapon</small></mark>'
            '<mark class="near"> site<small> place</small></mark>'
        ),
    ),
    ("قنابل\u202e هنا", [Span(0, 5, "not", "never")], '<mark class="not">قنابل<small> never</small></mark> هنا'),
    ("short", [Span(3, 99, "hit", "beyond")], "short"),
    ("", [Span(0, 0, "hit", "empty")], ""),
]


@pytest.mark.parametrize(("text", "spans", "html"), MARKED)
def test_texts_are_marked(text: str, spans: list[Span], html: str) -> None:
    assert str(marked(text, spans)) == html


def test_lines_of_yaml_have_colours_and_keep_their_spaces() -> None:
    line = str(code('  name: "a # b" # <why>\u200b'))
    assert line == (
        '  <span class="y-key">name</span>: <span class="y-string">&#34;a # b&#34;</span> '
        '<span class="y-comment"># &lt;why&gt;</span>'
    )
    assert str(code("a" * 500_000)) == "a" * 500_000, "nobody waits for the colours of a line that nobody reads"


def test_the_colours_of_a_draft_have_its_characters_and_say_what_is_wrong_with_a_line() -> None:
    text = "id: x # \u200fnote\n\tsevrity: <high>\n"
    path = Path("rules/x.yaml")
    wrong = Problem(path, 2, 2, Level.ERROR, 'unknown key "sevrity"', "severity")
    odd = Problem(path, 2, 2, Level.WARNING, "odd")
    made = str(coloured(text, {1: [odd], 2: [odd, wrong]}))
    assert made.startswith('<span class="line warn"><span class="y-key">id</span>: x '), "warnings stand below the box"
    assert unescape(re.sub("<[^>]*>", "", made)) == text, "else they would stand beside what is typed"
    said = "unknown key &#34;sevrity&#34; - did you mean “severity”?"
    assert f'\t<span class="line bad" data-said="{said}"><span class="y-key">sevrity</span>' in made


@pytest.mark.asyncio(loop_scope="module")
async def test_the_feeds_of_an_opml_file_are_added_once_somebody_wants_it(bench: Desk) -> None:
    file = bench.world.folder / "feeds.yaml"
    before = file.read_bytes()
    token = hidden(await bench.get("/feeds/import"), "form_token")
    opml = '<opml><body><outline text="New one" xmlUrl="https://new.example/rss"/></body></opml>'
    page = await bench.send("/feeds/import", form_token=token, opml=opml)
    assert "Add it to feeds.yaml</button>" in page
    assert file.read_bytes() == before
    page = await bench.send("/feeds/import", form_token=token, opml=opml, do="add")
    assert "Added to feeds.yaml" in page
    assert [feed.id for feed in read_feeds(file).feeds] == [
        *(feed.id for feed in bench.app.configuration.feeds),
        "new-one",
    ]
    page = await bench.send("/feeds/import", form_token=token, opml=opml, do="add")
    assert "0 new feeds" in page
    page = await bench.send("/feeds/import", 400, form_token=token, opml="<?xml" + " " * 300_000)
    assert "OPML" in page, "a first line without an end is refused at once"
    file.write_bytes(before)
