"""Invariants: what must hold in any installation at any moment, asked of the database. They only read."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from shuke.kit.db import Db
from shuke.proof.books import BOOKS


class Invariant(msgspec.Struct, frozen=True):
    """`says` is the rule; `sql` gives a line for each place where it is broken, at most ten."""

    name: str
    says: str
    sql: LiteralString


class Breach(msgspec.Struct, frozen=True):
    """A rule that does not hold, and where."""

    name: str
    says: str
    places: Sequence[str]


INVARIANTS = (
    Invariant(
        "uses_are_counted",
        "a voucher has one redemption for each use it made, numbered from one without a gap",
        """
        select format('voucher %s: uses made %s, redemptions %s, highest %s', v.voucher_id, v.uses_made, count(r.use), max(r.use))
        from vouchers.vouchers v left join vouchers.redemptions r using (merchant_id, voucher_id)
        group by v.merchant_id, v.voucher_id, v.uses_made
        having count(r.use) <> v.uses_made or count(distinct r.use) <> v.uses_made or coalesce(max(r.use), 0) <> v.uses_made limit 10
        """,
    ),
    Invariant(
        "uses_add_up",
        "uses left and redemptions that stand make the uses of the template: never one too many",
        """
        select format('voucher %s: %s left, %s used, of %s', v.voucher_id, v.uses_left, count(r.use) filter (where u.at is null), t.uses)
        from vouchers.vouchers v
        join vouchers.templates t using (merchant_id, template_id)
        left join vouchers.redemptions r using (merchant_id, voucher_id)
        left join vouchers.undos u on u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id
        group by v.merchant_id, v.voucher_id, v.uses_left, t.uses
        having v.uses_left + count(r.use) filter (where u.at is null) <> t.uses limit 10
        """,
    ),
    Invariant(
        "stock_adds_up",
        "what is left of a stock and what was issued from it make the stock at the beginning",
        """
        select format('template %s: %s left, %s issued, of %s', t.template_id, t.stock, count(v.voucher_id), t.stock_initial)
        from vouchers.templates t left join vouchers.vouchers v using (merchant_id, template_id)
        where t.stock is not null group by t.merchant_id, t.template_id, t.stock, t.stock_initial
        having t.stock + count(v.voucher_id) <> t.stock_initial limit 10
        """,
    ),
    Invariant(
        "holdings_are_counted",
        "where vouchers are limited by person, each holder is counted with as many as she was issued or given, and never beyond the limit",
        """
        select format('template %s, holder %s: counted %s, issued %s, limit %s', template_id, holder_id, h.issued, n, t.per_person)
        from vouchers.templates t join (
          select merchant_id, template_id, person_id as holder_id, count(*) as n from (
            select merchant_id, template_id, voucher_id, person_id from vouchers.vouchers
            union select v.merchant_id, v.template_id, v.voucher_id, x.from_id
            from vouchers.transfers x join vouchers.vouchers v using (merchant_id, voucher_id)) had group by 1, 2, 3) v
          using (merchant_id, template_id)
        left join vouchers.holdings h using (merchant_id, template_id, holder_id)
        where t.per_person is not null and (h.issued is distinct from n or n > t.per_person) limit 10
        """,
    ),
    Invariant(
        "natural_holdings_are_counted",
        "where vouchers are limited by phone number, the numbers are counted with as many as were issued, and never beyond the limit",
        """
        select format('template %s: counted %s, issued %s, most %s of %s', template_id, h.n, v.n, h.most, t.per_natural_person)
        from vouchers.templates t
        left join (select merchant_id, template_id, count(*) as n from (
            select merchant_id, template_id, voucher_id, person_id from vouchers.vouchers
            union select v.merchant_id, v.template_id, v.voucher_id, x.from_id
            from vouchers.transfers x join vouchers.vouchers v using (merchant_id, voucher_id)) had group by 1, 2) v
          using (merchant_id, template_id)
        left join (
          select merchant_id, template_id, sum(issued) as n, max(issued) as most from vouchers.holdings h
          where not exists (select from people.people p where p.person_id = h.holder_id) group by 1, 2) h using (merchant_id, template_id)
        where t.per_natural_person is not null and (coalesce(h.n, 0) <> coalesce(v.n, 0) or h.most > t.per_natural_person) limit 10
        """,
    ),
    Invariant(
        "wallets_show_vouchers",
        "a wallet lists exactly the vouchers that can still be used",
        """
        select format('voucher %s: %s', voucher_id, case when w.voucher_id is null then 'usable, not listed' else 'listed, not usable' end)
        from (select merchant_id, voucher_id, person_id, voucher_id as usable from vouchers.vouchers
          where status in ('issued', 'held', 'gifting') and uses_left > 0) v
        full join (select merchant_id, voucher_id, person_id, voucher_id as listed from vouchers.wallet_vouchers) w
          using (merchant_id, voucher_id, person_id)
        where usable is null or listed is null limit 10
        """,
    ),
    Invariant(
        "gifts_are_on_their_way",
        "a voucher is on its way while its gift waits, and no gift waits for another voucher",
        """
        select format('voucher %s of gift %s: %s', voucher_id, g.gift_id, v.status)
        from (select merchant_id, voucher_id, gift_id, giver_id from gifts.gifts where ended_at is null) g
        full join (select merchant_id, voucher_id, person_id, status from vouchers.vouchers where status = 'gifting') v
          using (merchant_id, voucher_id)
        where g.gift_id is null or (v.status is null and not exists (select from vouchers.vouchers e
          where e.merchant_id = g.merchant_id and e.voucher_id = voucher_id and e.status = 'voided')) or v.person_id <> g.giver_id limit 10
        """,
    ),
    Invariant(
        "wallets_show_cards",
        "a wallet lists every card that its holder has, and none that does not exist",
        """
        select format('card of %s at %s: %s', person_id, merchant_id, case when listed is null then 'not listed' else 'does not exist' end)
        from (select merchant_id, person_id, left_at, person_id as there from cards.memberships) m
        full join (select merchant_id, person_id, person_id as listed from cards.wallet_cards) w using (merchant_id, person_id)
        where (listed is null and left_at is null) or there is null limit 10
        """,
    ),
    Invariant(
        "one_welcome_each",
        "a member is welcomed at most once with each welcome voucher",
        """
        select format('%s has %s of template %s', coalesce(v.issued_to, v.person_id), count(*), v.template_id)
        from vouchers.vouchers v where source = 'welcome'
        group by v.merchant_id, coalesce(v.issued_to, v.person_id), v.template_id having count(*) > 1 limit 10
        """,
    ),
    Invariant(
        "claims_are_vouchers",
        "whoever took a claim link has one voucher by it",
        """
        select format('claim %s by %s: %s vouchers', c.claim_id, c.person_id, count(v.voucher_id)) from claims.taken c
        left join vouchers.vouchers v on v.merchant_id = c.merchant_id and v.reference = c.claim_id
          and coalesce(v.issued_to, v.person_id) = c.person_id and v.source = 'claim'
        group by c.claim_id, c.person_id, c.voucher_id having c.voucher_id is null or count(v.voucher_id) <> 1 limit 10
        """,
    ),
    Invariant(
        "points_of_purchases",
        "the points of a purchase are those that moved for it",
        """
        select format('purchase %s: %s points, %s moved', p.purchase_id, p.points, coalesce(t.moved, 0)) from purchases.purchases p
        left join (
          select merchant_id, reference, sum(amount) as moved from ledger.transfers where from_kind = 'issued' group by 1, 2) t
          on t.merchant_id = p.merchant_id and t.reference = p.purchase_id
        where p.person_id is not null and p.points <> coalesce(t.moved, 0) limit 10
        """,
    ),
    Invariant(
        "purchases_hold_their_vouchers",
        "a voucher redeemed with a purchase belongs to one that was recorded, and took no more off than the purchase says",
        """
        select format('purchase %s: vouchers took %s off, it says %s', r.purchase_id, sum(r.discount), p.discount)
        from vouchers.redemptions r left join purchases.purchases p using (merchant_id, purchase_id)
        where r.purchase_id is not null group by r.merchant_id, r.purchase_id, p.purchase_id, p.discount
        having p.purchase_id is null or coalesce(sum(r.discount), 0) > p.discount limit 10
        """,
    ),
    Invariant(
        "daily_caps_hold",
        "nobody earns more in a day than the programme's cap",
        """
        select format('%s at %s: %s of %s', m.person_id, m.merchant_id, m.earned_today, p.daily_cap)
        from cards.memberships m join cards.programmes p using (merchant_id) where m.earned_today > p.daily_cap limit 10
        """,
    ),
    Invariant(
        "erased_hold_nothing",
        "a person who was erased three minutes ago holds no card, no voucher, no friend and no session",
        """
        select format('%s holds a %s', person_id, what) from people.people p join (
          select person_id, 'card' as what from cards.memberships where left_at is null
          union all select person_id, 'card in the wallet' from cards.wallet_cards
          union all select person_id, 'voucher' from vouchers.vouchers where status in ('issued', 'held', 'gifting')
          union all select person_id, 'voucher in the wallet' from vouchers.wallet_vouchers
          union all select person_id, 'session' from people.sessions where ended_at is null
          union all select person_id, 'friend' from friends.friends
          union all select person_id, 'contact' from people.contacts) h using (person_id)
        where p.erased_at < now() - make_interval(secs => 3 * :settled) limit 10
        """,
    ),
    Invariant(
        "events_arrive",
        "no event waits longer than a minute, nor a reaction behind another one",
        """
        select format('%s since %s', name, at) from kit.events where at < now() - make_interval(secs => :settled)
        union all
        select format('%s of %s: %s', reaction, name, error) from kit.deliveries
        where dead_at is null and next_at < now() - make_interval(secs => :settled) limit 10
        """,
    ),
    Invariant(
        "no_dead_letters",
        "no reaction was given up, and every event's reaction is known",
        "select format('%s of %s: %s', reaction, name, error) from kit.deliveries where dead_at is not null limit 10",
    ),
    Invariant(
        "friends_on_both_sides",
        "who is somebody's friend has her as a friend",
        """
        select format('%s has %s, not the other way', one.person_id, one.friend_id) from friends.friends one
        where not exists (select from friends.friends other
          where other.person_id = one.friend_id and other.friend_id = one.person_id) limit 10
        """,
    ),
    Invariant(
        "friends_hidden_on_both_sides",
        "a block is written on both sides alike",
        """
        select format('%s and %s', one.person_id, one.other_id) from friends.hidden one
        where not exists (select from friends.hidden other where other.person_id = one.other_id and other.other_id = one.person_id
          and other.mine = one.theirs and other.theirs = one.mine) limit 10
        """,
    ),
    Invariant(
        "friends_are_not_hidden",
        "people of whom one blocked the other are no friends and have no requests",
        """
        select format('%s and %s', h.person_id, h.other_id) from friends.hidden h
        where exists (select from friends.friends f where f.person_id = h.person_id and f.friend_id = h.other_id)
          or exists (select from friends.requests r where r.person_id = h.person_id and r.other_id = h.other_id) limit 10
        """,
    ),
    Invariant(
        "friends_asked_on_both_sides",
        "a request that waits stands on both sides, never both ways, and never between friends",
        """
        select format('%s and %s', r.person_id, r.other_id) from friends.requests r
        where (r.incoming and r.refused_at is null and not exists (select from friends.requests o
            where o.person_id = r.other_id and o.other_id = r.person_id and not o.incoming))
          or (not r.incoming and exists (select from friends.requests o
            where o.person_id = r.other_id and o.other_id = r.person_id and not o.incoming))
          or exists (select from friends.friends f where f.person_id = r.person_id and f.friend_id = r.other_id) limit 10
        """,
    ),
    Invariant(
        "meetup_seats_are_counted",
        "a meetup counts who is in, waits and asks as its list says: never more in than fit, nobody waiting beside a free place",
        """
        select format('meetup %s: %s of %s in, %s waiting, %s asking; on the list %s, %s, %s', m.meetup_id, m.taken, m.capacity, m.waiting,
          m.asking, g.inside, g.line, g.asked)
        from meetups.meetups m cross join lateral (
          select count(*) filter (where standing = 'in') as inside, count(*) filter (where standing = 'waiting') as line,
            count(*) filter (where standing = 'asking') as asked
          from meetups.guests g where g.meetup_id = m.meetup_id) g
        where m.status = 'planned' and ((m.taken, m.waiting, m.asking) <> (g.inside, g.line, g.asked) or g.inside > m.capacity
          or (g.line > 0 and g.inside < m.capacity)) limit 10
        """,
    ),
    Invariant(
        "meetups_are_on_ones_own_list",
        "who is on the list of a meetup to come has it on her own list, with the same standing",
        """
        select format('meetup %s of %s: %s, on her own list %s', meetup_id, person_id, g.standing, o.own) from (
          select meetup_id, person_id, standing from meetups.guests join meetups.meetups m using (meetup_id)
          where standing in ('in', 'waiting', 'asking') and m.status = 'planned' and m.starts_at > now()) g
        full join (
          select meetup_id, person_id, standing as own from meetups.mine where standing <> 'cancelled' and starts_at > now()) o
          using (meetup_id, person_id)
        where g.standing is distinct from o.own limit 10
        """,
    ),
)
COUNT = len(INVARIANTS) + len(BOOKS)
MINUTE = 60.0


async def breaches(db: Db, *, settled: float = MINUTE) -> list[Breach]:
    """The rules that are broken now. What happens behind an answer may take `settled` seconds; 0 once all is quiet."""
    found = []
    for rule in INVARIANTS:
        if ":settled" in rule.sql:
            places: Sequence[str] = await db.values(str, rule.sql, settled=settled)
        else:
            places = await db.values(str, rule.sql)
        if places:
            found.append(Breach(rule.name, rule.says, places))
    for book in BOOKS:
        places = await book.ask(db)
        if places:
            found.append(Breach(book.name, book.says, places[:10]))
    return found
