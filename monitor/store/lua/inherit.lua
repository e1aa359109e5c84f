#!lua flags=allow-oom
-- INHERIT: take what a consumer left unfinished that has said goodbye, or has died.
-- Guarantees: an entry passes to one heir only; a consumer that gives signs of life keeps what it has, however long
-- it takes; consumers that are gone and left nothing are forgotten.
--
-- KEYS  1 stream · 2 prefix of the signs of life · 3 prefix of the goodbyes
-- ARGV  1 group · 2 the heir · 3 how many at most · 4 "1": from the dead as well
-- Returns the entries, as XREADGROUP would
-- Signs of life and goodbyes are reached without being in KEYS: they have the same tag and so the same slot.
local taken = {}
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then return taken end -- there is no such group yet, and nobody has left anything
for _, row in ipairs(consumers) do
  local consumer = {}
  for i = 1, #row, 2 do consumer[row[i]] = row[i + 1] end
  local gone = redis.call('EXISTS', KEYS[2] .. consumer.name) == 0
    and (ARGV[4] == '1' or redis.call('EXISTS', KEYS[3] .. consumer.name) == 1)
  if consumer.name ~= ARGV[2] and gone then
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
