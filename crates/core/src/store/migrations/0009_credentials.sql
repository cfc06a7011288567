-- What is known of a password's hash that was made anew at a log-in, and of a refresh token that was used.

-- SHA-256 of the hash that the present one took the place of, while the password stayed the same: a
-- log-in that was tested against the former one is still good.
alter table account add column rehashed_from text;

-- When a refresh token was used. One that comes again was stolen, or its answer was lost.
alter table api_token add column used_at bigint;

-- Failures of user ids that nobody has are kept under a keyed hash from now on: people type passwords
-- there.
delete from login_failure where user_id_key <> '#secret-number' and not exists (
    select 1 from account a where a.facility_code = login_failure.facility_code
    and a.user_id_key = login_failure.user_id_key);
