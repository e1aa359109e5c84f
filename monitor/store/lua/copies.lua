-- COPIES: number a version of a post, put it into the drawers of its bands, and say which before it share some.
-- Guarantees: a version has one number, kept with its post, whoever registers it and however often; of two versions
-- that share enough bands the later finds the earlier, and never the other way round. A drawer is bounded, so the time
-- this takes does not grow with what was said before; drawers and names are forgotten with their generation.
--
-- A drawer is a row of six bytes for each version: two of the band, four of the number, the oldest first.
--
-- KEYS  1 the post · 2 the counter
-- ARGV  1 key · 2 revision · 3 this generation · 4 how long it is kept, ms · 5 most versions of one band in a drawer ·
--       6 most bytes of a drawer · 7 how many bands must be shared · 8 most versions returned · 9 prefix of the drawers ·
--       10 the bands, two bytes of the drawer and two of the band for each
-- Returns key and revision of those before it, those that share most, and the rarest, first, each as `key revision`
-- Drawers, and names of versions, are reached without being in KEYS: they have the same tag and so the same slot.
local post, counter = KEYS[1], KEYS[2]
local key, revision, generation, kept = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local most_of_band, most_bytes, least, most = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local bands = ARGV[10]

local function names(which, number) return counter .. ':' .. which .. ':' .. math.floor(number / 100) end

local me = tonumber(redis.call('HGET', post, 'band:' .. revision))
local new = not me
if new then
  if redis.call('EXISTS', post) == 0 then return {} end
  me = redis.call('INCR', counter)
  redis.call('HSET', post, 'band:' .. revision, me)
  redis.call('HSET', names(generation, me), me % 100, key .. ' ' .. revision)
  redis.call('PEXPIRE', names(generation, me), kept)
end

local here, before = {}, {}
local this, last = ARGV[9] .. generation .. ':', ARGV[9] .. generation - 1 .. ':'
for n = 1, #bands / 4 do
  local drawer = string.format('%x', struct.unpack('>I2', bands, n * 4 - 3))
  here[n], before[n] = this .. drawer, last .. drawer
end

local shared, older = {}, {} -- number -> how many bands; number -> true: of the generation before
local weight = {} -- number -> the sum over these bands: one that few have says more than one that all have
-- Count who stands in a drawer under a band; return how many, and where the oldest is.
local function read(drawer, band, of_before)
  local there, oldest, at = {}, nil, 1
  while true do
    local found = string.find(drawer, band, at, true)
    if not found then break end
    if found % 6 == 1 then
      there[#there + 1] = struct.unpack('>I4', drawer, found + 2)
      oldest, at = oldest or found, found + 6
    else
      at = found + 1
    end
  end
  for _, number in ipairs(there) do
    if number < me then
      shared[number] = (shared[number] or 0) + 1
      weight[number] = (weight[number] or 0) + 1 / #there
      if of_before then older[number] = true end
    end
  end
  return #there, oldest
end

local drawers, drawers_before = redis.call('MGET', unpack(here)), redis.call('MGET', unpack(before))
local written = {} -- drawers; two bands may lie in one
for n = 1, #here do
  local band, drawer = string.sub(bands, n * 4 - 1, n * 4), written[here[n]] and redis.call('GET', here[n]) or drawers[n] or ''
  local many, oldest = read(drawer, band, false)
  if drawers_before[n] then read(drawers_before[n], band, true) end
  if new then
    local mine = band .. struct.pack('>I4', me)
    written[here[n]] = true
    if drawer == '' then
      redis.call('SET', here[n], mine, 'PX', kept)
    elseif many >= most_of_band then
      drawer = string.sub(drawer, 1, oldest - 1) .. string.sub(drawer, oldest + 6)
      redis.call('SET', here[n], drawer .. mine, 'KEEPTTL')
    elseif #drawer >= most_bytes then
      redis.call('SET', here[n], string.sub(drawer, 7) .. mine, 'KEEPTTL')
    else
      redis.call('APPEND', here[n], mine)
    end
  end
end

local order = {}
for number, many in pairs(shared) do
  if many >= least then order[#order + 1] = number end
end
table.sort(order, function(a, b)
  if weight[a] ~= weight[b] then return weight[a] > weight[b] end
  return a < b
end)
local found = {}
for n = 1, math.min(most, #order) do
  local number = order[n]
  local name = redis.call('HGET', names(older[number] and generation - 1 or generation, number), number % 100)
  if name and string.sub(name, 1, #key + 1) ~= key .. ' ' then found[#found + 1] = name end
end
return found
