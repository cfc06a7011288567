-- マスタパスワード初期化の警告: when the master's password was reset by the secret number, until somebody has confirmed to have
-- seen it.
alter table facility add column alarm_at bigint;
