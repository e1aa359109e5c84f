-- LOOK: take posts whose look is due, for a while.
-- Guarantees: nobody else gets them before that is over, so two processes never look at one post at once; what a dead
-- one took comes back by itself.
--
-- KEYS  1 looks, or what alerted and is watched
-- ARGV  1 now ms · 2 until when, ms · 3 how many
-- Returns the keys of the posts
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, key in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], key) end
return due
