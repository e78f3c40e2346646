"""Who says what a strike is condemns it; who denies it, holds it for possible or speaks of others does not."""

from __future__ import annotations

import pytest

from monitor.link.reactions import heard_in

CONDEMNS = {
    # What somebody calls it.
    "Minister calls air strike on clinic a war crime": "minister",
    "President brands raid on market a massacre": "president",
    "Foreign minister terms shelling of school an act of terror": "foreign minister",
    "UN envoy described the bombing as a crime against humanity": "UN",
    "EU labels attack on convoy barbaric": "EU",
    "Turkey's president calls the strike unacceptable": "president of Turkey",
    "Le ministre qualifie la frappe sur l'hôpital de crime de guerre": "minister",
    "Le président parle de massacre après la frappe": "president",
    "Le ministre des Affaires étrangères juge le raid inacceptable": "foreign minister",
    "El ministro califica de crimen de guerra el ataque": "minister",
    "El presidente tacha de masacre el bombardeo": "president",
    "El canciller calificó el ataque como acto terrorista": "foreign minister",
    "Министр назвал удар по школе военным преступлением": "minister",
    "МИД назвал военным преступлением обстрел рынка": "foreign ministry",
    "Глава МИД охарактеризовал удар как преступление против человечности": "foreign minister",
    "Міністр назвав удар по лікарні воєнним злочином": "minister",
    "МЗС назвало авіаудар актом терору": "foreign ministry",
    "وزير الخارجية يصف الغارة على المدرسة بجريمة حرب": "foreign minister",
    "الرئيس وصف الغارة بأنها مجزرة": "president",
    # What somebody says that it is.
    '"This strike is a war crime," UN envoy says': "UN",
    'Strike on clinic "barbaric", says foreign minister': "foreign minister",
    "Raid on camp amounts to a war crime, president says": "president",
    "La frappe est « un crime de guerre », affirme le ministre": "minister",
    'El ataque es "un crimen de guerra", dice el ministro': "minister",
    "Удар по школе — военное преступление, заявил министр": "minister",
    "Удар по школі — воєнний злочин, заявив міністр": "minister",
    "الغارة على المدرسة جريمة حرب، قال الوزير": "minister",
    # By whom it is condemned.
    "La frappe sur le marché condamnée par l'ONU": "UN",
    "Frappes dénoncées par l’UE": "EU",
    "Удар по рынку осуждён ООН": "UN",
    "Удар по ринку засуджено ООН": "UN",
    "إدانة أممية للغارة على السوق": "UN",
}
DOES_NOT = [
    "Minister calls strike a success",
    "Minister says strike was not a war crime",
    "Minister refuses to call strike a war crime",
    "UN says strike may be a war crime",
    "UN says strike could constitute a war crime",
    "Minister calls war crime claims baseless",
    "Minister calls for war crimes probe after strike",
    "Army says strike on massacre site was precise",
    "Minister says he was accused of war crimes over strike",
    "UN envoy says strike killed 9, warns of genocide",
    "President says terms of truce exclude strike",
    "Rights group calls strike a war crime",
    "President calls strike on terrorist camp a success",
    "Le ministre ne qualifie pas la frappe de crime de guerre",
    "Le ministre estime que la frappe pourrait être un crime de guerre",
    "Le ministre qualifie la frappe contre les terroristes de succès",
    "El ministro dice que el ataque no fue un crimen de guerra",
    "El ministro califica de falsas las acusaciones de crimen de guerra",
    "Министр не назвал удар военным преступлением",
    "Министр назвал обвинения в военных преступлениях ложью",
    "Министр назвал удар по террористам успехом",
    "Министр осуждён за взятку",
    "Міністр назвав звинувачення у воєнних злочинах брехнею",
    "Міністр заявив, що удар не є злочином",
    "الوزير يصف اتهامات جرائم الحرب بالكاذبة",
    "الوزير وصف الغارة على الإرهابيين بالناجحة",
]


def condemning(sentence: str) -> list[str]:
    return [one.speaker for one in heard_in(sentence).reacts if one.reaction.value == "condemnation"]


@pytest.mark.parametrize(("sentence", "speaker"), CONDEMNS.items())
def test_a_verdict_of_an_official_is_a_condemnation(sentence: str, speaker: str) -> None:
    assert condemning(sentence) == [speaker]


@pytest.mark.parametrize("sentence", DOES_NOT)
def test_what_is_no_verdict_of_an_official_is_none(sentence: str) -> None:
    assert condemning(sentence) == []
