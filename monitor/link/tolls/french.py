"""The words by which French tells tolls."""

from __future__ import annotations

from monitor.link.tolls.lexicon import Role, Table
from monitor.model import Bound, TollKind

FRENCH = Table(
    name="fr",
    before={
        TollKind.KILLED: """
            morts, morte, mortes, tué, tués, tuée, tuées, décédé, décédés, décédée, décédées, décès, péri, perdu la
            vie, perdent la vie, trouvé la mort, assassinés, assassinées, assassiné, assassinée, meurent, meurt,
            martyrs, victimes mortelles, périssent, périt
        """,
        TollKind.HURT: "blessé, blessés, blessée, blessées, brûlés, mutilés",
        TollKind.MISSING: "disparus, disparu, disparues, disparue, portés disparus, porté disparu, portées disparues",
    },
    after={
        TollKind.KILLED: """
            tue, tuent, tuant, tuer, tua, tuèrent, a tué, ont tué, avoir tué, ayant tué, avait tué, coûté la vie à,
            coûté la vie d', coûtant la vie à, coûte la vie à, décès de, assassinat de, assassinat d', meurtre de,
            meurtre d', périssent, périr
        """,
        TollKind.HURT: """
            blesse, blessent, blessant, blesser, a blessé, ont blessé, avait blessé, ayant blessé, blessa
        """,
        TollKind.MISSING: "disparition de, disparition d'",
    },
    either={TollKind.KILLED: "mort, mort de, mort d', morts de, morts d', tué", TollKind.HURT: "blessé"},
    tolls={
        TollKind.KILLED: "bilan",
        None: "nombre de, nombre des",
    },
    numbers={
        2: "deux",
        3: "trois",
        4: "quatre",
        5: "cinq",
        6: "six",
        8: "huit",
        9: "neuf",
        10: "dix",
        11: "onze",
        12: "douze",
        13: "treize",
        14: "quatorze",
        15: "quinze",
        16: "seize",
        20: "vingt, vingts",
        30: "trente",
        40: "quarante",
        50: "cinquante",
        60: "soixante",
        70: "septante",
        80: "octante, huitante",
        90: "nonante",
        100: "cents",
        1000: "mille, mil",
        1_000_000: "million, millions",
        1_000_000_000: "milliard, milliards",
    },
    shy={7: "sept", 100: "cent"},
    vague={
        (10, Bound.ABOUT): "dizaine",
        (12, Bound.ABOUT): "douzaine",
        (15, Bound.ABOUT): "quinzaine",
        (20, Bound.ABOUT): "vingtaine",
        (30, Bound.ABOUT): "trentaine",
        (40, Bound.ABOUT): "quarantaine",
        (50, Bound.ABOUT): "cinquantaine",
        (60, Bound.ABOUT): "soixantaine",
        (100, Bound.ABOUT): "centaine",
        (1000, Bound.ABOUT): "millier",
        (20, Bound.AT_LEAST): "dizaines",
        (100, Bound.AT_LEAST): "centaines",
        (1000, Bound.AT_LEAST): "milliers",
        (10_000, Bound.AT_LEAST): "dizaines de milliers",
    },
    bounds={
        Bound.AT_LEAST: """
            au moins, plus de, plus d', pas moins de, pas moins d', au minimum, un minimum de, dépasse, dépassé, a
            dépassé, dépasse les
        """,
        Bound.UP_TO: "jusqu'à, au plus, au maximum",
        Bound.ABOUT: "environ, près de, près d', quelque, presque, autour de, à peu près, autour d'",
    },
    roles={
        Role.FEW: "plusieurs, quelques",
        Role.MANY: "morts, décès, blessés, tués, disparus",
        Role.ARTICLE: "un, une, d'un, d'une, l'un, l'une",
        Role.POSTBOUND: "ou plus, au moins",
        Role.RISE: "s'alourdit, grimpe, monte, passe, atteint, s'élève, alourdi",
        Role.LINK: """
            à, est de, de, désormais, atteint, passe à, monte à, s'élève à, dépasse, dépassé, dépasse les,
            provisoire, est
        """,
        Role.PERSON: """
            personnes, civils, civiles, enfants, femmes, hommes, filles, garçons, bébés, adolescents, élèves,
            étudiants, enseignants, journalistes, médecins, secouristes, soignants, infirmiers, patients, employés,
            travailleurs, humanitaires, habitants, villageois, réfugiés, fidèles, soldats, militaires, policiers,
            pompiers, volontaires, combattants, passagers, agriculteurs, manifestants, autres, membres,
            palestiniens, israéliens, ukrainiens, russes, libanais, syriens, iraniens, soudanais, mineurs, frères,
            gendarmes, âmes, migrants, ressortissants, casques bleus
        """,
        Role.SINGULAR: """
            personne, civil, enfant, femme, homme, fille, fillette, garçon, bébé, adolescent, adolescente, élève,
            étudiant, étudiante, enseignant, enseignante, médecin, secouriste, infirmier, infirmière, patient,
            employé, employée, habitant, habitante, villageois, réfugié, soldat, policier, pompier, volontaire,
            combattant, passager, agriculteur, manifestant, mère, père, palestinien, palestinienne, ukrainien,
            ukrainienne, sexagénaire, octogénaire, septuagénaire, chef, commandant, militaire, humanitaire, berger,
            ressortissant
        """,
        Role.THING: """
            drones, missiles, roquettes, obus, bombes, chars, véhicules, voitures, camions, avions, hélicoptères,
            navires, bateaux, bâtiments, immeubles, maisons, écoles, hôpitaux, villages, villes, quartiers, régions,
            provinces, pays, attaques, frappes, raids, bombardements, frappe, attaque, bombardement, explosions,
            incidents, fois, jours, jour, heures, heure, minutes, semaines, semaine, mois, années, année, ans, an,
            nuits, pour cent, points, buts, matchs, emplois, postes, chiens, chien, chevaux, vaches, moutons,
            animaux, oiseaux, poissons, kilomètres, mètres, mètre, kilos, tonnes, degrés, euros, dollars, millions
            d'euros, milliards, cibles, sites, étages, brigade, bataillon, roquette, reprises, loups, chèvres,
            brebis, bovins
        """,
        Role.UNIT_BEFORE: "âgé de, âgée de, âgés de, numéro, n, nº, article, chapitre, résolution",
        Role.MONTH: "janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre",
        Role.AUX: """
            a, ont, été, a été, ont été, sont, est, était, étaient, également, aussi, avaient, avait, grièvement,
            gravement, légèrement, ayant, être, sera, portées, dont plusieurs, seraient, auraient, ont trouvé, y
            ont, plus, mortellement, très, a dû
        """,
        Role.FILLER: """
            de, d', des, les, autres, également, aussi, à, grièvement, gravement, ses, sa, son, leur, leurs, ces,
            une famille de,
            la, le, au total, totale de, en tout
        """,
        Role.AND: "et, ou, ainsi que",
        Role.TO: "à, et",
        Role.BETWEEN: "entre, de",
        Role.PREP: "dans, sur, en, par, après, pour, depuis, durant, pendant, il y a, sous, contre, lors, à",
        Role.OF: "d'entre eux, des",
        Role.PART: """
            pour la plupart, majoritairement, essentiellement, dont, parmi lesquels, parmi lesquelles, parmi
            eux, y compris, d'entre eux, parmi
        """,
        Role.PIECE: "moitié, demi, demie, tiers, quart, quarts, cinquième, cinquièmes",
        Role.ORDINAL: "deuxième, second, seconde, troisième, quatrième, cinquième, sixième, dixième",
        Role.BREAK: """
            qui, que, après, quand, lorsque, tandis, alors, avant, où, mais, si, selon, arrêtés, déplacés, évacués,
            visant, dit, déclaré, annoncé
        """,
        Role.NOT: "aucun, aucune, ni, sans, n'a, n'ont, pas de, jamais, sauvé, n'est, personne n'a",
        Role.MODAL: "pourrait, pourraient, voulait, veut, pour, peut, de quoi, menace de",
    },
)
