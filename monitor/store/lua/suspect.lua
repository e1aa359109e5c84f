-- SUSPECT: what is known of posts that may have been deleted, and when each is looked at again.
-- Guarantees: a record changes only from what it was when it was read, so a poll and a look never undo each other; the
-- post's own mark of its deletion is written in the same step, and its place among those of late, and it is streamed; no
-- source has more records than it may. Repeating the call (a lost reply) changes nothing.
--
-- KEYS  1 looks · 2 deletions of late · 3 stream of them · then for each: its source's suspects, post hash
-- ARGV  1 most records of one source · 2 how long its records are kept, ms · 3 most deletions of late · then for each:
--       field, post key, the record as it was read or "", as it shall be or "" to forget it, when it is due, ms,
--       deletion of the post or "", when that was found or the post was back, ms
-- Returns for each 1, or 0 where it was not as it was read, or there is no room
local most, kept, late = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local done = {}
for i = 0, (#ARGV - 3) / 7 - 1 do
  local suspects, post, a = KEYS[4 + i * 2], KEYS[5 + i * 2], 3 + i * 7
  local field, key, was, is, due, deletion = ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5], ARGV[a + 6]
  local known = redis.call('HGET', suspects, field) or ''
  local room = was ~= '' or is == '' or redis.call('HLEN', suspects) < most
  if known == was and room then
    if is == '' then
      redis.call('HDEL', suspects, field)
      redis.call('ZREM', KEYS[1], key)
    else
      redis.call('HSET', suspects, field, is)
      redis.call('PEXPIRE', suspects, kept)
      redis.call('ZADD', KEYS[1], due, key)
    end
    if deletion ~= '' and redis.call('EXISTS', post) == 1 then
      redis.call('HSET', post, 'deletion', deletion)
      redis.call('ZADD', KEYS[2], ARGV[a + 7], key)
      redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -late - 1)
      redis.call('XADD', KEYS[3], 'MAXLEN', '~', late, '*', 'key', key)
    end
    done[#done + 1] = 1
  else
    done[#done + 1] = 0
  end
end
return done
