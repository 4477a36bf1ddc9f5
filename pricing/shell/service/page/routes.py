"""The routes of the page: the playground, the catalogue view, the parts that they ask for, and their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pricing.errors import PricingError
from pricing.meters import METERS
from pricing.shell.plugins import use_plugins
from pricing.shell.service.endpoints import read_translation
from pricing.shell.service.page import edits
from pricing.shell.service.page.asking import Answer, Question, answer
from pricing.shell.service.page.commands import write_command
from pricing.shell.service.page.composing import add_facts, compose
from pricing.shell.service.page.desk import Asked, Desk, RefusedError
from pricing.shell.service.page.forms import Form, parse_form, read_form
from pricing.shell.service.page.month_view import show_month
from pricing.shell.service.page.options_view import show_options
from pricing.shell.service.page.price_view import show_price, show_stages
from pricing.shell.service.page.prices_view import choose, show_prices
from pricing.shell.service.page.rendering import answer_asset, answer_html, answer_json, render
from pricing.shell.service.page.report_view import describe_fix, draw_marks, draw_spots, show_report
from pricing.shell.service.page.samples import FIRST, STARTS
from wan_rules.payloads import UnusableInputError, WanRulesError, parse_object
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS
from wan_rules.validation import PatchOp

Handler = Callable[[Request, Form], Response]
RECOGNISE: Final = "recognise"
"""What the list of hosts has for a host that the payload itself names."""
SHOWN: Final = "#shown"
"""Where the catalogue view shows prices, below what is chosen."""


def list_page_routes(desk: Desk) -> list[Route]:
    """Every route of the page, for the application of the service."""
    return [
        Route("/", partial(_guard, partial(_show_page, desk)), methods=["GET"]),
        Route("/catalogue", partial(_guard, partial(_show_catalogue, desk)), methods=["GET"]),
        Route("/page/answer", partial(_guard, partial(_answer, desk)), methods=["POST"]),
        Route("/page/catalogue", partial(_guard, partial(_prices, desk)), methods=["POST"]),
        *(
            Route(f"/page/{name}", partial(_guard, _write(write)), methods=["POST"])
            for name, write in (("fix", _fix), ("facts", _facts), ("compose", _compose), ("sample", _sample))
        ),
        Route("/static/{name}", _serve_asset, methods=["GET"]),
    ]


async def _guard(handle: Handler, request: Request) -> Response:
    """What the handler answers, in a thread, so that others do not wait while much is drawn.

    An expected fault is a sentence, in the shape that was asked for.
    """
    try:
        form = await read_form(request) if request.method == "POST" else parse_form(b"")
        return await run_in_threadpool(handle, request, form)
    except RefusedError as error:
        return _tell(request, error.reason, error.status)
    except (PricingError, WanRulesError) as error:
        return _tell(request, error.reason if isinstance(error, UnusableInputError) else str(error), 400)


def _tell(request: Request, reason: str, status: int) -> Response:
    path = request.url.path
    if path.endswith("/answer"):
        return answer_html(render("unanswered.html", reason=reason), status=status)
    if path.endswith("/catalogue"):
        refused = answer_html(render("refused.html", reason=reason), status=status)
        refused.headers["HX-Retarget"] = SHOWN  # what was chosen stays, to be chosen otherwise
        return refused
    return answer_json(json.dumps({"said": reason}).encode(), status=status)


def _write(write: Callable[[Form], dict[str, str]]) -> Handler:
    """A handler of what changes the editor: new texts for its fields, and what to say of them."""

    def handle(_request: Request, form: Form) -> Response:
        return answer_json(json.dumps(write(form), ensure_ascii=False).encode())

    return handle


async def _serve_asset(request: Request) -> Response:
    return answer_asset(request.path_params["name"])


def _hosts() -> dict[str, str]:
    return {host.name: host.title for host in use_plugins().hosts.values()}


def _show_page(desk: Desk, request: Request, form: Form) -> Response:
    """The playground, with the answer to its first sample in it."""
    first = STARTS[FIRST]
    question = Question(first.payload, None, first.facts)
    found = answer(question, lambda: desk.sale(request, form.asked()))
    page = render(
        "playground.html",
        hosts=_hosts(),
        samples={name: sample.title for name, sample in STARTS.items()},
        tiers=RESOLUTIONS,
        ratios=ASPECT_RATIOS,
        question=question,
        is_part=False,
        **_show(found, request),
    )
    return answer_html(page)


def _show(found: Answer, request: Request) -> dict[str, object]:
    """What the parts of an answer are drawn from; what rules say is told in the browser's language."""
    view = show_report(found, read_translation(request.scope))
    return {
        "fault": found.fault,
        "report": view,
        "idle": found.idle,
        "marks": tuple(draw_marks(view, found)),
        "spots": tuple(draw_spots(view, found)),
        "month": show_month(found),
        "boxes": show_stages(found.valid),
        "price": show_price(found),
        "options": show_options(found),
        "command": write_command(found),
    }


def _answer(desk: Desk, request: Request, form: Form) -> Response:
    host = form.word("host")
    said = form.text("payload"), None if host == RECOGNISE else host, form.text("facts")
    question = Question(*said, form.consumed())
    if question.host is not None:
        use_plugins().find_host(question.host)
    asked: Asked = form.asked()
    found = answer(question, lambda: desk.sale(request, asked))
    return answer_html(render("answer.html", is_part=True, **_show(found, request)))


def _fix(form: Form) -> dict[str, str]:
    patch = _read_patch(form.text("patch"))
    text = form.text("payload")
    parse_object(text.encode())
    return {"payload": edits.apply(text, patch), "said": f"{describe_fix(patch)}: done."}


def _read_patch(text: str) -> PatchOp:
    """One operation. Raises UnusableInputError for anything else."""
    found = parse_object(text.encode(), what="patch")
    op, path, value = found.get("op"), found.get("path"), found.get("value")
    if op not in ("add", "replace", "remove") or not isinstance(path, str) or not isinstance(value, str | int | None):
        raise UnusableInputError("patch", "it is no operation that a fix can be: add, replace or remove a plain value")
    return PatchOp(op, path, value)


def _facts(form: Form) -> dict[str, str]:
    made = add_facts(form)
    return {"facts": made.text, "said": made.said}


def _compose(form: Form) -> dict[str, str]:
    made = compose(form)
    return {"payload": made.text, "host": form.word("to") or RECOGNISE, "said": made.said}


def _sample(form: Form) -> dict[str, str]:
    sample = STARTS.get(form.word("sample") or "")
    if sample is None:
        raise UnusableInputError("sample", f"there are {', '.join(STARTS)}")
    said = f"{sample.title}: loaded."
    return {"payload": sample.payload, "facts": sample.facts, "host": RECOGNISE, "said": said}


def _show_catalogue(desk: Desk, request: Request, form: Form) -> Response:
    viewer = desk.viewer(request)
    view = show_prices(choose(form, viewer), viewer)
    return answer_html(render("catalogue.html", view=view, meters=tuple(METERS), is_part=False))


def _prices(desk: Desk, request: Request, form: Form) -> Response:
    viewer = desk.viewer(request)
    view = show_prices(choose(form, viewer), viewer)
    return answer_html(render("prices.html", view=view, meters=tuple(METERS), is_part=True))
