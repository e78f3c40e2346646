"""The words by which English tells tolls."""

from __future__ import annotations

from monitor.link.tolls.lexicon import Role, Table
from monitor.model import Bound, TollKind

ENGLISH = Table(
    name="en",
    before={
        TollKind.KILLED: """
            dead, deaths, death, fatalities, fatality, martyrs, martyred, die, dies, died, dying, perish, perished,
            lost their lives, lost his life, lost her life, lose their lives, losing their lives, shot dead, lives,
            slain, massacred, murdered, executed, assassinated, found dead
        """,
        TollKind.HURT: """
            injuries, hospitalised, hospitalized, maimed, sustained injuries, suffered injuries, with injuries
        """,
        TollKind.MISSING: "missing, unaccounted for, feared trapped, disappeared",
    },
    after={
        TollKind.KILLED: """
            kill, kills, killing, slay, slays, murder, murders, murdering, massacre, massacres, massacring, lives
            of, death of, deaths of, killing of, killings of, shoot dead, shoots dead, shooting dead, leave dead
        """,
        TollKind.HURT: """
            wound, wounds, wounding, injure, injures, injuring, hurting, hurts, maims, maiming, injuries to,
            wounding of, injury of, injury to
        """,
        TollKind.MISSING: "disappearance of",
    },
    either={
        TollKind.KILLED: "killed, murdered, massacred, shot dead, executed",
        TollKind.HURT: "wounded, injured, hurt",
    },
    tolls={
        TollKind.KILLED: "death toll, toll, deaths toll, death count, body count, toll of dead",
        None: "number of, tally of, count of",
    },
    numbers={
        1: "one",
        2: "two",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        11: "eleven",
        12: "twelve",
        13: "thirteen",
        14: "fourteen",
        15: "fifteen",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty",
        30: "thirty",
        40: "forty",
        50: "fifty",
        60: "sixty",
        70: "seventy",
        80: "eighty",
        90: "ninety",
        100: "hundred",
        1000: "thousand",
        100_000: "lakh",
        1_000_000: "million",
        10_000_000: "crore",
        1_000_000_000: "billion",
    },
    vague={
        (12, Bound.ABOUT): "dozen",
        (6, Bound.ABOUT): "half a dozen",
        (20, Bound.AT_LEAST): "dozens, scores",
        (100, Bound.AT_LEAST): "hundreds",
        (1000, Bound.AT_LEAST): "thousands",
        (10_000, Bound.AT_LEAST): "tens of thousands",
        (100_000, Bound.AT_LEAST): "hundreds of thousands",
    },
    bounds={
        Bound.AT_LEAST: """
            at least, more than, over, no fewer than, not fewer than, no less than, not less than, above, upwards
            of, a minimum of, well over, exceeding, in excess of, past, tops, topped, exceeds, exceeded, surpasses,
            surpassed, passes, passed, beyond
        """,
        Bound.UP_TO: "up to, as many as, at most, no more than, a maximum of",
        Bound.ABOUT: """
            about, around, nearly, almost, some, roughly, approximately, close to, an estimated, estimated, circa
        """,
    },
    roles={
        Role.FEW: "several, a few, few, many",
        Role.MANY: "deaths, fatalities, injuries, lives, martyrs",
        Role.ARTICLE: "a, an",
        Role.POSTBOUND: "or more, at least, and counting",
        Role.RISE: "rises, rose, risen, rising, climbs, climbed, reaches, reached, jumps, grows, grew, increased",
        Role.LINK: """
            to, at, of, now, is, was, reaches, reached, hits, hit, as, stands, nears, past, tops, topped, exceeds,
            exceeded, surpasses, surpassed, passes, passed, above, beyond, over
        """,
        Role.PERSON: """
            people, persons, civilians, children, kids, women, men, girls, boys, babies, infants, teenagers, teens,
            students, pupils, teachers, journalists, reporters, medics, paramedics, doctors, nurses, patients,
            workers, employees, staff, residents, villagers, refugees, worshippers, worshipers, soldiers, troops,
            servicemen, policemen, officers, firefighters, rescuers, volunteers, peacekeepers, fighters, militants,
            gunmen, commanders, passengers, pilgrims, farmers, fishermen, protesters, demonstrators, others,
            relatives, brothers, sisters, sons, daughters, members, palestinians, israelis, ukrainians, russians,
            syrians, lebanese, iranians, sudanese, yemenis, adults, minors, pensioners, guards, pilots, drivers,
            mourners, detainees, prisoners, migrants, staffers, contractors, police, citizens, nationals, foreigners
        """,
        Role.SINGULAR: """
            person, civilian, child, kid, woman, man, girl, boy, baby, infant, toddler, teenager, teen, student,
            pupil, teacher, journalist, reporter, cameraman, photographer, medic, paramedic, doctor, nurse, patient,
            worker, employee, resident, villager, refugee, soldier, serviceman, policeman, officer, firefighter,
            rescuer, volunteer, peacekeeper, fighter, militant, gunman, commander, passenger, pilgrim, farmer,
            fisherman, protester, mother, father, grandmother, grandfather, brother, sister, son, daughter, wife,
            husband, relative, pensioner, guard, pilot, driver, leader, priest, mayor, detainee, prisoner, migrant,
            palestinian, ukrainian, national, citizen, general, colonel, shepherd, schoolgirl, schoolboy, newborn,
            mechanic, year-old
        """,
        Role.THING: """
            drones, drone, missiles, missile, rockets, rocket, shells, bombs, bomb, mines, tanks, vehicles, cars,
            trucks, buses, ships, boats, vessels, planes, aircraft, jets, helicopters, buildings, building, houses,
            homes, apartments, flats, schools, hospitals, shops, villages, towns, cities, districts, regions,
            provinces, countries, states, attacks, attack, strikes, strike, airstrikes, airstrike, raids, raid,
            explosions, blasts, incidents, explosion, blast, times, days, day, hours, hour, minutes, seconds, weeks,
            week, months, month, years, year, decades, nights, night, percent, per cent, percentage points, points,
            goals, runs, wickets, sets, games, matches, rounds, jobs, bills, deals, projects, plans, careers, posts,
            positions, dogs, dog, horses, cows, hogs, cattle, sheep, goats, pigs, animals, birds, fish, whales,
            bears, wolves, elephants, lions, cats, cat, chickens, poultry, pets, trees, bees, zoo, kilometers,
            kilometres, km, miles, mile, metres, meters, kilograms, kg, tons, tonnes, feet, degrees, dollars, euros,
            pounds, cents, rubles, hryvnias, am, pm, brigade, battalion, floors, storeys, targets, bases, sites,
            facilities, warheads, munitions, weapons, bullets, shots, cases, documents, pages, laws, rules, kinds,
            types, ways, reasons, parts, players, celsius, fahrenheit, yards, inches, acres, hectares, bridges,
            launchers, systems, storks, dolphins, camels, donkeys, livestock, puppies, cubs, snakes, sharks, seals,
            deer
        """,
        Role.UNIT_BEFORE: """
            aged, age, in the year, number, channel, chapter, article, resolution, route, no, nos, rs, usd, eur
        """,
        Role.MONTH: """
            january, february, march, april, may, june, july, august, september, october, november, december, jan,
            feb, aug, sept, oct, nov, dec
        """,
        Role.AUX: """
            are, is, was, were, been, being, be, have, has, had, reported, confirmed, feared, believed, reportedly,
            also, left, went, go, got, still, said to have been, say, seriously, critically, severely, badly, more,
            instantly, later, remain, remained, remains, presumed, declared, already, found, listed, reported as,
            suffered, sustained
        """,
        Role.FILLER: """
            another, other, seriously, critically, the, a total of, total of, also, in total, his, her, their, its,
            all, both, an additional, additional, further, instantly
        """,
        Role.AND: "and, or, &, as well as",
        Role.TO: "to, and",
        Role.BETWEEN: "between, from",
        Role.PREP: """
            in, on, by, after, for, since, until, near, within, during, into, across, under, against, every, through
        """,
        Role.OF: "of the, of them, of whom, of those, of these, of his, of her, of their",
        Role.PART: """
            mostly, mainly, including, among them, of them, them, whom, among whom, includes, included,
            comprising, of whom
        """,
        Role.PIECE: "half, halves, thirds, quarters, fifths, tenths, ½, ¼, ¾, ⅓, ⅔",
        Role.ORDINAL: """
            second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth
        """,
        Role.BREAK: """
            who, which, following, that, after, when, while, before, because, whose, where, but, if, amid, despite,
            as, than, said, says, say, told, accused, arrested, detained, displaced, evacuated, rescued, saved,
            against
        """,
        Role.NOT: """
            no, not, none, nobody, without, never, denies, denied, saved, saves, save, saving, rescued, zero,
            neither, nor, didn't, wasn't, weren't, isn't, hasn't, haven't, without any, shot down, shoots down,
            downed
        """,
        Role.MODAL: """
            could, would, may, might, will, can, should, to, must, expected to, likely to, set to, about to, wants
            to, threatens to, threatened to, nearly
        """,
    },
)
