"""JSON API of the treasury: for operators of the installation."""

from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.agreements import (
    Agreement,
    AgreementDraft,
    NewContact,
    Party,
    PartyDraft,
    TermsDraft,
    TermsLine,
    agree,
    change_party,
    create_party,
    end_agreement,
    link_person,
    parties,
    set_terms,
    terms_log,
    unlink_person,
)
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.payouts import Bundle, Decided, MinimumDraft, Status, bundles, bundles_csv, decide, minimums, set_minimum
from shuke.people import Viewer
from shuke.platform import operator
from shuke.settlement import Check, check_books, correct, latest_checks
from shuke.treasury.reads import merchant_terms, party_file, read_party, shown
from shuke.treasury.types import Corrected, Correction, Linked, MerchantTerms, PartyFile


@get("/terms", guards=[operator], summary="Terms for all merchants")
async def list_terms(db: NamedDependency[Db]) -> list[TermsLine]:
    """What holds for merchants without terms of their own, the latest first. Refusal: not_operator."""
    return await terms_log(db, None)


@post("/terms", guards=[operator], summary="Set terms for all merchants")
async def create_terms(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[TermsDraft]) -> list[TermsLine]:
    """From a moment on; the same moment again replaces them. Refusals: in_the_past, not_operator."""
    await set_terms(db, viewer.person_id, None, data)
    return await terms_log(db, None)


@get("/merchants/{merchant_id:uuid}/terms", guards=[operator], summary="Terms of a merchant")
async def get_merchant_terms(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> MerchantTerms:
    """What holds now, its own terms, who earns on it. Refusals: not_found, not_operator."""
    return await merchant_terms(db, merchant_id)


@post("/merchants/{merchant_id:uuid}/terms", guards=[operator], summary="Set terms of a merchant")
async def create_merchant_terms(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], data: JSONBody[TermsDraft]
) -> MerchantTerms:
    """From a moment on, in place of those for all. Refusals: not_found, in_the_past, not_operator."""
    await set_terms(db, viewer.person_id, merchant_id, data)
    return await merchant_terms(db, merchant_id)


@post("/merchants/{merchant_id:uuid}/corrections", guards=[operator], summary="Correct a merchant's statement")
async def create_correction(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    data: JSONBody[Correction],
) -> Corrected:
    """A line on the open day, out of the platform's commission or into it. Refusals: not_found, reason_missing, amount_missing,
    not_operator, idempotency_key_reused."""

    async def work() -> Corrected:
        return Corrected(await correct(db, viewer.person_id, merchant_id, data.amount, data.note))

    return await once(db, viewer.person_id, key, raw, Corrected, work)


@get("/parties", guards=[operator], summary="Agents and operating firms")
async def list_parties(db: NamedDependency[Db]) -> list[Party]:
    """By name. Refusal: not_operator."""
    return await parties(db)


@post("/parties", guards=[operator], summary="Add an agent or operating firm")
async def post_party(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[PartyDraft],
) -> Party:
    """Its account is an IBAN, or account number and bank. Refusals: account_unreadable, name_missing, not_operator,
    idempotency_key_reused."""

    async def work() -> Party:
        return await create_party(db, viewer.person_id, read_party(data))

    return await once(db, viewer.person_id, key, raw, Party, work)


@get("/parties/{party_id:uuid}", guards=[operator], summary="One agent or operating firm")
async def get_party(db: NamedDependency[Db], party_id: FromPath[UUID]) -> PartyFile:
    """With its people and agreements. Refusals: not_found, not_operator."""
    return await party_file(db, party_id)


@put("/parties/{party_id:uuid}", guards=[operator], summary="Change an agent or operating firm")
async def put_party(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], party_id: FromPath[UUID], data: JSONBody[PartyDraft]
) -> Party:
    """Replaces name, territory and account. Refusals: not_found, account_unreadable, name_missing, not_operator."""
    draft = read_party(data)
    return await change_party(db, viewer.person_id, party_id, draft, shown(draft))


@post("/parties/{party_id:uuid}/people", guards=[operator], summary="Let somebody see a party's earnings")
async def post_party_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], party_id: FromPath[UUID], data: JSONBody[NewContact]
) -> Linked:
    """By phone or e-mail of an account. Refusals: not_found, no_account, contact_unreadable, not_operator."""
    return Linked(await link_person(db, viewer.person_id, party_id, data.contact))


@delete("/parties/{party_id:uuid}/people/{person_id:uuid}", guards=[operator], summary="Let somebody no longer see them")
async def delete_party_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], party_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """Refusals: not_found, not_operator."""
    await unlink_person(db, viewer.person_id, party_id, person_id)


@post("/agreements", guards=[operator], summary="Agree that a party earns on a merchant")
async def post_agreement(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[AgreementDraft],
) -> Agreement:
    """One agent and one operating firm at a time. Refusals: not_found, in_the_past, ends_before_it_starts, outside_territory,
    already_agreed, not_operator, idempotency_key_reused."""

    async def work() -> Agreement:
        return await agree(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Agreement, work)


@post("/merchants/{merchant_id:uuid}/agreements/{agreement_id:uuid}/end", guards=[operator], summary="End an agreement")
async def post_agreement_end(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], agreement_id: FromPath[UUID]
) -> MerchantTerms:
    """From now on; what was earned stays. Refusals: not_found, already_ended, not_operator."""
    await end_agreement(db, viewer.person_id, merchant_id, agreement_id)
    return await merchant_terms(db, merchant_id)


@get("/payouts", guards=[operator], summary="Transfers to make, or made")
async def list_bundles(db: NamedDependency[Db], status: FromQuery[Status] = "open") -> list[Bundle]:
    """To merchants, agents and operating firms, the latest first, at most 200; accounts in full. Refusal: not_operator."""
    return await bundles(db, status, most=200)


@get("/payouts.csv", guards=[operator], summary="Open transfers as a file", media_type="text/csv")
async def get_bundles_csv(db: NamedDependency[Db]) -> Response[str]:
    """For a bank's bulk transfer. Refusal: not_operator."""
    return csv_of(await bundles(db, "open", most=10_000))


@post("/payouts/{bundle_id:uuid}/decision", guards=[operator], summary="Mark a transfer")
async def post_decision(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], bundle_id: FromPath[UUID], data: JSONBody[Decided]
) -> None:
    """Paid, with the bank's reference, or returned by the bank: then it is owed again. Refusals: not_found, reference_missing,
    already_decided, not_operator."""
    await decide(db, viewer.person_id, bundle_id, data)


@get("/payout-minimums", guards=[operator], summary="Smallest payouts")
async def list_minimums(db: NamedDependency[Db]) -> list[MinimumDraft]:
    """By currency; others are paid from the smallest amount. Refusal: not_operator."""
    return await minimums(db)


@put("/payout-minimums", guards=[operator], summary="Set the smallest payout of a currency")
async def put_minimum(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[MinimumDraft]
) -> list[MinimumDraft]:
    """From the next closing on. Refusal: not_operator."""
    await set_minimum(db, viewer.person_id, data)
    return await minimums(db)


@get("/book-checks", guards=[operator], summary="Looks at all books")
async def list_checks(db: NamedDependency[Db]) -> list[Check]:
    """The latest first; nothing `found` means all is in order. Refusal: not_operator."""
    return await latest_checks(db)


@post("/book-checks", guards=[operator], summary="Look at all books now")
async def create_check(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Check:
    """Every ledger row, line and statement; it takes seconds per million. Refusal: not_operator."""
    return await check_books(db, viewer.person_id)


def csv_of(listed: list[Bundle]) -> Response[str]:
    """Transfers as a file."""
    headers = {"content-disposition": 'attachment; filename="payouts.csv"', "cache-control": "private, no-store"}
    return Response("\ufeff" + bundles_csv(listed), media_type="text/csv", headers=headers)


treasury_routes = Router(
    "/api/v1/platform",
    route_handlers=[
        list_terms,
        create_terms,
        get_merchant_terms,
        create_merchant_terms,
        create_correction,
        list_parties,
        post_party,
        get_party,
        put_party,
        post_party_person,
        delete_party_person,
        post_agreement,
        post_agreement_end,
        list_bundles,
        get_bundles_csv,
        post_decision,
        list_minimums,
        put_minimum,
        list_checks,
        create_check,
    ],
    tags=["settlement"],
)
