-- Every statement of the store that is not put together from a rule, by name.
-- Parameters are named. What a statement changes beside what it says is said above it.

-- name: remove_tag
DELETE FROM tags WHERE customer_id = :customer_id AND key = :key

-- name: next_customer
-- Asked inside the write transaction that then uses it.
SELECT ifnull(max(id), 0) + 1 FROM customers

-- name: count_customers
-- The base that a percentage of a guard is of.
SELECT count(*) FROM customers WHERE kind IN (SELECT value FROM json_each(:kinds))

-- name: last_event
SELECT ifnull(max(id), 0) FROM events

-- name: log_new
-- Objects numbered one after another, each with the event after the last one's, if there are any.
WITH RECURSIVE new(id) AS (
    SELECT :first WHERE :first <= :last UNION ALL SELECT id + 1 FROM new WHERE id < :last
)
INSERT INTO changes (object, object_id, event_id, cause, actor, at)
SELECT :object, id, id - :first + :first_event, :cause, :actor, :at FROM new

-- name: last_turns
SELECT "group", last FROM turns

-- name: take_turn
INSERT INTO turns ("group", last) VALUES (:group, :last)
ON CONFLICT ("group") DO UPDATE SET last = :last

-- name: open_slas
-- The SLAs of the tickets that nobody has resolved yet.
SELECT DISTINCT sla FROM tickets WHERE status IN ('open', 'responded') AND sla IS NOT NULL

-- name: due_reminders
-- Deadlines of open tickets that have passed, or come by the instant that :until has of their
-- SLA, and of which nobody was told yet. A deadline is kept until its very second.
WITH deadlines AS (
    SELECT id, sla, 'respond' AS what, respond_by AS deadline FROM tickets
    WHERE status IN ('open', 'responded') AND status = 'open' AND responded_at IS NULL
    UNION ALL
    SELECT id, sla, 'resolve', resolve_by FROM tickets WHERE status IN ('open', 'responded')),
due AS (
    SELECT d.id, what || CASE WHEN deadline < :now THEN '_after' ELSE '_before' END AS kind,
           deadline
    FROM deadlines d LEFT JOIN json_each(:until) soon ON soon.key = d.sla
    WHERE deadline < :now OR deadline <= soon.value)
SELECT d.id, d.kind, d.deadline, t.title, t.assignee, t.customer_id, c.pid, c.name
FROM due d JOIN tickets t ON t.id = d.id JOIN customers c ON c.id = t.customer_id
WHERE NOT EXISTS (SELECT 1 FROM reminders r WHERE r.ticket_id = d.id AND r.kind = d.kind)
ORDER BY d.deadline, d.id

-- name: add_reminder
INSERT INTO reminders (ticket_id, kind, at) VALUES (:ticket, :kind, :at)

-- name: add_reminder_mail
-- An email to somebody on the staff, in the transaction that remembers the reminder.
INSERT INTO outbox (workflow, occasion, object_id, customer_id, pid, action, channel, provider,
                    purpose, recipient, to_staff, subject, content, parts, price, state, due_at,
                    created_at)
VALUES ('sla', :kind || ':' || :ticket, :ticket, :customer_id, :pid, 0, 'email', :provider,
        'care', :recipient, :to_staff, :subject, :content, 1, :price, 'queued', :at, :at)

-- name: last_chain
SELECT chain FROM events WHERE object_id = :id AND object = :family ORDER BY id DESC LIMIT 1

-- name: heard
-- The last event that each workflow has dealt with.
SELECT workflow, event_id FROM seen

-- name: advance
-- Nobody else may have dealt with the events meanwhile.
UPDATE seen SET event_id = :upto WHERE workflow = :workflow AND event_id = :after

-- name: seen
-- Since when a run knows each workflow.
SELECT workflow, since FROM seen

-- name: see
-- What happened before is none of its business.
INSERT INTO seen (workflow, since, event_id)
SELECT :workflow, :since, ifnull(max(id), 0) FROM events
WHERE true ON CONFLICT DO NOTHING

-- name: forget_seen
-- A workflow that was disabled is new when it comes back.
DELETE FROM seen WHERE workflow = :workflow

-- name: is_done
SELECT 1 FROM runs WHERE workflow = :workflow AND occasion = :occasion AND outcome = 'done'

-- name: acted
-- When a workflow did something for an object, the latest last.
SELECT occasion, at FROM executions
WHERE workflow = :workflow AND object_id = :object_id ORDER BY at

-- name: start_run
-- Its digest and counts follow when the plan has been walked, in the same transaction.
INSERT INTO runs (workflow, occasion, digest, outcome, matched, acted, at)
VALUES (:workflow, :occasion, '', 'done', 0, 0, :at)

-- name: finish_run
UPDATE runs SET digest = :digest, matched = :matched, acted = :acted WHERE id = :id

-- name: add_refused_run
-- Told once: the run of every minute comes to the same plan again.
INSERT INTO runs (workflow, occasion, digest, outcome, matched, acted, at)
SELECT :workflow, :occasion, :digest, 'refused', :matched, 0, :at
WHERE NOT EXISTS (SELECT 1 FROM runs WHERE workflow = :workflow AND digest = :digest
                                       AND outcome = 'refused')

-- name: add_execution
INSERT INTO executions (workflow, object_id, occasion, run_id, at)
VALUES (:workflow, :object_id, :occasion, :run_id, :at)

-- name: add_skip
INSERT INTO skips (run_id, customer_id, action, reason)
VALUES (:run_id, :customer_id, :action, :reason)

-- name: add_skipped_message
-- A message that planning found no way to send; those to be sent are added in bulk.
INSERT INTO outbox (workflow, occasion, run_id, object_id, customer_id, pid, action, channel, purpose, recipient,
                    to_staff, content, parts, price, state, skip_reason, due_at, created_at)
VALUES (:workflow, :occasion, :run_id, :object_id, :customer_id, :pid, :action, :channel, :purpose,
        :recipient, :to_staff, '', 0, 0, 'skipped', :skip_reason, :at, :at)

-- name: held
-- The processes that have messages in their hands, and until when they claimed them.
SELECT claimed_by, max(claimed_until) FROM outbox WHERE claimed_by IS NOT NULL GROUP BY 1

-- name: held_elsewhere
-- Whether another process has messages of a provider in its hands, and was heard of lately.
SELECT EXISTS (SELECT 1 FROM outbox
               WHERE claimed_by IS NOT NULL AND claimed_by <> :claimed_by
                 AND provider = :provider AND claimed_until > :at)

-- name: hold
UPDATE outbox SET claimed_until = :until WHERE claimed_by = :claimed_by

-- name: give_back
-- A claimed message never left: whoever comes next may have it.
UPDATE outbox SET state = 'queued', claimed_by = NULL, claimed_until = NULL
WHERE state = 'claimed' AND claimed_by = :claimed_by
  AND (:provider IS NULL OR provider = :provider)

-- name: leave_unknown
-- A message that was being sent may have arrived: only a person can say, or the provider,
-- if it can be asked.
UPDATE outbox SET state = 'unknown', attempts = attempts + 1, error = :error, ask_at = sent_at,
                  skip_reason = NULL, claimed_by = NULL, claimed_until = NULL
WHERE state = 'sending' AND claimed_by = :claimed_by

-- name: due_workflows
-- The workflows that have something due at a provider (NULL: at none yet), each found at one step
-- of the index, however many messages it has. A retry is due if it was when the delivery began.
WITH RECURSIVE each_one(workflow) AS (
    SELECT min(workflow) FROM outbox
    WHERE state = 'queued' AND channel = :channel AND provider IS :provider
    UNION ALL
    SELECT (SELECT min(workflow) FROM outbox
            WHERE state = 'queued' AND channel = :channel AND provider IS :provider
              AND workflow > each_one.workflow)
    FROM each_one WHERE each_one.workflow IS NOT NULL)
SELECT workflow FROM each_one WHERE EXISTS (
    SELECT 1 FROM outbox
    WHERE state = 'queued' AND channel = :channel AND provider IS :provider
      AND workflow = each_one.workflow AND due_at <= :now AND (attempts = 0 OR due_at <= :began))
  AND (substr(workflow, 1, 9) <> 'campaign:'
       OR EXISTS (SELECT 1 FROM campaigns k
                  WHERE k.id = substr(each_one.workflow, 10) AND k.state = 'sending'))

-- name: claim
-- What one workflow has to send now, the oldest promise first; a message whose channel had no
-- active provider when it was planned goes through this one.
UPDATE outbox SET state = 'claimed', provider = :by, claimed_by = :claimed_by,
                  claimed_until = :claimed_until
WHERE id IN (
    SELECT id FROM outbox
    WHERE state = 'queued' AND channel = :channel AND provider IS :provider
      AND workflow = :workflow AND due_at <= :now AND (attempts = 0 OR due_at <= :began)
    ORDER BY due_at, id LIMIT :limit)
RETURNING due_at, id, channel, purpose, recipient, to_staff, subject, content, data, attempts, page,
          provider_id, resend_until, leave_by, customer_id

-- name: start_sending
-- Committed before the first byte leaves; nobody else may have taken the row meanwhile, or paused
-- the campaign that it belongs to.
UPDATE outbox SET state = 'sending', sent_at = :now, skip_reason = NULL
WHERE id = :id AND state = 'claimed' AND claimed_by = :claimed_by
  AND (campaign IS NULL OR EXISTS (
       SELECT 1 FROM campaigns k WHERE k.id = outbox.campaign AND k.state = 'sending'))

-- name: settle
-- What was taken from us while we hung is unknown to the others; we know what became of it.
UPDATE outbox SET state = :state, attempts = :attempts, provider_id = :provider_id, error = :error,
                  due_at = :due_at, skip_reason = :skip_reason, ask_at = :ask_at,
                  sent_at = CASE WHEN :state NOT IN ('queued', 'skipped')
                                   OR resend_until IS NOT NULL THEN sent_at END,
                  delivered_at = CASE WHEN :state = 'delivered' THEN :now END,
                  claimed_by = NULL, claimed_until = NULL
WHERE id = :id AND (
    (state IN ('claimed', 'sending') AND claimed_by = :claimed_by)
    OR (state = 'unknown' AND attempts = :attempts
        AND :state IN ('accepted', 'delivered', 'failed')))

-- name: to_ask
-- The messages about which a provider is to be asked now, those that wait longest first.
SELECT id, channel, purpose, recipient, subject, content, data, attempts, page, provider_id,
       resend_until, leave_by, state, sent_at, ask_at
FROM outbox
WHERE provider = :provider AND state = :state AND ask_at <= :now AND sent_at <= :sent_by
ORDER BY ask_at LIMIT :limit

-- name: only_ones
-- The messages of a day to some recipients who got nothing else then: what a list by numbers says
-- of a number is said of them. About midnight the day may be another one's.
SELECT m.id, m.channel, m.purpose, m.recipient, m.subject, m.content, m.data, m.attempts, m.page,
       m.provider_id, m.resend_until, m.leave_by, m.state, m.sent_at, m.ask_at
FROM json_each(:recipients) r
CROSS JOIN outbox m ON m.recipient = r.value AND m.sent_at >= :since AND m.sent_at < :before
WHERE m.provider = :provider AND m.state = 'accepted' AND m.ask_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM outbox o
                  WHERE o.recipient = m.recipient AND o.sent_at >= :after AND o.sent_at < :until
                    AND o.channel = m.channel AND o.id <> m.id)

-- name: list_read
UPDATE outbox SET asked_at = :now, ask_at = :ask_at
WHERE provider = :provider AND state = 'accepted' AND ask_at <= :now
  AND sent_at >= :since AND sent_at < :before

-- name: answer
-- What a provider says became of a message, unless somebody else knew it first. One that may have
-- arrived is sent again for as long as any of its tries allows.
UPDATE outbox SET state = :state, provider_id = ifnull(:provider_id, provider_id),
                  error = CASE WHEN :state = :was THEN error ELSE :error END,
                  due_at = CASE WHEN :state = 'queued' THEN :due_at ELSE due_at END,
                  asked_at = :now, ask_at = :ask_at,
                  resend_until = min(ifnull(resend_until, :resend_until),
                                     ifnull(:resend_until, resend_until)),
                  sent_at = CASE WHEN :state <> 'queued' OR :resend_until IS NOT NULL
                                   OR resend_until IS NOT NULL THEN sent_at END,
                  delivered_at = CASE WHEN :state = 'delivered' THEN :now END
WHERE id = :id AND state = :was AND attempts = :attempts AND ask_at = :asked_for

-- name: decide
-- What a person makes of a message; whoever retries it has it sent at once.
UPDATE outbox SET state = :new, ask_at = NULL, resend_until = NULL,
                  error = CASE WHEN :new = 'accepted' THEN NULL ELSE error END,
                  due_at = CASE WHEN :new = 'queued' THEN :at ELSE due_at END,
                  sent_at = CASE WHEN :new = 'queued' THEN NULL ELSE sent_at END
WHERE id = :id AND state = :old

-- name: add_decision
INSERT INTO decisions (about, what, old, new, actor, at)
VALUES (:about, :what, :old, :new, :actor, :at)

-- name: move_waiting
-- What waits for a provider goes through another one, at that one's price; what was tried once
-- stays, as only the first provider can say what became of it.
UPDATE outbox SET provider = :provider, price = parts * :price
WHERE state = 'queued' AND attempts = 0 AND channel = :channel AND provider = :was

-- name: note_moved
-- Before they move: who let which messages go through another provider.
INSERT INTO decisions (about, what, old, new, actor, at)
SELECT 'message:' || id, :what, :old, :new, :actor, :at FROM outbox
WHERE state = 'queued' AND attempts = 0 AND channel = :channel AND provider = :was

-- name: decisions
SELECT what, old, new, actor, at FROM decisions WHERE about = :about ORDER BY id

-- name: message
-- One message with all its facts.
SELECT id, channel, provider, campaign, CASE WHEN campaign IS NULL THEN workflow END AS workflow,
       pid AS customer, recipient, content, state,
       parts, price, provider_id, error, created_at, sent_at, delivered_at, page, to_staff,
       skip_reason, occasion, action AS "index", purpose, subject, data, attempts,
       send_at, due_at, asked_at
FROM outbox WHERE id = :id

-- name: bucket
SELECT tokens, at FROM buckets WHERE provider = :provider

-- name: keep_bucket
INSERT INTO buckets (provider, tokens, at) VALUES (:provider, :tokens, :at)
ON CONFLICT (provider) DO UPDATE SET tokens = :tokens, at = :at

-- name: fall_back
-- A message that can't reach its recipient on its channel goes as the SMS that was planned with it,
-- in the transaction that settles it: the occasion's second message, so that there is but one.
INSERT INTO outbox (workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider,
                    purpose, recipient, content, parts, price, state, due_at, created_at)
SELECT workflow, occasion || '#sms', run_id, object_id, customer_id, pid, action, 'sms',
       data ->> '$.fallback.provider', purpose, recipient, data ->> '$.fallback.content',
       data ->> '$.fallback.parts', data ->> '$.fallback.price', 'queued',
       ifnull(send_at, created_at), :now
FROM outbox
WHERE id = :id AND state = 'failed' AND data ->> '$.fallback.content' IS NOT NULL
ON CONFLICT DO NOTHING

-- name: note_declined
-- Who told the provider to get no more such messages has refused them, once.
INSERT INTO opt_outs (customer_id, channel, purpose, source, at)
SELECT customer_id, channel, purpose, provider, :now FROM outbox m
WHERE id = :id AND state = 'failed' AND to_staff IS NULL AND NOT EXISTS (
    SELECT 1 FROM opt_outs o
    WHERE o.customer_id = m.customer_id AND ifnull(o.channel, m.channel) = m.channel
      AND ifnull(o.purpose, m.purpose) = m.purpose)

-- name: stop_provider
INSERT INTO stops (provider, why, since, until) VALUES (:provider, :why, :since, :until)
ON CONFLICT (provider) DO UPDATE SET why = :why, until = :until

-- name: resume_provider
DELETE FROM stops WHERE provider = :provider

-- name: stops
SELECT provider, why, since, until FROM stops

-- name: note_failures
INSERT INTO failures (provider, n) VALUES (:provider, :n)
ON CONFLICT (provider) DO UPDATE SET n = :n

-- name: failures
SELECT provider, n FROM failures

-- name: waiting
-- What is still to be sent, by channel and provider: all of it, and what is due now.
SELECT channel, ifnull(provider, '') AS provider, sum(n) AS n, sum(due) AS due
FROM (SELECT channel, provider, count(*) AS n, sum(due_at <= :now) AS due FROM outbox
      WHERE state = 'queued'
        AND (substr(workflow, 1, 9) <> 'campaign:'
             OR EXISTS (SELECT 1 FROM campaigns k
                        WHERE k.id = substr(workflow, 10) AND k.state = 'sending'))
      GROUP BY channel, provider
      UNION ALL
      SELECT channel, provider, count(*), sum(due_at <= :now) FROM outbox
      WHERE state = 'claimed' AND claimed_by IS NOT NULL GROUP BY channel, provider)
GROUP BY 1, 2

-- name: messages
-- The messages of a report, oldest first; a parameter that is NULL asks for nothing.
SELECT id, channel, provider, campaign, CASE WHEN campaign IS NULL THEN workflow END AS workflow,
       pid AS customer, recipient, content, state,
       parts, price, provider_id, error, created_at, sent_at, delivered_at, page, to_staff,
       skip_reason, subject
FROM outbox
WHERE (:channel IS NULL OR channel = :channel)
  AND (:provider IS NULL OR provider = :provider)
  AND (:workflow IS NULL OR (workflow = :workflow AND campaign IS NULL))
  AND (:campaign IS NULL OR campaign = :campaign)
  AND (:state IS NULL OR state = :state)
  AND (:customer IS NULL OR customer_id = :customer)
  AND (:since IS NULL OR created_at >= :since)
  AND (:before IS NULL OR created_at < :before)
ORDER BY id

-- name: workflow_runs
-- What each workflow did, by the runs of a span of time.
SELECT workflow, count(*) AS runs, sum(matched) AS matched, sum(acted) AS acted
FROM runs
WHERE outcome = 'done' AND (:workflow IS NULL OR workflow = :workflow)
  AND (:since IS NULL OR at >= :since) AND (:before IS NULL OR at < :before)
GROUP BY workflow ORDER BY workflow

-- name: workflow_messages
-- What became of each workflow's messages: only what left, or may have, costs something.
SELECT workflow, sum(state NOT IN ('skipped', 'cancelled')) AS messages,
       sum(state = 'failed') AS failed,
       sum(CASE WHEN state IN ('sending', 'accepted', 'delivered', 'unknown') THEN price ELSE 0 END)
           AS price
FROM outbox
WHERE (:since IS NULL OR created_at >= :since) AND (:before IS NULL OR created_at < :before)
GROUP BY workflow

-- name: workflow_skips
-- Why things were not done: messages, by planning and by policy, and other actions.
SELECT workflow, reason, count(*) AS n FROM (
    SELECT workflow, skip_reason AS reason, created_at AS at FROM outbox WHERE state = 'skipped'
    UNION ALL
    SELECT r.workflow, s.reason, r.at FROM skips s JOIN runs r ON r.id = s.run_id)
WHERE (:since IS NULL OR at >= :since) AND (:before IS NULL OR at < :before)
GROUP BY workflow, reason ORDER BY workflow, reason

-- name: find_customer
-- A customer by code, else all who have the phone.
SELECT id, pid FROM customers WHERE pid_key = :key
UNION ALL
SELECT id, pid FROM customers WHERE phone = :phone AND NOT EXISTS
    (SELECT 1 FROM customers WHERE pid_key = :key)

-- name: customer_history
-- What changed about a customer; that a code was made up is our own business.
SELECT at, actor, cause, field, old, new FROM changes
WHERE object = 'customer' AND object_id = :id AND field IS NOT 'automatic_pid'
ORDER BY id

-- name: record_history
-- What changed about a task, a ticket or an opportunity.
SELECT at, actor, cause, field, old, new FROM changes
WHERE object = :family AND object_id = :id
ORDER BY id

-- name: company_account
-- The account of a company, which is called so or says so; the oldest if there are several.
SELECT pid FROM customers WHERE id = (
    SELECT min(id) FROM (
        SELECT id FROM customers WHERE kind = 'account' AND company_key = :key
        UNION ALL
        SELECT id FROM customers WHERE kind = 'account' AND name_key = :key))

-- name: account_number
SELECT id FROM customers WHERE pid_key = :key

-- name: start_import
-- Its counts follow when the file has been read, in the same transaction.
INSERT INTO imports (kind, file, sha256, actor, at, rows, created, updated, unchanged, rejected)
VALUES (:kind, :file, :sha256, :actor, :at, 0, 0, 0, 0, 0)

-- name: finish_import
UPDATE imports SET rows = :rows, created = :created, updated = :updated, unchanged = :unchanged,
                   rejected = :rejected
WHERE id = :id

-- name: lists
SELECT l.name, (SELECT count(*) FROM list_members m WHERE m.list = l.key), l.created_at
FROM lists l ORDER BY l.key

-- name: list_members
SELECT c.pid, c.name, c.phone FROM list_members m JOIN customers c ON c.id = m.customer_id
WHERE m.list = :key ORDER BY m.customer_id

-- name: add_list
INSERT INTO lists (key, name, created_at) VALUES (:key, :name, :at) ON CONFLICT (key) DO NOTHING

-- name: add_member
INSERT INTO list_members (list, customer_id, import_id, added_at)
VALUES (:key, :customer, :import, :at) ON CONFLICT (list, customer_id) DO NOTHING

-- name: clear_list
DELETE FROM list_members WHERE list = :key

-- name: last_automatic_pid
SELECT ifnull(max(CAST(substr(pid, 6) AS INTEGER)), 0) FROM customers
WHERE pid_key > 'auto-' AND pid_key < 'auto.' AND length(pid_key) < 20

-- name: calls_of
-- The call lists that a customer is on.
SELECT campaign, agent, status, result FROM telesales
WHERE customer_id = :customer ORDER BY added_at, campaign

-- name: call_list
-- Who is on a call list, in the order in which they came.
SELECT s.customer_id AS id, c.pid AS customer, c.name, c.phone, s.agent, s.status, s.result, s.note
FROM telesales s JOIN customers c ON c.id = s.customer_id
WHERE s.campaign = :campaign ORDER BY s.added_at, s.customer_id

-- name: call_counts
SELECT campaign, result, count(*) AS members, count(agent) AS distributed
FROM telesales GROUP BY campaign, result ORDER BY campaign, result

-- name: add_call
INSERT INTO telesales (campaign, customer_id, agent, status, added_at, distributed_at)
VALUES (:campaign, :customer, :agent, iif(:agent IS NULL, 'waiting', 'distributed'), :at,
        iif(:agent IS NULL, NULL, :at))

-- name: distribute_call
-- Who was called already, before there was an agent, stays called.
UPDATE telesales SET agent = :agent, distributed_at = :at,
                     status = iif(status = 'waiting', 'distributed', status)
WHERE campaign = :campaign AND customer_id = :customer AND agent IS NULL

-- name: record_call
-- Without a note the one that is there stays.
UPDATE telesales SET status = 'called', result = :result, called_at = :at,
                     note = nullif(ifnull(:note, note), '')
WHERE campaign = :campaign AND customer_id = :customer

-- name: orders
SELECT o.id, o.code, o.customer_id, c.pid, o.status, o.amount, o.ordered_at
FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.ordered_at, o.id

-- name: orders_of
SELECT o.id, o.code, o.customer_id, c.pid, o.status, o.amount, o.ordered_at
FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.customer_id = :customer ORDER BY o.ordered_at, o.id

-- name: orders_with_codes
SELECT o.id, o.code, o.customer_id, c.pid, o.status, o.amount, o.ordered_at
FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.code_key IN (SELECT value FROM json_each(:codes))

-- name: add_order
INSERT INTO orders (code, code_key, customer_id, status, amount, ordered_at, created_at)
VALUES (:code, :code_key, :customer, :status, :amount, :ordered_at, :at)

-- name: change_order
UPDATE orders SET customer_id = :customer, status = :status, amount = :amount,
                  ordered_at = :ordered_at
WHERE id = :id

-- name: changes_of_last_order
-- What was said of a customer's last order, the latest first.
SELECT old, new, cause FROM changes
WHERE object = 'customer' AND object_id = :id AND field = 'last_order_at' ORDER BY id DESC

-- name: opt_outs_among
-- What some customers refuse.
SELECT customer_id, channel, purpose FROM opt_outs
WHERE customer_id IN (SELECT value FROM json_each(:customers))

-- name: consents_among
-- What some customers agreed to.
SELECT customer_id, channel, purpose FROM consents
WHERE customer_id IN (SELECT value FROM json_each(:customers))

-- name: uncalled_among
-- Which of some phones are on the do-not-call list.
SELECT phone FROM do_not_contact WHERE phone IN (SELECT value FROM json_each(:phones))

-- name: sent_lately
-- How many messages some recipients were sent since the instant of each window, by channel and
-- purpose, whatever workflow sent them. What is on its way counts: it may arrive.
SELECT m.recipient, m.channel, m.purpose, count(*)
FROM json_each(:recipients) r
CROSS JOIN outbox m ON m.recipient = r.value AND m.sent_at IS NOT NULL AND m.sent_at > :oldest
CROSS JOIN json_each(:windows) w ON w.value ->> '$[0]' = m.channel
                                AND w.value ->> '$[1]' = m.purpose AND m.sent_at > w.value ->> '$[2]'
WHERE m.state IN ('sending', 'accepted', 'delivered', 'unknown') AND m.to_staff IS NULL
GROUP BY m.recipient, m.channel, m.purpose

-- name: opt_outs_of
SELECT id, channel, purpose, source, actor, at FROM opt_outs
WHERE customer_id = :customer ORDER BY at, id

-- name: add_opt_out
INSERT INTO opt_outs (customer_id, channel, purpose, source, actor, at)
VALUES (:customer, :channel, :purpose, :source, :actor, :at)

-- name: lift_opt_out
DELETE FROM opt_outs WHERE id = :id

-- name: consents_of
SELECT channel, purpose, source, actor, at FROM consents
WHERE customer_id = :customer ORDER BY at, id

-- name: add_consent
INSERT INTO consents (customer_id, channel, purpose, source, actor, at)
VALUES (:customer, :channel, :purpose, :source, :actor, :at)

-- name: note_refusal
-- An opt-out that is lifted is gone from opt_outs: that it was there, and who lifted it, stays.
INSERT INTO decisions (about, what, new, actor, at) VALUES (:about, :what, :new, :actor, :at)

-- name: never_call
INSERT INTO do_not_contact (phone, source, at) VALUES (:phone, :source, :at)
ON CONFLICT (phone) DO NOTHING

-- name: never_called
-- The do-not-call list; whoever imported a file put its phones there.
SELECT d.phone, d.source, i.file, ifnull(i.actor, (
           SELECT actor FROM decisions WHERE about = 'phone:' || d.phone ORDER BY id DESC LIMIT 1)),
       d.at, (SELECT json_group_array(pid) FROM customers c WHERE c.phone = d.phone)
FROM do_not_contact d LEFT JOIN imports i ON d.source = 'import:' || i.id
ORDER BY d.at, d.phone

-- name: call_again
DELETE FROM do_not_contact WHERE phone = :phone

-- name: lifted
-- What a customer no longer refuses, and when his phone came off the do-not-call list.
SELECT at, actor, new FROM decisions
WHERE about = 'customer:' || :customer AND what = 'opt-in'
   OR about = 'phone:' || :phone AND what = 'call-again'
ORDER BY id

-- name: tokens
SELECT seed, refresh_token, access_token, expires_at, spent, at FROM tokens WHERE app = :app

-- name: keep_tokens
-- Of an app only the newest tokens work.
INSERT INTO tokens (app, seed, refresh_token, access_token, expires_at, spent, at)
VALUES (:app, :seed, :refresh_token, :access_token, :expires_at, :spent, :at)
ON CONFLICT (app) DO UPDATE SET seed = :seed, refresh_token = :refresh_token,
    access_token = :access_token, expires_at = :expires_at, spent = :spent, at = :at

-- name: campaign
SELECT id, name, created_by, state, send_at, digest, frozen, left_out, accepted, at, recipients
FROM campaigns WHERE :id IS NULL OR id = :id ORDER BY at, id

-- name: freeze_campaign
-- What was submitted, unless somebody moved the campaign since it was looked at. Its recipients are
-- counted here and nowhere else: every run looks at every campaign.
INSERT INTO campaigns (id, name, created_by, state, send_at, digest, frozen, left_out, accepted, at)
VALUES (:id, :name, :created_by, :to, :send_at, :digest, :frozen, :left_out, :accepted, :at)
ON CONFLICT (id) DO UPDATE SET name = :name, created_by = :created_by, state = :to,
    send_at = :send_at, digest = :digest, frozen = :frozen, left_out = :left_out,
    accepted = :accepted, at = :at,
    recipients = (SELECT count(*) FROM recipients WHERE campaign = :id)
WHERE state = :from AND digest = :was

-- name: move_campaign
-- Compare and swap: of two who move it at once, one does.
UPDATE campaigns SET state = :to, at = :at WHERE id = :id AND state = :from AND digest = :was

-- name: add_move
INSERT INTO moves (campaign, move, "from", "to", actor, at, note, digest, signature)
VALUES (:id, :move, :from, :to, :actor, :at, :note, :digest, :signature)

-- name: moves
SELECT id, move, "from", "to", actor, at, note, digest, signature
FROM moves WHERE campaign = :id ORDER BY id

-- name: free_recipients
-- Those whose message certainly did not go out; the others stay, so that nobody is written to twice.
DELETE FROM recipients AS r WHERE campaign = :id AND NOT EXISTS (
    SELECT 1 FROM outbox o
    WHERE o.workflow = 'campaign:' || :id AND o.occasion = 'campaign:' || :id
      AND o.object_id = r.customer_id
      AND NOT (o.state IN ('queued', 'claimed', 'skipped') AND o.resend_until IS NULL))

-- name: set_skips_aside
-- Why somebody got nothing stays on record, but no longer keeps a message from being planned anew.
UPDATE outbox SET occasion = occasion || '#' || id
WHERE campaign = :id AND occasion = workflow AND state = 'skipped' AND resend_until IS NULL

-- name: add_recipient
INSERT INTO recipients (campaign, customer_id, pid, phone) VALUES (:campaign, :customer, :pid, :phone)
ON CONFLICT DO NOTHING

-- name: recipients
SELECT pid, phone FROM recipients WHERE campaign = :id ORDER BY phone

-- name: recipient_phones
SELECT customer_id, phone FROM recipients
WHERE campaign = :id AND customer_id IN (SELECT value FROM json_each(:customers))

-- name: take_back
-- What certainly did not go out is planned anew when an approved campaign begins or goes on. The
-- row stays: its number is known to whoever has it in hand, and must never be another message's.
UPDATE outbox SET state = 'cancelled', skip_reason = 'replaced', occasion = occasion || '#' || id,
                  claimed_by = NULL, claimed_until = NULL
WHERE campaign = :id AND state IN ('queued', 'claimed') AND resend_until IS NULL
  AND EXISTS (SELECT 1 FROM campaigns k WHERE k.id = :id AND k.state = 'approved')

-- name: cancel_campaign
-- What waits of a deleted campaign is never sent; one that is submitted under its id begins anew.
UPDATE outbox SET state = 'cancelled', skip_reason = 'replaced', occasion = occasion || '#' || id,
                  claimed_by = NULL, claimed_until = NULL
WHERE campaign = :id AND state IN ('queued', 'claimed')

-- name: unsettled
-- The messages of a campaign that may yet be sent, or of which one of the providers that can be
-- asked is yet to tell.
SELECT count(*) FROM outbox
WHERE campaign = :id AND (state IN ('queued', 'claimed', 'sending')
                          OR (state = 'unknown' AND ask_at IS NOT NULL
                              AND provider IN (SELECT value FROM json_each(:asked))))

-- name: campaign_providers
-- Whom a campaign's messages wait for, from the index alone.
SELECT DISTINCT provider FROM outbox
WHERE state = 'queued' AND channel = 'sms' AND workflow = 'campaign:' || :id

-- name: tried
-- The messages of a campaign that left, or may have.
SELECT count(*) FROM outbox
WHERE campaign = :id AND (state IN ('sending', 'accepted', 'delivered', 'failed', 'unknown')
                          OR attempts > 0)

-- name: campaign_people
-- Everybody whom a campaign goes to, and what became of the message; NULL before it is planned.
SELECT r.customer_id, r.pid, c.name, r.phone, o.state
FROM recipients r LEFT JOIN customers c ON c.id = r.customer_id
LEFT JOIN outbox o ON o.workflow = 'campaign:' || :id AND o.occasion = 'campaign:' || :id
                  AND o.object_id = r.customer_id
WHERE r.campaign = :id ORDER BY r.pid

-- name: notify
-- Somebody is told once about each thing.
INSERT INTO notifications (kind, about, campaign, "to", text, created_at)
VALUES (:kind, :about, :campaign, :to, :text, :at) ON CONFLICT DO NOTHING

-- name: add_notice_mail
-- The same by email, in the transaction that tells it.
INSERT INTO outbox (workflow, occasion, object_id, action, channel, provider, purpose, recipient,
                    to_staff, subject, content, parts, price, state, due_at, created_at)
VALUES ('notice', :about || ':' || :kind, :number, 0, 'email', :provider, 'care', :recipient,
        :to, :subject, :text, 1, :price, 'queued', :at, :at)

-- name: notifications
SELECT id, kind, campaign, "to", text, created_at, read_at FROM notifications
WHERE "to" = :to ORDER BY id DESC

-- name: unread
SELECT count(*) FROM notifications WHERE "to" = :to AND read_at IS NULL

-- name: read_notifications
UPDATE notifications SET read_at = :at
WHERE "to" = :to AND read_at IS NULL
  AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
