"""A question asked again at the gate (METHOD 8.3), on random meetings with several rounds: nobody can be worked out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.privacy import people_apart
from app.core.release import publish
from app.core.rounds import publish_round
from app.core.voices import Voice
from tests.unit.meetings import (
    ALONE,
    BOTH,
    ORDERS,
    assert_nobody_can_be_worked_out,
    assert_survives_json,
    blocks,
    choices,
    known,
    meetings,
)

CURRENT = ALONE["current"]


class Meeting:
    """A random meeting whose people answer in rounds; knows what really stands behind each picture."""

    def __init__(self, made, k):
        self.template, self.groups, self.people = made[0], made[1], made[2]
        self.k, self.versions, self.behind, self.pairs, self.guesses = k, [], [], [], {}
        for person in self.people:
            person.update(rounds={1: person["choices"]}, published={})

    def voices(self, rounds):
        return [
            Voice(
                one["group"],
                one["side"],
                {key: one["rounds"][n][key] for key in self.keys() for n in [rounds[key[1]]] if self.said(one, n, key)},
                dict(one["published"]),
            )
            for one in self.people
            if not one.get("gone")
        ]

    def keys(self):
        return [(one.key, q) for one in self.template.dimensions for q in ("current", "desired", "mirror")]

    @staticmethod
    def said(one, number, key):
        return key in one["rounds"].get(number, {})

    def keep(self, made, questions, rounds):
        self.versions.append(made)
        behind = dict(self.behind[-1]) if self.behind else {}
        for result in made.dimensions:
            for question in questions:
                pairs = {
                    which: bool((p := result.sides[which].picture(question)) and p.on_pairs) for which in result.sides
                }
                for place, one in enumerate(self.people):
                    behind[place, result.key, question] = self.truly(one, result.key, question, rounds, pairs)
        self.behind.append(behind)
        for one in self.people:
            for key in self.keys():
                if key[1] in questions:
                    one["published"].pop(key, None)
                    if self.said(one, rounds[key[1]], key) and not one.get("gone"):
                        one["published"][key] = one["rounds"][rounds[key[1]]][key]
        told = questions & BOTH
        self.pairs.append(self.true_pairs() if told else dict(self.pairs[-1] if self.pairs else {}))
        if questions & {"current", "mirror"} and set(rounds.values()) == {1}:
            self.guesses = self.true_guesses(made)

    def true_pairs(self):
        """(today, wanted) of everybody who is here and placed both, as they are public."""
        found = {}
        for place, one in enumerate(self.people):
            for dimension in self.template.dimensions:
                pair = tuple(one["published"].get((dimension.key, question)) for question in ("current", "desired"))
                if not one.get("gone") and None not in pair:
                    found[place, dimension.key] = pair
        return found

    def true_guesses(self, made):
        """Today of everybody who stands behind the guesses that are public."""
        found = {}
        for place, one in enumerate(self.people):
            for result in made.dimensions:
                cell = result.sides[one["side"]]
                base = ("current", "desired") if cell.guess and cell.current.on_pairs else ("current",)
                said = [one["published"].get((result.key, question)) for question in (*base, "mirror")]
                if cell.guess and not one.get("gone") and None not in said:
                    found[place, result.key] = said[0]
        for result in made.dimensions:
            for which, cell in result.sides.items():
                people = [place for place, one in enumerate(self.people) if one["side"] == which]
                true = sum((place, result.key) in found for place in people)
                assert true == (sum(cell.guess.own) if cell.guess else 0)
        return found

    def truly(self, one, dimension, question, rounds, pairs):
        """What this person is in the picture as; "-" where not in it."""
        answer = {
            q: one["rounds"].get(rounds[q], {}).get((dimension, q), "-") for q in ("current", "desired", "mirror")
        }
        if one.get("gone"):
            return "-"
        if pairs[one["side"]] and any(answer[q] in ("-", None) for q in ("current", "desired")):
            return answer[question] if answer[question] is None else "-"
        return answer[question]

    def gone(self, questions):
        found = {}
        for one in self.people:
            if one.get("gone"):
                for question in questions:
                    if any(key[1] == question for key in one["published"]):
                        row_ = one["group"] or one["side"]
                        found.setdefault(question, {})[row_] = found.setdefault(question, {}).get(row_, 0) + 1
        return found


@settings(max_examples=250, deadline=None)
@given(meetings(), st.sampled_from(ORDERS), st.data())
def test_nobody_can_be_worked_out_from_all_rounds_together(made, order, data):
    meeting = Meeting(made, 3)
    now = dict.fromkeys(("current", "desired", "mirror"), 1)
    asked = {"template": meeting.template, "groups": meeting.groups, "k": 3}
    published = None
    for questions in order:
        published = publish(meeting.voices(now), reveal=questions, earlier=published, **asked)
        meeting.keep(published, questions, now)
    later = [CURRENT, ALONE["desired"], BOTH]
    number = 2
    for questions in data.draw(st.lists(st.sampled_from(later), min_size=1, max_size=3)):
        if not questions <= published.questions or not meeting.people:
            continue
        answer_again(data, meeting, now, questions, number)
        for wanted in [BOTH, questions] if published.questions >= BOTH else [questions]:
            rounds = now | {q: number if q in questions else published.round_of(q) for q in ("current", "desired")}
            found = publish_round(
                meeting.voices(rounds),
                reveal=wanted,
                rounds=rounds,
                earlier=published,
                older=meeting.versions[:-1],
                gone=meeting.gone(published.questions),
                **asked,
            )
            if found:
                assert_survives_json(found)
                assert_nobody_can_be_worked_out(found)
                meeting.keep(found, wanted, rounds)
                assert_pictures_part_safely(meeting)
                assert_gaps_part_safely(meeting)
                assert_guesses_part_safely(meeting)
                assert_moves_tell_of_nobody(found, published, 3)
                assert_rows_are_coarser(published, found)
                published = found
                break
        number += 1


def answer_again(data, meeting, now, questions, number):
    """The next round: most say the same, some differ, some are silent, some have left, some are new."""
    changed = data.draw(st.sets(st.integers(0, len(meeting.people) - 1), max_size=6))
    left = data.draw(st.sets(st.integers(0, len(meeting.people) - 1), max_size=2))
    for place, one in enumerate(meeting.people):
        last = one["published"]
        said = data.draw(st.one_of(st.just({}), choices(meeting.template))) if place in changed else last
        one["rounds"][number] = {key: value for key, value in said.items() if key[1] in questions}
        one["gone"] = one.get("gone") or place in left
    for _ in range(data.draw(st.integers(0, 3)) if meeting.groups else 0):
        group, which = data.draw(st.sampled_from(meeting.groups))
        said = {key: value for key, value in data.draw(choices(meeting.template)).items() if key[1] in questions}
        meeting.people.append({"group": group, "side": which, "rounds": {number: said}, "published": {}})


def assert_pictures_part_safely(meeting):
    """Between any two versions a row's pictures are the same, or at least k people made the difference."""
    new, behind = meeting.versions[-1], meeting.behind[-1]
    for at, old in enumerate(meeting.versions[:-1]):
        last = at == len(meeting.versions) - 2
        for result, which, ids, cell, _, least in blocks(new, frozenset()):
            past = old.dimension(result.key)
            for question in ("current", "desired"):
                picture, counts = cell.picture(question), known(past, which, ids, question)
                if not picture or not counts:
                    continue
                people = [
                    place
                    for place, one in enumerate(meeting.people)
                    if one["side"] == which and (ids is None or one["group"] in ids)
                ]
                different = sum(
                    meeting.behind[at].get((place, result.key, question), "-")
                    != behind.get((place, result.key, question), "-")
                    for place in people
                )
                before = known(meeting.versions[-2].dimension(result.key), which, ids, question)
                if last:
                    assert not 0 < different < least or picture.counts == counts
                elif result.kind == "ordered" and ids is not None and before not in (counts, picture.counts):
                    assert not 0 < people_apart(counts, picture.counts) < least


def assert_gaps_part_safely(meeting):
    """Between two versions that follow each other a row's gaps are the same, or at least k people differ in them."""
    old, new = meeting.versions[-2:]
    for result, which, ids, cell, _, least in blocks(new, frozenset()):
        before = [
            one
            for one in ([old.dimension(result.key).sides[which]] if ids is None else [])
            or [row_.cell for row_ in old.dimension(result.key).rows_of(which) if {*row_.group_ids} <= {*(ids or ())}]
            if one.gap
        ]
        if not cell.gap or not before:
            continue
        people = [
            place
            for place, one in enumerate(meeting.people)
            if one["side"] == which and (ids is None or one["group"] in ids)
        ]
        was, now = meeting.pairs[-2:]
        different = sum(was.get((place, result.key)) != now.get((place, result.key)) for place in people)
        tallies = tuple(map(sum, zip(*(one.gap.today for one in before), strict=True)))
        assert not 0 < different < least or tallies == cell.gap.today


def assert_guesses_part_safely(meeting):
    """Guesses are about the first round: beside a later gap they are the same, or at least k people differ in them."""
    new, pairs = meeting.versions[-1], meeting.pairs[-1]
    for result, which, ids, cell, _, least in blocks(new, frozenset()):
        if ids is None and cell.gap and cell.guess:
            different = sum(
                meeting.guesses.get((place, result.key)) != pairs.get((place, result.key), (None,))[0]
                for place, one in enumerate(meeting.people)
                if one["side"] == which
            )
            assert not 0 < different < least or not 0 < people_apart(cell.guess.own, cell.gap.today) < least


def assert_moves_tell_of_nobody(found, before, k):
    for result, which, ids, cell, _, _ in blocks(found, frozenset()):
        for question in ("current", "desired"):
            picture = cell.picture(question)
            if picture and picture.moved:
                old = before.dimension(result.key).sides[which].picture(question)
                assert ids is None
                movers = picture.moved.up + picture.moved.down
                assert movers == 0 or movers >= k
                assert picture.moved.n_pairs >= k
                for one in (picture, old):
                    left = one.n - picture.moved.n_pairs
                    assert left == 0 or left >= k


def assert_rows_are_coarser(before, after):
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        for which in old.sides:
            for question in ("current", "desired"):
                rows = [set(one.group_ids) for one in new.rows_of(which) if one.cell.picture(question)]
                for one in old.rows_of(which):
                    if one.cell.picture(question):
                        inside = [ids for ids in rows if ids & set(one.group_ids)]
                        assert all(set(one.group_ids) <= ids for ids in inside)
