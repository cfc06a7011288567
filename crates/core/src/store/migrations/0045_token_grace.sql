-- トークンの更新: whether a renewal ended the token, which is good for a short while after it. Then `ended_at` lies
-- ahead.
alter table api_token add column replaced_at bigint;
