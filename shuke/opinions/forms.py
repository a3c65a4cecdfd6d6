"""Reading the form of a review: stars, texts, photos that came with it and photos that stay."""

from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile

from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest
from shuke.reviews import PRICE, Review, ReviewDraft

MOST = 4000


class Written(msgspec.Struct, frozen=True):
    """What was written into the form, as it was."""

    overall: str = ""
    incentive: str = ""
    text: str = ""
    aspects: dict[str, str] = {}
    kept: list[str] = []

    @classmethod
    def of(cls, review: Review) -> "Written":
        """A review as its form shows it."""
        given = {aspect: str(stars) for aspect, stars in review.aspects.items()}
        return cls(str(review.overall), review.incentive, review.text, given, [str(photo) for photo in review.photos])


async def read_form(request: AnyRequest, aspects: tuple[str, ...]) -> tuple[Written, list[bytes]]:
    """What was written, and the pictures that came with it."""
    form = await request.form()
    texts = {name: str(form.get(name, "")) for name in ("overall", "incentive", "text")}
    given = {aspect: stars for aspect in (*aspects, PRICE) if (stars := str(form.get(f"aspect-{aspect}", "")))}
    kept = [str(photo) for photo in form.getall("kept", [])]
    files = [await part.read() for part in form.getall("photos", []) if isinstance(part, UploadFile)]
    text = texts["text"].replace("\r\n", "\n")
    return Written(texts["overall"], texts["incentive"], text, given, kept), [content for content in files if content]


def draft_of(written: Written, already: list[UUID]) -> tuple[ReviewDraft | None, dict[str, str]]:
    """The review that was written, or what is missing at which field. Photos stay that were there and are ticked."""
    errors = {}
    if written.overall not in ("1", "2", "3", "4", "5"):
        errors["overall"] = _("Choose from one to five stars.")
    if written.incentive not in ("none", "voucher", "points", "discount", "other"):
        errors["incentive"] = _("Choose an answer: others see it.")
    if len(written.text) > MOST:
        errors["text"] = _("At most 4,000 characters, please.")
    if errors:
        return None, errors
    try:
        return msgspec.convert(
            {
                "overall": int(written.overall),
                "incentive": written.incentive,
                "aspects": {aspect: int(stars) for aspect, stars in written.aspects.items() if stars.isdecimal()},
                "text": written.text,
                "photos": [photo for photo in already if str(photo) in written.kept],
            },
            ReviewDraft,
        ), {}
    except msgspec.ValidationError:
        return None, {"overall": _("Choose from one to five stars.")}
