-- ADMIT: seen and streamed in one step.
-- Guarantees: one post is streamed once however often and from however many pollers it is admitted; a changed text
-- under the same key becomes the next version; what a source's first poll brings is marked silent, and "first" is
-- decided here, so that a crash between this step and the bookmark cannot make a second first poll. Repeating the
-- whole call (a lost reply) changes nothing but sighting times.
-- A text that changed several times in a day without saying anything else has one version for all further changes: the
-- newest one, replaced in place, is streamed as "held" until the judge has weighed it (see RAISE); one that was not
-- weighed yet is never replaced. A text that keeps coming back to what it said before is two versions more, then it is
-- held as it is, until it has rested.
-- The same words under another key are a repeat if the source itself used them within the window (by published dates
-- where both are known), whoever used them first; else a copy of their first use, if that was another source's.
--
-- KEYS  1 source hash · 2 seen set · 3 posts stream · then two for each post: its hash, its words
-- ARGV  1 now ms · 2 how many posts the seen set has at least · 3 who may alert: "always", "later" (all but the first poll) or "never"
--       4 how far apart repeats may be published, ms · 5 how long words are remembered, ms · 6 source id
--       7 the poll's own mark or "" · 8 "1": it comes after a time in which nobody could look · 9 how many new ones at
--       once are a storm, 0: never · 10 when the source was last read, ms or "" · 11 digests of posts beside these that
--       are as they were when they were last admitted · then seven for each post: key, digest, content hash, has words
--       ("1" or ""), published ms or "", record, place
-- Returns for each post one of: known, new, version, repeat, held; behind them "lost" if one of those beside them is not
-- known, "unsettled" if a text of these has still to settle, or ""; then, if nothing known stood beside what was
-- new, in this poll or in one before it that was never ended by KEEP, since when, ms (to whoever asks again everything is
-- known, but only what was known before that proves that nothing is missing); and why the new ones are to be told
-- together: catch-up, storm or ""
-- The hash of a repeat's original is reached without being in KEYS: it has the same tag and so the same slot.

local source, seen, posts = KEYS[1], KEYS[2], KEYS[3]
local now, kept = tonumber(ARGV[1]), tonumber(ARGV[2])
local window, memory, source_id = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
if ARGV[7] ~= '' then redis.call('HSET', source, 'poll', ARGV[7]) end -- KEEP looks whether it is still there
local first_poll = redis.call('HSETNX', source, 'admitted', now) == 1
local silent = (ARGV[3] == 'never' or (first_poll and ARGV[3] == 'later')) and '1' or '0'
local shard = string.match(posts, '^(.*)posts$')
local most_fields = 100
local most_others, most_own = 40, 4 -- uses of the same words that are remembered after the first: in all, of one source
local outcomes = {}
local beside, unread = {}, ''
for digest in string.gmatch(ARGV[11], '%x+') do beside[#beside + 1] = digest end
local day, rest = 86400000, 3600000 -- ms in which changes are counted together; in which a text has settled
local most_idle, most_returns = 2, 2 -- versions that change nothing that matters; returns to a text it had before
local compared = 20 -- newest versions in which a return is looked for

local per_post, ahead = 7, 11
local many = 5 -- new posts after a time without looking that are told together
local renewed = 10 -- new posts, all older than the last look and none known beside them: the ids were changed

local scores = {} -- when each was last seen, false if it was not; as it was before this step
local function shown(i)
  if scores[i] == nil then scores[i] = redis.call('ZSCORE', seen, ARGV[ahead + i * per_post + 2]) end
  return scores[i]
end

-- Are there so many new ones that each by itself would be a flood? Counted before any is admitted.
local function together()
  local new, old, known = 0, 0, #beside
  local read = tonumber(ARGV[10])
  for i = 0, (#ARGV - ahead) / per_post - 1 do
    local a = ahead + i * per_post
    if shown(i) or redis.call('EXISTS', KEYS[4 + i * 2]) == 1 then
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
local gather = nil -- asked for with the first that is not known: most polls bring none
local function gathered()
  gather = gather or together()
  return gather
end

local function stream(key, revision, copy_of, held)
  return redis.call('XADD', posts, '*', 'key', key, 'revision', revision, 'silent', silent, 'copy_of', copy_of,
    'gather', revision == 1 and silent == '0' and gathered() or '', 'held', held and '1' or '')
end

-- Is this what one of its own versions said, and how often did that happen of late?
local function returns(post, hash, revision)
  local back = false
  for n = revision, math.max(1, revision - compared), -1 do
    back = back or redis.call('HGET', post, 'hash:' .. n) == hash
  end
  if not back then return 0 end
  local count, last = string.match(redis.call('HGET', post, 'returns') or '', '^(%d+) (%d+)$')
  return 1 + ((count and now - tonumber(last) <= day) and tonumber(count) or 0)
end

-- Has it changed so often without saying anything else that its newest version takes this change too?
local function is_idle(post, revision)
  local count, last, newest = string.match(redis.call('HGET', post, 'idle') or '', '^(%d+) (%d+) (%d+)$')
  return count and tonumber(newest) == revision and tonumber(count) >= most_idle and now - tonumber(last) <= day
end

-- A changed text: its next version, or held in place.
local function again(key, post, hash, revision, record)
  local back = returns(post, hash, revision)
  if back > 0 then redis.call('HSET', post, 'returns', back .. ' ' .. now) end
  redis.call('HSETNX', post, 'hash:' .. revision, redis.call('HGET', post, 'hash'))
  redis.call('HSET', post, 'hash', hash)
  if is_idle(post, revision) then
    redis.call('HSET', post, 'record:' .. revision, record, 'hash:' .. revision, hash)
    redis.call('HSET', post, 'idle', (string.gsub(redis.call('HGET', post, 'idle'), ' %d+$', ' 0'))) -- until weighed
    redis.call('HDEL', post, 'verdict:' .. revision)
    stream(key, revision, '', true)
    return 'held'
  end
  if back > most_returns then return 'held' end
  revision = revision + 1
  redis.call('HSET', post, 'revision', revision, 'record:' .. revision, record, 'hash:' .. revision, hash)
  redis.call('HSET', post, 'row', stream(key, revision, ''))
  return 'version'
end

-- Since when does a text that went to and fro stay at what its newest version does not say?
local function settling(post, hash, revision, went)
  local count, last = string.match(went or '', '^(%d+) (%d+)$')
  if not count or tonumber(count) <= most_returns then return nil end
  return redis.call('HGET', post, 'hash:' .. revision) ~= hash and tonumber(last) or nil
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
  local had = redis.call('HMGET', post, 'hash', 'revision', 'repeat_of', 'returns')

  if had[1] then
    -- While a source still shows a post, its words are remembered: the same words under new ids are no news.
    if has_words == '1' then redis.call('PEXPIRE', words, memory) end
    if had[3] then redis.call('PEXPIRE', post, memory) end
    local revision = tonumber(had[2])
    if had[1] ~= hash then
      if had[3] then
        -- a repeat went its own way: its first words are the original's
        redis.call('HSET', post, 'record:1', redis.call('HGET', shard .. 'post:' .. had[3], 'record:1') or record)
        redis.call('HDEL', post, 'repeat_of')
        redis.call('PERSIST', post)
      end
      outcome = again(key, post, hash, revision, record)
      -- So that repeats and copies of it are known; what flaps would fill the store with words.
      if has_words == '1' and outcome == 'version' then earlier(words, key, published) end
    else
      local since = settling(post, hash, revision, had[4])
      if since and now - since >= rest then
        redis.call('HDEL', post, 'returns')
        outcome = again(key, post, hash, revision, record)
      elseif since then
        unread = 'unsettled'
      end
    end
  elseif shown(i) then
    outcome = 'known' -- its record has been cleared away since
  else
    gathered()
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

for _, digest in ipairs(beside) do
  if not redis.call('ZSCORE', seen, digest) then unread = 'lost' end
  redis.call('ZADD', seen, 'XX', now, digest)
end

-- Forget by number only: with expiry, a feed silent for longer would come back as all new. What is left out is known by
-- its own hash still; of what has none any more (a repeat, long not shown) the set must hold all that the source shows.
redis.call('ZREMRANGEBYRANK', seen, 0, -math.max(kept, 2 * (#outcomes + #beside)) - 1)
if ARGV[7] == '' or first_poll then
  outcomes[#outcomes + 1] = unread
  outcomes[#outcomes + 1] = ''
  outcomes[#outcomes + 1] = gather or ''
  return outcomes
end
-- before these there was something to know, and none of it is beside them
local all_new = #outcomes > 0 and #beside == 0 and redis.call('ZCARD', seen) > #outcomes
for _, outcome in ipairs(outcomes) do all_new = all_new and outcome == 'new' end
if all_new and (redis.call('HGET', source, 'overrun') or '') == '' then redis.call('HSET', source, 'overrun', now) end
outcomes[#outcomes + 1] = unread
outcomes[#outcomes + 1] = redis.call('HGET', source, 'overrun') or ''
outcomes[#outcomes + 1] = gather or ''
return outcomes
