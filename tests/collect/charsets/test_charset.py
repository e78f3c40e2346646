"""Which characters the bytes of a document stand for, whatever is said of them."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.charsets.charset import decode
from monitor.model import Parsed
from tests.support.documents import parse_document
from tests.support.publishers import LANGUAGES, Words, Written, rss

WIDE = ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le")
SETS = {
    "en": ("utf-8", "windows-1252", "iso-8859-1", *WIDE),
    "fr": ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", *WIDE),
    "es": ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", *WIDE),
    "ru": ("utf-8", "utf-8-sig", "windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "cp866", *WIDE),
    "uk": ("utf-8", "windows-1251", "koi8-u", *WIDE),
    "ar": ("utf-8", "windows-1256", "iso-8859-6", *WIDE),
}
SAID = ("", "utf-8", "utf-16", "windows-1251", "koi8-r", "iso-8859-1", "windows-1256", "us-ascii", "x-unknown")


def _fit(text: str, charset: str) -> str:
    """A text without what the set has no byte for."""
    plain = text.replace("’", "'")
    return text if text.encode(charset, "ignore").decode(charset) == text else plain


def _document(words: Words, charset: str, declared: str) -> tuple[bytes, str, str]:
    title, text = _fit(words.title, charset), _fit(words.text, charset)
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (head + rss(Written(title, text))).encode(charset), title, text


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_what_is_said_of_a_document_does_not_decide_in_which_set_it_is_read(words: Words) -> None:
    for charset, declared in itertools.product(SETS[words.language], SAID):
        body, title, text = _document(words, charset, declared)
        parsed = parse_document(body, content_type=None)
        assert isinstance(parsed, Parsed)
        (entry,) = parsed.entries
        assert (entry.title, entry.summary) == (title, text), (charset, declared)
        read = decode(body).text
        headers = {header: decode(body, content_type=f"text/xml; charset={header}").text for header in SAID[1:]}
        assert [header for header, found in headers.items() if found != read] == [], (charset, declared)


@pytest.mark.parametrize("words", LANGUAGES[1:], ids=lambda words: words.language)
@pytest.mark.parametrize("lost", range(3))
def test_a_bad_byte_costs_one_character(words: Words, lost: int) -> None:
    body = rss(Written(words.title, words.text)).encode()
    places = [place for place, byte in enumerate(body) if byte > 0x7F]
    place = places[lost]
    text = decode(body[:place] + body[place + 1 :]).text
    assert text.count("\ufffd") == 1
    before, _, after = text.partition("\ufffd")
    whole = body.decode()
    assert whole.startswith(before)
    assert whole.endswith(after)


def test_a_part_in_another_set_is_read_in_its_own() -> None:
    title, text = "Le ministère dénonce une frappe", "Le maire évoque une attaque délibérée à Kherson"
    for document, part in (("utf-8", "cp1252"), ("cp1252", "utf-8")):
        whole = rss(Written(title, "PART")).encode(document).replace(b"PART", text.encode(part))
        decoded = decode(whole, content_type="text/xml; charset=iso-8859-1").text
        assert title in decoded
        assert text in decoded


@pytest.mark.parametrize(
    ("encoding", "declared", "header", "doubt"),
    [
        ("utf-8", "utf-8", "", ""),
        ("utf-8", "", "", ""),
        ("utf-16", "utf-8", "utf-8", ""),
        ("koi8-r", "koi8-r", "", ""),
        ("windows-1251", "", "Windows-1251", ""),
        ("windows-1251", "utf-8", "", "it says that it is utf-8; it is read as windows-1251"),
        ("windows-1251", "", "", "it does not say its character set; it is read as windows-1251"),
        ("utf-8", "windows-1251", "", "it says that it is windows-1251; it is read as utf-8"),
        ("utf-8", "utf-8", "iso-8859-1", ""),
    ],
)
def test_ops_is_told_of_what_had_to_be_guessed(encoding: str, declared: str, header: str, doubt: str) -> None:
    body, _, _ = _document(LANGUAGES[3], encoding, declared)
    assert decode(body, content_type=f"text/xml; charset={header}" if header else None).doubt == doubt


@pytest.mark.parametrize(
    ("language", "title"),
    [("ru", "Объявлен траур"), ("uk", "Вибух у Києві"), ("fr", "Frappe près de Beyrouth"), ("ar", "غارة على إدلب")],
)
def test_a_single_short_headline_is_enough(language: str, title: str) -> None:
    charset = {"ru": "koi8-r", "uk": "windows-1251", "fr": "windows-1252", "ar": "windows-1256"}[language]
    assert title in decode(rss(Written(title, "")).encode(charset)).text


@pytest.mark.parametrize("said", ["", "tis-620", "utf-8"])
def test_thai_is_not_taken_for_another_script(said: str) -> None:
    title = "ระเบิดลูกปรายสังหารพลเรือนเก้าคนที่ตลาดในอิดลิบ"
    head = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
    assert title in decode((head + rss(Written(title, ""))).encode("cp874")).text


def test_few_letters_are_read_as_what_is_said_of_them() -> None:
    body = rss(Written("قصف", "")).encode("windows-1256")
    assert "قصف" in decode(body, content_type="text/xml; charset=windows-1256").text


@pytest.mark.parametrize("words", LANGUAGES[2:], ids=lambda words: words.language)
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf"])
def test_a_mark_that_is_wrong_does_not_count(words: Words, mark: bytes) -> None:
    for charset in ("utf-8", "utf-16-le", "utf-16-be", SETS[words.language][-5]):
        body, title, text = _document(words, charset, "utf-8")
        if mark[:2] in (b"\xff\xfe", b"\xfe\xff") and charset.startswith("utf-16"):
            continue
        decoded = decode(mark + body).text
        assert decoded.startswith("<rss"), (charset, decoded[:40])
        assert title in decoded
        assert text in decoded


def test_a_price_in_pounds_stays_one() -> None:
    body = rss(Written("The café’s owner paid £5m", "“No comment” – at £300")).encode("windows-1252")
    text = decode(body).text
    assert "paid £5m" in text
    assert "at £300" in text


@pytest.mark.parametrize("halves", ["&#55357;&#56613;", "&#xD83D;&#xdd25;", "\ud83d\udd25"])
def test_two_halves_of_a_character_are_one(halves: str) -> None:
    """As languages write it that keep text in UTF-16, and databases that know of no more than three bytes."""
    body = rss(Written(f"Café {halves} brûle", "", raw=frozenset({"title"}))).encode("utf-8", "surrogatepass")
    parsed = parse_document(body, content_type=None)
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].title == "Café \U0001f525 brûle"


@pytest.mark.parametrize("half", ["&#55357;", "&#xdd25;", "&#xdd25;&#xD83D;", "\ud83d"])
def test_half_a_character_costs_nothing_else(half: str) -> None:
    body = rss(Written(f"Café {half} brûle", "", raw=frozenset({"title"}))).encode("utf-8", "surrogatepass")
    parsed = parse_document(body, content_type=None)
    assert isinstance(parsed, Parsed)
    title = parsed.entries[0].title
    assert title.startswith("Café ")
    assert title.endswith(" brûle")


@pytest.mark.parametrize(
    "text", ["“IRAN…” VOCÊ, çà et là…", "Вибух у Києві: «Свята Софія»", "СССР», сказал он", "TEMPÊTE… ÉTÉ»"]
)
def test_what_is_right_is_left_alone(text: str) -> None:
    parsed = parse_document(rss(Written(text, text)).encode(), content_type=None)
    assert isinstance(parsed, Parsed)
    assert (parsed.entries[0].title, parsed.entries[0].summary) == (text, text)


@pytest.mark.parametrize("misread", ["latin-1", "sloppy-windows-1252", "sloppy-windows-1251"])
@pytest.mark.parametrize("words", LANGUAGES[3:5], ids=lambda words: words.language)
def test_what_was_misread_before_it_was_published_is_read_back(words: Words, misread: str) -> None:
    import ftfy  # noqa: F401, PLC0415 - it brings the sets with "sloppy" in their names

    body = rss(Written(words.title.encode().decode(misread), "")).encode()
    parsed = parse_document(body, content_type=None)
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].title == words.title


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\u041d\u0435\u0442, \u201cno comment\u201d \ud83d\ude4f", "Нет, “no comment” 🙏"),
        (r"It\'s \"no comment\" of 5\/11", 'It\'s "no comment" of 5/11'),
        ("=?utf-8?B?0J3QtdGCLCDQvdC10YI=?=", "Нет, нет"),
        ("Army: =?UTF-8?Q?No_=E2=80?= =?UTF-8?Q?=93?= no, =?utf-9?Q?x?=", "Army: No – no, =?utf-9?Q?x?="),
        (r"A<script>x = '<\/script>'</script>", r"A<script>x = '<\/script>'</script>"),
        (r"C:\users and \u12 and =?", r"C:\users and \u12 and =?"),
    ],
)
def test_what_was_written_for_a_program_or_a_mail_is_read_as_it_is_meant(written: str, meant: str) -> None:
    parsed = parse_document(rss(Written(written, "")).encode(), content_type=None)
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].title == meant


@given(st.binary(max_size=300), st.sampled_from(["", *SAID, "zip", "unicode_escape", "idna", "../../etc"]))
def test_no_bytes_and_no_label_make_decoding_raise(body: bytes, said: str) -> None:
    decoded = decode(body, content_type=f"text/xml; charset={said}")
    assert decoded.charset
    decoded.text.encode("utf-8", "surrogatepass")


FURTHER = {
    "zh": ("敌军炮击赫尔松旧桥，两人受伤", ("gbk", "gb18030", "gb2312")),
    "zh-tw": ("敵軍砲擊赫爾松舊橋，兩人受傷", ("big5",)),
    "ja": ("ヘルソンの古い橋が砲撃され、２人が負傷", ("shift_jis", "euc_jp", "iso2022_jp")),
    "ko": ("헤르손의 오래된 다리 포격, 두 명 부상", ("euc_kr", "cp949")),
    "tr": ("Herson'daki eski köprüye top atışı: iki kişi yaralandı", ("iso8859-9", "cp1254")),
    "uk": ("Обстріл пошкодив старий міст, її двоє врятовано", ("koi8-u",)),
    "ar": ("قصف يصيب الجسر القديم في خيرسون", ("cp1256",)),
    "ru": ("Обстрел старого моста: «двое ранены», в том числе дети", ("mac-cyrillic",)),
    "cs": ("Ostřelování starého mostu v Chersonu: dva zranění, těžce ještě žádný", ("cp1250", "iso8859-2")),
    "pl": (
        "Ostrzał starego mostu w Chersoniu: dwóch rannych, świadkowie mówią o ogniu z dział",
        ("cp1250", "iso8859-2"),
    ),
    "vi": ("Pháo kích trúng cây cầu cũ ở Kherson, hai người bị thương", ("cp1258",)),
}
WRONG = ("", "utf-8", "iso-8859-1", "windows-1252")
SISTERS = {"cp1250": "iso-8859-2", "iso8859-2": "windows-1250", "big5": "gbk", "mac-cyrillic": "x-mac-cyrillic"}


def in_set(text: str, charset: str) -> bytes:
    """A text in a set; windows-1258 has most letters with a tone as two characters."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    if charset != "cp1258":
        return text.encode(charset)
    pieces = []
    for char in text:
        base, *marks = list(unicodedata.normalize("NFD", char))
        letter = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        pieces.append((letter + "".join(mark for mark in marks if mark in tones)).encode(charset))
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("language", "charset"), [(language, one) for language, (_, sets) in FURTHER.items() for one in sets]
)
def test_sets_of_further_languages_are_read_whatever_is_said(language: str, charset: str) -> None:
    text, _ = FURTHER[language]
    wrong = []
    named = (*WRONG, charset, SISTERS.get(charset, charset))
    for declared, header, said in itertools.product(named, named, ("", language[:2])):
        head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        body = in_set(f"{head}<rss><language>{said}</language><title>{text}</title></rss>", charset)
        if f"<title>{text}</title>" not in decode(body, content_type=f"text/xml; charset={header}").text:
            wrong.append((declared, header, said))
    assert wrong == []


@pytest.mark.parametrize("charset", ["gbk", "shift_jis", "euc_kr", "big5"])
def test_a_document_in_a_set_of_two_bytes_that_is_cut_within_a_character_is_read(charset: str) -> None:
    text = next(words for words, sets in FURTHER.values() if charset in sets)
    body = f'<?xml version="1.0" encoding="{charset}"?><title>{text * 2}'.encode(charset)[:-1]
    assert text in decode(body).text


@pytest.mark.parametrize(
    "text",
    [
        "Seyðisfjörður: storm cuts power to the harbour",
        "Íbúðir á Íslandi: þingið samþykkti breytingar, sagði þýskur ráðherra",
        "Mývatn and Þingvellir are closed",
    ],
)
def test_letters_of_icelandic_are_not_taken_for_turkish(text: str) -> None:
    body = f'<?xml version="1.0" encoding="iso-8859-1"?><title>{text}</title>'.encode("cp1252")
    assert f"<title>{text}</title>" in decode(body).text
