-- ADMIT: seen and streamed in one step.
-- Guarantees: one post is streamed once however often and from however many pollers it is admitted; a changed text
-- under the same key becomes the next version; what a source's first poll brings is marked silent, and "first" is
-- decided here, so that a crash between this step and the bookmark cannot make a second first poll. Repeating the
-- whole call (a lost reply) changes nothing but sighting times.
-- The same words under another key are a repeat if the source itself used them within the window (by published dates
-- where both are known), whoever used them first; else a copy of their first use, if that was another source's.
--
-- KEYS  1 source hash · 2 seen set · 3 posts stream · then two for each post: its hash, its words
-- ARGV  1 now ms · 2 cap of the seen set · 3 who may alert: "always", "later" (all but the first poll) or "never"
--       4 how far apart repeats may be published, ms · 5 how long words are remembered, ms · 6 source id
--       7 the poll's own mark or "" · 8 "1": it comes after a time in which nobody could look · 9 how many new ones at
--       once are a storm, 0: never · 10 when the source was last read, ms or "" · then seven for each post: key, digest,
--       content hash, has words ("1" or ""), published ms or "", record, place
-- Returns for each post one of: known, new, version, repeat; behind them, if nothing known stood beside what was new, in
-- this poll or in one before it that was never ended by KEEP, since when, ms (to whoever asks again everything is known,
-- but only what was known before that proves that nothing is missing); and why the new ones are to be told together:
-- catch-up, storm or ""
-- The hash of a repeat's original is reached without being in KEYS: it has the same tag and so the same slot.

local source, seen, posts = KEYS[1], KEYS[2], KEYS[3]
local now, cap = tonumber(ARGV[1]), tonumber(ARGV[2])
local window, memory, source_id = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
if ARGV[7] ~= '' then redis.call('HSET', source, 'poll', ARGV[7]) end -- KEEP looks whether it is still there
local first_poll = redis.call('HSETNX', source, 'admitted', now) == 1
local silent = (ARGV[3] == 'never' or (first_poll and ARGV[3] == 'later')) and '1' or '0'
local shard = string.match(posts, '^(.*)posts$')
local most_fields = 100
local most_others, most_own = 40, 4 -- uses of the same words that are remembered after the first: in all, of one source
local outcomes = {}

local per_post, ahead = 7, 10
local many = 5 -- new posts after a time without looking that are told together
local renewed = 10 -- new posts, all older than the last look and none known beside them: the ids were changed

-- Are there so many new ones that each by itself would be a flood? Counted before any is admitted.
local function together()
  local new, old, known = 0, 0, 0
  local read = tonumber(ARGV[10])
  for i = 0, (#ARGV - ahead) / per_post - 1 do
    local a = ahead + i * per_post
    if redis.call('ZSCORE', seen, ARGV[a + 2]) then
      known = known + 1
    else
      new = new + 1
      local published = tonumber(ARGV[a + 5])
      if read and published and published < read then old = old + 1 end
    end
  end
  if ARGV[8] == '1' then return new >= many and 'catch-up' or '' end
  local storm = tonumber(ARGV[9])
  if storm > 0 and (new >= storm or (known == 0 and new >= renewed and old == new)) then return 'storm' end
  return ''
end
local gather = together()

local function stream(key, revision, copy_of)
  return redis.call('XADD', posts, '*', 'key', key, 'revision', revision, 'silent', silent, 'copy_of', copy_of,
    'gather', revision == 1 and silent == '0' and gather or '')
end

-- Who used these words before: the same source within the window (a repeat), or another source (a copy)?
-- The record is their first use, and in `others` those after it; one written before there were others has none. A
-- source has few places among these, so that one with the same words every day pushes nobody else out.
local function earlier(words, key, published)
  local use = { key = key, source = source_id, published = published, seen = now }
  local known = redis.call('GET', words)
  if not known then
    redis.call('SET', words, cjson.encode(use), 'PX', memory)
    return nil
  end
  local first = cjson.decode(known)
  local others = first.others or {}
  local original, own, count = nil, nil, 0
  for n = #others, 0, -1 do
    local one = n == 0 and first or others[n]
    if one.source == source_id then
      if one.key == key then return nil end
      if n > 0 then own, count = n, count + 1 end -- the oldest of its own, in the end
      local apart = now - one.seen
      if published ~= '' and one.published ~= '' then
        apart = math.abs(tonumber(published) - tonumber(one.published))
      end
      if apart <= window then original = one.key end
    end
  end
  if original then
    redis.call('PEXPIRE', words, memory) -- a source that renames its posts at every poll shows no known one
    return original, true
  end
  if count >= most_own then
    table.remove(others, own)
  elseif #others >= most_others then
    table.remove(others, 1)
  end
  others[#others + 1] = use
  first.others = others
  redis.call('SET', words, cjson.encode(first), 'PX', memory)
  if first.source ~= source_id then return first.key, false end
  return nil
end

for i = 0, (#ARGV - ahead) / per_post - 1 do
  local a = ahead + i * per_post
  local key, digest, hash, has_words = ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4]
  local published, record, place = ARGV[a + 5], ARGV[a + 6], ARGV[a + 7]
  local post, words = KEYS[4 + i * 2], KEYS[5 + i * 2]
  local outcome = 'known'
  local had = redis.call('HMGET', post, 'hash', 'revision', 'repeat_of')

  if had[1] then
    -- While a source still shows a post, its words are remembered: the same words under new ids are no news.
    if has_words == '1' then redis.call('PEXPIRE', words, memory) end
    if had[3] then redis.call('PEXPIRE', post, memory) end
    if had[1] ~= hash then
      local revision = tonumber(had[2]) + 1
      if had[3] then
        -- a repeat went its own way: its first words are the original's
        redis.call('HSET', post, 'record:1', redis.call('HGET', shard .. 'post:' .. had[3], 'record:1') or record)
        redis.call('HDEL', post, 'repeat_of')
        redis.call('PERSIST', post)
      end
      redis.call('HSET', post, 'hash', hash, 'revision', revision, 'record:' .. revision, record)
      stream(key, revision, '')
      if has_words == '1' then earlier(words, key, published) end -- so that repeats and copies of it are known
      outcome = 'version'
    end
  elseif redis.call('ZSCORE', seen, digest) then
    outcome = 'known' -- its record has been cleared away since
  else
    local original, same_source
    if has_words == '1' then original, same_source = earlier(words, key, published) end
    if original and same_source and not first_poll then
      -- A site that gives its posts new addresses at every poll must not fill the store: few places are kept, and
      -- what is known of a repeat is forgotten once its source shows it no more.
      redis.call('HSET', post, 'hash', hash, 'revision', 1, 'first', now, 'repeat_of', original)
      redis.call('PEXPIRE', post, memory)
      if redis.call('HLEN', shard .. 'post:' .. original) < most_fields then
        redis.call('HSET', shard .. 'post:' .. original, 'place:' .. digest, place)
      end
      outcome = 'repeat'
    else
      redis.call('HSET', post, 'hash', hash, 'revision', 1, 'first', now, 'record:1', record)
      stream(key, 1, (original and not same_source) and original or '')
      outcome = 'new'
    end
  end
  redis.call('ZADD', seen, now, digest)
  outcomes[#outcomes + 1] = outcome
end

-- Forget by number only: with expiry, a feed silent for longer would come back as all new.
redis.call('ZREMRANGEBYRANK', seen, 0, -cap - 1)
if ARGV[7] == '' or first_poll then
  outcomes[#outcomes + 1] = ''
  outcomes[#outcomes + 1] = gather
  return outcomes
end
local all_new = #outcomes > 0 and redis.call('ZCARD', seen) > #outcomes -- before these there was something to know
for _, outcome in ipairs(outcomes) do all_new = all_new and outcome == 'new' end
if all_new and (redis.call('HGET', source, 'overrun') or '') == '' then redis.call('HSET', source, 'overrun', now) end
outcomes[#outcomes + 1] = redis.call('HGET', source, 'overrun') or ''
outcomes[#outcomes + 1] = gather
return outcomes
