"""Charts as pictures: a Plotly figure in plain dicts in, a PNG out, without a browser. Pure.

What our charts use is drawn, not all that Plotly can. It never knows what a chart is about.
"""
