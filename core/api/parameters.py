"""The parameters of an address: what an operation does not take is refused, for a filter that is
not understood must not answer with everything, nor a dry run that is not understood write."""

from collections.abc import Container, Iterable, Set
from difflib import get_close_matches

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.views import APIView as RestAPIView

from core.api.parsers import refuse_other_charsets
from core.errors import Fault, Refused, step_to, unknown_field

_SHOWN = 40


class KnownParameters(RestAPIView):
    """A view that takes only what the schema says of it."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Once it is known who asks. Raises Refused: ``unknown_parameter``,
        ``repeated_parameter``, ``unsupported_media_type`` (415)."""
        super().initial(request, *args, **kwargs)
        refuse_other_charsets(request.content_type)  # Django reads the address by it, too.
        name = getattr(self, "action", None) or (request.method or "").lower()
        if not request.query_params or not hasattr(self, name):
            return
        known = _taken_by(self, name)
        faults = []
        for sent, values in request.query_params.lists():
            if sent not in known:
                faults.append(unknown_parameter(sent, known))
            elif len(values) > 1:
                faults.append(_repeated(sent, f"?{sent}"))
        if faults:
            raise Refused(faults)


def _taken_by(view: KnownParameters, name: str) -> frozenset[str]:
    """What is written in the schema of the operation, its filters, and how its pages are asked."""
    if (known := _TAKEN.get((type(view), name))) is not None:
        return known
    taken = {parameter.name for parameter in _declared(view, name) if parameter.location == _QUERY}
    if name == "list":
        filters = getattr(view, "filterset_class", None)
        pages = getattr(view, "pagination_class", None)
        taken |= set(filters.base_filters) if filters else set()
        taken |= {pages.cursor_query_param, pages.page_size_query_param} if pages else set()
    return _TAKEN.setdefault((type(view), name), frozenset(taken))


_QUERY = OpenApiParameter.QUERY
_TAKEN: dict[tuple[type, str], frozenset[str]] = {}
"""By view and operation; both stay as they are while the process lives."""


def _declared(view: KnownParameters, name: str) -> list[OpenApiParameter]:
    """By ``extend_schema``, which keeps it where the framework keeps what an action was given."""
    schema = getattr(getattr(view, name, None), "kwargs", {}).get("schema")
    if schema is None:
        return []
    inspector = schema()
    inspector.view = view
    return list(inspector.get_override_parameters())


def unknown_parameter(name: str, known: Set[str]) -> Fault:
    """With the nearest known one, or all there are."""
    near = get_close_matches(name, known, n=1)
    words = {"name": name[:_SHOWN], "near": "".join(near), "known": ", ".join(sorted(known))}
    if near:
        detail = _("There is no parameter “%(name)s” here; did you mean “%(near)s”?")
    elif known:
        detail = _("There is no parameter “%(name)s” here; there are: %(known)s.")
    else:
        detail = _("There is no parameter “%(name)s” here, nor any other.")
    return Fault("unknown_parameter", detail % words, f"?{name[:_SHOWN]}")


def refuse_others(sent: Iterable[str], known: Container[str]) -> None:
    """The same for the fields of a body; a form may say one twice, JSON is parsed without.

    Raises Refused: ``unknown_field``, ``repeated_parameter``.
    """
    faults = [unknown_field(name) for name in sent if name not in known]
    if isinstance(sent, MultiValueDict):
        twice = (name for name, values in sent.lists() if len(values) > 1)
        faults += [_repeated(name, f"/{step_to(name)}") for name in twice]
    if faults:
        raise Refused(faults)


def _repeated(name: str, pointer: str) -> Fault:
    detail = _("The parameter “%(name)s” is there more than once.") % {"name": name[:_SHOWN]}
    return Fault("repeated_parameter", detail, pointer)
