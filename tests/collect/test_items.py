"""From an entry to an item: text, links, dates and language, whatever feeds write."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.dates.published import published_at
from monitor.collect.items import MAX_BODY, MAX_SUMMARY, MAX_TITLE, item_of, title_key
from monitor.collect.links import article_url, canonical_link, place, readable_url
from monitor.collect.text import clean, plain_text
from monitor.model import Entry, Feed, Item
from tests.support.builders import NOW

FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")


def cleaned(dates: tuple[str, ...] = (), **entry: str) -> Item:
    return item_of(
        Entry(digest="d", dates=dates, **entry),
        FEED,
        feed_language="",
        base_url="https://wire.example/rss",
        seen_at=NOW,
    )


OWN = "<p>Nine people were killed there.</p>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("a<br>b", "a\nb"),
        ("Two hurt.<p>Five dead.<ul><li>Idlib<li>Homs</ul>End", "Two hurt.\nFive dead.\nIdlib\nHoms\nEnd"),
        ("<dl><dt>Dead<dd>two<dt>Hurt<dd>five</dl><th>A<th>B", "Dead\ntwo\nHurt\nfive\nA\nB"),
        ("<section>Two dead</section><hr>Five hurt<pre>End</pre>", "Two dead\nFive hurt\nEnd"),
        ("un<b>bro</b>k<o:p></o:p>en <span>word</span>s", "unbroken words"),
        ('[caption id="a" width="3"]<img src="a.jpg"> An old picture[/caption]<p>Two dead.</p>', "Two dead."),
        ('[vc_row][vc_column width="1/2"]<p>Two dead [sic] [AFP].</p>[/vc_column][/vc_row]', "Two dead [sic] [AFP]."),
        ("&lt;![CDATA[<p>Two dead.</p>]]&gt;", "Two dead."),
        (
            "<p>Two people died.</p>" + "".join(f"<p><a href={n}>Army denies a strike</a>" for n in "abc"),
            "Two people died.",
        ),
        (
            "<div><p>Two people died.</p>" + "".join(f"<p><a href={n}>Army denies a strike</a> - X" for n in "abcdef"),
            "Two people died.",
        ),
        ("Tom &amp; Ann", "Tom & Ann"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("&amp;lt;b&amp;gt;", "<b>"),
        ("<p>&amp;lt;b&amp;gt;</p>", "<b>"),
        ("cluster&amp;nbsp;munitions", "cluster munitions"),
        ("&amp;#171;&amp;eacute;t&amp;#xe9;&amp;#187;", "«été»"),
        ("<p>Tom &amp;amp;amp; Ann&amp;rsquo;s</p>", "Tom & Ann’s"),
        ("&amp;amp;amp;quot;thrice&amp;amp;amp;quot;", '"thrice"'),
        ("AT&amp;T, R&amp;D and Q&A", "AT&T, R&D and Q&A"),
        ("AT&amp;amp;T", "AT&T"),
        ("&amp;NBSP;KILL &amp;LAQUO;NINE&amp;RAQUO;", "KILL «NINE»"),
        ("Caf&Atilde;&copy;s d&acirc;&euro;&trade;&Atilde;&permil;vreux", "Cafés d’Évreux"),
        ("".join(f"&#{byte};" for byte in "Обстрел Херсона".encode("cp1251")), "Обстрел Херсона"),
        ("<a href='/'>x</a> /?a=1&amp;copy=2", "x /?a=1&copy=2"),
        ("&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;", "<script>alert(1)</script>"),
        ("&amp;#8203;a&amp;#x202e;b&amp;#0;c", "ab\ufffdc"),
        ("x<script>alert(1)</script>y<style>p{}</style>", "xy"),
        ("a\u202eb\u200bc\u00add", "ab cd"),
        ("killed\u200b\u200bsix", "killed six"),
        ("dr\u200bone str\u200bike on Khar\u200bkiv", "drone strike on Kharkiv"),
        ("Russian\u200bdrone\u200bstr\u200bike\u200bon\u200bKharkiv", "Russian drone strike on Kharkiv"),
        ("обстре\u200bле Херсо\u200bна, Tal\u200bFerzan, Ferz\u200banul", "обстреле Херсона, Tal Ferzan, Ferzanul"),
        ("end.\u200bNext «a»\u200b«b»", "end. Next «a» «b»"),
        ("bypassed\u200b, \u200bwith \u200b", "bypassed, with"),
        ("a\ufffcb\u2800c", "a b c"),
        ("six \U000e0041\U000e0042 killed\U000e0041", "six killed"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f wins", "\U0001f3f4\U000e0067\U000e0062\U000e007f wins"),
        ("sub\u00admu\u2060ni\ufefftion\u034fs", "submunitions"),
        ("a\u202fb\u2009c\u3000d\u2028e", "a b c d e"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x00b\x07c", "a b c"),
        ("  many \t spaces\u00a0here ", "many spaces here"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<b>bold</b>ly", "boldly"),
        ("<UPDATE 2> Nine killed, <toll may rise>", "<UPDATE 2> Nine killed, <toll may rise>"),
        ("<o:p>a</o:p> <st1:place w:st='on'>b</st1:place> <x-y>c", "a b c"),
        ("&lt;p&gt;Nine &lt;b&gt;killed&lt;/b&gt;.&lt;/p&gt;", "Nine killed."),
        ("&amp;lt;p&amp;gt;Nine&amp;lt;/p&amp;gt;", "Nine"),
        ("<![CDATA[Nine <b>killed</b>]]>", "Nine killed"),
        ("<figure><img><figcaption>Archive</figcaption></figure>Nine killed", "Nine killed"),
        ("<div class='image-caption'>Archive</div><p class='with-captions'>Nine killed</p>", "Nine killed"),
        ("<ul><li>Nine, says <a href='1'>the ministry</a></li><li>Ten</li></ul>", "Nine, says the ministry\nTen"),
        ("Nine.<ul><li><a href='1'>Ten hurt</a></li><li><a href='2'>Six hurt</a> Post</li></ul>", "Nine."),
        (
            "<a href='1'>The rights office</a> says <a href='2'>nine were killed</a> in Idlib, where a market was hit",
            "The rights office says nine were killed in Idlib, where a market was hit",
        ),
        ("<a href='1'><img></a><a href='1'>Nine killed in Idlib</a>", "Nine killed in Idlib"),
        (f"{OWN}<p>READ ALSO: <a href='1'>Ten hurt in Sumy</a></p>", OWN[3:-4]),
        (f"{OWN}<p><b>Читайте також: <a>Десятеро поранених у Сумах</a></b></p>", OWN[3:-4]),
        (f"{OWN}<p>À lire aussi : <a>Dix blessés à Soumy</a><br><a>Six blessés à Kiev</a></p>", OWN[3:-4]),
        (f"{OWN}<div>اقرأ أيضاً: <ul><li><a>إصابة عشرة في سومي</a></li></ul></div>", OWN[3:-4]),
        (f"{OWN}<aside><p><a href='1'>Ten hurt in Sumy</a></p></aside>", OWN[3:-4]),
        ("<p>Kyiv: <a href='1'>Ten hurt in Sumy</a></p>", "Kyiv: Ten hurt in Sumy"),
        (f"{OWN}<p><a href='1'>Ten hurt in Sumy</a></p>", "Nine people were killed there.\nTen hurt in Sumy"),
        (
            f"{OWN}<p>UN: <a>ten hurt in Sumy</a> in raids of one night, it says</p>",
            f"{OWN[3:-4]}\nUN: ten hurt in Sumy in raids of one night, it says",
        ),
        (f"<span style='display: none'>Ten hurt</span><select><option>Sumy</option></select>{OWN}", OWN[3:-4]),
        ("قنبلة", "قنبلة"),
        ("cluster&amp;nbsp munitions &amp;nbsp=1", "cluster munitions &nbsp=1"),
    ],
)
def test_markup_becomes_readable_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


VANISHING = (
    "\u034f\u061c\u17b4\u180b\u180e\u200e\u200f\u202a\u202e\u2060"
    "\u2063\u2066\u206a\ufe0f\ufeff\ufff9\U000e0001\U000e0100"
)
BLANKS = "\u115f\u1160\u200b\u2800\u3164\uffa0\ufffc"
WORDS = {
    "en": ["bombs", "killed", "six"],
    "es": ["bombas", "de", "racimo"],
    "fr": ["des", "bombes", "à", "sous"],
    "ru": ["кассетные", "бомбы"],
    "uk": ["касетну", "бомбу"],
    "ar": ["القنابل", "العنقودية"],
}


@pytest.mark.parametrize("char", [*VANISHING, *BLANKS, "\u200c", "\u200d"], ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize("language", WORDS)
def test_what_is_not_seen_parts_words_where_it_stands_for_a_blank(char: str, language: str) -> None:
    assert clean(char.join(WORDS[language])) == " ".join(WORDS[language])


@pytest.mark.parametrize("char", ["\u00ad", *VANISHING], ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize(
    "word",
    ["clus|ter", "mu|ni|tions", "кассет|ными", "касет|ними", "бом|бу", "القنا|بل", "العنقو|دية", "a|b", "ra|ci|mo"],
)
def test_what_is_not_seen_vanishes_within_a_word(char: str, word: str) -> None:
    assert clean(word.replace("|", char)) == word.replace("|", "")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian joins its prefixes so
        "القنــابل العنقــودية",  # letters drawn longer
        "\U0001f468\u200d\U0001f469\u200d\U0001f466 \u2764\ufe0f 1\ufe0f\u20e3",  # pictures
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
    ],
)
def test_what_is_not_seen_but_needed_stays(text: str) -> None:
    assert clean(text) == text


def test_letters_drawn_longer_part_words_that_are_none_together() -> None:
    assert clean("القنابلـالعنقودية") == "القنابل العنقودية"


@given(st.text(st.sampled_from("bombs killed القنابل\u00ad\u200c\u2060\ufe0f\u0640\U000e0100"), max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.sampled_from("&amp;lt#x3c8203ngquo<b> \u200b\u3164a,"), max_size=60))
def test_no_markup_takes_long_or_leaves_what_cannot_be_seen(markup: str) -> None:
    text = plain_text("&" * 40 + "amp;" * 40 + markup)
    assert not set(text) & set("\u200b\u3164\x00")
    assert clean(text) == text


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.wire.example/a/?utm_source=rss&utm_medium=x", "https://wire.example/a"),
        ("https://m.wire.example/a#top", "https://wire.example/a"),
        ("https://wire.example/a/amp/", "https://wire.example/a"),
        ("https://wire.example/a?id=7&fbclid=z", "https://wire.example/a?id=7"),
        ("https://wire.example/a?b=2&a=1", "https://wire.example/a?a=1&b=2"),
        ("https://wire.example:443/a", "https://wire.example/a"),
        ("https://wire.example:8443/a", "https://wire.example:8443/a"),
        ("https://wire.example/a;jsessionid=1F", "https://wire.example/a"),
        ("https://wire.example/a?sid=ce2eb486552d7034", "https://wire.example/a"),
        ("https://wire.example/a?sid=1001", "https://wire.example/a?sid=1001"),
        ("https://wire.example/a?PHPSESSID=q1w2e3r4t5y6", "https://wire.example/a"),
        ("https://wire.example/a#post-1", "https://wire.example/a"),
        ("https://m.example/a", "https://m.example/a"),
        ("https://archive.example/new/https://a.example/1", "https://archive.example/new/https:/a.example/1"),
        ("https://wire.example/a?next=https://b.example/", "https://wire.example/a?next=https%3A%2F%2Fb.example%2F"),
        ("https://WIRE.example/A", "https://wire.example/A"),
        ("mailto:a@b.example", ""),
        ("", ""),
        ("http://[broken", ""),
    ],
)
def test_links_are_compared_without_what_tells_nothing_apart(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://wire.example/a", ""),
        ("https://wire.example/a?id=7", ""),
        ("https://wire.example/a?cid=7&utm_id=8&_ga=2.1&mtm_x=3&gbraid=4&campaign=5&xtor=RSS-1&fbclid=6", "cid=7"),
        ("https://wire.example/a?source=rss", ""),
        ("https://wire.example/a?source=12", "source=12"),
        ("https://wire.example/a?sessionkey=ce2eb486552d7034", ""),
        ("https://wire.example/a?session=57", "session=57"),
        ("https://wire.example/?7", "7="),
        ("https://wire.example/a?amp", ""),
        ("https://wire.example/a#post-7", "post-7"),
        ("https://wire.example/a#post=7", "post=7"),
        ("https://wire.example/a#Echobox=1712345678", ""),
        ("https://wire.example/a#:~:text=nine%20killed", ""),
        ("http://[broken", ""),
    ],
)
def test_what_is_not_compared_of_an_address_and_may_name_the_article_is_its_place(url: str, named: str) -> None:
    assert place(url) == named


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("\ufeffhttps://wire.example/a\u200b", "https://wire.example/a"),
        ("<https://wire.example/a>", "https://wire.example/a"),
        ('"https://wire.example/a"', "https://wire.example/a"),
        ("«https://wire.example/a»", "https://wire.example/a"),
        ('<a class="x" href="https://wire.example/a" rel="nofollow">More</a>', "https://wire.example/a"),
        ("/news/1", "https://wire.example/news/1"),
        ("2.html", "https://wire.example/2.html"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("www.post.example/a", "https://www.post.example/a"),
        ("wire.example/a", "https://wire.example/a"),
        ("news.wire.example/a", "https://news.wire.example/a"),
        ("news.html", "https://wire.example/news.html"),
        ("https:/wire.example/a", "https://wire.example/a"),
        ("http//wire.example/a", "http://wire.example/a"),
        ("HTTPS://wire.example/A", "https://wire.example/A"),
        ("https:\\\\wire.example\\a", "https://wire.example/a"),
        ("https://wire.example/a b/ c", "https://wire.example/a%20b/%20c"),
        ("https://wire.example/a/\n\t b", "https://wire.example/a/b"),
        ("https://wire.example/a?b[]=1&c={2}", "https://wire.example/a?b%5B%5D=1&c=%7B2%7D"),
        ('https://wire.example/"><b>', "https://wire.example/%22%3E%3Cb%3E"),
        ("https://wire.example/%D0%B0?q=%20", "https://wire.example/%D0%B0?q=%20"),
        ("https://wire.examplehttps://wire.example/a", "https://wire.example/a"),
        ("https://wire.example/а#б", "https://wire.example/%D0%B0#%D0%B1"),
        ("https://exa mple.com/a", ""),
        ("https://wire.example|desk>/a", ""),
        ("//<>/a", ""),
        ("http://" * 2_800 + "wire.example/a", "http://wire.example/a"),
        ("urn:uuid:22e86428-9533-4017-a4db-c468754b9304", ""),
        ("tag:wire.example,2026:7", ""),
        ("mailto:desk@wire.example", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("", ""),
    ],
)
def test_relative_links_are_resolved_and_only_http_is_kept(link: str, url: str) -> None:
    assert readable_url(link, "https://wire.example/rss") == url


def test_the_password_of_a_feed_is_in_no_link_of_its_articles() -> None:
    home = "https://desk:secret@wire.example/rss"
    assert readable_url(home, "") == home
    assert article_url("/@news/1", home) == "https://wire.example/@news/1"
    assert article_url("https://www.wire.example@evil.example/a", home) == "https://evil.example/a"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Wed, 04 Mar 2026 11:00:00 GMT", NOW - timedelta(hours=1)),
        ("Wed, 04 Mar 2026 14:00:00 +0300", NOW - timedelta(hours=1)),
        ("2026-03-04T11:00:00Z", NOW - timedelta(hours=1)),
        ("2026-03-04 11:00:00", NOW - timedelta(hours=1)),
        ("4 марта 2026 11:00", NOW - timedelta(hours=1)),
        ("4 mars 2026 11:00", NOW - timedelta(hours=1)),
        ("Wed, 04 Mar 2026 12:03:00 GMT", NOW + timedelta(minutes=3)),
        ("Wed, 04 Mar 2026 23:00:00 GMT", NOW),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 2090 00:00:00 GMT", None),
        ("", None),
        ("some day", None),
    ],
)
def test_dates_are_aware_and_sane(said: str, meant: datetime | None) -> None:
    """A little in the future is a clock, hours are a wrong zone and become now, decades are nonsense."""
    assert published_at(said, seen_at=NOW) == meant


def test_an_entry_without_title_link_and_date_is_still_an_item() -> None:
    item = cleaned(summary="<p>A short note about the bridge.</p>")
    assert (item.title, item.link, item.url, item.published) == ("A short note about the bridge.", "", "", None)
    assert cleaned(title="[object Object]", summary="A short note.").title == "A short note."
    assert cleaned(title="null").title == cleaned().title == "(no title)"


@pytest.mark.parametrize(
    "line",
    [
        "The post Strike first appeared on Ministry of Defence.",
        "Der Beitrag Strike erschien zuerst auf Ministry of Defence.",
        "L&#8217;article Strike est apparu en premier sur Ministry of Defence.",
        "La entrada Strike se publicó primero en Ministry of Defence.",
        "Сообщение Strike появились сначала на Ministry of Defence.",
        "ظهرت المقالة Strike أولاً على Ministry of Defence.",
    ],
)
def test_the_line_at_the_end_that_names_the_site_is_no_text_of_the_article(line: str) -> None:
    item = cleaned(summary=f"<p>Two died.</p><p>{line}</p>", body=f"<p>Two people died.</p><p>{line}</p>")
    assert (item.summary, item.body) == ("Two died.", "Two people died.")


def test_long_texts_are_cut() -> None:
    item = cleaned(title="word " * 10_000, summary="word " * 10_000, body="other " * 50_000)
    assert (len(item.title) <= MAX_TITLE, len(item.summary) <= MAX_SUMMARY, len(item.body) <= MAX_BODY) == (True,) * 3


@pytest.mark.parametrize(
    ("entry", "feed", "title", "language"),
    [
        ("fr-FR", "en", "whatever it is", "fr"),
        ("", "en-gb", "whatever it is", "en"),
        ("", "", "Министерство обороны сообщило об ударе по мосту", "ru"),
        ("", "", "ok", None),
        ("", "en-US", "Министерство обороны сообщило об ударе по мосту", "ru"),
        ("ar", "en", "The ministry reported a strike on the bridge", "en"),
        ("", "en-US", "Des tirs ont touché le vieux pont de la ville, selon le porte-parole du ministère", "fr"),
        ("", "en-US", "Strike kills eleven people near Kherson", "en"),
        ("", "nl", "Министерство обороны", "nl"),
        ("", "en", "יורים על הגשר הישן", None),
    ],
)
def test_the_language_is_what_is_said_if_it_can_be_else_what_it_looks_like(
    entry: str, feed: str, title: str, language: str | None
) -> None:
    item = item_of(Entry(digest="d", title=title, language=entry), FEED, feed_language=feed, base_url="", seen_at=NOW)
    assert item.language == language


def test_punctuation_case_and_spacing_change_no_content_hash() -> None:
    assert cleaned(title="Nine killed in Idlib").content_hash == cleaned(title="NINE  killed, in Idlib!").content_hash
    assert cleaned(title="Nine killed in Idlib").content_hash != cleaned(title="Ten killed in Idlib").content_hash


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_no_entry_however_hostile_makes_cleaning_raise(
    title: str, summary: str, link: str, guid: str, published: str
) -> None:
    item = cleaned(title=title, summary=summary, link=link, guid=guid, published=published)
    assert item.title
    assert "\x00" not in item.title + item.summary + item.url + item.guid
    assert item.url == "" or item.url.startswith(("http://", "https://"))


@given(st.text())
def test_a_title_key_is_its_own_key(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)
