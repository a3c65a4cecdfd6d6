-- Moderation: a print of what was kept, so that reports alone don't hide the same again.
alter table moderation.decisions add column kept bytea;  -- of the words and pictures, where it was kept or shown again after an appeal
