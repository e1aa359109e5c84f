#!lua flags=allow-oom
-- TAKE: what a courier sends next. Retries that are due go before what was never tried, and in both lanes what this
-- courier took before and has not settled (it was stopped or killed, or inherited it) before what nobody has taken.
-- Guarantees: an entry is one courier's only, until that one dies or leaves; what has arrived meanwhile is dropped; where
-- a group is missing (a new channel, a store that was emptied) it is made.
--
-- KEYS  1 again · 2 outbox
-- ARGV  1 group · 2 consumer · 3 how many of each lane · 4 prefix of the deliveries · 5 prefix of the alerts
-- Returns a line for each: lane ("again" or "outbox"), entry id, delivery id, delivery hash, what TOLD says of its alert
-- Deliveries and alerts are reached without being in KEYS: they have the same tag and so the same slot.
-- with told
local lanes = { 'again', 'outbox' }
local lines = {}

local function read(lane, from, most)
  local command = { 'XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', most, 'STREAMS', lane, from }
  local answer = redis.pcall(unpack(command))
  if answer and answer.err then
    if not string.find(answer.err, 'NOGROUP', 1, true) then error(answer) end
    redis.call('XGROUP', 'CREATE', lane, ARGV[1], '0', 'MKSTREAM')
    answer = redis.call(unpack(command))
  end
  return answer and answer[1] and answer[1][2] or {}
end

local function drop(lane, entry)
  redis.call('XACK', lane, ARGV[1], entry)
  redis.call('XDEL', lane, entry)
end

local function line(number, entry, fields)
  local delivery = fields and fields[2]
  local key = delivery and ARGV[4] .. delivery
  local alert, state = unpack(delivery and redis.call('HMGET', key, 'alert', 'state') or {})
  if state ~= 'waiting' then return drop(KEYS[number], entry) end
  lines[#lines + 1] = {
    lanes[number], entry, delivery, redis.call('HGETALL', key),
    alert and told(ARGV[5] .. alert) or { '' },
  }
end

for number = 1, 2 do
  local rows = read(KEYS[number], '0', ARGV[3])
  local room = tonumber(ARGV[3]) - #rows
  for _, row in ipairs(rows) do line(number, row[1], row[2]) end
  for _, row in ipairs(room > 0 and read(KEYS[number], '>', room) or {}) do line(number, row[1], row[2]) end
end
return lines
