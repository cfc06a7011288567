-- From where an institution's programs may send messages with a token alone; empty leaves it at
-- what the centre allows.
alter table facility add column message_networks text not null default '';
