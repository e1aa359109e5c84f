-- GATHER: let one delivery take along, in its own message, all that wait with it.
-- Guarantees: a delivery goes in one message only, whichever couriers ask: who is taken along is no longer handed out,
-- and whoever takes others along is taken along by nobody; who was taken along before a crash is taken along again, and
-- nobody else, so the message stays what it was. What may have arrived by itself is not told again in another's message.
--
-- KEYS  1 delivery hash of the lead · 2 bundle set · 3 later set · 4 the bundle set where the lead itself was held
-- ARGV  1 delivery id of the lead · 2 prefix of the deliveries · 3 how many at most · 4 why, in words · 5 now ms
--       6 how many must come along, wherever they are held · their ids · then the ids of those that stay behind
-- Returns their ids, the oldest first; or false if the lead itself has been taken along, or was settled, or if one that
-- must come is on its way already
-- Deliveries are reached without being in KEYS: they have the same tag and so the same slot.
local state, members = unpack(redis.call('HMGET', KEYS[1], 'state', 'members'))
if state ~= 'waiting' then return false end

-- Free to be taken along: 1; settled, or in another's message: 0; on its way by itself: false.
local function free(id)
  local its, own, begun = unpack(redis.call('HMGET', ARGV[2] .. id, 'state', 'members', 'begun'))
  if its ~= 'waiting' then return 0 end
  return not own and not begun and 1
end

local found, asked, staying = {}, {}, {}
for i = 7, 6 + ARGV[6] do
  if not members and not free(ARGV[i]) then return false end
  asked[#asked + 1] = ARGV[i]
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[1], 'held')
if members then
  for id in string.gmatch(members, '[^\n]+') do found[#found + 1] = id end
  return found
end
for i = 7 + ARGV[6], #ARGV do staying[ARGV[i]] = true end
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, ARGV[3] - 1)) do
  if not staying[id] then asked[#asked + 1] = id end
end
for _, id in ipairs(asked) do
  local now = free(id)
  if now == 1 then
    redis.call('HSET', ARGV[2] .. id, 'state', 'gathered', 'lead', ARGV[1])
    redis.call('HDEL', ARGV[2] .. id, 'due', 'held', 'until')
    redis.call('ZREM', KEYS[3], id)
    found[#found + 1] = id
  end
  if now then redis.call('ZREM', KEYS[2], id) end
end
if #found > 0 then
  redis.call('HSET', KEYS[1], 'members', table.concat(found, '\n'), 'why', ARGV[4], 'gathered', ARGV[5])
end
return found
