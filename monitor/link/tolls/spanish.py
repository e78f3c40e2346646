"""The words by which Spanish tells tolls."""

from __future__ import annotations

from monitor.link.tolls.lexicon import Role, Table
from monitor.model import Bound, TollKind

SPANISH = Table(
    name="es",
    before={
        TollKind.KILLED: """
            muertas, muerto, muerta, fallecidos, fallecidas, fallecido, fallecida, asesinados, asesinadas,
            asesinado, asesinada, perdieron la vida, perdió la vida, pierden la vida, muertes, víctimas mortales,
            ejecutados, decesos, vidas
        """,
        TollKind.HURT: "herido, herida, lesionado, lesionada",
        TollKind.MISSING: "desaparecidos, desaparecidas, desaparecido, desaparecida",
    },
    after={
        TollKind.KILLED: """
            mata, mata a, matan, matan a, mató, mató a, mataron, mataron a, matando, matando a, matar, matar a, ha
            matado a, han matado a, costó la vida a, sin vida a, cuesta la vida a, cobró la vida de, la vida de,
            asesina a, asesinan a, asesinó a, asesinaron a, asesinato de
        """,
        TollKind.HURT: """
            hiere, hiere a, hieren, hieren a, hirió, hirió a, hirieron, hirieron a, hiriendo, hiriendo a, heridas a,
            lesiones a
        """,
        TollKind.MISSING: "desaparición de",
    },
    either={
        TollKind.KILLED: """
            muertos, mueren, muere, murieron, murió, fallecen, fallece, fallecieron, falleció, han muerto, ha
            muerto, morir, muerte de, muertes de, habían muerto
        """,
        TollKind.HURT: """
            heridos, heridas, lesionados, lesionadas, resultaron heridos, resultan heridos, resultan heridas
        """,
    },
    tolls={
        TollKind.KILLED: "cifra de muertos, balance, saldo, cifra de fallecidos, balance de víctimas",
        None: "número de, cifra de, cantidad de",
    },
    numbers={
        2: "dos",
        3: "tres",
        4: "cuatro",
        5: "cinco",
        6: "seis",
        7: "siete",
        8: "ocho",
        9: "nueve",
        10: "diez",
        12: "doce",
        13: "trece",
        14: "catorce",
        15: "quince",
        16: "dieciséis, dieciseis",
        17: "diecisiete",
        18: "dieciocho",
        19: "diecinueve",
        20: "veinte",
        21: "veintiún, veintiun, veintiuno, veintiuna",
        22: "veintidós, veintidos",
        23: "veintitrés, veintitres",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiséis, veintiseis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "treinta",
        40: "cuarenta",
        50: "cincuenta",
        60: "sesenta",
        70: "setenta",
        80: "ochenta",
        90: "noventa",
        100: "cien, ciento",
        200: "doscientos, doscientas",
        300: "trescientos, trescientas",
        400: "cuatrocientos, cuatrocientas",
        500: "quinientos, quinientas",
        600: "seiscientos, seiscientas",
        700: "setecientos, setecientas",
        800: "ochocientos, ochocientas",
        900: "novecientos, novecientas",
        1000: "mil",
        1_000_000: "millón, millones",
    },
    shy={11: "once"},
    vague={
        (10, Bound.ABOUT): "decena",
        (12, Bound.ABOUT): "docena",
        (15, Bound.ABOUT): "quincena",
        (20, Bound.ABOUT): "veintena",
        (30, Bound.ABOUT): "treintena",
        (6, Bound.ABOUT): "media docena",
        (50, Bound.ABOUT): "medio centenar, cincuentena",
        (100, Bound.ABOUT): "centenar",
        (1000, Bound.ABOUT): "millar",
        (20, Bound.AT_LEAST): "decenas, docenas",
        (100, Bound.AT_LEAST): "centenares, cientos",
        (1000, Bound.AT_LEAST): "miles, millares",
        (10_000, Bound.AT_LEAST): "decenas de miles",
    },
    bounds={
        Bound.AT_LEAST: """
            al menos, por lo menos, más de, no menos de, como mínimo, un mínimo de, supera los, superan los, supera,
            superó los
        """,
        Bound.UP_TO: "hasta, como máximo, un máximo de",
        Bound.ABOUT: "unos, unas, alrededor de, cerca de, casi, aproximadamente, cerca",
    },
    roles={
        Role.FEW: "varios, varias, algunas",
        Role.MANY: "muertes, muertos, heridos, víctimas mortales, decesos, fallecidos, asesinados",
        Role.ARTICLE: "un, una, uno, a un, a una",
        Role.POSTBOUND: "o más, al menos, como mínimo",
        Role.RISE: "asciende, aumenta, sube, se eleva, ascendió, aumentó, subió, elevó",
        Role.LINK: "a, en, de, es de, alcanza, supera, supera los, superó los, asciende a, los",
        Role.PERSON: """
            personas, civiles, niños, niñas, menores, mujeres, hombres, bebés, adolescentes, jóvenes, estudiantes,
            alumnos, maestros, periodistas, médicos, sanitarios, enfermeros, pacientes, trabajadores, empleados,
            vecinos, residentes, aldeanos, refugiados, soldados, militares, policías, bomberos, rescatistas,
            voluntarios, combatientes, milicianos, pasajeros, agricultores, manifestantes, otros, otras, más,
            miembros, palestinos, israelíes, ucranianos, rusos, libaneses, sirios, iraníes, hermanos, hijos,
            campesinos, migrantes, adultos, cooperantes
        """,
        Role.SINGULAR: """
            persona, civil, niño, niña, menor, mujer, hombre, bebé, adolescente, joven, estudiante, alumno, alumna,
            maestro, maestra, periodista, médico, médica, enfermero, enfermera, paciente, trabajador, trabajadora,
            empleado, vecino, vecina, refugiado, soldado, militar, policía, bombero, rescatista, voluntario,
            miliciano, pasajero, agricultor, madre, padre, anciano, anciana, palestino, ucraniano, líder, jefe,
            pastor, cooperante
        """,
        Role.THING: """
            drones, misiles, cohetes, proyectiles, bombas, tanques, vehículos, coches, camiones, aviones,
            helicópteros, barcos, edificios, casas, viviendas, escuelas, hospitales, pueblos, aldeas, ciudades,
            barrios, regiones, provincias, países, ataques, ataque, bombardeos, bombardeo, explosiones, incidentes,
            veces, días, día, horas, hora, minutos, semanas, semana, meses, mes, años, año, noches, por ciento,
            puntos, goles, partidos, empleos, puestos, perros, perro, caballos, vacas, ovejas, animales, aves,
            peces, kilómetros, metros, kilos, toneladas, grados, euros, dólares, pesos, millones de euros,
            objetivos, brigada, batallón, pisos, sitios, intentos, carrera, toros, cabezas
        """,
        Role.UNIT_BEFORE: "de edad, número, nº, núm, artículo, resolución, capítulo",
        Role.MONTH: """
            enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre
        """,
        Role.AUX: """
            fueron, fue, han, ha, sido, resultaron, resultó, resultan, son, es, quedaron, también, más, gravemente,
            están, siguen, habían, había, haber, de gravedad, resultado, por lo menos, dados por, permanecen
        """,
        Role.FILLER: """
            una familia de, a, al, de, otros, otras, otro, otra, también, los, las, su, sus, de gravedad,
            gravemente, un total de,
            total de, en total, además, el
        """,
        Role.AND: "y, e, o, así como",
        Role.TO: "a, y",
        Role.BETWEEN: "entre, de",
        Role.PREP: "en, sobre, por, tras, para, desde, durante, hace, contra, bajo, con",
        Role.OF: "de ellos, de ellas, de los, de las",
        Role.PART: """
            en su mayoría, la mayoría, mayoritariamente, incluidos, incluidas, incluyendo, incluido, entre ellos,
            entre ellas, entre los, de ellos, de ellas,
            incluida
        """,
        Role.PIECE: "mitad, tercio, tercios, tercera parte, cuartos, quinto, quintos, medio millar",
        Role.ORDINAL: "segundo, segunda, tercer, tercero, tercera, cuarto, cuarta, quinta, sexto, sexta",
        Role.BREAK: """
            que, quien, quienes, tras, cuando, mientras, antes, donde, pero, si, según, detenidos, desplazados,
            evacuados
        """,
        Role.NOT: "ningún, ninguna, sin, nadie, no, tampoco, salvó, jamás, ni",
        Role.MODAL: "podría, podrían, puede, pueden, para",
    },
)
