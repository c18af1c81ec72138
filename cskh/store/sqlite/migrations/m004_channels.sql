-- What customers refuse and agree to, the tokens of Zalo, rates for all processes, and decisions.

-- A message that a customer does not want: NULL stands for every channel, for every purpose.
CREATE TABLE opt_outs (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    channel TEXT,
    purpose TEXT,
    source TEXT,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX opt_outs_customer ON opt_outs(customer_id);

-- What a customer agreed to, and how that is known (Decree 91/2020/ND-CP, article 13).
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    source TEXT NOT NULL,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX consents_customer ON consents(customer_id);

-- A phone on a do-not-call list, whosever it is: it gets no message at all.
CREATE TABLE do_not_contact (
    phone TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The tokens of a Zalo app: a refresh token works once, and each answer brings the next one.
-- `seed` is a fingerprint of the one in the settings; another one there begins anew.
CREATE TABLE tokens (
    app TEXT PRIMARY KEY,
    seed TEXT NOT NULL,
    refresh_token TEXT NOT NULL,
    access_token TEXT,
    expires_at TEXT,
    spent INTEGER NOT NULL DEFAULT 0,   -- it was sent, and the next one never came
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a provider's rate still allows, for all processes together.
CREATE TABLE buckets (
    provider TEXT PRIMARY KEY,
    tokens REAL NOT NULL,
    at REAL NOT NULL                    -- real time, seconds since 1970
) STRICT, WITHOUT ROWID;

-- What people did about a message or a provider: resolved, cancelled, used; append only.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    about TEXT NOT NULL,                -- message:17, channel:sms
    what TEXT NOT NULL,                 -- sent, failed, retry, cancel, use
    old TEXT,
    new TEXT,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;

DROP INDEX outbox_queued;
DROP INDEX outbox_held;
ALTER TABLE outbox RENAME TO outbox_3;
-- The messages to send, one row each. The key makes a second one for the same occasion impossible.
-- queued → claimed → sending → accepted → delivered; or failed, unknown, skipped, cancelled.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    workflow TEXT NOT NULL,
    occasion TEXT NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    object_id INTEGER NOT NULL,         -- of the kind that the workflow is about
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    pid TEXT NOT NULL,                  -- reports outlive a change of the customer's code
    action INTEGER NOT NULL,            -- its place in the workflow, from 0
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'zns', 'zalo', 'facebook')),
    provider TEXT,                      -- NULL: the channel had no active one
    purpose TEXT NOT NULL CHECK (purpose IN ('care', 'advertising')),
    recipient TEXT NOT NULL,            -- empty when the customer has none and was skipped
    to_staff TEXT,
    page TEXT,                          -- the fanpage or OA that it goes from
    subject TEXT,
    content TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data)),
    parts INTEGER NOT NULL,
    price INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sending', 'accepted', 'delivered',
                                         'failed', 'unknown', 'skipped', 'cancelled')),
    skip_reason TEXT,
    send_at TEXT,                       -- when it was meant to go, NULL for at once
    due_at TEXT NOT NULL,               -- when it may go: send_at, put off by policy or a retry
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT,                    -- host:pid:start of the process that has it
    claimed_until TEXT,                 -- real time, whatever --now says
    provider_id TEXT,
    asked_at TEXT,                      -- when the provider was last asked what became of it
    error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    delivered_at TEXT,
    UNIQUE (workflow, occasion, object_id, action, recipient)
) STRICT;
INSERT INTO outbox (id, workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider, purpose,
    recipient, to_staff, subject, content, data, parts, price, state, skip_reason, send_at, due_at,
    attempts, claimed_by, claimed_until, provider_id, error, created_at, sent_at, delivered_at)
SELECT id, workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider, purpose,
    recipient, to_staff, subject, content, data, parts, price, state, skip_reason, send_at, due_at,
    attempts, claimed_by, claimed_until, provider_id, error, created_at, sent_at, delivered_at
FROM outbox_3;
DROP TABLE outbox_3;
-- What deliver asks for: the next messages of a provider whose time has come.
CREATE INDEX outbox_queued ON outbox(channel, provider, due_at) WHERE state = 'queued';
-- What is in some process's hands: a few rows.
CREATE INDEX outbox_held ON outbox(claimed_by) WHERE claimed_by IS NOT NULL;
-- What a cap counts: the messages that a phone was sent lately.
CREATE INDEX outbox_sent ON outbox(recipient, sent_at) WHERE sent_at IS NOT NULL;
