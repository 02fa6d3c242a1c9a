"""Figures for the charts: values in, a Plotly figure as plain dicts out.

Plotly's Python package is not loaded here; the tests check every figure with it. Thin lines,
direct labels instead of legends, provisional readings hollow, projections dashed.
"""

from dashboards.charts.base import Figure, empty
from dashboards.charts.completion import (
    completion_by_agency,
    completion_by_group,
    completion_over_time,
)
from dashboards.charts.paths import indicator_series, target_path

__all__ = [
    "Figure",
    "completion_by_agency",
    "completion_by_group",
    "completion_over_time",
    "empty",
    "indicator_series",
    "target_path",
]
