"""Reads of the platform's office."""

import os
import shutil
from pathlib import Path
from uuid import UUID

import msgspec

from shuke import __version__
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.dead import PAGE, dead_deliveries, failed_letters
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.merchants import stores_of
from shuke.platform.types import (
    Act,
    Backlog,
    DeadLetters,
    Grounds,
    HealthReport,
    MerchantFile,
    MerchantLine,
    MerchantPage,
    MerchantRecord,
    Operator,
    Owner,
    VettingEntry,
)

LEAST_FREE = 2 * 2**30
LONGEST_WAIT = 60.0


async def is_operator(db: Db, person_id: UUID) -> bool:
    """Whether this person operates the installation."""
    found = await db.value(int, "select 1 from platform.operators where person_id = :person", person=person_id)
    return found is not None


async def has_operators(db: Db) -> bool:
    """Whether the installation has been set up."""
    return await db.value(int, "select 1 from platform.operators limit 1") is not None


async def merchants_listed(db: Db, status: str = "", name: str = "", after: UUID | None = None) -> MerchantPage:
    """A page of merchants in the order they were founded, of one status or all, whose name holds `name`."""
    found = await db.all(
        MerchantLine,
        """
        select m.merchant_id, m.name, m.category, m.status,
          (select count(*) from merchants.stores s where s.merchant_id = m.merchant_id and s.closed_at is null) as stores,
          coalesce((select max(v.at) from merchants.vetting v where v.merchant_id = m.merchant_id), m.created_at) as since
        from merchants.merchants m
        where (:status = '' or m.status = :status) and (:name = '' or position(lower(:name) in lower(m.name)) > 0)
          and (:after::uuid is null or m.merchant_id > :after)
        order by m.merchant_id limit :most
        """,
        status=status,
        name=name.strip(),
        after=after,
        most=PAGE + 1,
    )
    return MerchantPage(found[:PAGE], found[PAGE - 1].merchant_id if len(found) > PAGE else None)


class Counted(msgspec.Struct, frozen=True):
    """How many merchants have a status."""

    status: str
    merchants: int


async def merchants_by_status(db: Db) -> dict[str, int]:
    """How many merchants there are of each status."""
    found = await db.all(Counted, "select status, count(*) as merchants from merchants.merchants group by status")
    return {counted.status: counted.merchants for counted in found}


async def merchant_file(db: Db, merchant_id: UUID) -> MerchantFile:
    """Everything about one merchant that an operator decides by. Refusal: not_found."""
    merchant = await db.one(
        MerchantRecord,
        """
        select merchant_id, tag, name, about, category, currency, status, licence, created_at, source
        from merchants.merchants where merchant_id = :merchant
        """,
        merchant=merchant_id,
    )
    if merchant is None:
        raise NotFound
    owners = await db.all(
        Owner,
        """
        select s.person_id, p.name, s.role, coalesce(c.value, '') as contact
        from merchants.staff s join people.people p using (person_id) left join people.contacts c using (person_id)
        where s.merchant_id = :merchant and s.ended_at is null and s.role in ('owner', 'manager') order by s.role desc, p.name
        """,
        merchant=merchant_id,
    )
    grounds = await db.all(
        Grounds,
        """
        select photo_id, purpose, width, height, at from merchants.photos where merchant_id = :merchant
        order by purpose, position, photo_id
        """,
        merchant=merchant_id,
    )
    log = await db.all(
        VettingEntry,
        """
        select v.vetting_id, v.step, v.reason, v.person_id, coalesce(p.name, '') as person_name, v.at
        from merchants.vetting v left join people.people p using (person_id)
        where v.merchant_id = :merchant order by v.vetting_id desc
        """,
        merchant=merchant_id,
    )
    return MerchantFile(merchant, await stores_of(db, merchant_id), owners, grounds, log)


class Photo(msgspec.Struct, frozen=True):
    """A stored picture."""

    content_type: str
    body: bytes


async def photo_of(db: Db, merchant_id: UUID, photo_id: UUID) -> Photo:
    """One picture of a merchant, licences too. Refusal: not_found."""
    photo = await db.one(
        Photo,
        "select content_type, body from merchants.photos where merchant_id = :merchant and photo_id = :photo",
        merchant=merchant_id,
        photo=photo_id,
    )
    if photo is None:
        raise NotFound
    return photo


async def dead_letters(db: Db, before: int | None = None) -> DeadLetters:
    """What was given up, the newest first."""
    deliveries = await dead_deliveries(db, before)
    return DeadLetters(deliveries, await failed_letters(db), deliveries[-1].event_id if len(deliveries) == PAGE else None)


async def operators(db: Db) -> list[Operator]:
    """Who operates the installation, the first one first."""
    return await db.all(
        Operator,
        """
        select o.person_id, p.name,
          coalesce((select c.value from people.contacts c where c.person_id = o.person_id order by c.verified_at limit 1), '') as contact,
          coalesce(b.name, '') as added_by, o.added_at
        from platform.operators o join people.people p using (person_id) left join people.people b on b.person_id = o.added_by
        order by o.added_at, o.person_id
        """,
    )


async def latest_acts(db: Db) -> list[Act]:
    """What operators did last."""
    return await db.all(
        Act,
        """
        select a.act, a.subject, coalesce(p.name, '') as person_name, a.at
        from platform.acts a left join people.people p using (person_id) order by a.act_id desc limit 20
        """,
    )


async def health_report(db: Db) -> HealthReport:
    """How the installation is, with a line for each thing that wants looking at."""
    backlog = await db.one(
        Backlog,
        """
        select current_setting('server_version') as database, pg_database_size(current_database()) as size,
          (select count(*) from public.shuke_migrations) as migrations,
          (select count(*) from kit.events) as events,
          (select coalesce(extract(epoch from :now - min(at)), 0)::float8 from kit.events) as oldest,
          (select count(*) from kit.deliveries where dead_at is null) as retrying,
          (select count(*) from kit.deliveries where dead_at is not null) as dead,
          (select count(*) from kit.letters where sent_at is null and failed_at is null) as letters,
          (select count(*) from kit.letters where failed_at is not null) as failed,
          (select count(*) from pg_stat_activity where datname = current_database() and application_name = 'shuke web') as web,
          exists (select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and l.objid = 716273 and l.granted) as leading
        """,
        now=clock.now(),
    )
    assert backlog is not None
    disk = shutil.disk_usage(_folder())
    problems = []
    if not backlog.leading:
        problems.append(_("No worker runs the reactions: start `shuke work`, or `shuke serve`."))
    if backlog.oldest > LONGEST_WAIT:
        problems.append(_("Events wait for more than a minute: look at the worker's output."))
    if backlog.dead:
        problems.append(_("There are dead letters: look at their errors, then retry or drop them."))
    if backlog.failed:
        problems.append(_("Some letters could not be sent: check SHUKE_SMTP_URL."))
    if disk.free < LEAST_FREE:
        problems.append(_("Less than 2 GB of disk are free."))
    return HealthReport(__version__, backlog, disk.free, disk.total, problems)


def _folder() -> Path:
    folder = Path(os.environ.get("SHUKE_DATA") or ".")
    return folder if folder.exists() else Path()
