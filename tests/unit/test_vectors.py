"""Every vector of method_vectors.json through the function that answers for it."""

import json
from dataclasses import asdict
from math import isclose
from pathlib import Path

import pytest

from app.core import dissonance, measures, mirror, privacy

VECTORS = json.loads((Path(__file__).parent / "method_vectors.json").read_text())["vectors"]

# Measures that no screen shows: a vector may stand without a function only if it has the role
# "reference_only" and its measure is named here.
REFERENCE_ONLY: frozenset[str] = frozenset()


def counts(values, steps):
    return measures.tally(values, steps)


def steps_of(given, *lists):
    return given.get("K") or max(max(values) for values in lists)


def two(given):
    a, b = given["a"], given["b"]
    lift = 1 - min(*a, *b, 1)
    a, b = [v + lift for v in a], [v + lift for v in b]
    steps = given.get("K") or max(*a, *b)
    return counts(a, steps), counts(b, steps)


def own_counts(given):
    return given["counts"] if "counts" in given else counts(given["values"], 7)


def groups(given):
    steps = steps_of(given, *given["groups"])
    return [counts(values, steps) for values in given["groups"]]


def mann_whitney_exact(given):
    a, b = two(given)
    wins = measures.prob_superiority_A(a, b) * sum(a) * sum(b)
    return {"U": wins, "p_two_sided": dissonance.permutation_p(a, b)}


def suppression(given):
    found = privacy.partition_side(given["groups"], k=given["k"])
    return {
        "total_shown": found.total_shown,
        "shown": list(found.shown),
        "pooled": sorted(found.pooled),
        "pooled_n": sum(given["groups"][group] for group in found.pooled),
        "no_answers": list(found.no_answers),
    }


def snapshot_rule(given):
    changed, k = given["answers_new_or_changed_since"], given["k"]
    if not given["published_n"]:
        return privacy.first_snapshot_allowed(changed, k)
    return privacy.may_republish([changed], k)


def coorientation(given):
    a = list(zip(given["a_own"], given["a_about_b"], strict=True))
    b = list(zip(given["b_own"], given["b_about_a"], strict=True))
    return asdict(mirror.coorientation(a, b, 5))


def flags_of_all_pairs(given):
    found = dissonance.dissonance_flags(groups(given))
    return {
        "omnibus_p": found.omnibus_p,
        "flags": {f"{i}-{j}": flag for (i, j), flag in found.flags.items()},
    }


def plain_gap(given):
    steps = steps_of(given, given["group"], given["reference"])
    return asdict(dissonance.plain_gap(counts(given["group"], steps), counts(given["reference"], steps)))


def between_group_share(given):
    found = measures.between_group_share(groups(given))
    return found and asdict(found)


def pairs(given):
    return list(zip(given["current"], given["desired"], strict=True))


RUN = {
    "agreement_A": lambda g: measures.agreement_A(g["counts"]),
    "agreement_class": lambda g: measures.agreement_class(g["counts"]),
    "base_rule": lambda g: privacy.base_rule(g["n_answers"], g["n_pairs"], g["k"]),
    "between_group_share": between_group_share,
    "cliffs_delta": lambda g: measures.cliffs_delta(*two(g)),
    "coorientation": coorientation,
    "dissonance_flag": lambda g: dissonance.dissonance_flag(*two(g)),
    "dissonance_flags_all_pairs": flags_of_all_pairs,
    "emd_steps": lambda g: measures.emd_steps(*two(g)),
    "interpolated_median": lambda g: measures.interpolated_median(own_counts(g)),
    "l_squared": lambda g: measures.l_squared(g["counts"]),
    "mann_whitney_exact": mann_whitney_exact,
    "mean_pair_distance": lambda g: measures.mean_pair_distance(g["counts"]),
    "min_attainable_p_two_groups": lambda g: measures.min_attainable_p_two_groups(g["m"], g["n"]),
    "omnibus_permutation_p": lambda g: dissonance.omnibus_permutation_p(groups(g)),
    "paired_shift": lambda g: asdict(measures.paired_shift(pairs(g))),
    "permutation_p": lambda g: dissonance.permutation_p(*two(g)),
    "plain_gap": plain_gap,
    "prob_superiority_A": lambda g: measures.prob_superiority_A(*two(g)),
    "sign_test_p": lambda g: measures.sign_test_p(g["up"], g["down"]),
    "snapshot_rule": snapshot_rule,
    "suppression": suppression,
    "transition_matrix": lambda g: measures.transition_matrix(pairs(g), g["K"]),
    "wilson_95": lambda g: measures.wilson_95(g["k"], g["n"]),
}


def assert_same(found, expected, tolerance):
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for key, value in expected.items():
            assert_same(found[key], value, tolerance)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, value in zip(found, expected, strict=True):
            assert_same(one, value, tolerance)
    elif isinstance(expected, float) and found is not None:
        assert isclose(found, expected, rel_tol=0, abs_tol=tolerance or 0), (found, expected)
    else:
        assert found == expected


def is_only_a_reference(vector):
    return vector.get("role") == "reference_only" and vector["measure"] in REFERENCE_ONLY


@pytest.mark.parametrize("vector", [v for v in VECTORS if not is_only_a_reference(v)], ids=lambda v: v["id"])
def test_the_vector_is_met(vector):
    assert vector["measure"] in RUN, "a measure of METHOD without a function"
    found = RUN[vector["measure"]](vector["input"])
    assert_same(found, vector["expected"], vector["tolerance"])


def test_no_function_is_left_without_a_vector():
    assert {vector["measure"] for vector in VECTORS} >= set(RUN)
