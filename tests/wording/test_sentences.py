"""Where sentences end, in six languages: the dot of an abbreviation, a number or an address ends none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.wording.sentences import sentence_ends
from tests.support.linesrun import lines_run

ONE = [
    "El ataque mató a 1.200 civiles",
    "Strike killed Mr. Haddad and three",
    "shelter No. 5 were killed",
    "Погибли 12 тыс. мирных жителей",
    "Le 3.11.2026 des civils",
    "site example.org were",
    "in a U.S. base were",
    "the U.S. Army said",
    "J. R. Smith was",
    "И. И. Иванов сказал",
    "И.И.Иванов сказал",
    "по ул. Ленина",
    "в г. Киев",
    "и т. д. и т. п. погибли",
    "им. Шевченко",
    "5 млн. руб. ущерба",
    "Mme. Dupont est",
    "M. Macron dit",
    "p. ex. les civils",
    "le n° 5",
    "art. 5 du",
    "La Sra. Pérez y el Sr. Ruiz",
    "EE.UU. atacó",
    "los EE. UU. atacaron",
    "núm. 12",
    "Gral. López",
    "Cnel. Ruiz murió",
    "pág. 7",
    "вул. Шевченка",
    "в Харківській обл. Росія вдарила",
    "12 тис. людей",
    "напр. школа",
    "р-н. Бучі",
    "د. محمد قال",
    "م. أحمد",
    "أ. د. علي",
    "at 10.30 on",
    "12. 11. 2026 civilians",
    "Yahoo! said",
    "Yahoo! News reports",
    "“Why?!” he asked",
    "approx. 5 dead",
    "Acme Inc. workers",
    "vs. Spain",
    "the U.N. Secretary",
    "U.N. peacekeepers",
    "Lt. Gen. Smith",
    "St. Petersburg hit",
    "3. November war",
    "1. Strike kills six",
    "1 200.5 tons",
    "v2.5 of file.Txt",
    "John.Smith@Example.Org wrote",
    "https://x.Com/A.b?Q=1 was",
    "Wait... what happened",
    "Ждём… погибли",
    "$1.5 bn. in damage",
    "Ph.D. students",
    "killed in Nov. 2025 by",
    "on Sept. 12 killed",
    "ASP.NET",
    "Node.js",
    "bldg. 5 was",
    "Sgt. Bob",
    "a.m. strike kills",
    "5 a.m. strike",
    "Killed at 5 p.m. Monday were six",
    "at 5 p.m. GMT and",
    "at 11 a.m. March 3",
    "El ataque mató a 12.500 personas",
    "killed Dr. Nasser and",
    "Gen. Salem and two",
    "Gate No. 12 were",
    "St. Mary's church",
    "Погибли 3 млн. мирных",
    "Погибли 12 чел. из",
    "В г. Херсон погибли",
    "Загинули 5 тис. цивільних",
    "У м. Харків загинули",
    "tué M. Haddad et",
    "a matado al Sr. Pérez y",
    "al Gral. Ruiz con",
    "www.example.co.uk were",
    "Acme Corp. said",
    "etc. and",
    "см. рис. 5",
    "проф. Иванов",
    "ген. Петров",
    "Capt. A. B. Lee",
    "§ 3. абзац",
    "г.Киев",
    "St.Petersburg",
    "Mr.Haddad",
    "км. от города",
    "стр. 12",
    "т.е. погибли",
    "Civilians (approx. 12) were killed",
    "Rue St. Denis",
    "J.-P. Dupont",
    "George W. Bush said",
    "no.5 shelter",
    "Dr. Ruiz",
    "Smith v. Jones",
]
ONE += [
    "Civils tués par l'art. 5",
    "le 1er. novembre des civils tués",
    "núm. de víctimas civiles",
    "Prof. Dr. h.c. Müller",
    "Погибли 5,5 тыс. чел. из Мариуполя",
    "Погибли люди, в т. ч. дети",
    "загинули на просп. Науки у м. Харків",
    "قُتل مدنيون قرب مستشفى د. خالد",
    "قتل 1.200 مدني",
]
TWO = [
    ("Two civilians.", " One soldier killed"),
    ("sang there in 2025.", " A cat"),
    ("in the U.S.", " The army said"),
    ("He said no.", " Five died"),
    ("Civilians died!", " The army"),
    ("Died?", " Yes"),
    ("قتلى.", " وقال الجيش"),
    ("قتلى؟", " نعم"),
    ("погибли двое.", " Россия"),
    ("в 2025 году.", " Погибли"),
    ("и т. д.", " Погибли"),
    ("5 млн.", " Погибли"),
    ("killed.", "Russia said"),
    ("погибли.", "Россия"),
    ("killed…", " The army"),
    ("Plan B.", " The army"),
    ("at 5 p.m.", " Russia said"),
    ("the sun.", " Russia"),
    ("ill.", " Doctors"),
    ("Inc.", " The army"),
    ("killed;", " the army"),
    ("one\n", "two"),
    ("سقط قتلى..", " وقال"),
    ("civilians.", ' "We" said'),
    ("civilians.", '" The army'),
    ("civilians died.", " al-Qassam said"),
    ("عام 2025 م.", " وقال"),
    ("toll rises to 12.", " Russia said"),
    ("toll rose to 12.", " In Kyiv"),
    ("à l'est.", " Les civils"),
    ("matan a 5.", " El ejército"),
    ("el no.", " El ejército"),
    ("Yahoo!", " The army"),
    ("They fled to St. John's.", " Army said"),
    ("vive la France!", " Vive"),
    ("killed in Main St.", " The"),
    ("Dans le sud.", " M. Macron"),
    ("убиты в США.", " В Киеве"),
    ("he did it too.", " I saw"),
]


@pytest.mark.parametrize("text", ONE)
def test_a_dot_that_ends_nothing(text: str) -> None:
    assert [end for end in sentence_ends(text) if end < len(text)] == []


@pytest.mark.parametrize(("first", "second"), TWO)
def test_a_real_end_stays_one(first: str, second: str) -> None:
    text = first + second
    assert [end for end in sentence_ends(text) if end < len(text)] == [len(first)]


def test_the_last_mark_of_a_text_ends_its_sentence() -> None:
    for text in ("It killed six.", "in the U.S.", "и т. д.", "killed?!", "قتلى؟", "died…"):
        assert list(sentence_ends(text)) == [len(text)]


def test_only_the_marks_of_a_stretch_are_told_but_the_text_around_decides() -> None:
    text = "It fell. Mr. Haddad; the mayor. He died."
    assert list(sentence_ends(text, 8, 31)) == [20, 31]
    assert list(sentence_ends(text, 8, 31, semicolons=False)) == [31]


@given(st.text(st.sampled_from("AaБбقم1 .!?…;\n\"«(-@'°"), max_size=80))
def test_ends_are_told_in_order_and_after_a_mark(text: str) -> None:
    ends = list(sentence_ends(text))
    assert ends == sorted(set(ends))
    assert all(text[end - 1] in ".!?…;\n" for end in ends)


@pytest.mark.parametrize("piece", ["a.", "A.B", ". ", "..x", "1.", "http://A.B", '"' * 9 + ".", "'-.", "word "])
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    def steps(count: int) -> int:
        return lines_run(lambda: list(sentence_ends(piece * count)))

    assert steps(4_000) <= 4.5 * steps(1_000) + 100
