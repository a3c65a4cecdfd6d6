-- Batches under way, found at once; and whether a member fits a filter, asked alike by lists and by batches.
create index on batches.batches (done, created_at) where status in ('waiting', 'running');
create index on vouchers.withdrawals (at) where finished_at is null;

-- Every part of the filter that is there must hold: tier, joined_from, joined_until, visits, spent (minor units), away_days, tag, scene_id.
create function cards.fits(member cards.memberships, filter jsonb, moment timestamptz) returns boolean
language sql stable parallel safe as $$
  select member.left_at is null
    and (filter->>'tier' is null or member.tier = (filter->>'tier')::int)
    and (filter->>'joined_from' is null or member.joined_at >= (filter->>'joined_from')::timestamptz)
    and (filter->>'joined_until' is null or member.joined_at < (filter->>'joined_until')::timestamptz)
    and (filter->>'visits' is null or member.visits >= (filter->>'visits')::int)
    and (filter->>'spent' is null or member.spent >= (filter->>'spent')::bigint)
    and (filter->>'away_days' is null
      or coalesce(member.visited_at, member.joined_at) < moment - make_interval(days => (filter->>'away_days')::int))
    and (filter->>'tag' is null or (filter->>'tag') = any(member.tags))
    and (filter->>'scene_id' is null or member.scene_id = (filter->>'scene_id')::uuid)
$$;
