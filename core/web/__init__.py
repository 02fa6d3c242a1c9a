"""What pages share: the person behind a request, filters of a list, forms.

No page of the product lives here.
"""
