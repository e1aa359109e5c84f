-- INHERIT: take what a dead consumer left unfinished.
-- Guarantees: an entry passes to one heir only; a consumer that gives signs of life keeps what it has, however long
-- it takes; consumers that died and left nothing are forgotten.
--
-- KEYS  1 stream · 2 prefix of the signs of life
-- ARGV  1 group · 2 the heir · 3 how many at most
-- Returns the entries, as XREADGROUP would
-- Signs of life are reached without being in KEYS: they have the same tag and so the same slot.
local taken = {}
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #row, 2 do consumer[row[i]] = row[i + 1] end
  if consumer.name ~= ARGV[2] and redis.call('EXISTS', KEYS[2] .. consumer.name) == 0 then
    if consumer.pending == 0 then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    end
    local left = tonumber(ARGV[3]) - #taken
    if consumer.pending > 0 and left > 0 then
      for _, one in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', left, consumer.name)) do
        for _, entry in ipairs(redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, one[1])) do
          if entry then taken[#taken + 1] = entry end
        end
      end
    end
  end
end
return taken
