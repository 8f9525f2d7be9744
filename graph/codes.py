"""Codes of policies and sources: the numbers by which tables name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.policy import Policy
from graph.tables import FieldTable, IntArray, NodeTable, StatementTable, TieTable


class Coded(NamedTuple):
    """Tables and what their codes mean, in the order in which a snapshot takes them."""

    nodes: NodeTable
    fields: FieldTable
    statements: StatementTable
    ties: TieTable
    policies: tuple[Policy, ...]
    sources: tuple[str, ...]


def in_use(coded: Coded) -> Coded:
    """Number policies and sources anew, so that only those in use have a code; their order stays.

    A code then tells nothing about policies and sources that are hidden or gone, and equal graphs have
    equal codes, whatever was there before.
    """
    nodes, fields, statements, ties, policies, sources = coded
    used = (nodes.policy, fields.policy, statements.policy, ties.policy_src, ties.policy_dst)
    policy = _used(used, len(policies))
    source = _used((nodes.source, fields.source, statements.source, ties.source), len(sources))
    if policy.all() and source.all():
        return coded
    return recoded(
        Coded(
            nodes, fields, statements, ties,
            tuple(policies[i] for i in np.flatnonzero(policy)), tuple(sources[i] for i in np.flatnonzero(source)),
        ),
        np.cumsum(policy, dtype=np.int32) - 1,
        np.cumsum(source, dtype=np.int32) - 1,
    )  # fmt: skip


def recoded(coded: Coded, policy: IntArray, source: IntArray) -> Coded:
    """Replace the codes in the tables.

    Parameters
    ----------
    coded : Coded
        Tables with the old codes; policies and sources already those of the new codes.
    policy, source : (n_old,) int32
        New code of each old code.
    """
    nodes, fields, statements, ties, policies, sources = coded
    everything = slice(None)
    return Coded(
        nodes.take(everything, policy=policy[nodes.policy], source=source[nodes.source]),
        fields.take(everything, policy=policy[fields.policy], source=source[fields.source]),
        statements.take(everything, policy=policy[statements.policy], source=source[statements.source]),
        ties.take(
            everything,
            policy_src=policy[ties.policy_src], policy_dst=policy[ties.policy_dst], source=source[ties.source],
        ),
        policies,
        sources,
    )  # fmt: skip


def _used(columns: Sequence[IntArray], n: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    used = np.zeros(n, dtype=bool)
    for codes in columns:
        used[codes] = True
    return used
