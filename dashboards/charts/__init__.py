"""Figures for the charts: values in, a Plotly figure as plain dicts out.

Which charts there are is listed in ``dashboards.charts.registry``.
"""
