-- Few friends have a name of their own for each other: a page of posts asks for those alone.
create index friends_remarked on friends.friends (person_id, friend_id) where remark <> '';
