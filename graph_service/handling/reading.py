"""Reading markings: from the text that people write to a label, or to the clearance that bare levels state.

Trusted base: yes, for it makes labels. What is read is compared with what would be printed, so reading never guesses:
a text that fits two labels is refused, and so is one that fits none. What a policy leaves out of its markings
on purpose is not read back: such a label travels as a file. Pure: standard library only.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import product

from graph_service.errors import ClearanceError, LabelError
from graph_service.handling.equivalence import foreign_level
from graph_service.handling.printing import BETWEEN_POLICIES, At, format_part, nobody_prefix, policy_words
from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import Category, Label, Level, PolicyLabel
from graph_service.security.policies import Policies
from graph_service.security.policy import NOBODY, LevelRule, SecurityPolicy, Tag, TagType, fold
from graph_service.security.wording import Place

MOST_CHARACTERS, MOST_POLICIES = 2000, 8
"""What a marking may have: it can come from anywhere, and is tried in many ways."""

_CLOSE = 0.75
"""How like a known marking a text must be to have it suggested (``difflib`` ratio)."""


def parse_marking(text: str, *, policies: Policies, asker: Clearance | None = None) -> Label:
    """The label that a marking states, in any language and place of its policies, in any case of letters.

    ``//`` and white space are one; categories may stand in any order. Raises ``LabelError`` for a text that fits no
    label or two. SECURITY: the error suggests levels to everybody and categories only to an ``asker`` who holds them.
    """
    if not text.strip():
        raise LabelError("the marking is empty: data without a label is refused")
    if len(text) > MOST_CHARACTERS or text.count(BETWEEN_POLICIES) >= MOST_POLICIES:
        raise LabelError(f"a marking has {MOST_CHARACTERS} characters and {MOST_POLICIES} policies at most")
    found = _labels_of(text, policies)
    if not found:
        raise LabelError(_why_unread(text, policies, asker))
    if "//" in text and not all(piece.strip() for piece in text.split("//")):
        raise LabelError(f"`{text.strip()}` has nothing where something should stand: remove the spare `//`")
    if len(found) > 1:
        raise LabelError(f"`{text.strip()}` is the marking of {len(found)} labels: give the label as a file")
    return next(iter(found))


def read_marking(text: str, *, policies: Policies) -> Label | None:
    """What ``parse_marking`` gives, and ``None`` where it would refuse: for texts of which most are no markings."""
    if not text.strip() or len(text) > MOST_CHARACTERS or text.count(BETWEEN_POLICIES) >= MOST_POLICIES:
        return None
    return parse_marking(text, policies=policies) if len(_labels_of(text, policies)) == 1 else None


def _labels_of(text: str, policies: Policies) -> set[Label]:
    """Every label of which the text is the marking."""
    return {
        Label(parts)
        for split in _splits(tuple(text.split(BETWEEN_POLICIES)))
        for parts in product(*(_readings(_collapsed(piece), policies) for piece in split))
        if len({part.policy for part in parts}) == len(parts)
    }


def _splits(pieces: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every way to read the text as markings of several policies: a policy may print the ``+`` itself."""
    yield (BETWEEN_POLICIES.join(pieces),)
    for at in range(1, len(pieces)):
        first = BETWEEN_POLICIES.join(pieces[:at])
        yield from ((first, *rest) for rest in _splits(pieces[at:]))


def parse_level(text: str, *, policies: Policies) -> Level:
    """The level that a marking names, and nothing more. Raises ``LabelError``."""
    parts = parse_marking(text, policies=policies).parts
    if len(parts) != 1 or parts[0] != PolicyLabel(parts[0].level):
        raise LabelError(f"`{text.strip()}` is more than a level")
    return parts[0].level


@lru_cache(maxsize=4096)
def _readings(text: str, policies: Policies) -> frozenset[PolicyLabel]:
    """Every label of which this is a marking. The text is collapsed."""
    return frozenset(part for at in _wordings(policies) for part in _labels(at, text))


def _wordings(policies: Policies) -> Iterator[At]:
    for versions in policies.versions.values():
        for policy in versions:
            wordings = [policy.wording, *(rule.wording for rule in policy.scale), *(tag.wording for tag in policy.tags)]
            wordings += [rule.wording for tag in policy.tags for rule in tag.rules.values()]
            for language in sorted({"", *(language for wording in wordings for language in wording.languages())}):
                for place in Place:
                    yield At(policy, language, place)


def _labels(at: At, text: str) -> Iterator[PolicyLabel]:
    for level, implied, shown, end in _heads(at, text):
        for categories, nobody in _tag_readings(at, text, end, at.policy.tags):
            chosen = implied | categories
            rules = [rule for tag in at.policy.tags for rule in tag.rules.values() if rule.category in chosen]
            says_level = bool(at.phrase(level.wording, level.level.name))
            if shown == (says_level and not any(at.suppresses(rule.wording) for rule in rules)):
                yield at.policy.label(level.level, chosen, nobody=nobody)


def _heads(at: At, text: str) -> Iterator[tuple[LevelRule, frozenset[Category], bool, int]]:
    """Each level that the text may begin with: what its policy words imply, whether it is shown, and where it ends."""
    start = _cut(text, 0, at.text(at.policy.wording, "prefix"))
    for level in at.policy.scale if start is not None else ():
        for categories, words in _policy_words_of(at, level):
            after = _cut(text, start or 0, words)
            if after is None:
                continue
            yield from ((level, categories | silent, False, after) for silent in _silent(at))
            phrase = at.phrase(level.wording, level.level.name)
            shown = _cut(text, after, (at.between if words else "") + phrase) if phrase else None
            if shown is not None:
                yield level, categories, True, shown
    for level in at.policy.scale:
        for spelling in level.spellings:
            end = _cut(text, 0, spelling)
            if end is not None:
                yield level, frozenset(), True, end


def _silent(at: At) -> Iterator[frozenset[Category]]:
    """Nothing, and each category that does not show itself and takes the level's name away."""
    yield frozenset()
    for tag in at.policy.tags:
        for name, rule in tag.rules.items():
            if at.suppresses(rule.wording) and not at.phrase(rule.wording, name):
                yield frozenset({rule.category})


def _policy_words_of(at: At, level: LevelRule) -> Iterator[tuple[frozenset[Category], str]]:
    """What may stand for the policy's name, and the categories that this implies.

    The policy's own name implies none, even where a category prints it too.
    """
    own = policy_words(at, level.wording, ())
    yield frozenset(), own
    if at.policy_phrase(at.policy.wording) is None and at.policy_phrase(level.wording) is None:
        for tag in at.policy.tags:
            for rule in tag.rules.values():
                phrase = at.policy_phrase(rule.wording)
                if phrase is not None and fold(phrase) != fold(own):
                    yield frozenset({rule.category}), phrase


def _tag_readings(
    at: At, text: str, start: int, tags: tuple[Tag, ...]
) -> Iterator[tuple[frozenset[Category], frozenset[str]]]:
    """Every way in which the rest is the words of some of the tags: the categories, and the tags with NOBODY."""
    if _cut(text, start, at.text(at.policy.wording, "suffix")) == len(text):
        yield frozenset(), frozenset()
    begin = _cut(text, start, at.between) if start else 0
    if begin is None or begin == len(text):
        return
    for number, tag in enumerate(tags):
        for names, end in _one_tag(at, text, begin, tag):
            own = frozenset(Category(tag.key, name) for name in names)
            empty = frozenset() if names else frozenset({tag.key})
            for categories, nobody in _tag_readings(at, text, end, tags[:number] + tags[number + 1 :]):
                yield own | categories, empty | nobody


def _one_tag(at: At, text: str, start: int, tag: Tag) -> Iterator[tuple[frozenset[str], int]]:
    """The readings of what begins here as this tag's words, with their ends; no names at all is NOBODY."""
    prefix, suffix = at.text(tag.wording, "prefix"), at.text(tag.wording, "suffix")
    if tag.type is TagType.PERMISSIVE:
        yield from ((frozenset(), end) for end in _nobody_readings(at, text, start, tag))
    said, separator = _said(at, tag), at.text(tag.wording, "separator", "/") or "/"
    open_readings = [(frozenset[str](), frozenset[tuple[str, frozenset[str]]](), _cut(text, start, prefix))]
    while open_readings:
        names, used, place = open_readings.pop()
        for phrase, members in said if place is not None else ():
            after = None if (phrase, members) in used else _cut(text, place or 0, phrase)
            if after is None:
                continue
            if (end := _cut(text, after, suffix)) is not None:
                yield names | members, end
            if (more := _cut(text, after, separator)) is not None:
                open_readings.append((names | members, used | {(phrase, members)}, more))


def _nobody_readings(at: At, text: str, start: int, tag: Tag) -> Iterator[int]:
    """Where NOBODY ends, written with what stands around the tag's categories or with the tag's name."""
    prefix, suffix = at.text(tag.wording, "prefix"), at.text(tag.wording, "suffix")
    for before in dict.fromkeys((nobody_prefix(at, tag), f"{tag.key}: ", prefix)):
        for after in dict.fromkeys((suffix, "")):
            end = _cut(text, start, before + NOBODY + after) if before.strip() + after.strip() else None
            if end is not None:
                yield end


def _said(at: At, tag: Tag) -> list[tuple[str, frozenset[str]]]:
    """Every text that stands for categories of the tag: groups, phrases, and the names of those that show."""
    said = {(name, members) for name, members in tag.groups.items()}
    for name, rule in tag.rules.items():
        phrase = at.phrase(rule.wording, name)
        if phrase:
            said |= {(phrase, frozenset({name})), (name, frozenset({name}))}
    return sorted(said, key=lambda entry: (entry[0], sorted(entry[1])))


def _collapsed(text: str) -> str:
    """The text as it is read: case folded, ``//`` and white space one space, and none where punctuation parts words."""
    return re.sub(r"(?<![^\W_]) | (?![^\W_])", "", fold(text))


def _cut(text: str, start: int, piece: str) -> int | None:
    """Where the piece ends, if it stands in the collapsed text from ``start``: exactly, but for spaces beside signs."""
    at = start
    for character in re.sub(r"(//|\s)+", " ", piece.casefold()):
        if character == " ":
            if at < len(text) and text[at] == " ":
                at += 1
            elif 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
                return None
        elif at < len(text) and text[at] == character:
            at += 1
        else:
            return None
    return at


def _why_unread(text: str, policies: Policies, asker: Clearance | None) -> str:
    """Why the text is no marking, with the nearest that the asker may know of."""
    pieces = text.split(BETWEEN_POLICIES)
    read = [_readings(_collapsed(piece), policies) for piece in pieces]
    if all(read):
        twice = [next(iter(found)).policy for found in read]
        return f"a label has one part a policy, not two of `{max(twice, key=twice.count)}`"
    piece = next(piece for piece, found in zip(pieces, read, strict=True) if not found)
    heads = list(_heads_of_words(_collapsed(piece), policies))
    if heads:
        end, at = max(heads, key=lambda head: head[0])
        held = asker.part(at.policy.id) if asker else None
        names = dict.fromkeys(category.name for category in held.categories) if held else {}
        rest = _tail(fold(piece), len(_collapsed(piece)[end:].replace(" ", "")))
        return f"`{rest}` means nothing in a marking of policy `{at.policy.id}`" + _suggestion(rest, names)
    foreign = foreign_level(piece, policies=policies)
    if foreign:
        owners = ", ".join(sorted({row.level.policy for row in foreign}))
        handled = "; ".join(sorted({f"{row.policy} handles it as `{row.name}`" for row in foreign}))
        return (
            f"`{piece.strip()}` is a level of {owners}, a policy that is not here: {handled}, which grants no access. "
            "Import that policy with `sluis policy import`"
        )
    known = {text: level.order for text, level in level_markings(policies).items()}
    return f"`{piece.strip()}` is not a marking of any policy here" + _suggestion(piece, known)


def _heads_of_words(text: str, policies: Policies) -> Iterator[tuple[int, At]]:
    """Where the levels end that the text begins with, if they end where a word does."""
    for at in _wordings(policies):
        for *_, shown, end in _heads(at, text):
            in_word = 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
            if shown and end and not in_word and text.endswith(fold(at.text(at.policy.wording, "suffix"))):
                yield end, at


def _tail(text: str, characters: int) -> str:
    """The end of the text that has so many characters beside spaces."""
    at = len(text)
    while characters and at:
        at -= 1
        characters -= text[at] != " "
    return text[at:]


def level_markings(policies: Policies) -> Mapping[str, Level]:
    """Every text that says a level and nothing more, in every language and place, and the level that it says."""
    return {
        text: rule.level for at in _wordings(policies) for rule in at.policy.scale for text in _level_markings(at, rule)
    }


def _level_markings(at: At, rule: LevelRule) -> Iterator[str]:
    yield format_part(PolicyLabel(rule.level), policy=at.policy, language=at.language, place=at.place)
    yield from rule.spellings


def _suggestion(text: str, names: Mapping[str, int | None]) -> str:
    """The nearest of the names; of several near ones the highest, because a slip must not lower."""
    known = {fold(name): name for name in names}
    near = difflib.get_close_matches(fold(text), known, n=8, cutoff=_CLOSE)
    near.sort(key=lambda name: -(names[known[name]] or 0))
    return f": did you mean `{known[near[0]]}`?" if near else ""


def clearance_from_markings(
    markings: Iterable[str],
    *,
    policies: Policies,
    compartments: Iterable[str] = (),
    affiliation: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Clearance:
    """The clearance that bare levels state: each holds that level and all below it of its policy.

    ``compartments`` are written ``POLICY:NAME``, or ``POLICY:TAG/NAME`` for a category of any kind. ``affiliation``
    is one name, held as a recipient in every policy of the clearance that knows it. Raises ``ClearanceError`` for a
    marking that is more than a level (categories belong to labels), two levels of one policy, and unknown names.
    """
    try:
        held = _held_levels(markings, policies)
        for name in compartments:
            policy_id, _, category = name.partition(":")
            if policy_id not in held:
                raise ClearanceError(f"compartment `{name}`: write it as POLICY:NAME, with a level held in that policy")
            found = _held_category(policies.policy(policy_id), category)
            if not found:
                raise ClearanceError(f"`{category}` is not a compartment of policy `{policy_id}`")
            held[policy_id] = _with(held[policy_id], found)
    except LabelError as error:
        raise ClearanceError(error.public) from error
    if affiliation is not None:
        known = {name: _of_type(policies.policy(name), affiliation, TagType.PERMISSIVE) for name in held}
        if not any(known.values()):
            raise ClearanceError(f"`{affiliation}` is not an affiliation of any policy of the clearance")
        held = {name: _with(part, known[name]) for name, part in held.items()}
    return Clearance(tuple(held.values()), valid_from, valid_until)


def _held_levels(markings: Iterable[str], policies: Policies) -> dict[str, PolicyClearance]:
    held: dict[str, PolicyClearance] = {}
    for text in markings:
        for part in parse_marking(text, policies=policies).parts:
            if part != PolicyLabel(part.level):
                raise ClearanceError(f"`{text}` is more than a level: a clearance is given as bare levels")
            if part.policy in held:
                raise ClearanceError(f"two levels of policy `{part.policy}` are given: name the highest only")
            held[part.policy] = PolicyClearance(part.policy, policies.policy(part.policy).up_to(part.level))
    return held


def _held_category(policy: SecurityPolicy, name: str) -> frozenset[Category]:
    """The compartment of this name, or the category that ``TAG/NAME`` names in any tag; none if there is none."""
    key, _, own = name.rpartition("/")
    for tag in policy.tags:
        if tag.key == key:
            return frozenset(category for category in tag.categories if category.name == own)
    return _of_type(policy, name, TagType.RESTRICTIVE)


def _of_type(policy: SecurityPolicy, name: str, kind: TagType) -> frozenset[Category]:
    """Categories of this name in tags of one type. A group is none: who belongs to a member holds that one."""
    return frozenset(c for tag in policy.tags if tag.type is kind for c in tag.categories if fold(c.name) == fold(name))


def _with(part: PolicyClearance, categories: frozenset[Category]) -> PolicyClearance:
    return PolicyClearance(part.policy, part.levels, part.categories | categories)
