#!lua flags=allow-oom
-- ALWAYS: one small write that must not fail because memory is short: a sign of life, a count.
-- Guarantees: no more than the command itself does.
--
-- KEYS  1 key
-- ARGV  1 command · 2… its arguments behind the key
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
