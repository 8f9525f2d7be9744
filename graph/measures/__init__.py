"""Measures of a network: arrays in, arrays out, no store."""

from graph.measures.bridges import betweenness, constraint, effective_size
from graph.measures.communities import Communities, detect_communities, modularity
from graph.measures.decay import BandLimits, Survival, TieBand, bands, survival, tie_strength
from graph.measures.gain import pair_relief, structural_gain
from graph.measures.kirchhoff import KirchhoffGain
from graph.measures.mixing import EiIndex, Mixing, community_mixing, ei_index
from graph.measures.sketched import SketchedGain

__all__ = [
    "BandLimits",
    "Communities",
    "EiIndex",
    "KirchhoffGain",
    "Mixing",
    "SketchedGain",
    "Survival",
    "TieBand",
    "bands",
    "betweenness",
    "community_mixing",
    "constraint",
    "detect_communities",
    "effective_size",
    "ei_index",
    "modularity",
    "pair_relief",
    "structural_gain",
    "survival",
    "tie_strength",
]
