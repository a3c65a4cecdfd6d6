"""The API's reference: what each operation takes is said, its sections have names in the reader's language."""

import re

import msgspec
import pytest

from shuke.main import reference
from tests.world import Client

pytestmark = pytest.mark.row("11.6")


class Parameter(msgspec.Struct, frozen=True, rename={"place": "in"}):
    """A parameter of an operation."""

    name: str
    place: str
    required: bool = False


class Operation(msgspec.Struct, frozen=True):
    """What we look at of an operation."""

    tags: list[str]
    parameters: list[Parameter] = []


class Document(msgspec.Struct, frozen=True):
    """What we look at of the document."""

    paths: dict[str, dict[str, Operation]]


def test_operations_that_take_a_key_say_so() -> None:
    paths = msgspec.json.decode(reference().encoded, type=Document).paths
    header = Parameter("Idempotency-Key", "header")
    merchant = "/api/v1/merchants/{merchant_id}"
    for path in ("/api/v1/redemptions", "/api/v1/purchases", "/api/v1/rewards", f"{merchant}/stamps"):
        assert header in paths[path]["post"].parameters, path
    for path, method in (("/api/v1/identifications", "post"), ("/api/v1/wallet", "get"), (f"{merchant}/stamp-card", "put")):
        assert header not in paths[path][method].parameters, path


async def test_sections_have_names(client: Client) -> None:
    paths = msgspec.json.decode(reference().encoded, type=Document).paths
    tags = {tag for methods in paths.values() for operation in methods.values() for tag in operation.tags}
    assert [tag for tag in tags if tag != tag.lower()] == []
    for language, letters in (("en", "[A-Z][a-z ]+"), ("zh-CN", "[\u4e00-\u9fff]+")):
        page = (await client.get("/docs", headers={"accept-language": language})).text
        heads = re.findall(r"<h2[^>]*>([^<]*)</h2>", page)
        assert len(heads) > len(tags)
        assert [head for head in heads if not re.fullmatch(letters, head)] == []
