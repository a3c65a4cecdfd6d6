-- Visits from before they were kept: what the tills wrote in the time that a visit can still be reviewed.
with seen as (
  select r.person_id, 'redemption' as kind, r.redemption_id as reference, r.merchant_id, r.store_id as place_id, r.at
  from vouchers.redemptions r
  where r.at > now() - interval '60 days' and not exists (
    select from vouchers.undos u where u.merchant_id = r.merchant_id and u.redemption_id = r.redemption_id)
  union all
  select p.person_id, 'purchase', p.purchase_id, p.merchant_id, p.store_id, p.at
  from purchases.purchases p
  where p.person_id is not null and p.at > now() - interval '60 days' and not exists (
    select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
), fresh as (
  select s.* from seen s where not exists (
    select from visits.proofs p where p.person_id = s.person_id and p.kind = s.kind and p.reference = s.reference)
), gaps as (
  select f.*, coalesce(f.at - lag(f.at) over (partition by f.person_id, f.place_id order by f.at, f.reference) > interval '2 hours', true)
    as begins
  from fresh f
), spells as (
  select g.*, count(*) filter (where g.begins) over (partition by g.person_id, g.place_id order by g.at, g.reference) as spell
  from gaps g
), firsts as (
  select distinct on (person_id, place_id, spell) person_id, place_id, spell, merchant_id, kind, reference, at, uuidv7() as visit_id
  from spells order by person_id, place_id, spell, at, reference
), made as (
  insert into visits.visits (person_id, visit_id, merchant_id, place_id, kind, reference, at)
  select person_id, visit_id, merchant_id, place_id, kind, reference, at from firsts
)
insert into visits.proofs (person_id, kind, reference, visit_id, at)
select s.person_id, s.kind, s.reference, f.visit_id, s.at
from spells s join firsts f using (person_id, place_id, spell);
