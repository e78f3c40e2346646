"""What is wrong with a rule though each of its keys is right: names that nothing has, ways that can never hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from monitor.errors import Level
from monitor.files.mistakes import alike
from monitor.files.yaml import Location, YamlFile, closest
from monitor.match.rule import Says, Status, Term
from monitor.match.ruleformat import DoubtModel, PartModel, RuleModel, WayModel
from monitor.model import Role

MAX_TERMS = 18_000
"""Families of words in six languages need the room: docs/decisions/0051, docs/decisions/0056, docs/decisions/0066."""

# What facts were read from before rules could say it themselves: words in names of ways, of which the first that is
# found counts, and names of groups.
_ONCE_SAID = {
    "no comment": Says.NO_COMMENT,
    "denial": Says.DENIAL,
    "condemn": Says.CONDEMNATION,
    "confirm": Says.CONFIRMATION,
    "calls": Says.CALL,
    "inquiry": Says.INQUIRY,
    "sanction": Says.SANCTION,
    "legal step": Says.LEGAL_STEP,
    "react": Says.STATEMENT,
    "judged": Says.STATEMENT,
}
_NO_ID = re.compile(r"[^a-z0-9]+")
_ONCE_ROLES = {"weapon": Role.WEAPON, "place": Role.TARGET}


def check_names(model: RuleModel, file: YamlFile, names: Collection[str]) -> None:
    """The id, which is the name of the file and of no other (`names` are those of all rule files), and all groups."""
    if model.id != file.path.stem:
        odd = f" ({alike(file.path.stem)})" if alike(file.path.stem) else ""
        message = f'the id "{model.id}" must be the name of the file{odd}; rename the file to {model.id}.yaml'
        if model.id in names:
            own = _NO_ID.sub("-", file.path.stem.lower()).strip("-")
            renamed = "" if own == file.path.stem else f", and rename the file to {own}.yaml"
            message = f'the id "{model.id}" is that of {model.id}.yaml; give this rule its own: {own}{renamed}'
        file.problems.append(file.problem(("id",), message))
    used, meant = check_references(model, file)
    if any(way.needs_opinion for way in model.find):
        return  # the opinion weighs every group
    for section, defined in (("words", model.words), ("groups", model.groups)):
        for group in (group for group in defined if group not in used | meant):
            message = f'group "{group}" is never used in find, never or never_sure'
            file.problems.append(file.problem((section, group), message, level=Level.WARNING, key=True))


def check_references(model: RuleModel, file: YamlFile) -> tuple[set[str], set[str]]:
    """The groups that a rule names, each of which must be one of its own.

    A name that is none is told once, where it stands first. Given are the groups that matching uses, and those that
    names which are none were probably meant to be.
    """
    used = list(_used(model))
    roles = [(("roles", role, number), group) for role, number, group in _named_roles(model)]
    known = (*model.words, *model.groups)
    unknown: dict[str, list[Location]] = {}
    for location, group in (*used, *roles):
        if group not in known:
            unknown.setdefault(group, []).append(location)
    if unknown and not known and "words" not in file.data:
        message = 'the key "words" is missing; it holds the groups of terms that find names'
        file.problems.append(file.problem((), message))
        return {group for _, group in used}, set()
    meant = {group: closest(group, known) for group in unknown}
    for group, locations in unknown.items():
        first, *others = sorted(locations, key=file.position)
        also = file.also_in(one for one in others if file.position(one)[0] != file.position(first)[0])
        message = f'group "{group}" is not in words' + (" or groups" if model.groups else "") + also
        file.problems.append(file.problem(first, message, suggestion=meant[group]))
    return {group for _, group in used}, {group for group in meant.values() if group}


def _used(model: RuleModel) -> Iterator[tuple[Location, str]]:
    """Every group that matching uses, with its place."""
    yield from ((("never", number), group) for number, group in enumerate(model.never))
    holders: list[tuple[Location, WayModel | DoubtModel | PartModel]] = [
        *((("find", number), way) for number, way in enumerate(model.find)),
        *((("never_sure", number), case) for number, case in enumerate(model.never_sure)),
    ]
    for name, parts in model.groups.items():
        holders += [(("groups", name, number), part) for number, part in enumerate(parts)]
    for location, holder in holders:
        for key in ("all", "any", "none"):
            for place, group in enumerate(getattr(holder, key, ())):
                yield (*location, key, place), group


def check_groups(model: RuleModel, file: YamlFile) -> None:
    """Groups built from groups: each from such as stand before it, and with a distance where it needs one."""
    before = set(model.words)
    for name, parts in model.groups.items():
        if name in model.words:
            file.problems.append(file.problem(("groups", name), f'group "{name}" is in words as well', key=True))
        for number, part in enumerate(parts):
            location = ("groups", name, number)
            if not part.any and not part.all:
                file.problems.append(file.problem(location, "needs groups in all or any"))
            if len(part.all) > 1 and part.within is None:
                message = "all needs within: how many other words may come between the hits"
                file.problems.append(file.problem(location, message))
            for group in (*part.any, *part.all):
                if group in model.groups and group not in before:
                    message = f'group "{group}" must come before "{name}", which is built from it'
                    file.problems.append(file.problem(location, message))
        before.add(name)


def check_way(way: WayModel, file: YamlFile, location: Location, words: dict[str, tuple[Term, ...]]) -> None:
    """What makes a way impossible or too easy to meet."""

    def refuse(key: str, message: str) -> None:
        file.problems.append(file.problem((*location, key), f'way "{way.name}": {message}'))

    if way.everything:
        if way.all or way.any or way.within is not None:
            refuse("everything", "everything: true needs no groups")
        return
    if not way.all and not way.any:
        refuse("name", "needs groups in all or any")
        return
    if way.any and way.at_least > len(way.any):
        refuse("at_least", f"at least {way.at_least} of {len(way.any)} groups can never be met")
    if way.within is not None and len(way.all) + (way.at_least if way.any else 0) < 2:
        refuse("within", "within needs at least two groups to measure between")
    for group in dict.fromkeys(one for one in way.none if one in way.all):
        message = f'way "{way.name}": "{group}" is in all and in none, so what it asks for is what stops it'
        file.problems.append(file.problem((*location, "none"), message, level=Level.WARNING))
    if any(group not in words for group in (*way.all, *way.any)):
        return
    short = all(_short(term) for group in (*way.all, *way.any) for term in words[group])
    if len(way.all) + len(way.any) == 1 and short and any(words[group] for group in (*way.all, *way.any)):
        refuse("name", "one group of words of fewer than 4 letters would match far too much")


def _broken(file: YamlFile) -> bool:
    return any(problem.level is Level.ERROR for problem in file.problems)


def _short(term: Term) -> bool:
    return sum(len(re.sub(r"\W", "", word.text)) for word in term.words) < 4


def _check_roles(model: RuleModel, file: YamlFile) -> None:
    """What a rule says of its groups and ways for the facts on cards: each said once, and nothing lost on the way."""
    asked = {group for way in model.find for group in (*way.all, *way.any)}
    known = {*model.words, *model.groups}
    role_of: dict[str, Role] = {}
    for role, number, group in _named_roles(model):
        location = ("roles", role, number)
        if group in role_of:
            file.problems.append(file.problem(location, f'group "{group}" appears twice under roles; it has one role'))
        elif group in known and group not in asked:
            message = f'group "{group}" has a role for nothing: no way has it in all or any'
            file.problems.append(file.problem(location, message, level=Level.WARNING))
        role_of.setdefault(group, role)
    for number, way in enumerate(model.find):
        roles = {role_of[group] for group in (*way.all, *way.any) if group in role_of}
        for lost in _lost(way.says, roles) if way.says else ():
            message = f'way "{way.name}" says {way.says}, but {lost}'
            file.problems.append(file.problem(("find", number, "says"), message, level=Level.WARNING))
    if "roles" not in model.model_fields_set and not any(way.says for way in model.find):
        _warn_of_names(model, file)


def _named_roles(model: RuleModel) -> Iterator[tuple[Role, int, str]]:
    """Every group under roles, with its role and its place there."""
    for role in Role:
        for number, group in enumerate(getattr(model.roles, role)):
            yield role, number, group


def _lost(says: Says, roles: Collection[Role]) -> Iterator[str]:
    """What cards could not tell of a way that says this, when its groups have these roles."""
    if says.reaction.needs_official and Role.OFFICIAL not in roles:
        yield "no card shows it: none of its groups is among officials under roles, and a country is not enough"
    elif not {Role.OFFICIAL, Role.COUNTRY} & set(roles):
        yield "nobody would be named for it: none of its groups is among officials or countries under roles"
    if Role.SAID not in roles:
        yield "cards may quote another sentence: none of its groups is among said under roles"


def _warn_of_names(model: RuleModel, file: YamlFile) -> None:
    """What facts were once read from names in a rule that says nothing of them: it would lose them unseen."""
    for number, way in enumerate(model.find):
        meant = next((says for words, says in _ONCE_SAID.items() if words in way.name.casefold()), None)
        official = not {"speaker", "official", "leader"}.isdisjoint((*way.all, *way.any))
        if meant and (official or not meant.reaction.needs_official):
            message = (
                f'way "{way.name}" does not count as an official reaction, whatever its name; '
                f"write says: {meant} if it is one, or roles: {{}} above find if none is"
            )
            file.problems.append(file.problem(("find", number, "name"), message, level=Level.WARNING))
    for group, role in _ONCE_ROLES.items():
        if any(group in (*way.all, *way.any) for way in model.find):
            section = "words" if group in model.words else "groups"
            message = (
                f'cards list no {role} by the group "{group}", whatever its name; '
                f"write roles: {{{role}: [{group}]}} above find, or roles: {{}} if it is none"
            )
            file.problems.append(file.problem((section, group), message, level=Level.WARNING, key=True))


def _check_way_names(model: RuleModel, file: YamlFile) -> None:
    """Two ways of one name, and examples that name a way that is none; the first of these alone where both are."""
    names = [way.name for way in model.find]
    twice = [number for number, name in enumerate(names) if names.index(name) < number]
    for number in twice:
        file.problems.append(file.problem(("find", number, "name"), f'two ways are named "{names[number]}"'))
    unknown: dict[str, list[Location]] = {}
    for kind in ("match", "no_match", "known_wrong"):
        for number, example in enumerate(getattr(model.examples, kind)):
            if example.way is not None and example.way not in names and not twice:
                unknown.setdefault(example.way, []).append(("examples", kind, number, "way"))
    for name, (first, *others) in unknown.items():
        message = f'there is no way "{name}"{file.also_in(others)}'
        file.problems.append(file.problem(first, message, suggestion=closest(name, names)))


def check_rule(model: RuleModel, file: YamlFile, words: dict[str, tuple[Term, ...]]) -> None:
    """What concerns the rule as a whole."""
    _check_roles(model, file)
    for group in (group for group, terms in words.items() if not terms and not _broken(file)):
        message = f'group "{group}" has no terms, so nothing hits it'
        file.problems.append(file.problem(("words", group), message, level=Level.WARNING, key=True))
    if (count := sum(len(terms) for terms in words.values())) > MAX_TERMS:
        file.problems.append(file.problem(("words",), f"{count} terms are more than {MAX_TERMS}; split the rule"))
    everything = all(way.everything for way in model.find)
    kinds = [kind for kind in ("match", "no_match") if not getattr(model.examples, kind)]
    if model.status is Status.LIVE and not everything and kinds:
        wanted = " and one under ".join(kinds)
        message = f"a live rule needs at least one example under {wanted}; set status: test while it has none"
        file.problems.append(file.problem(("examples",), message, key=True))
    _check_way_names(model, file)
    for number, case in enumerate(model.never_sure):
        if not case.all and not case.any:
            message = f'never_sure "{case.name}": needs groups in all or any'
            file.problems.append(file.problem(("never_sure", number, "name"), message))
    later = {"mention": model.mention != "none", "group_by": model.group_by != "story"}
    later["max_per_hour"] = model.max_per_hour is not None
    for key in (key for key, used in later.items() if used):
        message = f"{key} is not acted on in rules yet; routes.yaml limits and shapes what a route gets"
        file.problems.append(file.problem((key,), message, level=Level.WARNING, key=True))
