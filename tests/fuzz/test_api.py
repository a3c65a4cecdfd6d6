"""Every operation of the API, with input nobody should send, by everybody who can send it: no 5xx, every refusal by its name."""

from random import Random
from typing import Protocol, cast

import hypothesis
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import CheckFunction, GenerationMode
from schemathesis import Response as Answer
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from shuke.main import reference
from tests.fuzz.conftest import HALF, Target


class AnyCase(Protocol):
    """One made-up request."""

    method: str
    body: "Json"
    query: "Json"

    @property
    def formatted_path(self) -> str:
        """With its parameters filled in."""

    def call(self, *, base_url: str, headers: dict[str, str], session: requests.Session) -> Answer:
        """Send it."""

    def validate_response(self, response: Answer, checks: list[CheckFunction]) -> None:
        """Look at the answer."""


class Operation(Protocol):
    """One operation of the document."""

    method: str
    path: str
    label: str

    def as_strategy(self, *, generation_mode: GenerationMode) -> st.SearchStrategy[AnyCase]:
        """Requests to it."""


Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

EXAMPLES = 20
SCHEMA = schemathesis.openapi.from_dict(msgspec.json.decode(reference().encoded))
OPERATIONS = [cast("Operation", result.ok()) for result in SCHEMA.get_all_operations() if isinstance(result, Ok)]
KEEPERS = {("delete", "/api/v1/sessions"), ("delete", "/api/v1/me")}  # they would end the attack

TEXTS = [
    "\x00",
    "a\x00b",
    HALF,
    "x" * 20_000,
    "'; drop table kit.answers; --",
    "<script>alert(1)</script>",
    "１２３",
    "\u202e",
    "%00",
]
NUMBERS = [2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, -1, 0]
MOMENTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "9999-12-31", "2026-03-29T03:30:00"]
WHO = ["anonymous", "guest", "cashier", "manager", "marketer", "operator", "owner", "owner", "owner"]


def spoil(value: Json, name: str, dice: Random, known: dict[str, list[str]]) -> Json:
    """Ids that exist where ids are asked for, mostly; now and then a value that breaks things."""
    if isinstance(value, dict):
        return {key: spoil(part, key, dice, known) for key, part in value.items()}
    if isinstance(value, list):
        return [spoil(part, name, dice, known) for part in value]
    turn = dice.randrange(10)
    if name in known and turn:
        return dice.choice(known[name])
    if turn == 9 and isinstance(value, str):
        return dice.choice(TEXTS + MOMENTS)
    if turn == 9 and isinstance(value, int):
        return dice.choice(NUMBERS)
    return value


@pytest.mark.row("3.3")
@pytest.mark.row("11.6")
@pytest.mark.fuzz
@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_operation_stands(target: Target, operation: Operation) -> None:
    """Good and bad requests; whoever sends them gets an answer of the declared kind or a named refusal."""
    cases = st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in GenerationMode])
    ending = (operation.method, operation.path) in KEEPERS

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=cases, seed=st.integers(0, 10**9))
    def attack(case: AnyCase, seed: int) -> None:
        dice = Random(seed)
        who = "anonymous" if ending else dice.choice(WHO)
        headers = {"authorization": f"Bearer {target.tokens[who]}"} if who in target.tokens else {}
        for name in ("path_parameters", "query", "body"):
            setattr(case, name, spoil(getattr(case, name), "", dice, target.known))
        answer = case.call(base_url=target.url, headers=headers, session=target.session)
        look_at(answer, case, who)

    attack()


def look_at(answer: Answer, case: AnyCase, who: str) -> None:
    """What every answer keeps to."""
    told = f"{who}: {case.method} {case.formatted_path} {case.query!r} {str(case.body)[:1500]!r} -> {answer.status_code} {answer.text[:300]}"
    assert answer.status_code < 500, told
    kind = answer.headers.get("content-type", [""])[0]
    if answer.status_code >= 400:
        assert kind.startswith("application/problem+json"), told
        assert answer.json()["name"], told
        return
    case.validate_response(answer, checks=[content_type_conformance, response_schema_conformance])
